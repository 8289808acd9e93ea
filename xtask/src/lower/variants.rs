//! A body with a variant for each integration is reduced to its base variant.
//!
//! The vendor lists dozens of variants of a body, and the integration decides which one applies. Callers add
//! the fields that only one integration knows by their names.

use serde_json::{Value, json};

use super::schemas::for_each_schema;
use crate::input::{Diagnostics, Problem, members};

/// Replaces each union that has a base variant by that variant. `base` is the ending of its name; an empty
/// one means that there are no base variants.
pub fn keep_base(
    document: &mut Value,
    base: &str,
    diagnostics: &mut Diagnostics,
) -> Result<(), Problem> {
    if base.is_empty() {
        return Ok(());
    }
    for_each_schema(document, &mut |schema, at| {
        for union in ["oneOf", "anyOf"] {
            let branches = schema.get(union).and_then(Value::as_array);
            let target = |branch: &Value| Some(branch.get("$ref")?.as_str()?.to_owned());
            let names: Vec<Option<String>> = branches.into_iter().flatten().map(target).collect();
            let is_base = |name: &&String| name.ends_with(base);
            let Some(kept) = names.iter().flatten().find(is_base).cloned() else {
                continue;
            };
            for (index, name) in names.iter().enumerate() {
                if name.as_ref() != Some(&kept) {
                    diagnostics.add("variant of one integration", &at.child(union).child(index));
                }
            }
            let beside = members(Some(schema)).filter(|(key, _)| *key != union);
            for (key, _) in beside {
                diagnostics.add("word beside the variants of a body", &at.child(key));
            }
            *schema = json!({"$ref": kept});
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_union_with_a_base_variant_is_that_variant() {
        let name = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let mut document = json!({"components": {"schemas": {
            "Body": {"oneOf": [name("Order--Base_Schema--"), name("Order--Acme--"), name("Order--Other--")]},
            "Either": {"oneOf": [name("A"), name("B")]},
        }}});
        let mut diagnostics = Diagnostics::default();
        keep_base(&mut document, "--Base_Schema--", &mut diagnostics).unwrap();
        let schemas = &document["components"]["schemas"];
        assert_eq!(schemas["Body"], name("Order--Base_Schema--"));
        assert_eq!(schemas["Either"]["oneOf"].as_array().unwrap().len(), 2);
        let lines: Vec<String> = diagnostics.lines().collect();
        assert_eq!(
            lines,
            ["2 variant of one integration, the first at /components/schemas/Body/oneOf/1"]
        );
    }
}
