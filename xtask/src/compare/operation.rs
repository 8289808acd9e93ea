//! The facts of operations: the method, its arguments and setters, and its response.

use serde_json::Value;

use super::schema::{WORDS, add_sides, plain, rust_type, text};
use super::snapshot::{Facts, Snapshot};
use super::subject::{Aspect, Kind, Subject};
use crate::generate::{Operation, Token};
use crate::input::members;
use crate::lower::compared_only::ERRORS;

/// The name of the response that the method returns.
pub const SUCCESS: &str = "success";
/// How the presence of a required parameter is written.
pub const REQUIRED: &str = "required";

const JSON: &str = "/content/application~1json/schema";

/// Members of an operation that are reported in other ways, or play no part.
const KNOWN: [&str; 10] = [
    "deprecated",
    "operationId",
    "parameters",
    "requestBody",
    "responses",
    "security",
    "tags",
    "x-passthrough",
    "x-rust-name",
    ERRORS,
];

/// Members of a parameter that are reported in other ways.
const KNOWN_OF_PARAMETER: [&str; 6] = ["deprecated", "in", "name", "required", "schema", "style"];

/// Adds an operation and its parts.
pub fn add(snapshot: &mut Snapshot, id: &str, route: &str, operation: &Value, known: &Operation) {
    let credentials = match known.token {
        Token::Unused => "the API key",
        Token::Optional => "the API key, and the access token of a connection if there is one",
        Token::Required => "the API key and the access token of a connection",
    };
    let required = known.query_parameters.iter().filter(|it| it.is_required);
    let arguments = known.path_parameters.iter().chain(required);
    let arguments: Vec<&str> = arguments.map(|it| it.wire.as_str()).collect();
    let mut facts = Facts::from([
        (Aspect::Route, route.to_owned()),
        (Aspect::Credentials, credentials.to_owned()),
        (
            Aspect::Features,
            known.area.as_deref().unwrap_or("always").to_owned(),
        ),
        (Aspect::Arguments, arguments.join(", ")),
    ]);
    let flags = [
        (Aspect::Offer("idempotency key"), known.takes_key()),
        (Aspect::Offer("pages"), known.is_paged),
        (
            Aspect::Conduct("passthrough".to_owned()),
            known.is_passthrough,
        ),
        (Aspect::Deprecated, known.is_deprecated),
    ];
    let flags = flags.into_iter().filter(|(_, is_set)| *is_set);
    facts.extend(flags.map(|(aspect, _)| (aspect, "yes".to_owned())));
    add_rest(&mut facts, operation, &KNOWN);
    snapshot.insert(Subject::whole(Kind::Operation, id), facts);

    let parameters = operation.get("parameters").and_then(Value::as_array);
    for parameter in parameters.into_iter().flatten() {
        let subject = Subject::part(Kind::Parameter, id, text(parameter, "name"));
        snapshot.insert(subject, parameter_facts(parameter));
    }
    if let Some(body) = operation.get("requestBody") {
        let facts = content_facts(body);
        snapshot.insert(Subject::part(Kind::Body, id, "body"), facts);
    }
    for (status, response) in members(operation.get("responses")) {
        if status.starts_with('2') {
            let mut facts = content_facts(response);
            facts.insert(Aspect::Status, status.clone());
            snapshot.insert(Subject::part(Kind::Response, id, SUCCESS), facts);
        }
    }
    let errors = operation.get(ERRORS).and_then(Value::as_array);
    for status in errors.into_iter().flatten() {
        snapshot.insert(
            Subject::part(Kind::Response, id, plain(status)),
            Facts::new(),
        );
    }
}

fn parameter_facts(parameter: &Value) -> Facts {
    let schema = parameter.get("schema").unwrap_or(&Value::Null);
    let is_required = parameter.get("required") == Some(&Value::Bool(true));
    let is_in_path = text(parameter, "in") == "path";
    let presence = if is_required || is_in_path {
        REQUIRED
    } else {
        "optional"
    };
    let mut facts = Facts::from([
        (Aspect::Type, rust_type(schema)),
        (Aspect::Presence, presence.to_owned()),
        (Aspect::Place, text(parameter, "in").to_owned()),
    ]);
    if text(schema, "type") == "array" {
        let is_joined = parameter.get("explode") == Some(&Value::Bool(false));
        let separator = if is_joined {
            "joined by commas"
        } else {
            "repeated"
        };
        facts.insert(Aspect::Separator, separator.to_owned());
    }
    add_sides(&mut facts, schema);
    if parameter.get("deprecated") == Some(&Value::Bool(true)) {
        facts.insert(Aspect::Deprecated, "yes".to_owned());
    }
    add_rest(&mut facts, parameter, &KNOWN_OF_PARAMETER);
    facts
}

fn content_facts(holder: &Value) -> Facts {
    let schema = holder.pointer(JSON);
    let rust = schema.map_or_else(|| "()".to_owned(), rust_type);
    let mut facts = Facts::from([(Aspect::Type, rust)]);
    if let Some(schema) = schema {
        add_sides(&mut facts, schema);
    }
    add_rest(&mut facts, holder, &["content", "required"]);
    facts
}

/// Adds what is not reported in another way: descriptions, and members without a rule.
fn add_rest(facts: &mut Facts, holder: &Value, known: &[&str]) {
    for (key, value) in members(Some(holder)) {
        let aspect = match key.as_str() {
            key if known.contains(&key) => continue,
            "explode" => continue,
            "summary" => Aspect::Text(key.clone()),
            key if WORDS.contains(&key) => Aspect::Text(key.to_owned()),
            key => Aspect::Unknown(key.to_owned()),
        };
        facts.insert(aspect, plain(value));
    }
}
