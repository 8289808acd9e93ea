//! `$defs` of a schema become components of the document.

use std::collections::BTreeSet;

use std::convert::Infallible;

use serde_json::{Value, json};

use crate::input::{Pointer, Problem, Problems, for_each_reference, for_each_target, members};

/// Lifts the `$defs` of all component schemas; `#/components/schemas/A/$defs/B` becomes `A.B`.
pub fn lift(document: &mut Value) -> Result<(), Problem> {
    let root = Pointer::schemas();
    let Some(schemas) = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    else {
        return Ok(());
    };
    let (mut moved, mut problems) = (Vec::new(), Problems::default());
    // Each owner with the place that references use for it.
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
                problems.add(
                    Problem::new(format!(
                        "`{name}` would become the component `{lifted}`, which is there already"
                    ))
                    .at(&at)
                    .remedy("rename one of the two"),
                );
                continue;
            }
            schemas.insert(lifted.clone(), definition);
            moved.push((at.reference(), lifted.clone()));
            queue.push((lifted, at));
        }
    }
    point_to_components(document, &moved);
    refuse_others(document, &mut problems);
    problems.result()
}

fn point_to_components(document: &mut Value, moved: &[(String, String)]) {
    for_each_target(document, |target| {
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
            *target = Pointer::schema(name).reference() + &target[from.len()..];
        }
    });
}

/// After this, every reference names a component as a whole.
fn refuse_others(document: &mut Value, problems: &mut Problems) {
    let schemas = members(document.pointer("/components/schemas"));
    let known: BTreeSet<Pointer> = schemas.map(|(name, _)| Pointer::schema(name)).collect();
    let mut places = Vec::new();
    let Ok(()) = for_each_reference(document, &Pointer::default(), &mut |target, at| {
        if !Pointer::of_reference(target).is_some_and(|place| known.contains(&place)) {
            let what = format!("the reference `{target}` is not to a component schema");
            let remedy = "give what it means a name below components/schemas, and refer to that";
            problems.add(Problem::new(what).at(at).remedy(remedy));
            places.push(at.clone());
        }
        Ok::<(), Infallible>(())
    });
    for at in places {
        if let Some(schema) = document.pointer_mut(at.as_str()) {
            *schema = json!({});
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

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
