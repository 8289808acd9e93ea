//! The idempotency key: the API recognises a write that is sent again by it.

use reqwest::header::{HeaderName, HeaderValue};

/// The request header.
pub(crate) const KEY_HEADER: HeaderName = HeaderName::from_static("idempotency-key");
/// The header of a response that repeats an earlier one.
pub(crate) const REPLAYED_HEADER: &str = "idempotent-replayed";
/// The longest key that the API accepts.
const MAX_LENGTH: usize = 255;

/// An idempotency key, or none: a random one is used then. Made from a text, or from an `Option` of one, such as
/// [`Error::idempotency_key`](crate::Error::idempotency_key).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdempotencyKey(pub(super) Option<String>);

macro_rules! made_from {
    ($($text:ty),*) => {
        $(impl From<$text> for IdempotencyKey {
            fn from(key: $text) -> Self {
                Self(Some(key.into()))
            }
        }

        impl From<Option<$text>> for IdempotencyKey {
            fn from(key: Option<$text>) -> Self {
                Self(key.map(Into::into))
            }
        })*
    };
}
made_from!(&str, &String, String);

/// A new key.
pub(crate) fn mint() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// The key as a header, if the API accepts it: 1 to 255 visible ASCII characters.
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
        for (key, is_accepted) in [
            ("a", true),
            ("", false),
            ("a b", false),
            ("a\n", false),
            ("ä", false),
            (&"k".repeat(255), true),
            (&"k".repeat(256), false),
        ] {
            assert_eq!(header(key).is_some(), is_accepted, "{key:?}");
        }
        assert!(header(&mint()).is_some());
        assert_ne!(mint(), mint());
    }
}
