//! Validation of the body of a write.
//!
//! The API rejects a field that is null, `""` or `"none"` with 422, for every integration. Such a field is
//! reported, with all others, before anything is sent: <https://docs.trackstarhq.com>.

use serde_json::Value;

/// All fields that the API would refuse, named as it names them (`line_items.0.sku`), and their values.
pub(crate) fn refused_fields(body: &Value) -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    find(body, &mut String::new(), &mut found);
    found
}

fn find(value: &Value, path: &mut String, found: &mut Vec<(String, &'static str)>) {
    let mut within = |name: &str, value| {
        let length = path.len();
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(name);
        find(value, path, found);
        path.truncate(length);
    };
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                within(&index.to_string(), item);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                within(name, member);
            }
        }
        Value::Null => found.push((path.clone(), "null")),
        Value::String(text) if text.is_empty() => found.push((path.clone(), "an empty text")),
        Value::String(text) if text == "none" => found.push((path.clone(), "\"none\"")),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn all_fields_that_the_api_would_refuse_are_reported() {
        for (body, fields) in [
            (
                json!({"a": 1, "b": [{"c": "x"}], "d": {}, "e": []}),
                &[][..],
            ),
            (
                json!({"a": 1, "b": [{"c": "x"}, {"c": null}]}),
                &[("b.1.c", "null")],
            ),
            (json!({"a": {"b": ""}}), &[("a.b", "an empty text")]),
            (
                json!({"a": {"b": null}, "c": "none"}),
                &[("a.b", "null"), ("c", "\"none\"")],
            ),
            (json!({"a": [["", 1]]}), &[("a.0.0", "an empty text")]),
        ] {
            let found = refused_fields(&body);
            let found: Vec<_> = found
                .iter()
                .map(|(path, what)| (path.as_str(), *what))
                .collect();
            assert_eq!(found, fields, "{body}");
        }
    }
}
