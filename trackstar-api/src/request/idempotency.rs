//! The key by which the API tells a write that is sent again from a new one.

use reqwest::header::{HeaderName, HeaderValue};

/// The request header.
pub(crate) const KEY_HEADER: HeaderName = HeaderName::from_static("idempotency-key");
/// The header of an answer that was given before.
pub(crate) const REPLAYED_HEADER: &str = "idempotent-replayed";
/// How long a key may be.
const MAX_LENGTH: usize = 255;

/// A new key.
pub(crate) fn mint() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// The key as a header, if it is one that the API takes: 1 to 255 visible characters.
pub(crate) fn header(key: &str) -> Option<HeaderValue> {
    let is_visible = key.bytes().all(|byte| byte.is_ascii_graphic());
    if key.is_empty() || key.len() > MAX_LENGTH || !is_visible {
        return None;
    }
    HeaderValue::from_str(key).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_one_to_255_visible_characters() {
        for (key, is_taken) in [
            ("a", true),
            ("", false),
            ("a b", false),
            ("a\n", false),
            ("ä", false),
            (&"k".repeat(255), true),
            (&"k".repeat(256), false),
        ] {
            assert_eq!(header(key).is_some(), is_taken, "{key:?}");
        }
        assert!(header(&mint()).is_some());
        assert_ne!(mint(), mint());
    }
}
