//! The filters of a list, as the document has them.

use std::cmp::Ordering;

use chrono::DateTime;
use serde_json::Value;

use super::document::{Document, Operation, decode, segments};
use super::refusal::Refusal;

/// The API takes so many values in one filter.
const MAX_VALUES: usize = 100;

/// What a query asks of a list.
#[derive(Debug)]
pub(super) struct Query {
    pub(super) filters: Vec<Filter>,
    pub(super) limit: usize,
    pub(super) page_token: Option<String>,
}

/// `status[in]=open,shipped`
#[derive(Debug)]
pub(super) struct Filter {
    field: String,
    operator: String,
    values: Vec<String>,
    is_time: bool,
}

/// Reads a query; what the operation does not have is refused.
pub(super) fn parse(
    document: &Document,
    operation: &Operation,
    query: &str,
) -> Result<Query, Refusal> {
    let default = operation
        .query
        .get("limit")
        .and_then(|limit| limit["default"].as_u64());
    let mut found = Query {
        filters: Vec::new(),
        limit: to_usize(default.unwrap_or(1000)),
        page_token: None,
    };
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (plain(name), plain(value));
        let invalid = |message: &str| Refusal::invalid("query", &name, message);
        let Some(schema) = operation.query.get(&name) else {
            return Err(invalid("Unknown field."));
        };
        match name.as_str() {
            "page_token" => found.page_token = Some(value),
            "limit" => {
                let limits = 1..=schema["maximum"].as_u64().unwrap_or(1000);
                let limit = value.parse().ok().filter(|limit| limits.contains(limit));
                let message = "Must be an integer from 1 to the maximum.";
                found.limit = to_usize(limit.ok_or_else(|| invalid(message))?);
            }
            _ => found
                .filters
                .push(filter(document, &name, value, schema).map_err(|message| invalid(&message))?),
        }
    }
    Ok(found)
}

fn filter(
    document: &Document,
    name: &str,
    value: String,
    schema: &Value,
) -> Result<Filter, String> {
    let (field, operator) = match name.split_once('[') {
        Some((field, operator)) => (field, operator.trim_end_matches(']')),
        None if name == "start_time" => ("generated_time", "gte"),
        None if name == "end_time" => ("generated_time", "lte"),
        None => (name, "eq"),
    };
    let is_list = schema["type"] == "array";
    let item = document.resolve(if is_list { &schema["items"] } else { schema });
    let values: Vec<String> = match is_list {
        true => value.split(',').map(str::to_owned).collect(),
        false => vec![value],
    };
    if values.len() > MAX_VALUES {
        return Err(format!("Longer than maximum length {MAX_VALUES}."));
    }
    let is_time = item["format"] == "date-time";
    if is_time && values.iter().any(|value| seconds(value).is_none()) {
        return Err("Not a valid datetime.".to_owned());
    }
    if item["type"] == "boolean" && values.iter().any(|value| value.parse::<bool>().is_err()) {
        return Err("Not a valid boolean.".to_owned());
    }
    let field = if field == "ids" { "id" } else { field };
    Ok(Filter {
        field: field.to_owned(),
        operator: operator.to_owned(),
        values,
        is_time,
    })
}

impl Filter {
    /// A filter for records that have this value.
    pub(super) fn equal(field: String, value: String) -> Self {
        Self {
            field,
            operator: "eq".to_owned(),
            values: vec![value],
            is_time: false,
        }
    }

    pub(super) fn matches(&self, id: &str, record: &Value) -> bool {
        let text = match &record[&self.field] {
            Value::Null if self.field == "id" => Some(id.to_owned()),
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
            "contains" => contains(&record[&self.field], first),
            "not_contains" => !contains(&record[&self.field], first),
            "eq-insensitive" | "in-insensitive" => self.values.iter().any(ignores_case),
            "contains-insensitive" => text.is_some_and(|text| lower(&text).contains(&lower(first))),
            _ => false,
        }
    }

    fn compare(&self, text: &str, value: &str) -> Option<Ordering> {
        match self.is_time {
            true => Some(seconds(text)?.cmp(&seconds(value)?)),
            false => Some(text.cmp(value)),
        }
    }
}

/// Of a list, one of its items; of a text, a part of it.
fn contains(field: &Value, value: &str) -> bool {
    match field {
        Value::Array(items) => items.iter().any(|item| match item {
            Value::String(item) => item == value,
            other => other.to_string().as_str() == value,
        }),
        Value::String(text) => text.contains(value),
        _ => false,
    }
}

fn seconds(time: &str) -> Option<i64> {
    DateTime::parse_from_rfc3339(time)
        .ok()
        .map(|time| time.timestamp())
}

fn plain(text: &str) -> String {
    decode(&text.replace('+', " "))
}

fn to_usize(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// The values of a path narrow a list as filters do: the locations of one warehouse.
pub(super) fn of_path(values: &[(String, String)]) -> impl Iterator<Item = Filter> {
    values
        .iter()
        .map(|(name, value)| Filter::equal(name.clone(), value.clone()))
}

/// The collection that a record in a path belongs to: `wms/warehouses` of `/wms/warehouses/1/locations`.
pub(super) fn parent<'a>(document: &Document, path: &'a str) -> Option<(String, &'a str)> {
    let mut parts: Vec<&str> = segments(path).collect();
    parts.pop()?;
    let id = parts.pop()?;
    let collection = parts.join("/");
    document
        .collections
        .contains_key(&collection)
        .then_some((collection, id))
}
