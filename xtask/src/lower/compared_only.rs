//! Operations written by hand, and the statuses of errors. The client is not generated from them, but
//! reports compare them, so the lowered document keeps them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::input::{for_each_operation, members, operations};

/// The member in which a lowered document keeps the operations that the client has by hand; in an
/// operation, the mark of one.
pub const BY_HAND: &str = "x-by-hand";
/// The member in which a lowered operation keeps the statuses of its errors.
pub const ERRORS: &str = "x-errors";

/// Parts of a merged document that lowering would lose.
#[derive(Debug, Default)]
pub struct ComparedOnly {
    by_hand: Map<String, Value>,
    /// Statuses of errors by path and method.
    errors: BTreeMap<(String, String), Vec<Value>>,
}

impl ComparedOnly {
    /// Records them before the document is lowered.
    pub fn take(document: &Value) -> Self {
        let mut kept = Self::default();
        for (path, method, operation) in operations(document, "paths") {
            kept.add(path, method, operation);
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
            self.errors
                .insert((path.to_owned(), method.to_owned()), statuses);
        }
    }

    /// Puts them into the lowered document, sorted by name as all its members are.
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
    }
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
        let document = |name: &str, value| Document {
            name: name.to_owned(),
            value,
        };
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
                "/links": {"get": {"responses": {
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
    fn a_document_with_what_is_only_compared_is_lowered_already() {
        let once = lowered(document()).document;
        assert_eq!(lowered(once.clone()).document, once);
    }
}
