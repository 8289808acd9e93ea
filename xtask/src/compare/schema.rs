//! What a lowered schema says beside the Rust types that are made of it.

use serde_json::Value;

use super::snapshot::Facts;
use super::subject::Aspect;
use crate::input::members;

/// Keywords that bound the values.
const LIMITS: [&str; 14] = [
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
    "pattern",
    "readOnly",
    "uniqueItems",
];

/// Keywords that make the Rust type.
const STRUCTURE: [&str; 11] = [
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "enum",
    "items",
    "nullable",
    "oneOf",
    "properties",
    "required",
    "type",
];

/// Descriptions, and our own marks in documents.
pub const WORDS: [&str; 6] = [
    "description",
    "example",
    "externalDocs",
    "title",
    "x-source",
    "xml",
];

/// Formats of texts that are types of their own.
const TEXT_FORMATS: [(&str, &str); 2] = [("date", "NaiveDate"), ("date-time", "DateTime<Utc>")];

/// The type of a value, apart from its place. Schemas of equal types give equal texts, and a schema without a
/// rule gives a text of its own.
pub fn rust_type(schema: &Value) -> String {
    let bare = bare_type(schema);
    if schema.get("nullable") == Some(&Value::Bool(true)) {
        format!("Option<{bare}>")
    } else {
        bare
    }
}

fn bare_type(schema: &Value) -> String {
    if let Some(name) = reference(schema) {
        return name.to_owned();
    }
    for (keyword, word) in [("allOf", " and "), ("anyOf", " or "), ("oneOf", " or ")] {
        if let Some(branches) = schema.get(keyword).and_then(Value::as_array) {
            let branches: Vec<String> = branches.iter().map(rust_type).collect();
            return branches.join(word);
        }
    }
    if let Some(values) = schema.get("enum") {
        return format!("one of {values}");
    }
    let format = text(schema, "format");
    let by = |table: &[(&str, &'static str)], other| {
        let found = table.iter().find(|(name, _)| *name == format);
        found.map_or(other, |(_, name)| *name).to_owned()
    };
    match text(schema, "type") {
        "string" => by(&TEXT_FORMATS, "String"),
        "integer" => "i64".to_owned(),
        "number" => "f64".to_owned(),
        "boolean" => "bool".to_owned(),
        "array" => format!(
            "Vec<{}>",
            schema.get("items").map_or_else(anything, rust_type)
        ),
        "object" if schema.get("properties").is_some() => format!("inline {schema}"),
        "object" => match schema.get("additionalProperties") {
            Some(values @ Value::Object(_)) => match rust_type(values).as_str() {
                "Value" => "Map<String, Value>".to_owned(),
                values => format!("BTreeMap<String, {values}>"),
            },
            _ => "Map<String, Value>".to_owned(),
        },
        "" => anything(),
        other => format!("unknown {other}"),
    }
}

fn anything() -> String {
    "Value".to_owned()
}

/// Whether a member is an extension. Those that the client is generated from show in its code.
pub fn is_extension(key: &str) -> bool {
    key.starts_with("x-")
}

/// The name that a reference refers to.
fn reference(schema: &Value) -> Option<&str> {
    let target = schema.get("$ref")?.as_str()?;
    target.strip_prefix("#/components/schemas/")
}

/// Adds the facts of a schema beside its type: descriptions, limits, defaults, formats. Fields add their own.
pub fn add_sides(facts: &mut Facts, schema: &Value) {
    add_sides_at(facts, schema, "");
}

fn add_sides_at(facts: &mut Facts, schema: &Value, at: &str) {
    for (keyword, value) in members(Some(schema)) {
        let keyword = keyword.as_str();
        let place = format!("{at}{keyword}");
        let below = format!("{place}/");
        match (keyword, value) {
            ("items" | "not", below_it) => add_sides_at(facts, below_it, &below),
            ("additionalProperties", Value::Object(_)) => add_sides_at(facts, value, &below),
            ("allOf" | "anyOf" | "oneOf", Value::Array(branches)) => {
                for (index, branch) in branches.iter().enumerate() {
                    add_sides_at(facts, branch, &format!("{below}{index}/"));
                }
            }
            _ => {}
        }
        let aspect = match keyword {
            // Of a map without fields the code shows it.
            "additionalProperties" if value.is_boolean() || schema.get("properties").is_some() => {
                let allowed = match value {
                    Value::Bool(true) => "allowed".to_owned(),
                    Value::Bool(false) => "forbidden".to_owned(),
                    Value::Object(values) if values.is_empty() => continue,
                    value => format!("of type {}", rust_type(value)),
                };
                facts.insert(Aspect::Conduct(format!("{at}other fields")), allowed);
                continue;
            }
            // The code shows what these are read for.
            "x-envelope" | "x-rust-name" => continue,
            _ if WORDS.contains(&keyword) || is_extension(keyword) => Aspect::Text(place),
            _ if LIMITS.contains(&keyword) => Aspect::Limit(place),
            "default" => Aspect::Default(place),
            "format" => Aspect::Format(place),
            "deprecated" if *value == Value::Bool(true) => Aspect::Deprecated,
            "deprecated" => continue,
            "writeOnly" | "discriminator" => Aspect::Conduct(place),
            _ if STRUCTURE.contains(&keyword) => continue,
            _ => Aspect::Unknown(place),
        };
        facts.insert(aspect, plain(value));
    }
}

/// A value as people read it: texts without quotes.
pub fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// A text member; empty if there is none.
pub fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_schema_is_described_by_its_type_in_rust() {
        for (schema, rust) in [
            (json!({"type": "string", "format": "email"}), "String"),
            (
                json!({"type": "string", "format": "date-time", "nullable": true}),
                "Option<DateTime<Utc>>",
            ),
            (
                json!({"type": "array", "items": {"$ref": "#/components/schemas/Order"}}),
                "Vec<Order>",
            ),
            (
                json!({"allOf": [{"$ref": "#/components/schemas/Order"}], "nullable": true}),
                "Option<Order>",
            ),
            (
                json!({"type": "object", "additionalProperties": {"type": "integer"}}),
                "BTreeMap<String, i64>",
            ),
            (
                json!({"type": "object", "additionalProperties": true}),
                "Map<String, Value>",
            ),
            (
                json!({"type": "integer", "format": "int32", "minimum": 1}),
                "i64",
            ),
            (json!({"description": "d"}), "Value"),
        ] {
            assert_eq!(rust_type(&schema), rust, "{schema}");
        }
    }

    #[test]
    fn what_a_schema_says_beside_its_type_is_sorted_by_what_it_does() {
        let mut facts = Facts::default();
        let schema = json!({
            "type": "array", "maxItems": 3, "description": "d", "default": [],
            "items": {"type": "string", "format": "email", "x-new": 1, "new": 1},
        });
        add_sides(&mut facts, &schema);
        let expected = [
            (Aspect::Default("default".to_owned()), "[]"),
            (Aspect::Limit("maxItems".to_owned()), "3"),
            (Aspect::Format("items/format".to_owned()), "email"),
            (Aspect::Text("description".to_owned()), "d"),
            (Aspect::Text("items/x-new".to_owned()), "1"),
            (Aspect::Unknown("items/new".to_owned()), "1"),
        ];
        let expected = expected.map(|(aspect, value)| (aspect, value.to_owned()));
        assert_eq!(facts, Facts::from(expected));
    }
}
