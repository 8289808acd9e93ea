//! A schema that is only a reference to another one, perhaps with words around it, is a second name for it, and is
//! removed.

use std::collections::BTreeMap;
use std::convert::Infallible;

use serde_json::{Value, json};

use super::all_of::is_words;
use crate::input::{Pointer, Problem, Problems, for_each_reference, members};

/// Points every reference to the schema at the end of its chain.
pub fn resolve(document: &mut Value) -> Result<(), Problem> {
    let aliases: BTreeMap<String, String> = members(document.pointer("/components/schemas"))
        .filter_map(|(name, schema)| {
            Some((Pointer::schema(name).reference(), meant(schema)?.to_owned()))
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

/// What a schema refers to that says nothing else of its values.
fn meant(schema: &Value) -> Option<&str> {
    let parts = schema.get("allOf").and_then(Value::as_array);
    let (key, holder) = match parts.map(Vec::as_slice) {
        Some([only]) => ("allOf", only),
        _ => ("$ref", schema),
    };
    let says_more = |other: &String| other != key && (!is_words(other) || other == "nullable");
    if members(Some(schema)).any(|(other, _)| says_more(other)) {
        return None;
    }
    holder.get("$ref")?.as_str()
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
            "components": {"schemas": {
                "A": name("B"), "B": {"allOf": [name("C")], "description": "d"}, "C": {"type": "string"},
            }},
        });
        resolve(&mut document).unwrap();
        assert_eq!(document["paths"]["/x"]["get"]["body"], name("C"));
    }
}
