//! Every type of answer, with all that the API may leave out, add or set to null.
//!
//! The tests themselves are written by `build.rs` from the lowered document, one for each type.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use trackstar_api::types;

mod answer {
    use super::*;

    include!(concat!(env!("OUT_DIR"), "/answers.rs"));
}

/// What is amiss, what the server sends, and what the client holds then, if that is to be compared.
type Case = (&'static str, &'static str, Option<&'static str>);

/// Decodes all cases before it fails, so that one run shows all that is wrong with a type.
fn check<T: DeserializeOwned + Serialize>(cases: &[Case]) {
    let problems: Vec<String> = cases
        .iter()
        .filter_map(|case @ (what, ..)| Some(format!("{what}: {}", problem::<T>(case)?)))
        .collect();
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

fn problem<T: DeserializeOwned + Serialize>((_, sent, held): &Case) -> Option<String> {
    let answer: T = match serde_json::from_str(sent) {
        Ok(answer) => answer,
        Err(error) => return Some(format!("{error}: {}", around(sent, error.column()))),
    };
    let written = serde_json::to_value(answer).unwrap();
    let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let (found, expected) = match held {
        Some(held) => (written, json(held)),
        None => (without_empty(written), without_empty(json(sent))),
    };
    difference(&found, &expected, "")
}

/// Without the members that hold nothing.
fn without_empty(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(without_empty).collect(),
        Value::Object(members) => members
            .into_iter()
            .filter(|(_, value)| !is_empty(value))
            .map(|(name, value)| (name, without_empty(value)))
            .collect(),
        other => other,
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

/// The first place where two values differ: whole answers would fill the screen.
fn difference(found: &Value, expected: &Value, path: &str) -> Option<String> {
    match (found, expected) {
        (Value::Object(found), Value::Object(expected)) => {
            let names = found.keys().chain(expected.keys());
            names.into_iter().find_map(|name| {
                let path = format!("{path}.{name}");
                match (found.get(name), expected.get(name)) {
                    (Some(found), Some(expected)) => difference(found, expected, &path),
                    (found, expected) => Some(differ(found, expected, &path)),
                }
            })
        }
        (Value::Array(found), Value::Array(expected)) if found.len() == expected.len() => found
            .iter()
            .zip(expected)
            .enumerate()
            .find_map(|(index, (found, expected))| {
                difference(found, expected, &format!("{path}[{index}]"))
            }),
        (found, expected) if found == expected => None,
        (found, expected) => Some(differ(Some(found), Some(expected), path)),
    }
}

fn differ(found: Option<&Value>, expected: Option<&Value>, path: &str) -> String {
    let shown = |value: Option<&Value>| value.map_or("nothing".to_owned(), Value::to_string);
    format!("{path} is {}, expected {}", shown(found), shown(expected))
}

/// The text before a column.
fn around(text: &str, column: usize) -> &str {
    &text[column.saturating_sub(80)..column.min(text.len())]
}
