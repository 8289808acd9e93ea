//! How values are written into paths and queries.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

/// A value that a path or a query can hold.
pub trait Wire {
    /// The text.
    fn write(&self) -> String;
}

/// The only form that the API's filters accept: whole seconds, and `Z`.
impl Wire for DateTime<Utc> {
    fn write(&self) -> String {
        crate::model::times::written(*self)
    }
}

impl<T: crate::model::open_enum::OpenEnum> Wire for T {
    fn write(&self) -> String {
        self.text().to_owned()
    }
}

/// A scalar of any type; what is none is written as JSON.
impl Wire for serde_json::Value {
    fn write(&self) -> String {
        match self {
            Self::String(text) => text.clone(),
            other => other.to_string(),
        }
    }
}

impl Wire for String {
    fn write(&self) -> String {
        self.clone()
    }
}

macro_rules! written_as_displayed {
    ($($ty:ty),*) => {
        $(impl Wire for $ty {
            fn write(&self) -> String {
                self.to_string()
            }
        })*
    };
}
written_as_displayed!(bool, i64, u32, u64, i32, f64, chrono::NaiveDate);

/// Every character that is not unreserved in a URL.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// One path segment, encoded. `None` if no segment can hold the text: an empty one, `.` and `..` would lead to
/// another operation, and so would `../` where a server decodes it too early.
pub(crate) fn segment(text: &str) -> Option<Cow<'_, str>> {
    if text.is_empty() || leads_elsewhere(text) {
        return None;
    }
    Some(percent_encode(text.as_bytes(), SEGMENT).into())
}

/// Whether the text of a segment leads to another path for a server that decodes it too early.
pub(crate) fn leads_elsewhere(segment: &str) -> bool {
    let mut parts = segment.split(['/', '\\']);
    parts.any(|part| matches!(part, "." | ".."))
}

/// The path with the segment in place of `{name}`.
pub(crate) fn filled_in(path: &str, name: &str, segment: &str) -> String {
    let mut filled = String::with_capacity(path.len() + segment.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        match after.split_once('}') {
            Some((placeholder, behind)) if placeholder == name => {
                filled.push_str(segment);
                rest = behind;
            }
            _ => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_stands_where_its_placeholder_was() {
        for (path, name, filled) in [
            ("/orders/{id}", "id", "/orders/x"),
            ("/{id}/{id}/a", "id", "/x/x/a"),
            ("/{kind}/{kind_name}", "kind", "/x/{kind_name}"),
            ("/{kind}/{kind_name}", "kind_name", "/{kind}/x"),
            ("/{id", "id", "/{id"),
            ("/orders", "id", "/orders"),
        ] {
            assert_eq!(filled_in(path, name, "x"), filled, "{path}");
        }
    }

    #[test]
    fn a_scalar_of_several_types_is_written_as_it_is() {
        for (value, text) in [
            (serde_json::json!("a b"), "a b"),
            (serde_json::json!(7), "7"),
            (serde_json::json!(true), "true"),
        ] {
            assert_eq!(value.write(), text);
        }
    }

    #[test]
    fn a_time_is_written_without_its_fraction() {
        let time: DateTime<Utc> = "2025-09-17T15:01:41.987Z".parse().unwrap();
        assert_eq!(time.write(), "2025-09-17T15:01:41Z");
    }

    #[test]
    fn a_segment_cannot_leave_its_place() {
        for (text, encoded) in [
            ("abc-1_2.3~", Some("abc-1_2.3~")),
            ("a/b", Some("a%2Fb")),
            ("a b?c#d%", Some("a%20b%3Fc%23d%25")),
            ("ü{x}", Some("%C3%BC%7Bx%7D")),
            ("", None),
            (".", None),
            ("..", None),
            ("../connections", None),
            ("a\\..\\b", None),
            ("a..b", Some("a..b")),
        ] {
            assert_eq!(segment(text).as_deref(), encoded, "{text}");
        }
    }
}
