//! The facts of types: what the passes in `trackstar-api/build` write for a schema.

use serde_json::Value;

use super::schema::{add_sides, is_collection, rust_type, text};
use super::snapshot::{Facts, Snapshot};
use super::subject::{Aspect, Kind, Subject};
use crate::generate::{TypeFacts, variant_names};
use crate::input::members;

/// That a type has a setter for each optional field.
pub const SETTERS: Aspect = Aspect::Offer("setters");
/// That the API sends or takes more than the document describes. Every type of the client has a place for it.
const OPEN: &str = "open to other fields";
/// That a type implements `Default`.
pub const DEFAULT: Aspect = Aspect::Offer("Default");

/// Adds a type of the client.
pub fn add(snapshot: &mut Snapshot, name: &str, schema: &Value, known: &TypeFacts) {
    let mut facts = Facts::new();
    add_sides(&mut facts, schema);
    facts.insert(Aspect::Features, features(known));
    if let Some(values) = &known.values {
        facts.insert(Aspect::Type, "open enum".to_owned());
        for (value, variant) in values.iter().zip(variant_names(values)) {
            let subject = Subject::part(Kind::Value, name, value);
            snapshot.insert(
                subject,
                Facts::from([(Aspect::Variant, variant.to_string())]),
            );
        }
    } else if known.has_no_fields && !known.is_open {
        facts.insert(Aspect::Type, rust_type(schema));
    } else {
        facts.insert(Aspect::Type, "struct".to_owned());
        add_struct(snapshot, name, schema, known, &mut facts);
    }
    snapshot.insert(Subject::whole(Kind::Type, name), facts);
}

/// The features that it is compiled with: any of them is enough.
fn features(known: &TypeFacts) -> String {
    if known.is_common {
        return "always".to_owned();
    }
    let mut features: Vec<String> = known.areas.iter().map(ToString::to_string).collect();
    if known.is_in_common_event {
        features.push("webhooks".to_owned());
    } else {
        let further = known.event_areas.difference(&known.areas);
        features.extend(further.map(|area| format!("webhooks with {area}")));
    }
    features.join(", ")
}

fn add_struct(
    snapshot: &mut Snapshot,
    name: &str,
    schema: &Value,
    known: &TypeFacts,
    facts: &mut Facts,
) {
    let (mut arguments, mut can_be_empty) = (Vec::new(), true);
    for (field, of_field) in members(schema.get("properties")) {
        let is_required = is_required(schema, field);
        let is_deprecated = of_field.get("deprecated") == Some(&Value::Bool(true));
        let is_always_there = is_required && !is_deprecated && known.keeps_required();
        let rust = field_type(of_field, is_always_there, known, field);
        let is_optional = rust.starts_with("Option<");
        can_be_empty &= is_optional || is_collection(&rust);
        if !is_optional {
            arguments.push(format!("{field}: {rust}"));
        }
        let mut facts = Facts::from([
            (Aspect::Type, rust),
            (Aspect::Presence, presence(is_required, of_field)),
        ]);
        add_sides(&mut facts, of_field);
        snapshot.insert(Subject::part(Kind::Field, name, field), facts);
    }
    let offers = [(SETTERS, known.is_written), (DEFAULT, can_be_empty)];
    let offers = offers.into_iter().filter(|(_, is_there)| *is_there);
    facts.extend(offers.map(|(offer, _)| (offer, "yes".to_owned())));
    if known.is_open {
        facts.insert(Aspect::Conduct(OPEN.to_owned()), "yes".to_owned());
    }
    if known.is_written && !can_be_empty {
        facts.insert(Aspect::New, arguments.join(", "));
    }
}

/// The type of a field as `trackstar-api/build/generate/structs.rs` writes it.
fn field_type(schema: &Value, is_required: bool, known: &TypeFacts, name: &str) -> String {
    let rust = rust_type(schema);
    let inner = rust
        .strip_prefix("Option<")
        .and_then(|rest| rest.strip_suffix('>'));
    let is_optional = inner.is_some() || !is_required;
    let inner = if known.money.contains(name) {
        "Money"
    } else {
        inner.unwrap_or(&rust)
    };
    // A list that is read is empty where it is absent.
    if is_optional && (known.is_written || !is_collection(inner)) {
        format!("Option<{inner}>")
    } else {
        inner.to_owned()
    }
}

/// Adds a schema that is not a type of the client: an error's, or an event's.
pub fn add_payload(snapshot: &mut Snapshot, name: &str, schema: &Value) {
    let mut facts = Facts::from([(Aspect::Type, kind_of_payload(schema))]);
    add_sides(&mut facts, schema);
    snapshot.insert(Subject::whole(Kind::Payload, name), facts);
    for (field, of_field) in members(schema.get("properties")) {
        let mut facts = Facts::from([
            (Aspect::Type, rust_type(of_field)),
            (
                Aspect::Presence,
                presence(is_required(schema, field), of_field),
            ),
        ]);
        add_sides(&mut facts, of_field);
        snapshot.insert(Subject::part(Kind::PayloadField, name, field), facts);
    }
    let values = schema.get("enum").and_then(Value::as_array);
    for value in values.into_iter().flatten() {
        let subject = Subject::part(Kind::PayloadValue, name, super::schema::plain(value));
        snapshot.insert(subject, Facts::new());
    }
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

fn is_required(schema: &Value, field: &str) -> bool {
    let required = schema.get("required").and_then(Value::as_array);
    required.is_some_and(|names| names.iter().any(|name| name == field))
}

fn presence(is_required: bool, schema: &Value) -> String {
    let presence = if is_required { "required" } else { "optional" };
    match schema.get("nullable") {
        Some(Value::Bool(true)) => format!("{presence}, may be null"),
        _ => presence.to_owned(),
    }
}
