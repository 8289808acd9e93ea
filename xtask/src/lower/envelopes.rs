//! Responses that the client has one generic type for are recognised by their shape.
//!
//! A list is a page: `data`, `next_token` and perhaps `total_count`. A single record stands under `data` and
//! nothing is beside it. A write gives `id` and `unused_fields`, and perhaps the record under `data`.

use std::convert::Infallible;

use serde_json::Value;

use crate::notes::Notes;
use crate::operations::{for_each_operation, members};

/// The member of a lowered schema that says which envelope it is.
pub const ENVELOPE: &str = "x-envelope";

const JSON_SCHEMA: &str = "/content/application~1json/schema";

/// An envelope: its name, what has to be in it, and what may be.
struct Shape {
    name: &'static str,
    type_name: &'static str,
    needs: &'static [&'static str],
    may_have: &'static [&'static str],
}

const SHAPES: [Shape; 3] = [
    Shape {
        name: "page",
        type_name: "Page",
        needs: &["data", "next_token"],
        may_have: &["total_count"],
    },
    Shape {
        name: "record",
        type_name: "the record itself",
        needs: &["data"],
        may_have: &[],
    },
    Shape {
        name: "write",
        type_name: "WriteResponse",
        needs: &["id", "unused_fields"],
        may_have: &["data"],
    },
];

/// Marks the schemas of responses that are envelopes. The responses have named schemas by now.
pub fn mark(document: &mut Value, notes: &mut Notes) {
    let mut found: Vec<(String, &'static str)> = Vec::new();
    let mut schemas = document
        .pointer("/components/schemas")
        .cloned()
        .unwrap_or_default();
    let Ok(()) = for_each_operation(document, |_, _, at, operation| {
        for (status, response) in members(operation.get("responses")) {
            let schema = response.pointer(JSON_SCHEMA).unwrap_or(&Value::Null);
            let name = schema.get("$ref").and_then(Value::as_str);
            let name = name.and_then(|name| name.strip_prefix("#/components/schemas/"));
            let shape = name.and_then(|name| Shape::of(schemas.get(name)?));
            if let (true, Some(name), Some(shape)) = (status.starts_with('2'), name, shape) {
                let kind = format!("response that the client has as {}", shape.type_name);
                notes.add(kind, &at.child("responses").child(status));
                found.push((name.to_owned(), shape.name));
            }
        }
        Ok::<(), Infallible>(())
    });
    for (name, envelope) in found {
        schemas[name][ENVELOPE] = envelope.into();
    }
    if let Some(place) = document.pointer_mut("/components/schemas") {
        *place = schemas;
    }
}

impl Shape {
    fn of(schema: &Value) -> Option<&'static Self> {
        let has = |name: &str| members(schema.get("properties")).any(|(key, _)| key == name);
        let is_open = schema.get("additionalProperties") == Some(&Value::Bool(true));
        let fits = |shape: &&Self| {
            let known = |key: &str| shape.needs.contains(&key) || shape.may_have.contains(&key);
            shape.needs.iter().all(|name| has(name))
                && members(schema.get("properties")).all(|(key, _)| known(key))
        };
        let shape = SHAPES.iter().find(fits).filter(|_| !is_open)?;
        let is = |name: &str, kind: &str| {
            let field = schema.get("properties")?.get(name)?;
            Some(field.get("type")? == kind)
        };
        let is_fit = match shape.name {
            "page" => is("data", "array") == Some(true),
            "write" => is("id", "string") == Some(true),
            _ => true,
        };
        is_fit.then_some(shape)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What a response of this schema is marked as.
    fn marked(schema: Value) -> Option<String> {
        let mut document = json!({
            "paths": {"/things": {"get": {"responses": {
                "200": {"content": {"application/json": {
                    "schema": {"$ref": "#/components/schemas/Whatever"},
                }}},
            }}}},
            "components": {"schemas": {"Whatever": schema}},
        });
        mark(&mut document, &mut Notes::default());
        let envelope = &document["components"]["schemas"]["Whatever"][ENVELOPE];
        envelope.as_str().map(str::to_owned)
    }

    #[test]
    fn an_envelope_is_known_by_its_fields_and_not_by_its_name() {
        let (text, list) = (json!({"type": "string"}), json!({"type": "array", "items": {}}));
        for (properties, envelope) in [
            (
                json!({"data": list, "next_token": text, "total_count": {"type": "integer"}}),
                Some("page"),
            ),
            (json!({"data": list, "next_token": text}), Some("page")),
            (json!({"data": text, "next_token": text}), None),
            (json!({"data": {}, "next_token": text, "cursor": text}), None),
            (json!({"data": {"$ref": "#/components/schemas/Order"}}), Some("record")),
            (json!({"data": list}), Some("record")),
            (json!({"data": list, "page": text}), None),
            (json!({"id": text, "unused_fields": list, "data": {}}), Some("write")),
            (json!({"id": text, "unused_fields": list}), Some("write")),
            (json!({"id": {"type": "integer"}, "unused_fields": list}), None),
            (json!({"unused_fields": list, "data": list}), None),
            (json!({"id": text}), None),
            (json!({}), None),
        ] {
            let schema = json!({"type": "object", "properties": properties});
            assert_eq!(marked(schema).as_deref(), envelope, "{properties}");
        }
    }

    #[test]
    fn what_may_hold_more_than_the_envelope_is_a_type_of_its_own() {
        let schema = json!({"type": "object", "properties": {"data": {}}, "additionalProperties": true});
        assert_eq!(marked(schema), None);
    }
}
