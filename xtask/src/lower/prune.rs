//! Schemas that no operation and no event reaches are no part of the client, and are counted.

use std::collections::BTreeSet;

use serde_json::Value;

use super::events;
use crate::notes::Notes;
use crate::pointer::Pointer;
use crate::references::for_each_reference;

/// Removes the component schemas that no operation and no event reaches.
pub fn prune(document: &mut Value, notes: &mut Notes) {
    let mut reached = BTreeSet::new();
    let mut queue = Vec::new();
    for roots in ["paths", events::BEFORE] {
        queue.extend(document.get_mut(roots).map(referred).unwrap_or_default());
    }
    while let Some(name) = queue.pop() {
        let schema = document
            .pointer_mut("/components/schemas")
            .and_then(|s| s.get_mut(&name));
        if let (Some(schema), true) = (schema, reached.insert(name)) {
            queue.extend(referred(schema));
        }
    }
    let at = Pointer::default().child("components").child("schemas");
    let schemas = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut);
    if let Some(schemas) = schemas {
        schemas.retain(|name, _| {
            if !reached.contains(name) {
                notes.add(
                    "schema that no operation and no event reaches",
                    &at.child(name),
                );
            }
            reached.contains(name)
        });
    }
}

fn referred(value: &mut Value) -> Vec<String> {
    let mut names = Vec::new();
    let Ok(()) = for_each_reference(value, &Pointer::default(), &mut |target, _| {
        names.extend(
            target
                .strip_prefix("#/components/schemas/")
                .map(str::to_owned),
        );
        Ok::<(), std::convert::Infallible>(())
    });
    names
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_operations_and_events_reach_stays() {
        let mut document = json!({
            "paths": {"/x": {"get": {"responses": {"200": {"content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/A"}}}}}}}},
            "webhooks": {"d.created": {"data": {"$ref": "#/components/schemas/D"}}},
            "components": {"schemas": {
                "A": {"items": {"$ref": "#/components/schemas/B"}},
                "B": {"properties": {"a": {"$ref": "#/components/schemas/A"}}},
                "C": {"items": {"$ref": "#/components/schemas/A"}},
                "D": {"items": {"$ref": "#/components/schemas/A"}},
            }},
        });
        let mut notes = Notes::default();
        prune(&mut document, &mut notes);
        let names: Vec<&String> =
            crate::operations::members(document.pointer("/components/schemas"))
                .map(|(name, _)| name)
                .collect();
        assert_eq!(names, ["A", "B", "D"]);
        assert!(
            notes
                .lines()
                .next()
                .unwrap()
                .contains("/components/schemas/C")
        );
    }
}
