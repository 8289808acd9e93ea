//! A schema that is only a reference to another one is another name for it, and goes.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::operations::members;
use crate::pointer::Pointer;
use crate::references::for_each_reference;

const SCHEMAS: &str = "#/components/schemas/";

/// Lets every reference name the schema that is meant in the end.
pub fn resolve(document: &mut Value) {
    let aliases: BTreeMap<String, String> = members(document.pointer("/components/schemas"))
        .filter_map(|(name, schema)| {
            let target = schema.get("$ref").and_then(Value::as_str)?;
            (schema.as_object()?.len() == 1)
                .then(|| (format!("{SCHEMAS}{name}"), target.to_owned()))
        })
        .collect();
    let Ok(()) = for_each_reference(document, &Pointer::default(), &mut |target, _| {
        // A circle of aliases means nothing; after as many steps as there are aliases it is left alone.
        for _ in 0..aliases.len() {
            match aliases.get(target) {
                Some(meant) => target.clone_from(meant),
                None => break,
            }
        }
        Ok::<(), std::convert::Infallible>(())
    });
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_name_what_is_meant_in_the_end() {
        let name = |name: &str| json!({"$ref": format!("{SCHEMAS}{name}")});
        let mut document = json!({
            "paths": {"/x": {"get": {"body": name("A")}}},
            "components": {"schemas": {"A": name("B"), "B": name("C"), "C": {"type": "string"}}},
        });
        resolve(&mut document);
        assert_eq!(document["paths"]["/x"]["get"]["body"], name("C"));
    }
}
