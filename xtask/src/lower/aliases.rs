//! A schema that is only a reference to another one is a second name for it, and is removed.

use std::collections::BTreeMap;
use std::convert::Infallible;

use serde_json::{Value, json};

use crate::input::{Pointer, Problem, Problems, for_each_reference, members};

/// Points every reference to the schema at the end of its chain.
pub fn resolve(document: &mut Value) -> Result<(), Problem> {
    let aliases: BTreeMap<String, String> = members(document.pointer("/components/schemas"))
        .filter_map(|(name, schema)| {
            let target = schema.get("$ref").and_then(Value::as_str)?;
            (schema.as_object()?.len() == 1)
                .then(|| (Pointer::schema(name).reference(), target.to_owned()))
        })
        .collect();
    let (mut problems, mut circles) = (Problems::default(), Vec::new());
    let Ok(()) = for_each_reference(document, &Pointer::default(), &mut |target, at| {
        // A chain is no longer than the number of aliases, unless they form a circle.
        for _ in 0..aliases.len() {
            match aliases.get(target) {
                Some(meant) => target.clone_from(meant),
                None => return Ok::<(), Infallible>(()),
            }
        }
        if aliases.contains_key(target) {
            problems.add(
                Problem::new("the references form a circle, and mean nothing")
                    .at(at)
                    .remedy("define what they mean at one place"),
            );
            circles.push(at.clone());
        }
        Ok(())
    });
    for at in circles {
        if let Some(schema) = document.pointer_mut(at.as_str()) {
            *schema = json!({});
        }
    }
    problems.result()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_name_what_is_meant_in_the_end() {
        let name = |name: &str| json!({"$ref": Pointer::schema(name).reference()});
        let mut document = json!({
            "paths": {"/x": {"get": {"body": name("A")}}},
            "components": {"schemas": {"A": name("B"), "B": name("C"), "C": {"type": "string"}}},
        });
        resolve(&mut document).unwrap();
        assert_eq!(document["paths"]["/x"]["get"]["body"], name("C"));
    }
}
