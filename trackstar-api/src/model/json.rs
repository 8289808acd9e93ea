//! From bytes to types.

use serde::de::{self, DeserializeOwned};
use serde_json::Value;

use super::{deviation, repair};

/// Why bytes could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Mismatch {
    #[error("not JSON: {}", not_json(.0))]
    NotJson(#[source] serde_json::Error),
    #[error("{path}: {cause}")]
    Shape {
        /// Where in the JSON: `magic_links[0].expires_at`.
        path: String,
        #[source]
        cause: serde_json::Error,
    },
}

impl Mismatch {
    /// The field that could not be read, if it is known.
    pub(crate) fn field(&self) -> Option<String> {
        let Self::Shape { path, cause } = self else {
            return None;
        };
        let cause = cause.to_string();
        let missing = cause.strip_prefix("missing field `");
        match missing.and_then(|rest| rest.split_once('`')) {
            Some((name, _)) if path == "." => Some(name.to_owned()),
            Some((name, _)) => Some(format!("{path}.{name}")),
            None => Some(path.clone()).filter(|path| path != "."),
        }
    }
}

impl Mismatch {
    /// What is wrong, without the place.
    pub(crate) fn problem(&self) -> String {
        match self {
            Self::NotJson(error) => not_json(error),
            Self::Shape { cause, .. } => cause.to_string(),
        }
    }
}

/// How deep serde_json goes.
const MAX_DEPTH: u8 = 128;

fn not_json(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.strip_prefix("recursion limit exceeded") {
        Some(place) => format!("it is more than {MAX_DEPTH} levels deep{place}"),
        None => text,
    }
}

/// Reads a whole text. Texts that are JSON except for a few bytes are repaired.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Mismatch> {
    let before = deviation::count();
    let error = match serde_json::from_slice(bytes) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    deviation::forget(before);
    if error.is_data() {
        return locate(bytes, error, before);
    }
    let Some(repaired) = repair::repair(bytes) else {
        return Err(Mismatch::NotJson(error));
    };
    let replaced = deviation::count();
    serde_json::from_slice(&repaired).or_else(|error| {
        deviation::forget(if error.is_data() { replaced } else { before });
        match error.is_data() {
            true => locate(&repaired, error, before),
            false => Err(Mismatch::NotJson(error)),
        }
    })
}

/// Refuses what reports an error: `{"error": …}`.
pub(crate) fn refuse_error(bytes: &[u8]) -> Result<(), Mismatch> {
    let body: Value = read(bytes)?;
    match body.get("error") {
        None | Some(Value::Null) => Ok(()),
        Some(_) => Err(Mismatch::Shape {
            path: "error".to_owned(),
            cause: de::Error::custom("the response reports an error"),
        }),
    }
}

/// Reads once more to find the place: tracking it every time would slow down the usual case.
#[cold]
fn locate<T: DeserializeOwned>(
    bytes: &[u8],
    first: serde_json::Error,
    before: usize,
) -> Result<T, Mismatch> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let read = serde_path_to_error::deserialize::<_, T>(&mut json);
    deviation::forget(before);
    match read {
        Ok(_) => Err(Mismatch::NotJson(first)),
        Err(error) => Err(Mismatch::Shape {
            path: error.path().to_string(),
            cause: error.into_inner(),
        }),
    }
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::model::extra::Extra;
    use crate::model::record::record;

    #[derive(Clone, Debug, PartialEq)]
    struct Order {
        id: String,
        name: Option<String>,
        size: Option<f64>,
        parts: Vec<Order>,
        extra: crate::model::extra::Extra,
    }
    record!(Order { id "id" required, name "name" optional, size "size" optional, parts "parts" list } extra);

    #[derive(Clone, Debug, PartialEq)]
    struct Orders {
        orders: Vec<Order>,
        extra: crate::model::extra::Extra,
    }
    record!(Orders { orders "orders" page_records } extra);

    #[test]
    fn a_record_that_cannot_be_read_says_which_field_stops_it() {
        for (json, field, says) in [
            (r#"{"name": "n"}"#, Some("id"), "missing field `id`"),
            (r#"{"id": null}"#, Some("id"), "invalid type: null"),
            (r#"{"id": [1]}"#, Some("id"), "invalid type: array"),
            ("[]", None, "a map that is a Order"),
            ("null", None, "a map that is a Order"),
        ] {
            let error = read::<Order>(json.as_bytes()).unwrap_err();
            assert_eq!(error.field().as_deref(), field, "{json}");
            assert!(error.to_string().contains(says), "{error}");
        }
        let error = read::<Orders>(br#"{"orders": [{"id": "a"}, {"name": 1}]}"#).unwrap_err();
        assert_eq!(error.field().as_deref(), Some("orders[1].id"));
    }

    #[test]
    fn what_was_reported_of_a_reading_that_failed_is_forgotten() {
        let json = br#"{"orders": [{"id": 1, "name": 2}, {}]}"#;
        let (read, found) = deviation::collect(|| read::<Orders>(json));
        assert!(read.is_err());
        assert_eq!(found.list, []);
    }

    #[test]
    fn too_deep_a_text_is_refused_with_that_reason() {
        let json = format!(
            r#"{{"id": "a", "new": {}1{}}}"#,
            "[".repeat(200),
            "]".repeat(200)
        );
        let error = read::<Order>(json.as_bytes()).unwrap_err().to_string();
        assert!(error.contains("more than 128 levels deep"), "{error}");
    }

    #[test]
    fn bytes_that_are_no_json_are_replaced_and_reported() {
        let sent = b"\xef\xbb\xbf{\"id\": \"a\\ud83d\", \"size\": NaN, \"parts\": [{\"id\": \"\xff\", \"name\": \"\\ude00 \\ud83d\\ude00\", \"size\": -Infinity}]}";
        let (order, found) = deviation::collect(|| read::<Order>(sent).unwrap());
        assert_eq!((order.id.as_str(), order.size), ("a\u{fffd}", None));
        assert_eq!(order.parts[0].id, "\u{fffd}");
        assert_eq!(order.parts[0].name.as_deref(), Some("\u{fffd} 😀"));
        let found: Vec<String> = found.list.iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            [
                ": byte order mark in place of JSON",
                "id: lone surrogate in place of string",
                "size: NaN in place of number",
                "parts[].id: bytes that are not UTF-8 in place of string",
                "parts[].name: lone surrogate in place of string",
                "parts[].size: NaN in place of number",
            ]
        );
    }

    #[test]
    fn what_cannot_be_repaired_is_not_json() {
        for json in [&b"{"[..], b"", b"{\"id\": nan}", b"{\"id\": \"a", b"\xff"] {
            let error = read::<Order>(json).unwrap_err();
            assert!(matches!(error, Mismatch::NotJson(_)), "{error}");
        }
    }
}
