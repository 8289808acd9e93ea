//! Values that are not quite as documented, by type: what servers of this kind are known to send.

use fastrand::Rng;
use serde_json::{Value, json};

use crate::emulator::document::operation::{Envelope, Operation};
use crate::emulator::document::schema::{Schema, Schemas, Type};

/// What marks a text that another one, which is no JSON value, takes the place of.
const MARK: char = '\u{e000}';

/// JSON, or what some servers take for it.
fn odd_values(schema: &Schema) -> &'static [&'static str] {
    match schema {
        Schema::Integer => &["3.0", r#""3""#, "1e3", "-0", "2.5", r#""""#, "null"],
        Schema::Number => &[
            r#""12.50""#,
            r#""""#,
            r#""12,50 EUR""#,
            r#"{"amount":"12.50","currency":"EUR"}"#,
            "NaN",
            "null",
        ],
        Schema::Boolean => &[r#""true""#, "0", r#""""#, "null"],
        Schema::Text | Schema::Decimal => &["1042", "false", "[]", r#""\ud83d""#, "null"],
        Schema::Time => &[
            r#""2025-01-31""#,
            r#""2025-01-31T10:00:00""#,
            r#""2025-01-31T10:00:00.1234567""#,
            r#""2025-01-31T10:00:00+00""#,
            r#""2025-01-31T10:00Z""#,
            r#""""#,
            r#""None""#,
            r#""0000-00-00 00:00:00""#,
            "1735689600",
        ],
        Schema::Enum(_) => &["3", r#""new_value""#, "null"],
        Schema::List(_) => &["[null]", r#""a,b""#, "{}", "null"],
        Schema::Object(_) => &[r#""""#, "[]", "null"],
        Schema::Any | Schema::AnyOf(_) => &["null"],
    }
}

/// The body of a successful response, with something odd about it.
pub(crate) fn spoiled(
    schemas: &Schemas,
    operation: &Operation,
    mut body: Value,
    rng: &mut Rng,
) -> String {
    match rng.u8(..10) {
        0 => return format!("\u{feff}{body}"),
        1 => return json!({"error": "The integration is down"}).to_string(),
        2 if operation.envelope == Envelope::Page => {
            body["total_count"] = json!(body["total_count"].to_string());
            let is_last = body["next_token"].is_null();
            if let Some(members) = body.as_object_mut().filter(|_| is_last) {
                members.remove("next_token");
            }
        }
        _ => {}
    }
    match spoil(schemas, operation.response, &mut body, rng) {
        Some(odd) => body.to_string().replace(&format!("\"{MARK}\""), odd),
        None => body.to_string(),
    }
}

/// Marks one value within this one. Gives what it becomes.
fn spoil(schemas: &Schemas, of: Type, value: &mut Value, rng: &mut Rng) -> Option<&'static str> {
    let schema = schemas.get(of);
    match (schema, &mut *value) {
        (Schema::Object(object), Value::Object(members)) => {
            // Without the token of the next page, a walk would end early.
            let known = object
                .properties
                .iter()
                .filter(|property| property.name != "next_token");
            let known = known.filter(|property| members.contains_key(&property.name));
            let property = rng.choice(known.collect::<Vec<_>>())?;
            let member = members.get_mut(&property.name)?;
            let is_envelope = matches!(
                property.name.as_str(),
                "data" | "magic_links" | "magic_link"
            );
            if is_envelope || member.is_object() || member.is_array() && rng.bool() {
                return spoil(schemas, property.of, member, rng);
            }
            *member = json!(MARK.to_string());
            rng.choice(odd_values(schemas.get(property.of))).copied()
        }
        (Schema::List(item), Value::Array(items)) if !items.is_empty() => {
            let index = rng.usize(..items.len());
            spoil(schemas, *item, items.get_mut(index)?, rng)
        }
        _ => None,
    }
}
