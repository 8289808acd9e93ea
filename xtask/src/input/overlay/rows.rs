//! One action for several places: `x-each` lists rows, and the action is applied once for each.

use serde_json::Value;

use crate::input::operations::members;

/// Names that are filled in for braces, a row for each application.
pub const EACH: &str = "x-each";

/// The actions that an action stands for: one for each row, with the names in braces filled in below some of its keys.
pub fn rows(action: &Value, keys: &[&str]) -> Vec<Value> {
    let Some(rows) = action.get(EACH).and_then(Value::as_array) else {
        return vec![action.clone()];
    };
    let filled = rows.iter().map(|row| {
        let mut filled = action.clone();
        for key in keys {
            if let Some(member) = filled.get_mut(key) {
                fill_in(member, row);
            }
        }
        filled
    });
    filled.collect()
}

fn fill_in(value: &mut Value, row: &Value) {
    match value {
        Value::String(text) => {
            for (name, value) in members(Some(row)) {
                let value = value.as_str().unwrap_or_default();
                *text = text.replace(&format!("{{{name}}}"), value);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| fill_in(item, row)),
        Value::Object(members) => members.values_mut().for_each(|member| fill_in(member, row)),
        _ => {}
    }
}
