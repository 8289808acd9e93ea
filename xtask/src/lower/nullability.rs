//! `null` as a type becomes `nullable`.

use serde_json::{Map, Value, json};

use crate::input::{Pointer, Problem, members};

/// Lowers `null` and lists of types in one schema.
pub fn lower(schema: &mut Value, at: &Pointer) -> Result<(), Problem> {
    let Some(keywords) = schema.as_object_mut() else {
        return Ok(());
    };
    let mut is_nullable = without_itself(keywords, at);
    // A union of one moves its keywords to the schema around it, which may make that a union again. Enums and
    // types come last, when all their keywords are in one place.
    while let Some(union) = ["anyOf", "oneOf"]
        .into_iter()
        .find(|union| is_due(keywords, union))
    {
        is_nullable |= null_in_union(keywords, union, at)?;
    }
    is_nullable |= null_in_enum(keywords);
    is_nullable |= null_in_type(keywords, at)?;
    if is_nullable {
        keywords.insert("nullable".to_owned(), true.into());
    }
    Ok(())
}

/// A type of a union that is the union itself adds nothing. What is only itself or null may be anything.
fn without_itself(keywords: &mut Map<String, Value>, at: &Pointer) -> bool {
    let itself = at.reference();
    let mut is_nullable = false;
    for union in ["anyOf", "oneOf"] {
        let Some(branches) = keywords.get_mut(union).and_then(Value::as_array_mut) else {
            continue;
        };
        let count = branches.len();
        branches.retain(|branch| branch.get("$ref").is_none_or(|target| *target != *itself));
        if branches.len() < count && branches.iter().all(is_null) {
            is_nullable |= !branches.is_empty();
            keywords.remove(union);
        }
    }
    is_nullable
}

fn null_in_enum(keywords: &mut Map<String, Value>) -> bool {
    let Some(values) = keywords.get_mut("enum").and_then(Value::as_array_mut) else {
        return false;
    };
    let count = values.len();
    if count > 1 {
        values.retain(|value| !value.is_null());
    }
    values.len() < count
}

fn null_in_type(keywords: &mut Map<String, Value>, at: &Pointer) -> Result<bool, Problem> {
    let Some(Value::Array(types)) = keywords.get("type") else {
        return match keywords.get("type") {
            Some(Value::String(name)) if name == "null" => Err(only_null(&at.child("type"))),
            _ => Ok(false),
        };
    };
    let others: Vec<Value> = types
        .iter()
        .filter(|name| *name != "null")
        .cloned()
        .collect();
    let is_nullable = others.len() < types.len();
    match &others[..] {
        [] => return Err(only_null(&at.child("type"))),
        [only] => {
            keywords.insert("type".to_owned(), only.clone());
        }
        several => {
            if keywords.contains_key("anyOf") {
                return Err(
                    Problem::new("several types beside an `anyOf` cannot be expressed")
                        .at(&at.child("type"))
                        .remedy("say in openapi/overlay.yaml what the API sends"),
                );
            }
            let branches = several.iter().map(|name| branch(keywords, name)).collect();
            for keyword in [
                "type",
                "items",
                "properties",
                "required",
                "additionalProperties",
            ] {
                keywords.remove(keyword);
            }
            keywords.insert("anyOf".to_owned(), branches);
        }
    }
    Ok(is_nullable)
}

/// One of several types, with the keywords that only it understands.
fn branch(keywords: &Map<String, Value>, name: &Value) -> Value {
    let own: &[&str] = match name.as_str() {
        Some("array") => &["items"],
        Some("object") => &["properties", "required", "additionalProperties"],
        _ => &[],
    };
    let mut branch = json!({"type": name});
    for keyword in own {
        if let Some(value) = keywords.get(*keyword) {
            branch[*keyword] = value.clone();
        }
    }
    branch
}

/// Whether a union has a branch for null, or fewer than two branches.
fn is_due(keywords: &Map<String, Value>, union: &str) -> bool {
    let branches = keywords.get(union).and_then(Value::as_array);
    branches.is_some_and(|branches| branches.len() < 2 || branches.iter().any(is_null))
}

/// Takes `null` out of a union, and replaces one of a single branch by that branch.
fn null_in_union(
    keywords: &mut Map<String, Value>,
    union: &str,
    at: &Pointer,
) -> Result<bool, Problem> {
    let Some(branches) = keywords.get_mut(union).and_then(Value::as_array_mut) else {
        return Ok(false);
    };
    let count = branches.len();
    branches.retain(|branch| !is_null(branch));
    let is_nullable = branches.len() < count;
    let only = match &mut branches[..] {
        [] => return Err(only_null(&at.child(union))),
        [only] => only.take(),
        _ => return Ok(is_nullable),
    };
    keywords.remove(union);
    match only {
        Value::Object(only) if only.keys().all(|key| can_join(keywords, key)) => {
            for (key, value) in only {
                // A keyword outside describes the use, and wins.
                keywords.entry(key).or_insert(value);
            }
        }
        only => match keywords.get_mut("allOf") {
            Some(Value::Array(parts)) => parts.push(only),
            _ => drop(keywords.insert("allOf".to_owned(), json!([only]))),
        },
    }
    Ok(is_nullable)
}

/// Whether a keyword of the only branch may stand beside those outside.
fn can_join(outside: &Map<String, Value>, keyword: &str) -> bool {
    let is_description = ["description", "title", "example", "deprecated", "nullable"];
    keyword != "$ref" && (is_description.contains(&keyword) || !outside.contains_key(keyword))
}

/// Whether a branch fits `null` and nothing else.
fn is_null(schema: &Value) -> bool {
    let says_null = |key: &str| match schema.get(key) {
        Some(Value::String(name)) => name == "null",
        Some(Value::Array(names)) => !names.is_empty() && names.iter().all(|name| name == "null"),
        _ => false,
    };
    // What takes null and no field of a map is there for null.
    let is_empty = || {
        let is = |key: &str, value: Value| schema.get(key) == Some(&value);
        let has_fields = members(schema.get("properties")).next().is_some();
        is("nullable", true.into()) && is("additionalProperties", false.into()) && !has_fields
    };
    says_null("type")
        || is_empty()
        || schema.get("const").is_some_and(Value::is_null)
        || schema.get("enum") == Some(&json!([null]))
}

fn only_null(at: &Pointer) -> Problem {
    Problem::new("a value that can only be null cannot be expressed")
        .at(at)
        .remedy("say in openapi/overlay.yaml what the API sends, or remove the field there")
}
