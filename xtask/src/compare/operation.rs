//! What documents say of operations: their parameters, bodies and responses.

use serde_json::Value;

use super::schema::{WORDS, add_sides, is_extension, plain, text};
use super::snapshot::{Facts, Snapshot};
use super::subject::{Aspect, Kind, Subject};
use crate::generate::{Operation, ParameterKind, Profile};
use crate::input::members;
use crate::lower::compared_only::{ERRORS, SERVERS};

/// The name of the response that the method returns.
pub const SUCCESS: &str = "success";
/// How the presence of a required parameter is written.
pub const REQUIRED: &str = "required";

const JSON: &str = "/content/application~1json/schema";

/// Members of an operation that are reported in other ways, or play no part.
const KNOWN: [&str; 11] = [
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
    SERVERS,
];

/// Members of a parameter that are reported in other ways.
const KNOWN_OF_PARAMETER: [&str; 7] = [
    "deprecated",
    "explode",
    "in",
    "name",
    "required",
    "schema",
    "style",
];

/// Adds what a document says of an operation and its parts.
pub fn explain(
    snapshot: &mut Snapshot,
    id: &str,
    operation: &Value,
    known: &Operation,
    (document, profile): (&Value, &Profile),
) {
    let security = operation.get("security").or(document.get("security"));
    let mut facts = Facts::from([(Aspect::Credentials, credentials(security, profile))]);
    if known.is_deprecated {
        facts.insert(Aspect::Deprecated, "yes".to_owned());
    }
    if let Some(servers) = operation.get(SERVERS) {
        facts.insert(Aspect::Conduct("servers".to_owned()), plain(servers));
    }
    add_rest(&mut facts, operation, &KNOWN);
    snapshot.explain(&Subject::whole(Kind::Operation, id), facts);

    let parameters = operation.get("parameters").and_then(Value::as_array);
    for parameter in parameters.into_iter().flatten() {
        let (name, facts) = explained(parameter, known);
        snapshot.explain(&Subject::part(Kind::Parameter, id, name), facts);
    }
    if let Some(body) = operation.get("requestBody") {
        let facts = content_facts(body);
        snapshot.explain(&Subject::part(Kind::Body, id, "body"), facts);
    }
    for (status, response) in members(operation.get("responses")) {
        if status.starts_with('2') {
            let mut facts = content_facts(response);
            facts.insert(Aspect::Status, status.clone());
            snapshot.explain(&Subject::part(Kind::Response, id, SUCCESS), facts);
        }
    }
    let errors = operation.get(ERRORS).and_then(Value::as_array);
    for status in errors.into_iter().flatten() {
        let subject = Subject::part(Kind::Response, id, plain(status));
        snapshot.insert(subject, Facts::new());
    }
}

/// `[{"api_key": []}, {"api_key": [], "access_token": []}]` → `the API key, or the API key and the access token …`
fn credentials(security: Option<&Value>, profile: &Profile) -> String {
    let word = |scheme: &String| match scheme {
        name if *name == profile.credentials.api_key => "the API key".to_owned(),
        name if *name == profile.credentials.access_token => {
            "the access token of a connection".to_owned()
        }
        name => name.clone(),
    };
    let alternatives = security.and_then(Value::as_array);
    let alternatives = alternatives.into_iter().flatten().map(|alternative| {
        let mut schemes: Vec<String> = members(Some(alternative))
            .map(|(name, _)| word(name))
            .collect();
        schemes.sort_by_key(|name| name.len());
        match schemes.is_empty() {
            true => "no credentials".to_owned(),
            false => schemes.join(" and "),
        }
    });
    let alternatives: Vec<String> = alternatives.collect();
    match alternatives.is_empty() {
        true => "no credentials".to_owned(),
        false => alternatives.join(", or "),
    }
}

/// The parameter of the client that one of the document is a part of, and what the document says of it. That of
/// an operator is named: `description of [gte]`.
fn explained(parameter: &Value, known: &Operation) -> (String, Facts) {
    let name = text(parameter, "name");
    let mut facts = Facts::new();
    add_sides(&mut facts, parameter.get("schema").unwrap_or(&Value::Null));
    if parameter.get("deprecated") == Some(&Value::Bool(true)) {
        facts.insert(Aspect::Deprecated, "yes".to_owned());
    }
    add_rest(&mut facts, parameter, &KNOWN_OF_PARAMETER);
    let filter = name.strip_suffix(']').and_then(|rest| {
        let (field, operator) = rest.split_once('[')?;
        let of_filter = known.query_parameters.iter().find(|it| it.wire == field)?;
        match &of_filter.kind {
            ParameterKind::Filter(all) if all.iter().any(|it| it == operator) => {
                Some((field, operator))
            }
            _ => None,
        }
    });
    match filter {
        None => (name.to_owned(), facts),
        Some((field, operator)) => {
            let facts = facts.into_iter();
            let named = facts.map(|(aspect, value)| (aspect.of_operator(operator), value));
            (field.to_owned(), named.collect())
        }
    }
}

fn content_facts(holder: &Value) -> Facts {
    let mut facts = Facts::new();
    if let Some(schema) = holder.pointer(JSON) {
        add_sides(&mut facts, schema);
    }
    add_rest(&mut facts, holder, &["content", "required", "x-media-type"]);
    facts
}

/// Adds what is not reported in another way: descriptions, and members without a rule.
fn add_rest(facts: &mut Facts, holder: &Value, known: &[&str]) {
    for (key, value) in members(Some(holder)) {
        let aspect = match key.as_str() {
            key if known.contains(&key) => continue,
            key if key == "summary" || WORDS.contains(&key) || is_extension(key) => {
                Aspect::Text(key.to_owned())
            }
            key => Aspect::Unknown(key.to_owned()),
        };
        facts.insert(aspect, plain(value));
    }
}
