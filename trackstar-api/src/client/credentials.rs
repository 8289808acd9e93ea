//! The two credentials of the API: the organisation's key, and a connection's access token.

use std::borrow::Cow;

use reqwest::header::{HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use crate::error::UnusableCredential;
use crate::rate_limit::LimitKey;

pub(crate) const KEY_HEADER: HeaderName = HeaderName::from_static("x-trackstar-api-key");
pub(crate) const TOKEN_HEADER: HeaderName = HeaderName::from_static("x-trackstar-access-token");

/// An API key or access token. `Debug` does not show it, and dropping it wipes it from memory.
#[derive(Clone, Debug)]
pub(crate) struct Credential {
    secret: SecretString,
    limit_key: LimitKey,
}

impl Credential {
    pub(crate) fn new(text: String) -> Self {
        Self {
            limit_key: LimitKey::of(&text),
            secret: SecretString::from(text),
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
    pub(crate) fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let secret = self.secret.expose_secret();
        if secret.is_empty() || !text.contains(secret) {
            Cow::Borrowed(text)
        } else {
            Cow::Owned(text.replace(secret, "[redacted]"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_does_not_show_a_credential() {
        let credential = Credential::new("very-secret".to_owned());
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
            assert!(
                Credential::new(text.to_owned()).header().is_err(),
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_credential_that_the_server_repeats_is_redacted() {
        let credential = Credential::new("k3y".to_owned());
        assert_eq!(credential.redact("key k3y is bad"), "key [redacted] is bad");
    }
}
