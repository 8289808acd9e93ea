//! Validation of the body of a write.
//!
//! The API rejects a field that is null, `""` or `"none"` with 422, for every integration. Such a field is
//! reported before anything is sent: <https://docs.trackstarhq.com>.

use serde_json::Value;

/// The first field that the API would refuse, as in `line_items[0].sku`, and its value.
pub(crate) fn refused_field(body: &Value) -> Option<(String, &'static str)> {
    let mut path = String::new();
    let what = find(body, &mut path)?;
    Some((path, what))
}

fn find(value: &Value, path: &mut String) -> Option<&'static str> {
    let length = path.len();
    match value {
        Value::Null => return Some("null"),
        Value::String(text) if text.is_empty() => return Some("an empty text"),
        Value::String(text) if text == "none" => return Some("\"none\""),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push_str(&format!("[{index}]"));
                if let Some(what) = find(item, path) {
                    return Some(what);
                }
                path.truncate(length);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(name);
                if let Some(what) = find(member, path) {
                    return Some(what);
                }
                path.truncate(length);
            }
        }
        _ => {}
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_field_that_the_api_would_refuse_is_reported() {
        for (body, field) in [
            (json!({"a": 1, "b": [{"c": "x"}], "d": {}, "e": []}), None),
            (
                json!({"a": 1, "b": [{"c": "x"}, {"c": null}]}),
                Some(("b[1].c", "null")),
            ),
            (json!({"a": {"b": ""}}), Some(("a.b", "an empty text"))),
            (
                json!({"a": {"b": "x"}, "c": "none"}),
                Some(("c", "\"none\"")),
            ),
            (json!({"a": [["", 1]]}), Some(("a[0][0]", "an empty text"))),
        ] {
            let found = refused_field(&body);
            let found = found.as_ref().map(|(path, what)| (path.as_str(), *what));
            assert_eq!(found, field, "{body}");
        }
    }
}
