//! Telling the vendor's requests from everybody else's.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use subtle::ConstantTimeEq as _;

use super::Clock;
use super::error::{Cause, WebhookError};
use super::event::Event;
use super::headers::Headers;

/// The one version of signatures that there is.
const VERSION: &str = "v1";
/// How many signatures of one request are looked at: there are as many as secrets in use.
const MAX_SIGNATURES: usize = 32;

/// An endpoint for events: verifies requests by its secret.
///
/// Clones are cheap and share the secrets. `Debug` shows none of them.
///
/// ```
/// use std::time::Duration;
/// use trackstar_api::webhooks::Webhook;
///
/// // While a secret is rotated both are good.
/// let webhook = Webhook::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?
///     .add_secret("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")?
///     .tolerance(Duration::from_secs(60));
/// # let _ = webhook;
/// # Ok::<(), trackstar_api::webhooks::WebhookError>(())
/// ```
#[derive(Clone)]
#[must_use = "a webhook does nothing until `verify` is called"]
pub struct Webhook {
    secrets: Vec<Arc<Secret>>,
    tolerance: Duration,
    max_body_bytes: usize,
    clock: Clock,
}

/// The three headers.
struct Signed {
    id: String,
    timestamp: i64,
    signatures: String,
}

impl Webhook {
    /// An endpoint with the secret that its page in the dashboard shows, `whsec_…`.
    ///
    /// # Errors
    /// [`WebhookErrorKind::Secret`](super::WebhookErrorKind::Secret) if the text is empty or not base64.
    pub fn new(secret: impl AsRef<str>) -> Result<Self, WebhookError> {
        let webhook = Self {
            secrets: Vec::new(),
            tolerance: Duration::from_secs(5 * 60),
            max_body_bytes: 16 << 20,
            clock: Arc::new(SystemTime::now),
        };
        webhook.add_secret(secret)
    }

    /// Takes requests by one more secret: the new one before an old one goes.
    ///
    /// # Errors
    /// As [`Webhook::new`].
    pub fn add_secret(mut self, secret: impl AsRef<str>) -> Result<Self, WebhookError> {
        self.secrets.push(Arc::new(Secret::new(secret.as_ref())?));
        Ok(self)
    }

    /// How far the time of the signature may be from now, before and after. Default: 5 minutes.
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Says what time it is, for tests. Default: the system's clock.
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(now);
        self
    }

    /// The largest body that is looked at, in bytes. Default: 16 MiB. What is too large for Svix comes
    /// truncated, see [`Event::is_truncated`]; a server may well be stricter than the default.
    pub fn max_body_bytes(mut self, limit: usize) -> Self {
        self.max_body_bytes = limit;
        self
    }

    /// Verifies a request, and reads its event.
    ///
    /// The body is to be the bytes as they came in: JSON that was read and written again has another
    /// signature. An event of a type that this version does not know, or whose data is not what was
    /// expected, is no error but [`EventData::Unknown`](super::EventData::Unknown): once it is verified,
    /// no event is lost.
    ///
    /// # Errors
    /// See [`WebhookErrorKind`](super::WebhookErrorKind); for each of them answer with a 400.
    pub fn verify(
        &self,
        headers: &impl Headers,
        body: impl AsRef<[u8]>,
    ) -> Result<Event, WebhookError> {
        let body = body.as_ref();
        let (size, limit) = (body.len(), self.max_body_bytes);
        if size > limit {
            return Err(Cause::TooLarge { size, limit }.into());
        }
        let signed = Signed::read(headers)?;
        let timestamp = self.check_time(signed.timestamp)?;
        self.check_signature(&signed, body)?;
        Event::read(signed.id, timestamp, body).map_err(|why| Cause::NotAnEvent(why).into())
    }

    fn check_time(&self, seconds: i64) -> Result<DateTime<Utc>, WebhookError> {
        let timestamp = DateTime::from_timestamp(seconds, 0).ok_or(Cause::InvalidHeader {
            name: "timestamp",
            what: "is out of range",
        })?;
        let now = DateTime::<Utc>::from((self.clock)());
        let tolerance = self.tolerance;
        // A difference that does not fit is negative, and none in that direction.
        let age = (now - timestamp).to_std().unwrap_or_default();
        let ahead = (timestamp - now).to_std().unwrap_or_default();
        if age > tolerance {
            return Err(Cause::TooOld { age, tolerance }.into());
        }
        if ahead > tolerance {
            return Err(Cause::InFuture { ahead, tolerance }.into());
        }
        Ok(timestamp)
    }

    fn check_signature(&self, signed: &Signed, body: &[u8]) -> Result<(), WebhookError> {
        let given: Vec<&str> = signed
            .signatures
            .split_ascii_whitespace()
            .filter(|signature| signature.split(',').next() == Some(VERSION))
            .take(MAX_SIGNATURES)
            .collect();
        for secret in &self.secrets {
            let expected = secret.sign(&signed.id, signed.timestamp, body)?;
            if given
                .iter()
                .any(|given| given.as_bytes().ct_eq(expected.as_bytes()).into())
            {
                return Ok(());
            }
        }
        Err(Cause::Signature.into())
    }
}

impl Signed {
    fn read(headers: &impl Headers) -> Result<Self, WebhookError> {
        let timestamp = header(headers, "timestamp")?;
        Ok(Self {
            id: header(headers, "id")?,
            timestamp: timestamp.parse().map_err(|_| Cause::InvalidHeader {
                name: "timestamp",
                what: "is no number of seconds",
            })?,
            signatures: header(headers, "signature")?,
        })
    }
}

/// One of the three headers, by the name that Svix gives it or by that of the standard.
fn header(headers: &impl Headers, name: &'static str) -> Result<String, WebhookError> {
    let value = ["svix", "webhook"]
        .iter()
        .find_map(|brand| headers.value(&format!("{brand}-{name}")))
        .filter(|value| !value.is_empty())
        .ok_or(Cause::MissingHeader(name))?;
    let text = String::from_utf8(value).ok();
    let text = text.filter(|text| text.bytes().all(|byte| matches!(byte, b' '..=b'~')));
    let what = "holds something other than visible ASCII";
    text.ok_or_else(|| Cause::InvalidHeader { name, what }.into())
}

/// The secret of an endpoint.
///
/// Of the crate only the signing is used: its `verify` knows neither another clock nor another tolerance.
pub(super) struct Secret(standardwebhooks::Webhook);

impl Secret {
    pub(super) fn new(text: &str) -> Result<Self, WebhookError> {
        let text = text.trim();
        if text.strip_prefix("whsec_").unwrap_or(text).is_empty() {
            return Err(Cause::EmptySecret.into());
        }
        // The crate's error names a byte of the secret: it is not kept.
        let key = standardwebhooks::Webhook::new(text).map_err(|_| Cause::Secret)?;
        Ok(Self(key))
    }

    /// The signature with its version, `v1,…`.
    pub(super) fn sign(
        &self,
        id: &str,
        timestamp: i64,
        body: &[u8],
    ) -> Result<String, WebhookError> {
        let signature = self.0.sign(id, timestamp, body);
        signature.map_err(|_| Cause::NotUtf8.into())
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook")
            .field("secrets", &self.secrets.len())
            .field("tolerance", &self.tolerance)
            .field("max_body_bytes", &self.max_body_bytes)
            .finish_non_exhaustive()
    }
}
