//! Why a request is not accepted as an event.

use std::time::Duration;

/// Why a request is not accepted as an event, or a text as a secret.
///
/// Respond to the request with 400. `Display` is one line without the secret, the signature or the body.
#[derive(Debug, thiserror::Error)]
#[error("{cause}")]
pub struct WebhookError {
    #[source]
    cause: Cause,
}

/// The kinds of [`WebhookError`], to match on. New ones may be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WebhookErrorKind {
    /// The secret is invalid: it must be base64, with or without `whsec_` before it.
    Secret,
    /// One of the three headers is missing.
    MissingHeader,
    /// One of the three headers is invalid.
    InvalidHeader,
    /// It was signed too long ago: an old request is replayed, or the sender's clock is slow.
    TooOld,
    /// It was signed in the future: one of the two clocks is wrong.
    InFuture,
    /// No signature matches the body with any of the secrets.
    Signature,
    /// The body is larger than [`Webhook::max_body_bytes`](super::Webhook::max_body_bytes).
    TooLarge,
}

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub(super) enum Cause {
    #[error(
        "the secret is not base64, with or without `whsec_` before it: copy it from the endpoint's page"
    )]
    Secret,
    #[error("the secret is empty: copy it from the endpoint's page")]
    EmptySecret,
    #[error("the header `svix-{0}` is missing, and `webhook-{0}` too")]
    MissingHeader(&'static str),
    #[error("the header `svix-{name}` {what}")]
    InvalidHeader {
        name: &'static str,
        what: &'static str,
    },
    #[error("it was signed {} s ago, more than {} s: an old request is replayed, or the clock is wrong", age.as_secs(), tolerance.as_secs())]
    TooOld { age: Duration, tolerance: Duration },
    #[error("it was signed {} s in the future, more than {} s: check the clock", ahead.as_secs(), tolerance.as_secs())]
    InFuture {
        ahead: Duration,
        tolerance: Duration,
    },
    #[error(
        "no signature matches: verify the raw bytes of the body, as they were received (not compressed; JSON that \
         was parsed and written again is different), with the secret of this endpoint"
    )]
    Signature,
    #[error("the body has {size} bytes, more than {limit}")]
    TooLarge { size: usize, limit: usize },
}

impl WebhookError {
    /// What kind of failure this is.
    pub fn kind(&self) -> WebhookErrorKind {
        match &self.cause {
            Cause::Secret | Cause::EmptySecret => WebhookErrorKind::Secret,
            Cause::MissingHeader(_) => WebhookErrorKind::MissingHeader,
            Cause::InvalidHeader { .. } => WebhookErrorKind::InvalidHeader,
            Cause::TooOld { .. } => WebhookErrorKind::TooOld,
            Cause::InFuture { .. } => WebhookErrorKind::InFuture,
            Cause::Signature => WebhookErrorKind::Signature,
            Cause::TooLarge { .. } => WebhookErrorKind::TooLarge,
        }
    }
}

impl From<Cause> for WebhookError {
    fn from(cause: Cause) -> Self {
        Self { cause }
    }
}
