//! What the documents say where an action is applied: something else than it was written for, or what it says already.

use serde_json::Value;
use serde_json_path::JsonPath;

use crate::input::pointer::Pointer;
use crate::input::problem::Problem;

/// What the action found at its target when it was written.
pub const FOUND: &str = "x-found";

/// Where the document says something else than the action says that it found.
pub fn found_otherwise(action: &Value, document: &Value) -> Option<(Problem, Pointer)> {
    let found = action.get(FOUND)?;
    let target = action.get("target")?.as_str()?;
    // A path that is none is reported when the action is applied.
    let path = JsonPath::parse(target).ok()?;
    for node in path.query_located(document).iter() {
        let place = Pointer::of_reference(&format!("#{}", node.location().to_json_pointer()))?;
        if let Some((place, expected, actual)) = difference(found, Some(node.node()), place) {
            let actual = actual.map_or_else(|| "nothing".to_owned(), ToString::to_string);
            let problem = Problem::new(format!(
                "the action was written for {expected} at {place}, and the documents say {actual}"
            ))
            .remedy(
                "see what the vendor means now: remove the action, or change its update and its `x-found`",
            );
            return Some((problem, place));
        }
    }
    None
}

/// The first place below which a value is not what was found. Members that were not noted do not count.
fn difference<'a>(
    found: &'a Value,
    value: Option<&'a Value>,
    at: Pointer,
) -> Option<(Pointer, &'a Value, Option<&'a Value>)> {
    match (found, value) {
        (Value::Object(found), Some(Value::Object(value))) => found
            .iter()
            .find_map(|(key, found)| difference(found, value.get(key), at.child(key))),
        (Value::Null, None) => None,
        (found, Some(value)) if found == value => None,
        _ => Some((at, found, value)),
    }
}

/// Whether everything that the action is for says already what the action says.
pub fn is_said(action: &Value, document: &Value) -> bool {
    let Some(update) = action.get("update") else {
        return false;
    };
    // A path that is none is reported when the action is applied.
    let Ok(path) = JsonPath::parse(&target_of(action)) else {
        return false;
    };
    let found = path.query(document).all();
    !found.is_empty() && found.into_iter().all(|value| has(value, update))
}

/// Whether an update adds nothing to a value: members are merged, and items are appended.
fn has(value: &Value, update: &Value) -> bool {
    match (value, update) {
        (Value::Object(value), Value::Object(update)) => update
            .iter()
            .all(|(key, update)| value.get(key).is_some_and(|value| has(value, update))),
        (Value::Array(value), Value::Array(update)) => {
            update.iter().all(|item| value.contains(item))
        }
        (value, update) => value == update,
    }
}

/// The path of what an action is for.
pub fn target_of(action: &Value) -> String {
    let target = action.get("target").and_then(Value::as_str);
    target.unwrap_or_default().to_owned()
}
