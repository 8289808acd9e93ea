//! Takes from the document what progenitor would turn into a refusal at run time.
//!
//! The lowered document stays truthful: lengths, ranges, patterns and defaults are in it. In the client
//! they would make an answer fail that the API did give, or send a default that nobody asked for.

use serde_json::{Map, Value, json};

use super::facts::{self, Facts, TypeFacts};

/// Keywords that only narrow a value.
const NARROWING: [&str; 16] = [
    "additionalProperties",
    "default",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "pattern",
    "uniqueItems",
];

/// The document as progenitor is to see it.
pub fn loosen(document: &Value, facts: &Facts) -> Value {
    // Nothing else plays a part: what it does not read cannot stop it.
    let mut document = json!({
        "openapi": "3.0.3",
        "info": {"title": "", "version": ""},
        "paths": document.get("paths").cloned().unwrap_or(json!({})),
        "components": {"schemas": document.pointer("/components/schemas")},
    });
    if let Some(schemas) = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    {
        schemas.retain(|name, _| facts.types.contains_key(name));
    }
    if let Some(schemas) = document.pointer_mut("/components/schemas") {
        for (name, schema) in members(schemas) {
            schema_of(schema);
            if let Some(facts) = facts.types.get(name) {
                require(schema, facts);
            }
        }
    }
    if let Some(paths) = document.get_mut("paths") {
        for (_, item) in members(paths) {
            for (_, operation) in members(item) {
                self::operation(operation);
            }
        }
    }
    document
}

/// Error answers are decoded by the runtime, for every operation alike, and are no types of the client.
fn operation(operation: &mut Value) {
    if let Some(answers) = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut)
    {
        answers.retain(|status, _| status.starts_with('2'));
    }
    let parameters = operation
        .get_mut("parameters")
        .and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten() {
        if let Some(schema) = parameter.get_mut("schema") {
            schema_of(schema);
        }
    }
}

/// Leaves of what the document requires the fields without which nothing can be read: nothing within a record,
/// and nothing that is going away.
fn require(schema: &mut Value, facts: &TypeFacts) {
    let is_deprecated = |name: &Value| {
        let properties = schema.get("properties");
        let field = properties.and_then(|fields| fields.get(name.as_str()?));
        field.is_some_and(|field| field.get("deprecated") == Some(&Value::Bool(true)))
    };
    let required = schema.get("required").and_then(Value::as_array);
    let required: Vec<Value> = required
        .into_iter()
        .flatten()
        .filter(|name| name.as_str().is_some_and(|name| facts.requires(name)))
        .filter(|name| !is_deprecated(name))
        .cloned()
        .collect();
    if let Some(keywords) = schema.as_object_mut() {
        keywords.insert("required".to_owned(), required.into());
    }
}

fn schema_of(schema: &mut Value) {
    let is_map = schema.get("properties").is_none();
    if let Some(values) = facts::string_enum(schema) {
        // progenitor refuses values that differ only by case; the enum is written by our own pass.
        schema["enum"] = values.into_iter().take(1).map(Value::from).collect();
    } else if let Some(keywords) = schema.as_object_mut() {
        // Numbers that are listed today: others may come.
        keywords.remove("enum");
    }
    let Some(keywords) = schema.as_object_mut() else {
        return;
    };
    keywords.retain(|keyword, _| {
        !NARROWING.contains(&keyword.as_str()) || (is_map && keyword == "additionalProperties")
    });
    for (keyword, value) in keywords.iter_mut() {
        match keyword.as_str() {
            "items" | "additionalProperties" => schema_of(value),
            "properties" => members(value).for_each(|(_, property)| schema_of(property)),
            "allOf" | "anyOf" | "oneOf" => {
                let branches = value.as_array_mut();
                branches.into_iter().flatten().for_each(schema_of);
            }
            _ => {}
        }
    }
}

fn members(value: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    value.as_object_mut().into_iter().flat_map(Map::iter_mut)
}
