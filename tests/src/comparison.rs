//! Comparing what a client read with what it was sent.

use serde_json::Value;

/// The first place where what the client holds is not what it should hold: `held`, or what was `sent` if
/// the test does not check that. In the latter case, no list and an empty list are the same.
///
/// # Panics
/// If one of the texts is not JSON.
pub fn problem(found: Value, sent: &str, held: Option<&str>) -> Option<String> {
    let json = |text: &str| serde_json::from_str::<Value>(text).expect("the test is JSON");
    let (found, expected) = match held {
        Some(held) => (found, json(held)),
        None => (without_empty(found), without_empty(json(sent))),
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

/// The first place where two values differ: whole responses would fill the screen.
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
