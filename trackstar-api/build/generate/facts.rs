//! What the passes must know of the document that progenitor's output does not say.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Error;

/// The scheme that stands for the key of the organisation.
const KEY_SCHEME: &str = "api_key";
/// The scheme that stands for the token of one connection.
const TOKEN_SCHEME: &str = "access_token";

/// Facts by name: operations by operation id, types by schema name.
pub struct Facts {
    /// Every operation.
    pub operations: BTreeMap<String, Operation>,
    /// String enums: wire values in document order, each with its description.
    pub enums: BTreeMap<String, Vec<String>>,
    /// Types that a call reaches: what it sends, and what it answers when it succeeds.
    pub types: BTreeSet<String>,
    /// Types that a request body reaches.
    pub written: BTreeSet<String>,
    /// Types that are a whole answer.
    pub answers: BTreeSet<String>,
}

/// One operation.
pub struct Operation {
    /// `GET`, `POST`, ...
    pub method: String,
    /// With placeholders: `/wms/orders/{order_id}`.
    pub path: String,
    /// The path's placeholders, in the order of the path.
    pub path_parameters: Vec<String>,
    /// Query parameters by wire name.
    pub query_parameters: BTreeMap<String, QueryParameter>,
    /// Whether it takes the access token of a connection.
    pub token: Token,
    /// Whether it has a JSON body.
    pub has_body: bool,
    /// One line on what it does.
    pub summary: Option<String>,
    /// More on what it does.
    pub description: Option<String>,
    /// Marked as retired.
    pub deprecated: bool,
}

/// One query parameter.
pub struct QueryParameter {
    /// What it does.
    pub description: Option<String>,
    /// Whether the operation needs it.
    pub required: bool,
    /// A list that is written as one comma-separated value.
    pub comma_separated: bool,
}

/// Whether an operation takes the access token of a connection.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Token {
    /// It works on the organisation.
    Unused,
    /// It says more about the connection if there is one.
    Optional,
    /// It works on a connection.
    Required,
}

impl Facts {
    /// Reads them from a lowered document.
    pub fn read(document: &Value) -> Result<Self, Error> {
        let mut operations = BTreeMap::new();
        let mut types = BTreeSet::new();
        let mut written = BTreeSet::new();
        let mut answers = BTreeSet::new();
        for (path, item) in entries(document.get("paths")) {
            for (method, operation) in entries(Some(item)) {
                let Some(id) = text(operation, "operationId") else {
                    continue;
                };
                if let Some(body) = operation.get("requestBody") {
                    reach(document, body, &mut written);
                }
                for part in parts(operation) {
                    reach(document, part, &mut types);
                }
                answers.extend(success_schema(operation));
                operations.insert(
                    id.clone(),
                    Operation::read(&id, method, path, operation, document)?,
                );
            }
        }
        let enums = schemas(document)
            .filter_map(|(name, schema)| Some((name.clone(), string_enum(schema)?)))
            .collect();
        Ok(Self {
            operations,
            enums,
            types,
            written,
            answers,
        })
    }
}

impl Operation {
    fn read(
        id: &str,
        method: &str,
        path: &str,
        operation: &Value,
        document: &Value,
    ) -> Result<Self, Error> {
        let mut query_parameters = BTreeMap::new();
        let parameters = operation.get("parameters").and_then(Value::as_array);
        for parameter in parameters.into_iter().flatten() {
            let name = text(parameter, "name").unwrap_or_default();
            match text(parameter, "in").as_deref() {
                Some("path") => {}
                Some("query") => {
                    query_parameters.insert(name, QueryParameter::read(parameter));
                }
                place => {
                    return Err(Error::unexpected(
                        id,
                        format!(
                            "parameter `{name}` is in {}, only path and query are generated: \
                             credentials belong in `security`, others need a hand-written operation",
                            place.unwrap_or("no place")
                        ),
                    ));
                }
            }
        }
        Ok(Self {
            method: method.to_uppercase(),
            path: path.to_owned(),
            path_parameters: placeholders(path),
            query_parameters,
            token: Token::read(id, operation.get("security").or(document.get("security")))?,
            has_body: operation.get("requestBody").is_some(),
            summary: text(operation, "summary"),
            description: text(operation, "description"),
            deprecated: operation.get("deprecated") == Some(&Value::Bool(true)),
        })
    }
}

impl QueryParameter {
    fn read(parameter: &Value) -> Self {
        let schema = parameter.get("schema");
        let is_list = schema.and_then(|s| text(s, "type")).as_deref() == Some("array");
        Self {
            description: text(parameter, "description"),
            required: parameter.get("required") == Some(&Value::Bool(true)),
            comma_separated: is_list && parameter.get("explode") == Some(&Value::Bool(false)),
        }
    }
}

impl Token {
    fn read(id: &str, security: Option<&Value>) -> Result<Self, Error> {
        let alternatives = security.and_then(Value::as_array);
        let (mut with, mut without) = (false, false);
        for alternative in alternatives.into_iter().flatten() {
            let schemes: Vec<&str> = entries(Some(alternative))
                .map(|(n, _)| n.as_str())
                .collect();
            if let Some(unknown) = schemes
                .iter()
                .find(|name| ![KEY_SCHEME, TOKEN_SCHEME].contains(name))
            {
                return Err(Error::unexpected(
                    id,
                    format!(
                        "security scheme `{unknown}` is not one the client knows: \
                         it has `{KEY_SCHEME}` and `{TOKEN_SCHEME}`"
                    ),
                ));
            }
            if schemes.contains(&TOKEN_SCHEME) {
                with = true;
            } else {
                without = true;
            }
        }
        Ok(match (with, without) {
            (true, false) => Self::Required,
            (true, true) => Self::Optional,
            (false, _) => Self::Unused,
        })
    }
}

/// The names between braces, in order.
fn placeholders(path: &str) -> Vec<String> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// What an operation sends, and what it answers when it succeeds.
fn parts(operation: &Value) -> impl Iterator<Item = &Value> {
    let answers = entries(operation.get("responses"));
    let successes = answers.filter(|(status, _)| status.starts_with('2'));
    let sent = ["parameters", "requestBody"].into_iter();
    sent.filter_map(|key| operation.get(key))
        .chain(successes.map(|(_, answer)| answer))
}

/// The named schema of the 2xx answer.
fn success_schema(operation: &Value) -> Option<String> {
    entries(operation.get("responses"))
        .filter(|(status, _)| status.starts_with('2'))
        .find_map(|(_, answer)| {
            reference(answer.pointer("/content/application~1json/schema")?).map(str::to_owned)
        })
}

/// Adds the names of all schemas that `value` refers to, directly or through others.
fn reach(document: &Value, value: &Value, names: &mut BTreeSet<String>) {
    if let Some(name) = reference(value) {
        let schema = document.pointer(&format!("/components/schemas/{name}"));
        if let (true, Some(schema)) = (names.insert(name.to_owned()), schema) {
            reach(document, schema, names);
        }
        return;
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| reach(document, item, names)),
        Value::Object(members) => members
            .values()
            .for_each(|member| reach(document, member, names)),
        _ => {}
    }
}

/// The schema name of a reference.
fn reference(value: &Value) -> Option<&str> {
    value
        .get("$ref")?
        .as_str()?
        .strip_prefix("#/components/schemas/")
}

/// The wire values, if the schema is an enum of strings.
pub fn string_enum(schema: &Value) -> Option<Vec<String>> {
    schema
        .get("enum")?
        .as_array()?
        .iter()
        .map(|value| value.as_str().map(str::to_owned))
        .collect()
}

fn schemas(document: &Value) -> impl Iterator<Item = (&String, &Value)> {
    entries(document.pointer("/components/schemas"))
}

fn entries(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

fn text(value: &Value, key: &str) -> Option<String> {
    Some(value.get(key)?.as_str()?.to_owned())
}
