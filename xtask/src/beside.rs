//! What the client is not generated from, but what a report compares: the events that the API sends, the
//! operations that are written by hand, and the statuses of errors. The lowered document keeps it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::diff::{BY_HAND, ERRORS, WEBHOOK_SCHEMAS, WEBHOOKS};
use crate::names::RUST_NAME;
use crate::operations::{for_each_operation, is_method, members};
use crate::pointer::Pointer;
use crate::references::for_each_reference;

/// Where events stand while the document is lowered, so that their schemas are lowered as all others.
const PATHS: &str = "/x-webhooks/";
const COMPONENTS: &str = "#/components/schemas/";

/// Parts of a merged document that lowering would lose.
#[derive(Debug, Default)]
pub struct Beside {
    by_hand: Map<String, Value>,
    /// Statuses of errors by path and method.
    errors: BTreeMap<(String, String), Vec<Value>>,
    /// Events without their schemas.
    events: BTreeMap<String, Value>,
}

impl Beside {
    /// Notes them before the document is lowered, and lets events go through the lowering if asked.
    pub fn take(document: &mut Value, with_events: bool) -> Self {
        let mut beside = Self::default();
        for (path, item) in members(document.get("paths")) {
            for (method, operation) in members(Some(item)).filter(|(key, _)| is_method(key)) {
                beside.note(path, method, operation);
            }
        }
        if !with_events {
            return beside;
        }
        let webhooks = document.get("webhooks").cloned();
        for (event, item) in members(webhooks.as_ref()) {
            let Some((_, operation)) = members(Some(item)).find(|(key, _)| is_method(key)) else {
                continue;
            };
            let mut kept = operation.clone();
            if let Some(kept) = kept.as_object_mut() {
                kept.retain(|key, _| {
                    ["deprecated", "description", "summary"].contains(&key.as_str())
                });
            }
            beside.events.insert(event.clone(), kept);
            let content = operation.pointer("/requestBody/content").cloned();
            let answer =
                json!({"description": "", "content": content.unwrap_or_else(|| json!({}))});
            document["paths"][format!("{PATHS}{event}")] = json!({
                "get": {RUST_NAME: operation_name(event), "responses": {"200": answer}},
            });
        }
        beside
    }

    /// Whether there are events that go through the lowering.
    pub fn has_events(&self) -> bool {
        !self.events.is_empty()
    }

    fn note(&mut self, path: &str, method: &str, operation: &Value) {
        if operation.get(BY_HAND).is_some() {
            let item = self.by_hand.entry(path).or_insert_with(|| json!({}));
            item[method] = without_references(operation.clone());
        }
        let statuses = members(operation.get("responses")).map(|(status, _)| status);
        let is_error = |status: &&String| {
            status.starts_with(['4', '5']) && status.chars().all(|c| c.is_ascii_digit())
        };
        let mut statuses: Vec<Value> = statuses
            .filter(is_error)
            .cloned()
            .map(Value::from)
            .collect();
        statuses.sort_by_key(Value::to_string);
        if !statuses.is_empty() {
            self.errors
                .insert((path.to_owned(), method.to_owned()), statuses);
        }
    }

    /// Puts them into the lowered document, in the order that it has.
    pub fn put(mut self, lowered: &mut Value) {
        let Ok(()) = for_each_operation(lowered, |path, method, _, operation| {
            if let Some(statuses) = self.errors.remove(&(path.to_owned(), method.to_owned())) {
                operation[ERRORS] = statuses.into();
                operation.sort_all_objects();
            }
            Ok::<(), std::convert::Infallible>(())
        });
        if !self.by_hand.is_empty() {
            lowered[BY_HAND] = self.by_hand.into();
            lowered[BY_HAND].sort_all_objects();
        }
        if !self.events.is_empty() {
            put_events(lowered, self.events);
        }
    }
}

/// Takes events, and the schemas that only they reach, out of the rest.
fn put_events(lowered: &mut Value, events: BTreeMap<String, Value>) {
    let mut kept = Map::new();
    for (event, mut webhook) in events {
        let paths = lowered.get_mut("paths").and_then(Value::as_object_mut);
        let path = paths.and_then(|paths| paths.shift_remove(&format!("{PATHS}{event}")));
        const SCHEMA: &str = "/get/responses/200/content/application~1json/schema";
        let schema = path.as_ref().and_then(|path| path.pointer(SCHEMA));
        if let Some(schema) = schema {
            webhook["schema"] = schema.clone();
        }
        kept.insert(event, webhook);
    }
    let reached = reached(lowered);
    let mut schemas = Map::new();
    let all = lowered.pointer_mut("/components/schemas");
    if let Some(all) = all.and_then(Value::as_object_mut) {
        for (name, schema) in std::mem::take(all) {
            let holder = if reached.contains(&name) {
                &mut *all
            } else {
                &mut schemas
            };
            holder.insert(name, schema);
        }
    }
    let moved: BTreeSet<String> = schemas.keys().cloned().collect();
    for (key, value) in [
        (WEBHOOK_SCHEMAS, Value::Object(schemas)),
        (WEBHOOKS, Value::Object(kept)),
    ] {
        let mut value = value;
        let Ok(()) = for_each_reference(&mut value, &Pointer::default(), &mut |target, _| {
            let name = target.strip_prefix(COMPONENTS);
            if let Some(name) = name.filter(|name| moved.contains(*name)) {
                *target = format!("#/{WEBHOOK_SCHEMAS}/{name}");
            }
            Ok::<(), std::convert::Infallible>(())
        });
        value.sort_all_objects();
        lowered[key] = value;
    }
}

/// The schemas that the operations reach.
fn reached(lowered: &Value) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut queue: Vec<&Value> = lowered.get("paths").into_iter().collect();
    while let Some(value) = queue.pop() {
        match value {
            Value::Array(items) => queue.extend(items),
            Value::Object(members) => queue.extend(members.values()),
            Value::String(target) => {
                if let Some(name) = target.strip_prefix(COMPONENTS)
                    && reached.insert(name.to_owned())
                {
                    queue.extend(
                        lowered
                            .pointer("/components/schemas")
                            .and_then(|s| s.get(name)),
                    );
                }
            }
            _ => {}
        }
    }
    reached
}

/// A name for an event while it is lowered: what is inline in it is named after it.
fn operation_name(event: &str) -> String {
    let mut name = "webhook_".to_owned();
    for letter in event.chars() {
        match letter {
            '.' => name.push('_'),
            letter if letter.is_ascii_alphanumeric() || letter == '_' => name.push(letter),
            other => name.push_str(&format!("_u{:x}_", u32::from(other))),
        }
    }
    name
}

/// What is said by a name, as that name: the schema itself may not be in the lowered document.
fn without_references(mut value: Value) -> Value {
    match &mut value {
        Value::Array(items) => {
            for item in items {
                *item = without_references(item.take());
            }
        }
        Value::Object(members) => {
            if let Some(target) = members.shift_remove("$ref") {
                members.insert("refers to".to_owned(), target);
            }
            for member in members.values_mut() {
                *member = without_references(member.take());
            }
        }
        _ => {}
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::overlay::Unmatched;
    use crate::pipeline::Lowered;

    fn lowered(value: Value) -> Lowered {
        let document = |name: &str, value| Document {
            name: name.to_owned(),
            value,
        };
        let overlay = json!({"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "actions": [
            {"target": "$.no", "description": "none is needed", "remove": true}]});
        let overlay = document("overlay.yaml", overlay);
        Lowered::of(vec![document("a.yaml", value)], &overlay, Unmatched::Noted).unwrap()
    }

    fn name(name: &str) -> Value {
        json!({"$ref": format!("{COMPONENTS}{name}")})
    }

    fn content(schema: Value) -> Value {
        json!({"application/json": {"schema": schema}})
    }

    fn document() -> Value {
        json!({
            "openapi": "3.1.0",
            "info": {"title": "t", "version": "1"},
            "paths": {
                "/links": {"get": {"responses": {
                    "200": {"description": "ok", "content": content(name("Link"))},
                    "404": {"description": "no"},
                }}},
                "/files": {"post": {
                    "x-by-hand": true,
                    "requestBody": {"content": {"multipart/form-data": {"schema": name("File")}}},
                }},
            },
            "webhooks": {
                "link.created": {"post": {"summary": "s", "tags": ["t"], "requestBody": {"content": content(name("EventSchema"))}}},
            },
            "components": {"schemas": {
                "Link": {"type": "object", "properties": {"url": {"type": "string"}}},
                "File": {"type": "object", "properties": {"file": {"type": "string"}}},
                "EventSchema": {"type": "object", "properties": {
                    "data": name("Link"), "at": {"type": ["string", "null"]},
                    "previous": {"type": "object", "properties": {"url": {"type": "string"}}}}},
            }},
        })
    }

    #[test]
    fn events_are_lowered_and_stand_beside_what_the_client_is_made_from() {
        let document = lowered(document()).document;
        let paths: Vec<&String> = members(document.get("paths"))
            .map(|(path, _)| path)
            .collect();
        // Of an operation by hand the path stays, with nothing at it.
        assert_eq!(paths, ["/files", "/links"]);
        let schemas = members(document.pointer("/components/schemas"));
        let schemas: Vec<&String> = schemas.map(|(name, _)| name).collect();
        assert_eq!(schemas, ["ApiError", "Link"]);
        assert_eq!(
            document[WEBHOOKS],
            json!({"link.created": {"summary": "s", "schema": {"$ref": "#/x-webhook-schemas/Event"}}})
        );
        assert_eq!(
            document[WEBHOOK_SCHEMAS],
            json!({
                "Event": {"type": "object", "properties": {
                    "at": {"type": "string", "nullable": true},
                    "data": name("Link"),
                    "previous": {"$ref": "#/x-webhook-schemas/EventPrevious"}}},
                "EventPrevious": {"type": "object", "properties": {"url": {"type": "string"}}},
            })
        );
    }

    #[test]
    fn statuses_of_errors_and_operations_by_hand_are_kept() {
        let document = lowered(document()).document;
        assert_eq!(document["paths"]["/links"]["get"][ERRORS], json!(["404"]));
        let by_hand = &document[BY_HAND]["/files"]["post"];
        assert_eq!(
            by_hand["requestBody"]["content"]["multipart/form-data"]["schema"],
            json!({"refers to": "#/components/schemas/File"})
        );
    }

    #[test]
    fn a_document_with_things_beside_it_is_lowered_already() {
        let once = lowered(document()).document;
        assert_eq!(lowered(once.clone()).document, once);
    }

    #[test]
    fn an_event_that_cannot_be_lowered_is_noted_and_stops_nothing() {
        let mut odd = document();
        odd["webhooks"]["link.created"]["post"]["requestBody"]["content"] =
            json!({"text/csv": {"schema": {"type": "string"}}});
        let lowered = lowered(odd);
        let notes: Vec<String> = lowered.notes.lines().collect();
        assert!(
            notes.contains(&"1 document whose webhooks cannot be compared: /webhooks".to_owned()),
            "{notes:?}"
        );
        assert_eq!(lowered.document.get(WEBHOOKS), None);
        assert_eq!(
            lowered.document[BY_HAND]["/files"]["post"]["x-by-hand"],
            true
        );
    }
}
