//! Removes from the document what progenitor would turn into an error at run time.
//!
//! The lowered document stays truthful: lengths, ranges, patterns and defaults are in it. In the client
//! they would make the reading of a response fail, or send a default that the caller did not set.

use serde_json::{Map, Value, json};

use super::document::{flag, string_enum};
use super::facts::{Facts, TypeFacts};
use super::rust_types::is_time;
use super::unions::is_union;

/// The keywords that a type is made of. All others only narrow a value or describe it to people.
const SHAPING: [&str; 10] = [
    "$ref",
    "additionalProperties",
    "allOf",
    "deprecated",
    "description",
    "items",
    "nullable",
    "properties",
    "required",
    "type",
];

/// The schemas of the client's types, as progenitor is to see them, without any operation.
pub fn types(document: &Value, facts: &Facts) -> Value {
    let mut schemas = relaxed_schemas(document);
    if let Some(schemas) = schemas.as_object_mut() {
        schemas.retain(|name, _| facts.types.contains_key(name));
        for (name, schema) in schemas {
            if let Some(facts) = facts.types.get(name) {
                require(schema, facts);
            }
        }
    }
    // Nothing else plays a part: what progenitor does not read cannot stop it.
    minimal(json!({}), schemas)
}

/// The schemas and the operations, each with its response of success alone.
#[allow(dead_code, reason = "xtask measures it; the build script does not ask")]
pub fn all(document: &Value) -> Value {
    let mut paths = document.get("paths").cloned().unwrap_or(json!({}));
    let operations = members(&mut paths).flat_map(|(_, item)| members(item));
    for (_, operation) in operations {
        if let Some(responses) = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut)
        {
            responses.retain(|status, _| status.starts_with('2'));
        }
        let parameters = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        let schemas = parameters.into_iter().flatten();
        schemas
            .filter_map(|parameter| parameter.get_mut("schema"))
            .for_each(schema_of);
    }
    minimal(paths, relaxed_schemas(document))
}

fn relaxed_schemas(document: &Value) -> Value {
    let mut schemas = document.pointer("/components/schemas").cloned();
    let schemas_of = schemas.as_mut().and_then(Value::as_object_mut);
    schemas_of
        .into_iter()
        .flat_map(Map::values_mut)
        .for_each(schema_of);
    schemas.unwrap_or(json!({}))
}

fn minimal(paths: Value, schemas: Value) -> Value {
    json!({
        "openapi": "3.0.3",
        "info": {"title": "", "version": ""},
        "paths": paths,
        "components": {"schemas": schemas},
    })
}

/// Leaves of what the document requires the fields without which nothing can be read: nothing within a record,
/// and nothing that is going away.
fn require(schema: &mut Value, facts: &TypeFacts) {
    let is_deprecated = |name: &Value| {
        let properties = schema.get("properties");
        let field = properties.and_then(|fields| fields.get(name.as_str()?));
        field.is_some_and(|field| flag(field, "deprecated"))
    };
    // What only goes the other way is not asked for. What is only written is asked for by its setter.
    let is_one_way = |name: &Value| {
        let name = name.as_str().unwrap_or_default();
        match facts.is_written {
            true => facts.read_only.contains(name),
            false => facts.write_only.contains(name),
        }
    };
    let required = schema.get("required").and_then(Value::as_array);
    let required: Vec<Value> = required
        .into_iter()
        .flatten()
        .filter(|name| facts.keeps_required() && !is_deprecated(name) && !is_one_way(name))
        .cloned()
        .collect();
    if let Some(keywords) = schema.as_object_mut() {
        keywords.insert("required".to_owned(), required.into());
    }
}

/// Leaves of a schema what its Rust type depends on, so that the type is one that the runtime reads, writes
/// and has examples of.
fn schema_of(schema: &mut Value) {
    let is_closed = string_enum(schema).is_some() || is_union(schema);
    let is_time = is_time(schema);
    let Some(keywords) = schema.as_object_mut() else {
        return;
    };
    if is_closed {
        // progenitor refuses values that differ only by case, and multiplies unions out. Our own passes write
        // enums and unions in the place of this one.
        keywords.retain(|keyword, _| keyword == "description");
        keywords.insert("type".to_owned(), "string".into());
        keywords.insert("enum".to_owned(), json!(["placeholder"]));
        return;
    }
    let kind = keywords.get("type").and_then(Value::as_str);
    let has = |keyword: &str| keywords.contains_key(keyword);
    let is_map = kind == Some("object") || (kind.is_none() && has("properties"));
    let is_list = kind == Some("array");
    let has_fields = is_map && has("properties");
    keywords.retain(|keyword, value| match keyword.as_str() {
        "format" => is_time,
        "items" => is_list,
        "properties" | "required" => is_map,
        // Of a map without fields it makes a type of its own, which no other pass expects.
        "additionalProperties" => is_map && !has_fields && *value != false,
        keyword => SHAPING.contains(&keyword),
    });
    for (keyword, value) in keywords.iter_mut() {
        match keyword.as_str() {
            "items" | "additionalProperties" => schema_of(value),
            "properties" => members(value).for_each(|(_, property)| schema_of(property)),
            "allOf" => {
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
