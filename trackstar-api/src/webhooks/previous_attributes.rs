//! The previous values of a record, as an event reports them.

use std::fmt;

use serde_json::Value;

/// The previous values of the fields that changed, by path.
///
/// The API writes a path as a key (`line_items.0.quantity`), or the values as nested records; both are found
/// by the same path, which can also be written `line_items[0].quantity`.
#[derive(Clone, PartialEq)]
pub struct PreviousAttributes(Value);

impl PreviousAttributes {
    pub(super) fn new(value: Value) -> Self {
        Self(value)
    }

    /// The previous value at a path: a text, a number, or a whole record. `None` if the event does not have
    /// it; `Null` if the field was not set before.
    ///
    /// ```
    /// # use trackstar_api::webhooks::{Webhook, testing};
    /// # let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    /// # let body = r#"{"event_type": "order.updated", "data": {},
    /// #     "previous_attributes": {"status": "open", "line_items.0.quantity": 2}}"#;
    /// # let headers = testing::sign(secret, "msg_1", std::time::SystemTime::now(), body)?;
    /// let event = Webhook::new(secret)?.verify(&headers, body)?;
    /// if let Some(before) = event.previous_attributes() {
    ///     assert_eq!(before.get("status").and_then(|old| old.as_str()), Some("open"));
    ///     assert_eq!(before.get("line_items[0].quantity").and_then(|old| old.as_i64()), Some(2));
    /// }
    /// # Ok::<(), trackstar_api::webhooks::WebhookError>(())
    /// ```
    pub fn get(&self, path: &str) -> Option<&Value> {
        let path: Vec<&str> = segments(path).collect();
        find(&self.0, &path)
    }

    /// Every previous value with its path: texts, numbers, and empty lists and records.
    pub fn iter(&self) -> impl Iterator<Item = (String, &Value)> {
        let mut found = Vec::new();
        flatten(&self.0, String::new(), &mut found);
        found.into_iter()
    }

    /// All previous values, as the API wrote them.
    pub fn as_json(&self) -> &Value {
        &self.0
    }
}

/// The segments of a path: `a[0].b` and `a.0.b` have the same.
fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split(['.', '[', ']'])
        .filter(|segment| !segment.is_empty())
}

/// A key may be the first segment of the path, or several.
fn find<'a>(value: &'a Value, path: &[&str]) -> Option<&'a Value> {
    let Some((first, rest)) = path.split_first() else {
        return Some(value);
    };
    match value {
        Value::Array(items) => find(items.get(first.parse::<usize>().ok()?)?, rest),
        Value::Object(members) => members.iter().find_map(|(key, member)| {
            let mut rest = path.iter();
            let is_start = segments(key).all(|segment| rest.next() == Some(&segment));
            is_start.then(|| find(member, rest.as_slice())).flatten()
        }),
        _ => None,
    }
}

fn flatten<'a>(value: &'a Value, path: String, found: &mut Vec<(String, &'a Value)>) {
    let below = |key: &str| match path.as_str() {
        "" => key.to_owned(),
        path => format!("{path}.{key}"),
    };
    match value {
        Value::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                flatten(item, below(&index.to_string()), found);
            }
        }
        Value::Object(members) if !members.is_empty() => {
            for (key, member) in members {
                let key: Vec<&str> = segments(key).collect();
                flatten(member, below(&key.join(".")), found);
            }
        }
        leaf => found.push((path, leaf)),
    }
}

/// Shows paths without values: the values may be personal data.
impl fmt::Debug for PreviousAttributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paths: Vec<String> = self.iter().map(|(path, _)| path).collect();
        f.debug_tuple("PreviousAttributes").field(&paths).finish()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_previous_value_is_found_by_its_path_however_it_was_written() {
        let nested = json!({"status": "open", "items": [{"sku": "a", "to": null}, {"sku": "b"}]});
        let flat = json!({"status": "open", "items.0.sku": "a", "items[0].to": null, "items.1": {"sku": "b"}});
        for json in [nested, flat] {
            let before = PreviousAttributes::new(json);
            for (path, value) in [
                ("status", Some(json!("open"))),
                ("items.0.sku", Some(json!("a"))),
                ("items[0].to", Some(json!(null))),
                ("items[1].sku", Some(json!("b"))),
                ("items.2.sku", None),
                ("items.x", None),
                ("status.x", None),
                ("stat", None),
            ] {
                assert_eq!(before.get(path), value.as_ref(), "{path}");
            }
            let paths: Vec<String> = before.iter().map(|(path, _)| path).collect();
            assert_eq!(
                paths,
                ["status", "items.0.sku", "items.0.to", "items.1.sku"]
            );
        }
    }

    #[test]
    fn debug_shows_paths_and_no_values() {
        let before = PreviousAttributes::new(json!({"ship_to": {"name": "Ada"}}));
        assert_eq!(
            format!("{before:?}"),
            r#"PreviousAttributes(["ship_to.name"])"#
        );
    }
}
