//! Operations written by hand, the statuses of errors, and servers of single operations. The client is not
//! generated from them, but reports compare them, so the lowered document keeps them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::input::{for_each_operation, members, operations};

/// The member in which a lowered document keeps the operations that the client has by hand; in an
/// operation, the mark of one.
pub const BY_HAND: &str = "x-by-hand";
/// The member in which a lowered operation keeps the statuses of its errors.
pub const ERRORS: &str = "x-errors";
/// The member in which a lowered operation keeps the addresses of servers of its own.
pub const SERVERS: &str = "x-servers";

/// Parts of a merged document that lowering would lose.
#[derive(Debug, Default)]
pub struct ComparedOnly {
    by_hand: Map<String, Value>,
    /// Members of operations, by path and method.
    of_operations: BTreeMap<(String, String), Map<String, Value>>,
}

impl ComparedOnly {
    /// Records them before the document is lowered.
    pub fn take(document: &Value) -> Self {
        let mut kept = Self::default();
        for (path, method, operation) in operations(document, "paths") {
            let item = document.get("paths").and_then(|paths| paths.get(path));
            kept.add(path, method, operation);
            let own = operation.get("servers");
            let servers = addresses(own.or(item.and_then(|item| item.get("servers"))));
            if !servers.is_empty() && servers != addresses(document.get("servers")) {
                kept.put_aside(path, method, SERVERS, servers);
            }
        }
        kept
    }

    fn add(&mut self, path: &str, method: &str, operation: &Value) {
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
            self.put_aside(path, method, ERRORS, statuses);
        }
    }

    fn put_aside(&mut self, path: &str, method: &str, key: &str, values: Vec<Value>) {
        let place = (path.to_owned(), method.to_owned());
        let members = self.of_operations.entry(place).or_default();
        members.insert(key.to_owned(), values.into());
    }

    /// Puts them into the lowered document, sorted by name as all its members are.
    pub fn put(mut self, lowered: &mut Value) {
        let Ok(()) = for_each_operation(lowered, |path, method, _, operation| {
            let place = (path.to_owned(), method.to_owned());
            let members = self.of_operations.remove(&place).unwrap_or_default();
            for (key, values) in members {
                operation[key] = values;
            }
            operation.sort_all_objects();
            Ok::<(), std::convert::Infallible>(())
        });
        if !self.by_hand.is_empty() {
            lowered[BY_HAND] = self.by_hand.into();
            lowered[BY_HAND].sort_all_objects();
        }
    }
}

/// The addresses of servers, each with its variables if it has any.
fn addresses(servers: Option<&Value>) -> Vec<Value> {
    let servers = servers.and_then(Value::as_array).into_iter().flatten();
    let address = |server: &Value| {
        let url = server.get("url")?;
        Some(match server.get("variables") {
            Some(variables) => json!({"url": url, "variables": variables}),
            None => url.clone(),
        })
    };
    servers.filter_map(address).collect()
}

/// References become plain names: the schema itself may not be in the lowered document.
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
    use crate::commands::pipeline::Lowered;
    use crate::input::overlay::Unmatched;
    use crate::input::{Document, Profile};

    const COMPONENTS: &str = "#/components/schemas/";

    fn lowered(value: Value) -> Lowered {
        let document = |name: &str, value| Document::new(name, value);
        let overlay = json!({"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "actions": [
            {"target": "$.no", "description": "none is needed", "remove": true}]});
        let overlay = document("overlay.yaml", overlay);
        Lowered::of(
            vec![document("a.yaml", value)],
            Some(&overlay),
            &Profile::of_this_repository(),
            Unmatched::Reported,
        )
        .unwrap()
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
                "/links": {"servers": [{"url": "https://h.example"}], "get": {"responses": {
                    "200": {"description": "ok", "content": content(name("Link"))},
                    "404": {"description": "no"},
                }}},
                "/files": {"post": {
                    "x-by-hand": true,
                    "requestBody": {"content": {"multipart/form-data": {"schema": name("File")}}},
                }},
            },
            "components": {"schemas": {
                "Link": {"type": "object", "properties": {"url": {"type": "string"}}},
                "File": {"type": "object", "properties": {"file": {"type": "string"}}},
            }},
        })
    }

    #[test]
    fn statuses_of_errors_servers_and_operations_by_hand_are_kept() {
        let document = lowered(document()).document;
        let operation = &document["paths"]["/links"]["get"];
        assert_eq!(operation[ERRORS], json!(["404"]));
        assert_eq!(operation[SERVERS], json!(["https://h.example"]));
        let by_hand = &document[BY_HAND]["/files"]["post"];
        assert_eq!(
            by_hand["requestBody"]["content"]["multipart/form-data"]["schema"],
            json!({"refers to": "#/components/schemas/File"})
        );
    }

    #[test]
    fn a_document_with_what_is_only_compared_is_lowered_already() {
        let once = lowered(document()).document;
        assert_eq!(lowered(once.clone()).document, once);
    }
}
