//! Of each event that arrives by webhook, the lowered document keeps its type and the schema of its data.
//!
//! All events have the same envelope around the data, which hand-written code of the client reads. OpenAPI
//! 3.0 has no webhooks: the lowered document has them as `x-webhooks`.

use serde_json::{Map, Value};

use crate::input::{Diagnostics, Pointer, is_method, members};

/// The member that holds webhooks in OpenAPI 3.1, and until the document is lowered.
pub const BEFORE: &str = "webhooks";
/// The member that holds them in documents of OpenAPI 3.0, and in the lowered document.
pub const AFTER: &str = "x-webhooks";

/// The members of an event that are kept unchanged.
const WORDS: [&str; 6] = [
    "deprecated",
    "description",
    "externalDocs",
    "summary",
    "tags",
    "x-source",
];
/// The member of a reduced event that refers to the schema of the data.
const DATA: &str = "data";
const JSON_BODY: &str = "/requestBody/content/application~1json/schema";
/// How long a chain of references may be.
const MAX_CHAIN: usize = 16;

/// Reduces every webhook to its descriptions and a reference to the schema of its data. One that does not
/// describe its data is set aside: the client treats it as an unknown event.
pub fn reduce(document: &mut Value, diagnostics: &mut Diagnostics) {
    let mut webhooks = take(document, BEFORE);
    let at_root = Pointer::default().child(BEFORE);
    for (event, item) in take(document, AFTER) {
        webhooks.entry(event).or_insert(item);
    }
    let mut reduced = Map::new();
    for (event, item) in webhooks {
        let at = at_root.child(&event);
        if item.get(DATA).is_some() {
            reduced.insert(event, item);
            continue;
        }
        let Some(operation) = members(Some(&item))
            .find(|(method, _)| is_method(method))
            .map(|(_, operation)| operation)
        else {
            diagnostics.add("webhook without a method", &at);
            continue;
        };
        let Some(data) = data_of(document, &event, operation) else {
            diagnostics.add("webhook whose JSON has no `data`", &at);
            continue;
        };
        diagnostics.add("envelope of a webhook, which the client has by hand", &at);
        let mut kept: Map<String, Value> = WORDS
            .iter()
            .filter_map(|word| Some(((*word).to_owned(), operation.get(*word)?.clone())))
            .collect();
        kept.insert(DATA.to_owned(), data);
        reduced.insert(event, Value::Object(kept));
    }
    if let (false, Some(members)) = (reduced.is_empty(), document.as_object_mut()) {
        members.insert(BEFORE.to_owned(), Value::Object(reduced));
    }
}

/// Moves the reduced webhooks to where a document of OpenAPI 3.0 may have them.
pub fn finish(document: &mut Value) {
    if let Some(members) = document.as_object_mut()
        && let Some(events) = members.remove(BEFORE)
    {
        members.insert(AFTER.to_owned(), events);
    }
}

fn take(document: &mut Value, key: &str) -> Map<String, Value> {
    match document.as_object_mut().and_then(|all| all.remove(key)) {
        Some(Value::Object(webhooks)) => webhooks,
        _ => Map::new(),
    }
}

/// A reference to the schema of the data. A schema inside its envelope becomes a component.
fn data_of(document: &mut Value, event: &str, operation: &Value) -> Option<Value> {
    let envelope = resolved(document, operation.pointer(JSON_BODY)?)?;
    let data = envelope.pointer("/properties/data")?.clone();
    if let Some(target) = referred(&data) {
        return Some(reference(target));
    }
    let name = format!("{event}.data");
    let mut at = document;
    for key in ["components", "schemas"] {
        let members = at.as_object_mut()?;
        at = members.entry(key).or_insert_with(|| Map::new().into());
    }
    let schemas = at.as_object_mut()?;
    schemas.entry(name.clone()).or_insert(data);
    Some(reference(&Pointer::schema(&name).reference()))
}

fn resolved<'a>(document: &'a Value, schema: &'a Value) -> Option<&'a Value> {
    let mut schema = schema;
    for _ in 0..MAX_CHAIN {
        let Some(target) = referred(schema) else {
            return Some(schema);
        };
        schema = Pointer::of_reference(target)?.get(document)?;
    }
    None
}

/// The target of a schema that is a reference, or an `allOf` of one reference.
fn referred(schema: &Value) -> Option<&str> {
    let wrapped = match schema.get("allOf").and_then(Value::as_array) {
        Some(branches) => match &branches[..] {
            [only] => only,
            _ => return None,
        },
        None => schema,
    };
    wrapped.get("$ref")?.as_str()
}

fn reference(target: &str) -> Value {
    serde_json::json!({"$ref": target})
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn webhook(schema: Value) -> Value {
        json!({"post": {
            "summary": "s", "tags": ["wms"], "responses": {},
            "requestBody": {"content": {"application/json": {"schema": schema}}},
        }})
    }

    #[test]
    fn of_a_webhook_its_words_and_its_data_stay() {
        let order = json!({"$ref": "#/components/schemas/Order"});
        let envelope = |data: Value| json!({"properties": {"data": data, "event_type": {}}});
        let mut document = json!({
            "webhooks": {
                "order.created": webhook(json!({"$ref": "#/components/schemas/Envelope"})),
                "order.updated": webhook(envelope(json!({"allOf": [order], "description": "d"}))),
                "stuck": webhook(envelope(json!({"type": "object", "properties": {}}))),
                "bare": webhook(json!({"type": "string"})),
                "empty": {},
            },
            "components": {"schemas": {"Envelope": envelope(order.clone()), "Order": {}}},
        });
        let mut diagnostics = Diagnostics::default();
        reduce(&mut document, &mut diagnostics);
        let kept = |data: Value| json!({"summary": "s", "tags": ["wms"], "data": data});
        assert_eq!(
            document[BEFORE],
            json!({
                "order.created": kept(order.clone()),
                "order.updated": kept(order),
                "stuck": kept(json!({"$ref": "#/components/schemas/stuck.data"})),
            })
        );
        assert!(document["components"]["schemas"]["stuck.data"].is_object());
        let lines: Vec<String> = diagnostics.lines().collect();
        assert_eq!(
            lines,
            [
                "3 envelope of a webhook, which the client has by hand, the first at /webhooks/order.created",
                "1 webhook whose JSON has no `data`: /webhooks/bare",
                "1 webhook without a method: /webhooks/empty",
            ]
        );
    }

    #[test]
    fn documents_of_3_0_have_webhooks_as_an_extension() {
        let mut document = json!({
            "x-webhooks": {"a": webhook(json!({"$ref": "#/components/schemas/Envelope"}))},
            "components": {"schemas": {
                "Envelope": {"properties": {"data": {"$ref": "#/components/schemas/Order"}}},
            }},
        });
        reduce(&mut document, &mut Diagnostics::default());
        finish(&mut document);
        let once = document.clone();
        reduce(&mut document, &mut Diagnostics::default());
        finish(&mut document);
        assert_eq!(document, once);
        assert_eq!(
            once[AFTER]["a"]["data"]["$ref"],
            "#/components/schemas/Order"
        );
    }
}
