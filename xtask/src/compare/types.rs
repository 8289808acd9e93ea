//! What documents say of the types of the client, and of schemas that are none.

use serde_json::Value;

use super::schema::{add_sides, plain, rust_type, text};
use super::snapshot::{Facts, Snapshot};
use super::subject::{Aspect, Kind, Subject};
use crate::input::members;

/// Adds what a document says of a type of the client and its fields.
pub fn explain(snapshot: &mut Snapshot, name: &str, schema: &Value) {
    let mut facts = Facts::new();
    add_sides(&mut facts, schema);
    snapshot.explain(&Subject::whole(Kind::Type, name), facts);
    for (field, of_field) in members(schema.get("properties")) {
        let facts = facts_of_field(schema, field, of_field);
        snapshot.explain(&Subject::part(Kind::Field, name, field), facts);
    }
}

/// Adds a schema that is not a type of the client: an error's.
pub fn add_payload(snapshot: &mut Snapshot, name: &str, schema: &Value) {
    let mut facts = Facts::from([(Aspect::Type, kind_of_payload(schema))]);
    add_sides(&mut facts, schema);
    snapshot.insert(Subject::whole(Kind::Payload, name), facts);
    for (field, of_field) in members(schema.get("properties")) {
        let mut facts = facts_of_field(schema, field, of_field);
        facts.insert(Aspect::Type, rust_type(of_field));
        snapshot.insert(Subject::part(Kind::PayloadField, name, field), facts);
    }
    let values = schema.get("enum").and_then(Value::as_array);
    for value in values.into_iter().flatten() {
        let subject = Subject::part(Kind::PayloadValue, name, plain(value));
        snapshot.insert(subject, Facts::new());
    }
}

fn facts_of_field(schema: &Value, field: &str, of_field: &Value) -> Facts {
    let required = schema.get("required").and_then(Value::as_array);
    let is_required = required.is_some_and(|names| names.iter().any(|name| name == field));
    let mut facts = Facts::from([(Aspect::Presence, presence(is_required, of_field))]);
    add_sides(&mut facts, of_field);
    facts
}

fn kind_of_payload(schema: &Value) -> String {
    if schema.get("properties").is_some() {
        "map of fields".to_owned()
    } else if schema.get("enum").is_some() {
        format!("enum of {}", text(schema, "type"))
    } else {
        rust_type(schema)
    }
}

fn presence(is_required: bool, schema: &Value) -> String {
    let presence = if is_required { "required" } else { "optional" };
    match schema.get("nullable") {
        Some(Value::Bool(true)) => format!("{presence}, may be null"),
        _ => presence.to_owned(),
    }
}
