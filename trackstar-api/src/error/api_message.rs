//! What the API says in a response with an error status, read leniently.
//!
//! The documents promise `error`, mostly `origin`, `detail` for a 422 and `id` for a 404. A proxy in between
//! promises nothing. Every field that is there is kept; of a body that is not JSON the start is kept.

use std::time::{Duration, SystemTime};

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use serde_json::Value;

use super::FieldMessage;
use super::text::{MAX_MESSAGE, MAX_NAME, one_line};
use crate::model::open_enum::{UnknownValue, open_enum};

/// How much of a body is kept as text.
const START_BYTES: usize = 512;
/// How many field messages are kept, and how deep a field may lie.
const MAX_FIELDS: usize = 100;
const MAX_DEPTH: usize = 16;

/// Who refused: [`Error::origin`](crate::Error::origin).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// Trackstar itself.
    Trackstar,
    /// The warehouse, shop, carrier or ERP behind Trackstar.
    Integration,
    /// An origin that this version of the client does not know, as the API wrote it.
    Unknown(UnknownValue),
}
open_enum!(Origin { Trackstar = "trackstar", Integration = "integration" });

/// What a response with an error status says.
#[derive(Debug, Default)]
pub(crate) struct ApiMessage {
    pub(crate) message: Option<String>,
    pub(crate) origin: Option<Origin>,
    pub(crate) missing_id: Option<String>,
    pub(crate) fields: Vec<FieldMessage>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) body_start: Option<String>,
}

impl ApiMessage {
    pub(crate) fn read(headers: &HeaderMap, body: &[u8], redact: impl Fn(&str) -> String) -> Self {
        let json: Value = serde_json::from_slice(body).unwrap_or_default();
        let clean = |text: &str, max| one_line(&redact(text), max);
        let text = |key: &str, max| Some(clean(json.get(key)?.as_str()?, max));
        let mut fields = Vec::new();
        for (location, messages) in json
            .get("detail")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            flatten(location, "", messages, &clean, 0, &mut fields);
        }
        Self {
            message: message(&json).map(|text| clean(text, MAX_MESSAGE)),
            origin: text("origin", MAX_NAME).map(Origin::from),
            missing_id: text("id", MAX_MESSAGE),
            fields,
            retry_after: retry_after(headers),
            ..Self::unread(body, redact)
        }
    }

    /// The start of the body only.
    pub(crate) fn unread(body: &[u8], redact: impl Fn(&str) -> String) -> Self {
        // Redacted before it is cut, so that half a secret cannot remain at the end.
        let text = redact(&String::from_utf8_lossy(
            &body[..body.len().min(4 * START_BYTES)],
        ));
        let start: String = text.chars().take(START_BYTES).collect();
        Self {
            body_start: (!start.is_empty()).then_some(start),
            ..Self::default()
        }
    }
}

/// The message, where the API or something before it puts one.
fn message(json: &Value) -> Option<&str> {
    let error = json.get("error");
    let texts = [
        error,
        error.and_then(|e| e.get("message")),
        json.get("message"),
    ];
    texts.into_iter().find_map(|text| text?.as_str())
}

/// `detail` maps a location to its fields, and a field to its messages; nested fields are maps again.
fn flatten(
    location: &str,
    field: &str,
    messages: &Value,
    clean: &impl Fn(&str, usize) -> String,
    depth: usize,
    found: &mut Vec<FieldMessage>,
) {
    if found.len() >= MAX_FIELDS || depth > MAX_DEPTH {
        return;
    }
    match messages {
        Value::Null => {}
        Value::Object(inner) => {
            for (name, messages) in inner {
                let field = match field {
                    "" => name.clone(),
                    outer => format!("{outer}.{name}"),
                };
                flatten(location, &field, messages, clean, depth + 1, found);
            }
        }
        Value::Array(items) => {
            for item in items {
                flatten(location, field, item, clean, depth + 1, found);
            }
        }
        Value::String(message) => {
            found.push(FieldMessage::new(
                &clean(location, MAX_NAME),
                &clean(field, MAX_NAME),
                clean(message, MAX_MESSAGE),
            ));
        }
        other => flatten(
            location,
            field,
            &Value::String(other.to_string()),
            clean,
            depth + 1,
            found,
        ),
    }
}

/// The header `retry-after`, or its old name: seconds, with a fraction or without, or a date by the clock of the
/// server.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let header = headers.get(RETRY_AFTER);
    let header = header.or_else(|| headers.get("x-rate-limit-retry-after"));
    let text = header?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let date = httpdate::parse_http_date(text).ok()?;
    let now = headers.get(DATE).and_then(|date| date.to_str().ok());
    let now = now.and_then(|date| httpdate::parse_http_date(date).ok());
    let wait = date.duration_since(now.unwrap_or_else(SystemTime::now));
    Some(wait.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> ApiMessage {
        ApiMessage::read(&HeaderMap::new(), body.as_bytes(), str::to_owned)
    }

    #[test]
    fn field_messages_keep_the_path_of_their_field_however_deep() {
        let message = read(
            r#"{"error": "Unprocessable", "detail": {
                "query": {"limit": ["Too many.", "Not a number."]},
                "json": {"line_items": {"0": {"sku": ["Missing."]}}, "name": "Odd.", "_": [null, 7]},
                "path": ["Bad."]}}"#,
        );
        // The order of members is lost where a map of JSON does not keep it.
        let mut fields: Vec<String> = message.fields.iter().map(ToString::to_string).collect();
        fields.sort_by_key(|field| field.split(':').next().map(str::to_owned));
        assert_eq!(
            fields,
            [
                "json `_`: 7",
                "json `line_items.0.sku`: Missing.",
                "json `name`: Odd.",
                "path: Bad.",
                "query `limit`: Too many.",
                "query `limit`: Not a number.",
            ]
        );
    }

    #[test]
    fn a_message_is_read_under_any_of_its_names() {
        for (body, message) in [
            (r#"{"error": "no", "message": "other"}"#, Some("no")),
            (r#"{"message": "no"}"#, Some("no")),
            (r#"{"error": {"message": "no"}}"#, Some("no")),
            (r#"{"error": 7, "message": "no"}"#, Some("no")),
            (r#"{"error": {"message": 7}}"#, None),
        ] {
            assert_eq!(read(body).message.as_deref(), message, "{body}");
        }
    }

    #[test]
    fn any_other_shape_is_kept_as_text() {
        for body in [
            "",
            "<html>",
            "[]",
            "null",
            "7",
            r#"{"error": 7, "detail": "x"}"#,
        ] {
            let message = read(body);
            assert!(message.fields.is_empty());
            assert_eq!(message.message, None, "{body}");
            assert_eq!(message.body_start.as_deref().unwrap_or_default(), body);
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let wait = |value: String| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, value.parse().unwrap());
            retry_after(&headers)
        };
        assert_eq!(wait("7".to_owned()), Some(Duration::from_secs(7)));
        assert_eq!(wait("1.5".to_owned()), Some(Duration::from_millis(1_500)));
        for nonsense in ["soon", "-1", "-1.5", "inf", "NaN", "1e300", ""] {
            assert_eq!(wait(nonsense.to_owned()), None, "{nonsense}");
        }
        let date =
            |seconds| httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(seconds));
        let seconds = wait(date(30)).unwrap().as_secs();
        assert!((28..=30).contains(&seconds), "{seconds}");
        let by_server = HeaderMap::from_iter([
            (DATE, "Thu, 01 Jan 1970 00:01:40 GMT".parse().unwrap()),
            (
                RETRY_AFTER,
                "Thu, 01 Jan 1970 00:01:45 GMT".parse().unwrap(),
            ),
        ]);
        assert_eq!(retry_after(&by_server), Some(Duration::from_secs(5)));
        let past = httpdate::fmt_http_date(SystemTime::UNIX_EPOCH);
        assert_eq!(wait(past), Some(Duration::ZERO));
    }

    #[test]
    fn a_secret_at_the_cut_is_redacted_whole() {
        let body = format!("{}secret", "x".repeat(START_BYTES - 3));
        let start = ApiMessage::unread(body.as_bytes(), |text| text.replace("secret", "#"));
        assert!(!start.body_start.unwrap().contains("sec"));
    }
}
