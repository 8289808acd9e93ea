//! Responses that the client has one generic type for are recognised by their shape.
//!
//! A list is a page: `data`, `next_token` and perhaps `total_count`. A single record stands under `data` and
//! nothing is beside it. A write gives `id` and `unused_fields`, and perhaps the record under `data`.

use std::convert::Infallible;

use serde_json::Value;

use crate::generate::Envelope;
use crate::input::{Diagnostics, for_each_operation, members};

/// The member of a lowered schema that says which envelope it is.
pub const ENVELOPE: &str = "x-envelope";

const JSON_SCHEMA: &str = "/content/application~1json/schema";

/// An envelope: its name, what the client makes of it, what has to be in it, and what may be.
struct Shape<'a> {
    name: &'static str,
    type_name: &'static str,
    needs: Vec<(&'a str, Option<&'static str>)>,
    may_have: Vec<&'a str>,
}

/// The three envelopes, each field with the type that it has to have.
fn shapes(fields: &Envelope) -> [Shape<'_>; 3] {
    [
        Shape {
            name: "page",
            type_name: "Page",
            needs: vec![(&fields.data, Some("array")), (&fields.next_token, None)],
            may_have: vec![&fields.total_count],
        },
        Shape {
            name: "record",
            type_name: "the record itself",
            needs: vec![(&fields.data, None)],
            may_have: Vec::new(),
        },
        Shape {
            name: "write",
            type_name: "WriteResponse",
            needs: vec![(&fields.id, Some("string")), (&fields.unused_fields, None)],
            may_have: vec![&fields.data],
        },
    ]
}

/// Marks the schemas of responses that are envelopes. The responses have named schemas by now.
pub fn mark(document: &mut Value, fields: &Envelope, diagnostics: &mut Diagnostics) {
    let shapes = shapes(fields);
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
            let shape = name.and_then(|name| {
                let schema = schemas.get(name)?;
                shapes.iter().find(|shape| shape.fits(schema))
            });
            if let (true, Some(name), Some(shape)) = (status.starts_with('2'), name, shape) {
                let kind = format!("response that the client has as {}", shape.type_name);
                diagnostics.add(kind, &at.child("responses").child(status));
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

impl Shape<'_> {
    fn fits(&self, schema: &Value) -> bool {
        let properties = schema.get("properties");
        let has = |(name, kind): &(&str, Option<&str>)| {
            let field = properties.and_then(|fields| fields.get(name));
            field.is_some_and(|field| {
                kind.is_none_or(|kind| field.get("type") == Some(&kind.into()))
            })
        };
        let is_known = |name: &str| {
            self.needs.iter().any(|(known, _)| *known == name) || self.may_have.contains(&name)
        };
        let is_open = schema.get("additionalProperties") == Some(&Value::Bool(true));
        !is_open
            && self.needs.iter().all(has)
            && members(properties).all(|(name, _)| is_known(name))
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
        let fields = crate::input::Profile::of_this_repository().client.envelope;
        mark(&mut document, &fields, &mut Diagnostics::default());
        let envelope = &document["components"]["schemas"]["Whatever"][ENVELOPE];
        envelope.as_str().map(str::to_owned)
    }

    #[test]
    fn an_envelope_is_known_by_its_fields_and_not_by_its_name() {
        let (text, list) = (
            json!({"type": "string"}),
            json!({"type": "array", "items": {}}),
        );
        for (properties, envelope) in [
            (
                json!({"data": list, "next_token": text, "total_count": {"type": "integer"}}),
                Some("page"),
            ),
            (json!({"data": list, "next_token": text}), Some("page")),
            (json!({"data": text, "next_token": text}), None),
            (
                json!({"data": {}, "next_token": text, "cursor": text}),
                None,
            ),
            (
                json!({"data": {"$ref": "#/components/schemas/Order"}}),
                Some("record"),
            ),
            (json!({"data": list}), Some("record")),
            (json!({"data": list, "page": text}), None),
            (
                json!({"id": text, "unused_fields": list, "data": {}}),
                Some("write"),
            ),
            (json!({"id": text, "unused_fields": list}), Some("write")),
            (
                json!({"id": {"type": "integer"}, "unused_fields": list}),
                None,
            ),
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
        let schema =
            json!({"type": "object", "properties": {"data": {}}, "additionalProperties": true});
        assert_eq!(marked(schema), None);
    }
}
