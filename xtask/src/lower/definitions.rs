//! `$defs` of a schema become components of the document.

use serde_json::{Map, Value, json};

use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::references::for_each_reference;

/// Lifts the `$defs` of all component schemas; `#/components/schemas/A/$defs/B` becomes `A.B`.
pub fn lift(document: &mut Value) -> Result<(), Problem> {
    let root = Pointer::default().child("components").child("schemas");
    let Some(schemas) = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    else {
        return Ok(());
    };
    let mut moved = Vec::new();
    // Each with the place that references know it by.
    let mut queue: Vec<(String, Pointer)> = schemas
        .keys()
        .map(|name| (name.clone(), root.child(name)))
        .collect();
    while let Some((owner, at)) = queue.pop() {
        let definitions = schemas.get_mut(&owner).and_then(Value::as_object_mut);
        let Some(Value::Object(definitions)) = definitions.and_then(|s| s.remove("$defs")) else {
            continue;
        };
        for (name, definition) in definitions {
            let at = at.child("$defs").child(&name);
            let lifted = format!("{owner}.{name}");
            if schemas.contains_key(&lifted) {
                return Err(Problem::new(format!(
                    "`{name}` would become the component `{lifted}`, which is there already"
                ))
                .at(&at)
                .remedy("rename one of the two"));
            }
            schemas.insert(lifted.clone(), definition);
            moved.push((format!("#{}", at.as_str()), lifted.clone()));
            queue.push((lifted, at));
        }
    }
    point_to_components(document, &moved);
    refuse_others(document)
}

fn point_to_components(document: &mut Value, moved: &[(String, String)]) {
    let Ok(()) = for_each_reference(document, &Pointer::default(), &mut |target, _| {
        // The innermost definition first: its place starts with that of the outer one.
        let longest = moved
            .iter()
            .filter(|(from, _)| {
                target
                    .strip_prefix(from.as_str())
                    .is_some_and(|r| r.is_empty() || r.starts_with('/'))
            })
            .max_by_key(|(from, _)| from.len());
        if let Some((from, name)) = longest {
            *target = format!("#/components/schemas/{name}{}", &target[from.len()..]);
        }
        Ok::<(), std::convert::Infallible>(())
    });
}

/// After this, every reference names a component as a whole.
fn refuse_others(document: &mut Value) -> Result<(), Problem> {
    let known: Map<String, Value> = document
        .pointer("/components/schemas")
        .and_then(Value::as_object)
        .map(|schemas| {
            schemas
                .keys()
                .map(|name| (name.clone(), json!(null)))
                .collect()
        })
        .unwrap_or_default();
    for_each_reference(document, &Pointer::default(), &mut |target, at| {
        let name = target.strip_prefix("#/components/schemas/");
        if name.is_some_and(|name| known.contains_key(&unescape(name))) {
            return Ok(());
        }
        Err(Problem::new(format!(
            "the reference `{target}` is not to a component schema"
        ))
        .at(at)
        .remedy("give what it means a name below components/schemas, and refer to that"))
    })
}

fn unescape(name: &str) -> String {
    name.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_within_definitions_become_components() {
        let mut document = json!({"components": {"schemas": {
            "A": {
                "properties": {"x": {"$ref": "#/components/schemas/A/$defs/B"}},
                "$defs": {"B": {
                    "items": {"$ref": "#/components/schemas/A/$defs/B/$defs/C"},
                    "$defs": {"C": {"type": "string"}},
                }},
            },
        }}});
        lift(&mut document).unwrap();
        assert_eq!(
            document["components"]["schemas"],
            json!({
                "A": {"properties": {"x": {"$ref": "#/components/schemas/A.B"}}},
                "A.B": {"items": {"$ref": "#/components/schemas/A.B.C"}},
                "A.B.C": {"type": "string"},
            })
        );
    }

    #[test]
    fn a_reference_into_a_schema_is_refused() {
        let mut document = json!({"components": {"schemas": {
            "A": {"$ref": "#/components/schemas/B/properties/x"},
            "B": {"properties": {"x": {"type": "string"}}},
        }}});
        let problem = lift(&mut document).unwrap_err().to_string();
        assert!(problem.contains("/components/schemas/A"), "{problem}");
    }
}
