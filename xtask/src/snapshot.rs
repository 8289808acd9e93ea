//! What the client offers, as a list of facts: the ground on which two documents are compared.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::operations::{is_method, members};

/// Facts by what they are about: an operation, a type or an event, then one of its parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// `operation list_magic_links`, `type MagicLink`, `event order.created`.
    pub subjects: BTreeMap<String, Subject>,
}

/// One operation, type or event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// What it is as a whole.
    pub whole: String,
    /// Its parameters, fields, values.
    pub parts: BTreeMap<String, String>,
}

impl Snapshot {
    /// Takes a snapshot of a lowered document.
    pub fn of(document: &Value) -> Self {
        let mut subjects = BTreeMap::new();
        for (path, item) in members(document.get("paths")) {
            for (method, operation) in members(Some(item)).filter(|(key, _)| is_method(key)) {
                let id = text(operation, "operationId");
                subjects.insert(
                    format!("operation {id}"),
                    Subject::of_operation(method, path, operation),
                );
            }
        }
        for (name, schema) in members(document.pointer("/components/schemas")) {
            subjects.insert(format!("type {name}"), Subject::of_type(schema));
        }
        for (name, event) in members(document.get("x-webhooks")) {
            let data = event.get("data").map_or_else(String::new, type_text);
            let whole = format!("{data}{}", deprecated(event));
            let parts = BTreeMap::new();
            subjects.insert(format!("event {name}"), Subject { whole, parts });
        }
        Self { subjects }
    }

    /// How many subjects are of a kind.
    pub fn count(&self, kind: &str) -> usize {
        self.subjects
            .keys()
            .filter(|name| name.starts_with(kind))
            .count()
    }
}

impl Subject {
    fn of_operation(method: &str, path: &str, operation: &Value) -> Self {
        let mut parts = BTreeMap::new();
        let parameters = operation.get("parameters").and_then(Value::as_array);
        for parameter in parameters.into_iter().flatten() {
            let schema = parameter.get("schema").unwrap_or(&Value::Null);
            let is_joined = parameter.get("explode") == Some(&Value::Bool(false));
            let joined = if is_joined { ", joined by commas" } else { "" };
            let needed = needed(parameter.get("required") == Some(&Value::Bool(true)));
            parts.insert(
                format!("parameter {}", text(parameter, "name")),
                format!("{}{joined}, {needed}", type_text(schema)),
            );
        }
        const JSON: &str = "/content/application~1json/schema";
        if let Some(body) = operation.pointer(&format!("/requestBody{JSON}")) {
            parts.insert("body".to_owned(), type_text(body));
        }
        for (status, answer) in members(operation.get("responses")) {
            let schema = answer.pointer(JSON);
            let text = schema.map_or_else(|| "nothing".to_owned(), type_text);
            parts.insert(format!("answer {status}"), text);
        }
        if let Some(security) = operation.get("security") {
            parts.insert("credentials".to_owned(), security.to_string());
        }
        Self {
            whole: format!("{} {path}{}", method.to_uppercase(), deprecated(operation)),
            parts,
        }
    }

    fn of_type(schema: &Value) -> Self {
        let required = schema.get("required").and_then(Value::as_array);
        let is_required =
            |name: &str| required.is_some_and(|names| names.iter().any(|other| other == name));
        let mut parts = BTreeMap::new();
        for (name, field) in members(schema.get("properties")) {
            let text = format!(
                "{}, {}{}",
                type_text(field),
                needed(is_required(name)),
                deprecated(field)
            );
            parts.insert(format!("field {name}"), text);
        }
        for value in schema
            .get("enum")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            parts.insert(format!("value {value}"), "known".to_owned());
        }
        Self {
            whole: format!("{}{}", type_text(schema), deprecated(schema)),
            parts,
        }
    }
}

/// A schema in a few words: `list of Order`, `string (date-time), may be null`.
fn type_text(schema: &Value) -> String {
    let null = match schema.get("nullable") {
        Some(Value::Bool(true)) => ", may be null",
        _ => "",
    };
    format!("{}{null}", bare_type_text(schema))
}

fn bare_type_text(schema: &Value) -> String {
    if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
        return target.rsplit('/').next().unwrap_or(target).to_owned();
    }
    for (keyword, word) in [("allOf", " and "), ("anyOf", " or "), ("oneOf", " or ")] {
        if let Some(branches) = schema.get(keyword).and_then(Value::as_array) {
            let branches: Vec<String> = branches.iter().map(type_text).collect();
            return branches.join(word);
        }
    }
    let kind = text(schema, "type");
    match kind {
        "array" => format!(
            "list of {}",
            schema
                .get("items")
                .map_or_else(|| "anything".to_owned(), type_text)
        ),
        "object" if schema.get("properties").is_some() => "map of fields".to_owned(),
        "object" => match schema.get("additionalProperties") {
            Some(values @ Value::Object(_)) => format!("map of {}", type_text(values)),
            _ => "map of anything".to_owned(),
        },
        "string" if schema.get("enum").is_some() => "open enum".to_owned(),
        "" => "anything".to_owned(),
        _ => match text(schema, "format") {
            "" => kind.to_owned(),
            format => format!("{kind} ({format})"),
        },
    }
}

fn needed(is_required: bool) -> &'static str {
    if is_required { "required" } else { "optional" }
}

fn deprecated(holder: &Value) -> &'static str {
    match holder.get("deprecated") {
        Some(Value::Bool(true)) => ", deprecated",
        _ => "",
    }
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}
