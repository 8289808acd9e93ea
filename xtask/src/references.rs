//! Finding `$ref`s. A *property* named `$ref` is none, and neither is what stands in an example.

use serde_json::Value;

use crate::pointer::Pointer;

/// Members whose own members are named by the document, not by the specification.
const NAMED: [&str; 19] = [
    "$defs",
    "callbacks",
    "content",
    "definitions",
    "dependentSchemas",
    "encoding",
    "headers",
    "links",
    "parameters",
    "pathItems",
    "paths",
    "patternProperties",
    "properties",
    "requestBodies",
    "responses",
    "schemas",
    "securitySchemes",
    "variables",
    "webhooks",
];

/// Members that hold data, in which nothing is a keyword.
const DATA: [&str; 6] = ["const", "default", "enum", "example", "examples", "mapping"];

/// Visits every reference below `value`: the text of `$ref`, and the place of the object that holds it.
pub fn for_each_reference<E>(
    value: &mut Value,
    at: &Pointer,
    visit: &mut impl FnMut(&mut String, &Pointer) -> Result<(), E>,
) -> Result<(), E> {
    walk(value, at, false, visit)
}

fn walk<E>(
    value: &mut Value,
    at: &Pointer,
    is_named: bool,
    visit: &mut impl FnMut(&mut String, &Pointer) -> Result<(), E>,
) -> Result<(), E> {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                walk(item, &at.child(index), false, visit)?;
            }
        }
        Value::Object(members) => {
            for (key, member) in members.iter_mut() {
                if is_named {
                    walk(member, &at.child(key), false, visit)?;
                    continue;
                }
                match member {
                    Value::String(target) if key == "$ref" => visit(target, at)?,
                    _ if DATA.contains(&key.as_str()) || key.starts_with("x-") => {}
                    _ => {
                        let is_named = NAMED.contains(&key.as_str()) && member.is_object();
                        walk(member, &at.child(key), is_named, visit)?;
                    }
                }
            }
        }
        _ => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_are_told_from_properties_and_examples() {
        let mut document = json!({
            "components": {"schemas": {
                "Meta": {"properties": {
                    "$ref": {"type": "string"},
                    "example": {"$ref": "#/a"},
                    "other": {"$ref": "#/b", "example": {"$ref": "#/no"}},
                }},
                "default": {"items": {"$ref": "#/c"}, "default": {"$ref": "#/no"}},
            }},
            "paths": {"/x": {"get": {"parameters": [{"$ref": "#/d"}], "x-note": {"$ref": "#/no"}}}},
        });
        let mut found = Vec::new();
        for_each_reference(&mut document, &Pointer::default(), &mut |target, at| {
            found.push(format!("{at} {target}"));
            Ok::<(), ()>(())
        })
        .unwrap();
        assert_eq!(
            found,
            [
                "/components/schemas/Meta/properties/example #/a",
                "/components/schemas/Meta/properties/other #/b",
                "/components/schemas/default/items #/c",
                "/paths/~1x/get/parameters/0 #/d",
            ]
        );
    }
}
