//! The Rust type of a schema that stands in a parameter, a body or a response.

use quote::{format_ident, quote};
use serde_json::{Value, json};
use syn::{Type, parse_quote};

use super::document::{entries, named, string_enum, text};

/// The type, from the module of operations. Of a schema that has a name, it is the type of that name.
pub fn rust_type(schema: &Value) -> Type {
    if let Some(name) = named(schema) {
        let name = format_ident!("{name}");
        return parse_quote!(types::#name);
    }
    if schema.get("enum") == Some(&json!([null])) {
        return parse_quote!(());
    }
    let format = text(schema, "format").unwrap_or_default();
    match text(schema, "type").unwrap_or_default().as_str() {
        "string" if string_enum(schema).is_none() && format == "date-time" => {
            parse_quote!(::chrono::DateTime<::chrono::Utc>)
        }
        "string" if string_enum(schema).is_none() && format == "date" => {
            parse_quote!(::chrono::NaiveDate)
        }
        "string" => parse_quote!(String),
        "integer" if is_small(schema) => parse_quote!(u32),
        "integer" => parse_quote!(i64),
        "number" => parse_quote!(f64),
        "boolean" => parse_quote!(bool),
        "array" => {
            let item = schema.get("items").map_or_else(any, rust_type);
            parse_quote!(Vec<#item>)
        }
        "object" => match schema.get("additionalProperties") {
            Some(values) if entries(Some(values)).next().is_some() => {
                let value = rust_type(values);
                parse_quote!(::std::collections::BTreeMap<String, #value>)
            }
            _ => parse_quote!(::serde_json::Map<String, ::serde_json::Value>),
        },
        _ => any(),
    }
}

/// Whether a text is a date or a time.
pub fn is_time(schema: &Value) -> bool {
    let format = schema.get("format").and_then(Value::as_str);
    schema.get("type").is_some_and(|kind| kind == "string")
        && matches!(format, Some("date" | "date-time"))
}

/// The least and the greatest value of an integer that is bounded on both sides.
pub fn bounds(schema: &Value) -> Option<(i64, i64)> {
    let bound = |key: &str| schema.get(key).and_then(Value::as_i64);
    let is_integer = schema.get("type").is_some_and(|kind| kind == "integer");
    bound("minimum")
        .zip(bound("maximum"))
        .filter(|_| is_integer)
}

/// Whether each value that the document allows is a `u32`.
fn is_small(schema: &Value) -> bool {
    bounds(schema).is_some_and(|(least, greatest)| least >= 0 && greatest <= i64::from(u32::MAX))
}

fn any() -> Type {
    syn::Type::Verbatim(quote!(::serde_json::Value))
}
