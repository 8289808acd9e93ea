//! What a document says otherwise than the one that it replaces.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;

use crate::input::{Pointer, members};

/// How many differences are listed.
const LISTED: usize = 100;
/// The longest value that is shown.
const SHOWN: usize = 120;

/// The differences as lines, the count before them.
pub fn text(old: &Value, new: &Value) -> String {
    let mut lines = Vec::new();
    compare(old, new, &Pointer::default(), &mut lines);
    let mut text = match lines.len() {
        0 => "The document says the same as the one that it replaces.\n".to_owned(),
        1 => "1 change of the document:\n".to_owned(),
        count => format!("{count} changes of the document:\n"),
    };
    for line in lines.iter().take(LISTED) {
        let _ = writeln!(text, "  {line}");
    }
    if lines.len() > LISTED {
        let _ = writeln!(text, "  … {} more", lines.len() - LISTED);
    }
    text
}

fn compare(old: &Value, new: &Value, at: &Pointer, lines: &mut Vec<String>) {
    match (old, new) {
        (Value::Object(before), Value::Object(after)) => {
            let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
            for key in keys {
                both(before.get(key), after.get(key), &at.child(key), lines);
            }
        }
        (Value::Array(before), Value::Array(after)) => {
            // Items are paired by what names them, the others by what they are: their order seldom matters.
            let pair = |item: &Value, others: &[Value]| {
                let is_same = |other: &&Value| {
                    *other == item || (name(item).is_some() && name(other) == name(item))
                };
                others.iter().find(is_same).cloned()
            };
            for (index, item) in before.iter().enumerate() {
                both(
                    Some(item),
                    pair(item, after).as_ref(),
                    &at.child(index),
                    lines,
                );
            }
            for (index, item) in after.iter().enumerate() {
                if pair(item, before).is_none() {
                    both(None, Some(item), &at.child(index), lines);
                }
            }
        }
        _ => both(Some(old), Some(new), at, lines),
    }
}

fn both(old: Option<&Value>, new: Option<&Value>, at: &Pointer, lines: &mut Vec<String>) {
    match (old, new) {
        (Some(old), Some(new)) if old == new => {}
        (Some(old @ Value::Object(_)), Some(new @ Value::Object(_)))
        | (Some(old @ Value::Array(_)), Some(new @ Value::Array(_))) => {
            compare(old, new, at, lines)
        }
        (Some(old), Some(new)) => lines.push(format!("~ {at}: {} → {}", shown(old), shown(new))),
        (None, Some(new)) => lines.push(format!("+ {at}: {}", shown(new))),
        (Some(old), None) => lines.push(format!("- {at}: {}", shown(old))),
        (None, None) => {}
    }
}

/// What tells an item of a list from the others.
fn name(item: &Value) -> Option<[&Value; 2]> {
    let mut found = members(Some(item))
        .filter(|(key, _)| ["in", "name", "$ref", "url"].contains(&key.as_str()));
    let first = found.next()?.1;
    Some([first, found.next().map_or(first, |(_, value)| value)])
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_new_gone_or_changed_is_a_line_each() {
        let old = json!({
            "a": 1, "gone": {"x": [1]}, "required": ["p", "q"],
            "parameters": [{"name": "a", "in": "query", "required": true}, {"name": "b", "in": "query"}],
        });
        let new = json!({
            "a": "1", "new": "é".repeat(200), "required": ["q", "r"],
            "parameters": [{"name": "b", "in": "query"}, {"name": "a", "in": "query"}],
        });
        let text = text(&old, &new);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[..3],
            [
                "6 changes of the document:",
                "  ~ /a: 1 → \"1\"",
                "  - /gone: {\"x\":[1]}"
            ]
        );
        assert!(
            lines[3].starts_with("  + /new: \"éé") && lines[3].ends_with('…'),
            "{text}"
        );
        assert_eq!(
            lines[4..],
            [
                "  - /parameters/0/required: true",
                "  - /required/0: \"p\"",
                "  + /required/1: \"r\""
            ]
        );
        assert_eq!(
            super::text(&old, &old),
            "The document says the same as the one that it replaces.\n"
        );
    }

    #[test]
    fn a_long_list_is_cut_off_with_its_count() {
        let new: serde_json::Map<_, _> = (0..130).map(|n| (n.to_string(), json!(n))).collect();
        let text = text(&json!({}), &new.into());
        assert!(
            text.starts_with("130 changes") && text.ends_with("  … 30 more\n"),
            "{text}"
        );
    }
}
