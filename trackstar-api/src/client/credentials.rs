//! The two credentials of the API: the organisation's key, and a connection's access token.

use std::borrow::Cow;

use reqwest::header::{HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use crate::error::UnusableCredential;
use crate::generated;
use crate::rate_limit::LimitKey;

pub(crate) const KEY_HEADER: HeaderName = HeaderName::from_static(generated::KEY_HEADER);
pub(crate) const TOKEN_HEADER: HeaderName = HeaderName::from_static(generated::TOKEN_HEADER);

const REDACTED: &str = "[redacted]";
/// The length from which a credential can be no other text.
const MIN_LENGTH: usize = 8;

/// An API key or access token. `Debug` does not show it, and dropping it wipes it from memory.
#[derive(Clone, Debug)]
pub(crate) struct Credential {
    secret: SecretString,
    limit_key: LimitKey,
}

impl Credential {
    /// A key or token without what came along with it: spaces and line breaks around it, a byte order mark, and
    /// quotes around it.
    pub(crate) fn new(text: &str) -> Self {
        let bare = trimmed(text);
        Self {
            limit_key: LimitKey::of(bare),
            secret: SecretString::from(bare),
        }
    }

    /// The header value, marked as sensitive: it is not printed, and HTTP/2 does not index it.
    pub(crate) fn header(&self) -> Result<HeaderValue, UnusableCredential> {
        let text = self.secret.expose_secret();
        if text.trim().is_empty() {
            return Err(UnusableCredential::Empty);
        }
        let is_visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        let mut value = HeaderValue::from_str(text)
            .ok()
            .filter(|_| is_visible)
            .ok_or(UnusableCredential::NoHeaderValue)?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// The key that its requests are counted under.
    pub(crate) fn limit_key(&self) -> &LimitKey {
        &self.limit_key
    }

    /// `text` with every occurrence of the credential redacted; not copied if there is none.
    ///
    /// A short one, of a test, may be an ordinary word or a part of one. It is redacted only where it is a word
    /// of its own, and only if it has letters and digits.
    pub(crate) fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let secret = self.secret.expose_secret();
        if secret.is_empty() || !text.contains(secret) {
            return Cow::Borrowed(text);
        }
        if secret.len() >= MIN_LENGTH {
            return Cow::Owned(text.replace(secret, REDACTED));
        }
        let has = |is: fn(&u8) -> bool| secret.as_bytes().iter().any(is);
        if !has(u8::is_ascii_alphabetic) || !has(u8::is_ascii_digit) {
            return Cow::Borrowed(text);
        }
        let mut redacted = String::new();
        let mut copied = 0;
        for (start, found) in text.match_indices(secret) {
            let end = start + found.len();
            let is_word = !text[..start].ends_with(char::is_alphanumeric)
                && !text[end..].starts_with(char::is_alphanumeric);
            if is_word {
                redacted.push_str(&text[copied..start]);
                redacted.push_str(REDACTED);
                copied = end;
            }
        }
        redacted.push_str(&text[copied..]);
        Cow::Owned(redacted)
    }
}

/// A setting without what came along with it from a file.
pub(crate) fn trimmed(text: &str) -> &str {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let mut quotes = ['"', '\'', '`'].into_iter();
    let unquoted = quotes.find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote));
    unquoted.map_or(text, trimmed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_does_not_show_a_credential() {
        let credential = Credential::new("very-secret");
        let header = credential.header().unwrap();
        assert!(!format!("{credential:?} {header:?}").contains("very-secret"));
    }

    #[test]
    fn debug_does_not_show_credentials_in_responses_and_bodies() {
        let response = serde_json::json!({
            "access_token": "very-secret", "available_actions": [], "available_endpoints": [],
            "connection_id": "c-1", "integration_name": "shipbob",
        });
        let response: crate::types::ExchangeResponse = serde_json::from_value(response).unwrap();
        assert_eq!(response.access_token, "very-secret");
        let body = crate::types::ExchangeInput::new("very-secret".to_owned());
        for shown in [format!("{response:?} {response:#?}"), format!("{body:?}")] {
            assert!(!shown.contains("very-secret"), "{shown}");
            assert!(shown.contains("[redacted]"), "{shown}");
        }
        assert!(format!("{response:?}").contains("c-1"));
    }

    #[test]
    fn a_text_that_cannot_be_a_header_is_refused() {
        for text in ["", "  ", "a b", "line\nbreak", "ä"] {
            assert!(Credential::new(text).header().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_credential_that_the_server_repeats_is_redacted() {
        let credential = Credential::new("k3y");
        assert_eq!(credential.redact("key k3y is bad"), "key [redacted] is bad");
    }

    #[test]
    fn a_short_credential_does_not_mangle_the_text_around_it() {
        for (secret, text, redacted) in [
            ("t", "the token is bad", "the token is bad"),
            ("token", "the token is bad", "the token is bad"),
            ("10", "at most 10 values", "at most 10 values"),
            (
                "a1",
                "data1 a1, a10: (a1)",
                "data1 [redacted], a10: ([redacted])",
            ),
            ("long-enough", "xlong-enoughx", "x[redacted]x"),
        ] {
            assert_eq!(Credential::new(secret).redact(text), redacted);
        }
    }

    #[test]
    fn what_was_copied_along_with_a_credential_is_dropped() {
        for text in [
            "key-1",
            " key-1\r\n",
            "\u{feff}key-1",
            "\"key-1\"",
            "\u{feff}'key-1'\n",
            " \" key-1 \" ",
            "'\"key-1\"'",
        ] {
            let credential = Credential::new(text);
            assert_eq!(credential.header().unwrap(), "key-1", "{text:?}");
            assert_eq!(credential.limit_key(), &LimitKey::of("key-1"));
        }
    }
}
