//! The query of a request: the filters, as the document has them, and what else it may say.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use serde_json::{Value, json};

use crate::emulator::document::check::problem;
use crate::emulator::document::decode;
use crate::emulator::document::operation::{Operation, Parameter};
use crate::emulator::document::schema::{Schema, Schemas};
use crate::emulator::rules::refusal::Refusal;

/// What a query asks for.
#[derive(Debug, Default)]
pub(crate) struct Query {
    pub(crate) filters: Vec<Filter>,
    pub(crate) limit: usize,
    pub(crate) page_token: Option<String>,
    /// All of it, by name.
    pub(crate) values: BTreeMap<String, String>,
}

/// `status[in]=open,shipped`
#[derive(Debug)]
pub(crate) struct Filter {
    pub(crate) field: String,
    operator: String,
    pub(crate) values: Vec<String>,
    is_time: bool,
}

/// Reads a query; what the operation does not have is refused.
pub(crate) fn parse(
    schemas: &Schemas,
    operation: &Operation,
    query: &str,
) -> Result<Query, Refusal> {
    let limit = operation
        .parameters
        .get("limit")
        .and_then(|limit| limit.default);
    let mut found = Query {
        limit: to_usize(limit.unwrap_or(1000)),
        ..Query::default()
    };
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (plain(name), plain(value));
        let invalid = |message: &str| Refusal::invalid("query", &name, message);
        let parameter = operation.parameters.get(&name);
        let parameter = parameter.filter(|_| !is_in_path(operation, &name));
        let parameter = parameter.ok_or_else(|| invalid("Unknown field."))?;
        match name.as_str() {
            "page_token" => found.page_token = Some(value.clone()),
            "limit" => {
                let most = parameter.maximum.unwrap_or(1000);
                let limit = value
                    .parse()
                    .ok()
                    .filter(|limit| (1..=most).contains(limit));
                let message = format!("Must be an integer from 1 to {most}.");
                found.limit = to_usize(limit.ok_or_else(|| invalid(&message))?);
            }
            _ => {
                let filter = filter(schemas, &name, &value, parameter);
                found
                    .filters
                    .push(filter.map_err(|message| invalid(&message))?);
            }
        }
        found.values.insert(name, value);
    }
    for (name, parameter) in &operation.parameters {
        let is_missing = parameter.is_required && !found.values.contains_key(name);
        if is_missing && !is_in_path(operation, name) {
            return Err(Refusal::invalid(
                "query",
                name,
                "Missing data for required field.",
            ));
        }
    }
    // Beside ids, the other filters have no effect.
    if found.filters.iter().any(|filter| filter.field == "id") {
        found.filters.retain(|filter| filter.field == "id");
    }
    Ok(found)
}

/// Checks the values of a path that may have only some values.
pub(crate) fn check_path(
    schemas: &Schemas,
    operation: &Operation,
    values: &[(String, String)],
) -> Result<(), Refusal> {
    for (name, value) in values {
        let schema = operation
            .parameters
            .get(name)
            .map(|parameter| schemas.get(parameter.of));
        if let Some(message) = schema.and_then(|schema| problem(schema, &json!(value))) {
            return Err(Refusal::invalid("path", name, message));
        }
    }
    Ok(())
}

fn is_in_path(operation: &Operation, name: &str) -> bool {
    operation.path.contains(&format!("{{{name}}}"))
}

fn filter(
    schemas: &Schemas,
    name: &str,
    value: &str,
    parameter: &Parameter,
) -> Result<Filter, String> {
    let (field, operator) = match name.split_once('[') {
        Some((field, operator)) => (field, operator.trim_end_matches(']')),
        None if name == "start_time" => ("generated_time", "gte"),
        None if name == "end_time" => ("generated_time", "lte"),
        None => (name, "eq"),
    };
    let schema = schemas.get(parameter.of);
    let (item, values): (_, Vec<String>) = match schema {
        Schema::List(item) => (
            schemas.get(*item),
            value.split(',').map(str::to_owned).collect(),
        ),
        _ => (schema, vec![value.to_owned()]),
    };
    let most = to_usize(parameter.maximum.unwrap_or(100));
    if values.len() > most {
        return Err(format!("Longer than maximum length {most}."));
    }
    for value in &values {
        let message = match item {
            Schema::Time if seconds(value).is_none() => {
                "Not a valid datetime: YYYY-MM-DDTHH:MM:SSZ."
            }
            Schema::Boolean if value.parse::<bool>().is_err() => "Not a valid boolean.",
            Schema::Time | Schema::Boolean => continue,
            _ => match problem(item, &json!(value)) {
                Some(message) => message,
                None => continue,
            },
        };
        return Err(message.to_owned());
    }
    let field = if field == "ids" { "id" } else { field };
    Ok(Filter {
        field: field.to_owned(),
        operator: operator.to_owned(),
        values,
        is_time: matches!(item, Schema::Time),
    })
}

impl Filter {
    /// A filter for records that have this value.
    pub(crate) fn equal(field: &str, value: &str) -> Self {
        Self {
            field: field.to_owned(),
            operator: "eq".to_owned(),
            values: vec![value.to_owned()],
            is_time: false,
        }
    }

    /// Whether a record matches whose field this is.
    pub(crate) fn matches(&self, field: &Value) -> bool {
        let text = match field {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        };
        let first = self.values.first().map(String::as_str).unwrap_or_default();
        let order = |value: &str| text.as_deref().and_then(|text| self.compare(text, value));
        let is = |value: &String| order(value) == Some(Ordering::Equal);
        let lower = |text: &str| text.to_lowercase();
        let ignores_case = |value: &String| text.as_deref().map(lower) == Some(lower(value));
        match self.operator.as_str() {
            "eq" | "in" => self.values.iter().any(is),
            "neq" | "nin" => !self.values.iter().any(is),
            "gt" => order(first) == Some(Ordering::Greater),
            "gte" => matches!(order(first), Some(Ordering::Greater | Ordering::Equal)),
            "lt" => order(first) == Some(Ordering::Less),
            "lte" => matches!(order(first), Some(Ordering::Less | Ordering::Equal)),
            "contains" => self.values.iter().any(|value| contains(field, value)),
            "not_contains" => !self.values.iter().any(|value| contains(field, value)),
            "eq-insensitive" | "in-insensitive" => self.values.iter().any(ignores_case),
            "neq-insensitive" | "nin-insensitive" => !self.values.iter().any(ignores_case),
            "contains-insensitive" => text.is_some_and(|text| lower(&text).contains(&lower(first))),
            _ => false,
        }
    }

    fn compare(&self, text: &str, value: &str) -> Option<Ordering> {
        match self.is_time {
            true => Some(instant(text)?.cmp(&seconds(value)?)),
            false => Some(text.cmp(value)),
        }
    }
}

/// Of tags, one of them: a text, or `key:value` for an object of a single key. Of a text, a part of it.
fn contains(field: &Value, value: &str) -> bool {
    match field {
        Value::Array(items) => items.iter().any(|item| match item {
            Value::String(item) => item == value,
            Value::Object(members) => members.iter().any(|(name, member)| {
                let member = member
                    .as_str()
                    .map_or_else(|| member.to_string(), str::to_owned);
                value.split_once(':') == Some((name, &member))
            }),
            other => other.to_string().as_str() == value,
        }),
        Value::String(text) => text.contains(value),
        _ => false,
    }
}

/// A time as filters have it: to the second, in UTC.
fn seconds(time: &str) -> Option<i64> {
    let time = NaiveDateTime::parse_from_str(time, "%Y-%m-%dT%H:%M:%SZ").ok()?;
    Some(time.and_utc().timestamp())
}

fn instant(time: &str) -> Option<i64> {
    let time = chrono::DateTime::parse_from_rfc3339(time).ok()?;
    Some(time.timestamp())
}

fn plain(text: &str) -> String {
    decode(&text.replace('+', " "))
}

fn to_usize(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
