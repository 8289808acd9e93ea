//! Finds `$ref`s. A *property* named `$ref` is not a reference, nor is a member of an example.

use serde_json::Value;

use crate::input::pointer::Pointer;

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
const DATA: [&str; 5] = ["const", "default", "enum", "example", "examples"];

/// Visits every reference below `value`: the text of `$ref`, and the place of the object that holds it.
pub fn for_each_reference<E>(
    value: &mut Value,
    at: &Pointer,
    visit: &mut impl FnMut(&mut String, &Pointer) -> Result<(), E>,
) -> Result<(), E> {
    walk(value, &Trail::Start(at), false, visit)
}

/// Visits the text of every reference below `value`.
pub fn for_each_target(value: &mut Value, mut visit: impl FnMut(&mut String)) {
    let Ok(()) = for_each_reference(value, &Pointer::default(), &mut |target, _| {
        visit(target);
        Ok::<(), std::convert::Infallible>(())
    });
}

/// The way to a value. Pointers are made for references only, which few values are.
enum Trail<'a> {
    Start(&'a Pointer),
    Member(&'a Trail<'a>, &'a str),
    Item(&'a Trail<'a>, usize),
}

impl Trail<'_> {
    fn pointer(&self) -> Pointer {
        match self {
            Self::Start(at) => (*at).clone(),
            Self::Member(above, key) => above.pointer().child(key),
            Self::Item(above, index) => above.pointer().child(index),
        }
    }
}

fn walk<E>(
    value: &mut Value,
    at: &Trail<'_>,
    is_named: bool,
    visit: &mut impl FnMut(&mut String, &Pointer) -> Result<(), E>,
) -> Result<(), E> {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                walk(item, &Trail::Item(at, index), false, visit)?;
            }
        }
        Value::Object(members) => {
            for (key, member) in members.iter_mut() {
                if is_named {
                    walk(member, &Trail::Member(at, key), false, visit)?;
                    continue;
                }
                match member {
                    Value::String(target) if key == "$ref" => visit(target, &at.pointer())?,
                    // A discriminator maps values to references.
                    Value::Object(mapping) if key == "mapping" => {
                        let targets = mapping.values_mut();
                        let mut texts = targets.filter_map(|target| match target {
                            Value::String(target) if target.contains('#') => Some(target),
                            _ => None,
                        });
                        texts.try_for_each(|target| visit(target, &at.pointer().child(key)))?;
                    }
                    Value::Array(_) | Value::Object(_)
                        if !DATA.contains(&key.as_str()) && !key.starts_with("x-") =>
                    {
                        let is_named = NAMED.contains(&key.as_str()) && member.is_object();
                        walk(member, &Trail::Member(at, key), is_named, visit)?;
                    }
                    _ => {}
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
    fn references_are_distinguished_from_properties_and_examples() {
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
