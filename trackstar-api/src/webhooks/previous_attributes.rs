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

    /// The previous values at a path with wildcards, each with its own path: `*` stands for any one name or index.
    /// A value is also found if the path leads to something around it.
    ///
    /// ```
    /// # use trackstar_api::webhooks::{Webhook, testing};
    /// # let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    /// # let body = r#"{"event_type": "order.updated", "data": {},
    /// #     "previous_attributes": {"line_items.0.quantity": 2, "line_items.3.quantity": 1}}"#;
    /// # let headers = testing::sign(secret, "msg_1", std::time::SystemTime::now(), body)?;
    /// # let event = Webhook::new(secret)?.verify(&headers, body)?;
    /// if let Some(before) = event.previous_attributes() {
    ///     for (path, quantity) in before.find("line_items.*.quantity") {
    ///         println!("{path} was {quantity}"); // line_items.0.quantity was 2
    ///     }
    /// #   assert_eq!(before.find("line_items.*.quantity").count(), 2);
    /// }
    /// # Ok::<(), trackstar_api::webhooks::WebhookError>(())
    /// ```
    pub fn find(&self, path: &str) -> impl Iterator<Item = (String, &Value)> {
        let path: Vec<&str> = segments(path).collect();
        let mut found = Vec::new();
        find_all(&self.0, &path, String::new(), &mut found);
        found.into_iter()
    }

    /// Whether a value at the path is another now.
    pub(super) fn differs(&self, path: &str, now: Option<&Value>) -> bool {
        self.find(path).any(|(path, before)| {
            now.is_none_or(|now| {
                let path: Vec<&str> = segments(&path).collect();
                differs(before, find(now, &path))
            })
        })
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

/// A wildcard is one segment. What is left of a key when the path ends is within what the path leads to.
fn find_all<'a>(value: &'a Value, path: &[&str], at: String, found: &mut Vec<(String, &'a Value)>) {
    if path.is_empty() {
        found.push((at, value));
        return;
    }
    let mut visit = |key: &str, member: &'a Value| {
        let key: Vec<&str> = segments(key).collect();
        let is_within = key
            .iter()
            .zip(path)
            .all(|(segment, wanted)| *wanted == "*" || segment == wanted);
        if is_within && !key.is_empty() {
            let rest = path.get(key.len()..).unwrap_or_default();
            find_all(member, rest, join(&at, &key.join(".")), found);
        }
    };
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                visit(&index.to_string(), item);
            }
        }
        Value::Object(members) => members.iter().for_each(|(key, member)| visit(key, member)),
        _ => {}
    }
}

/// Whether a value was another before. A record may have only some of its fields there.
fn differs(before: &Value, now: Option<&Value>) -> bool {
    match (before, now) {
        (Value::Null, None) => false,
        (Value::Array(before), Some(Value::Array(now))) => {
            let mut both = before.iter().zip(now);
            before.len() != now.len() || both.any(|(before, now)| differs(before, Some(now)))
        }
        (Value::Object(before), Some(now)) if !before.is_empty() => {
            before.iter().any(|(key, before)| {
                let key: Vec<&str> = segments(key).collect();
                differs(before, find(now, &key))
            })
        }
        (before, now) => Some(before) != now,
    }
}

fn join(path: &str, key: &str) -> String {
    match path {
        "" => key.to_owned(),
        path => format!("{path}.{key}"),
    }
}

fn flatten<'a>(value: &'a Value, path: String, found: &mut Vec<(String, &'a Value)>) {
    let below = |key: &str| join(&path, key);
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
            // Their order is that of `serde_json`'s maps, which one of its features changes.
            let mut paths: Vec<String> = before.iter().map(|(path, _)| path).collect();
            paths.sort();
            assert_eq!(
                paths,
                ["items.0.sku", "items.0.to", "items.1.sku", "status"]
            );
        }
    }

    #[test]
    fn a_wildcard_stands_for_one_segment_however_the_values_were_written() {
        let nested = json!({"items": [{"sku": "a", "to": {"city": "x"}}, {"sku": "b"}]});
        let flat = json!({"items.0.sku": "a", "items[0].to": {"city": "x"}, "items.1.sku": "b"});
        for json in [nested, flat] {
            let before = PreviousAttributes::new(json);
            for (path, paths) in [
                ("items.*.sku", &["items.0.sku", "items.1.sku"][..]),
                ("items[*].sku", &["items.0.sku", "items.1.sku"]),
                ("*.0.sku", &["items.0.sku"]),
                ("items.*.to.*", &["items.0.to.city"]),
                ("items.*.to.city", &["items.0.to.city"]),
                ("items.*", &["items.0", "items.1"]),
                ("items.*.sku.*", &[]),
                ("items.2.sku", &[]),
                ("*.sku", &[]),
            ] {
                let found: Vec<String> = before.find(path).map(|(path, _)| path).collect();
                let is_found = |path: &&str| found.iter().any(|other| other.starts_with(*path));
                assert!(paths.iter().all(is_found), "{path}: {found:?}");
                assert_eq!(found.is_empty(), paths.is_empty(), "{path}: {found:?}");
            }
        }
    }

    #[test]
    fn a_value_differs_if_it_was_another_before() {
        let now = json!({"status": "shipped", "note": null,
            "items": [{"sku": "a", "is_picked": true}, {"sku": "b", "is_picked": true}]});
        let whole = json!({"status": "shipped", "note": null, "gone": null,
            "items": [{"sku": "a", "is_picked": false}, {"sku": "b", "is_picked": true}]});
        let flat = json!({"items.0.is_picked": false});
        for (before, path, is_other) in [
            (&whole, "items.*.is_picked", true),
            (&whole, "items.0.is_picked", true),
            (&whole, "items.1.is_picked", false),
            (&whole, "items.*.sku", false),
            (&whole, "items", true),
            (&whole, "items.1", false),
            (&whole, "status", false),
            (&whole, "note", false),
            (&whole, "gone", false),
            (&whole, "unheard_of", false),
            (&flat, "items.*.is_picked", true),
            (&flat, "items", true),
            (&flat, "items.1.is_picked", false),
            (&flat, "items.*.sku", false),
            (&json!({"items": [{"sku": "a"}]}), "items", true),
            (&json!({"items": []}), "items", true),
            (&json!({"note": "a"}), "note", true),
            (&json!({"removed": {"a": 1}}), "removed", true),
            (&json!({"removed": {"a": 1}}), "removed.a", true),
        ] {
            let previous = PreviousAttributes::new(before.clone());
            assert_eq!(
                previous.differs(path, Some(&now)),
                is_other,
                "{before} {path}"
            );
        }
        // With nothing to compare, what is listed has changed.
        let previous = PreviousAttributes::new(whole);
        assert!(previous.differs("status", None) && !previous.differs("unheard_of", None));
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
