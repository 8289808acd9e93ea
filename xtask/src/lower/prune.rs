//! Schemas that no operation and no event reaches are removed and counted.

use std::collections::BTreeSet;

use serde_json::Value;

use super::events;
use crate::generate::reach;
use crate::input::{Diagnostics, Pointer, members, operations};

/// Removes the component schemas that no operation and no event reaches.
pub fn prune(document: &mut Value, diagnostics: &mut Diagnostics) {
    let mut names = BTreeSet::new();
    let operations = operations(document, "paths").map(|(_, _, operation)| operation);
    let events = members(document.get(events::BEFORE)).map(|(_, event)| event);
    for root in operations.chain(events) {
        reach(document, root, &mut names);
    }
    let reached: BTreeSet<Pointer> = names
        .into_iter()
        .map(|name| Pointer::schemas().below(&name))
        .collect();
    let schemas = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut);
    if let Some(schemas) = schemas {
        schemas.retain(|name, _| {
            let at = Pointer::schema(name);
            let is_reached = reached.contains(&at);
            if !is_reached {
                diagnostics.add("schema that no operation and no event reaches", &at);
            }
            is_reached
        });
    }
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
        let mut diagnostics = Diagnostics::default();
        prune(&mut document, &mut diagnostics);
        let names: Vec<&String> = members(document.pointer("/components/schemas"))
            .map(|(name, _)| name)
            .collect();
        assert_eq!(names, ["A", "B", "D"]);
        assert!(
            diagnostics
                .lines()
                .next()
                .unwrap()
                .contains("/components/schemas/C")
        );
    }
}
