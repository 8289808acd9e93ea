//! Signing the requests that a test sends to your own endpoint.

use std::fmt;

use chrono::{DateTime, Utc};

use super::error::WebhookError;
use super::headers::Headers;
use super::webhook::Secret;

/// The headers of a signed request.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedHeaders([(&'static str, String); 3]);

/// Signs a body as Svix does: gives the headers `svix-id`, `svix-timestamp` and `svix-signature`.
///
/// The time is a `SystemTime` or a `DateTime<Utc>`; whole seconds of it are signed. The headers can be passed
/// to `verify` as they are, or set on a request.
///
/// ```
/// use std::time::SystemTime;
/// use trackstar_api::webhooks::{Webhook, testing};
///
/// let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// let body = r#"{"event_type": "order.created", "data": {"id": "1"}}"#;
/// let headers = testing::sign(secret, "msg_1", SystemTime::now(), body)?;
/// for (name, value) in headers.iter() {
///     println!("{name}: {value}"); // set these on a request to your server
/// }
/// let event = Webhook::new(secret)?.verify(&headers, body)?;
/// assert_eq!(event.id(), "msg_1");
/// # Ok::<(), trackstar_api::webhooks::WebhookError>(())
/// ```
///
/// # Errors
/// [`WebhookErrorKind::Secret`](super::WebhookErrorKind::Secret) if the secret is invalid.
pub fn sign(
    secret: impl AsRef<str>,
    id: impl Into<String>,
    time: impl Into<DateTime<Utc>>,
    body: impl AsRef<[u8]>,
) -> Result<SignedHeaders, WebhookError> {
    let (id, timestamp) = (id.into(), time.into().timestamp());
    let secret = Secret::new(secret.as_ref())?;
    let signature = secret.sign(&id, timestamp, body.as_ref());
    Ok(SignedHeaders([
        ("svix-id", id),
        ("svix-timestamp", timestamp.to_string()),
        ("svix-signature", signature),
    ]))
}

impl SignedHeaders {
    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }
}

impl Headers for SignedHeaders {
    fn value(&self, name: &str) -> Option<Vec<u8>> {
        let (_, value) = self.iter().find(|(other, _)| *other == name)?;
        Some(value.as_bytes().to_vec())
    }
}

impl fmt::Debug for SignedHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
