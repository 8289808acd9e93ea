//! Verifying that a request comes from the vendor.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use hmac_sha256::HMAC;
use secrecy::{ExposeSecret as _, SecretSlice};
use subtle::ConstantTimeEq as _;

use super::Clock;
use super::error::{Cause, WebhookError};
use super::event::Event;
use super::headers::Headers;
use crate::client::deviations::DeviationReporter;
use crate::model::deviation::Deviation;

/// The only version of signatures.
const VERSION: &str = "v1";
/// How many signatures of one request are checked: a request has one for each secret in use.
const MAX_SIGNATURES: usize = 32;

/// An endpoint for events, which verifies requests with its secret.
///
/// Clones are cheap and share the secrets. `Debug` shows none of them.
///
/// ```
/// use std::time::Duration;
/// use trackstar_api::webhooks::Webhook;
///
/// // While a secret is rotated, both are valid.
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
    deviations: Arc<DeviationReporter>,
}

/// The three headers.
struct Signed {
    id: String,
    timestamp: i64,
    signatures: String,
}

impl Webhook {
    /// An endpoint with its secret, `whsec_…`, from the dashboard.
    ///
    /// # Errors
    /// [`WebhookErrorKind::Secret`](super::WebhookErrorKind::Secret) if the text is empty or not base64.
    pub fn new(secret: impl AsRef<str>) -> Result<Self, WebhookError> {
        let webhook = Self {
            secrets: Vec::new(),
            tolerance: Duration::from_secs(5 * 60),
            max_body_bytes: 16 << 20,
            clock: Arc::new(SystemTime::now),
            deviations: Arc::default(),
        };
        webhook.add_secret(secret)
    }

    /// Adds a secret: add the new one before you remove the old one.
    ///
    /// # Errors
    /// As [`Webhook::new`].
    pub fn add_secret(mut self, secret: impl AsRef<str>) -> Result<Self, WebhookError> {
        self.secrets.push(Arc::new(Secret::new(secret.as_ref())?));
        Ok(self)
    }

    /// How far the time of the signature may be from now, in the past or the future. Default: 5 minutes.
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Sets the clock, for tests. Default: the system's clock.
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(now);
        self
    }

    /// The largest body that is verified, in bytes. Default: 16 MiB. An event that is too large for Svix comes
    /// truncated, see [`Event::is_truncated`]. Your server may have a lower limit.
    pub fn max_body_bytes(mut self, limit: usize) -> Self {
        self.max_body_bytes = limit;
        self
    }

    /// Reports each value of an event that is not what the document says: with the type of the event, the field,
    /// and what became of the value. Called for each event; [`Event::deviations`] has them as well.
    ///
    /// They are also traced, under the target `trackstar_api`: as a warning the first time a field of a type of
    /// event deviates in one way, for debugging after that.
    ///
    /// ```
    /// # use trackstar_api::webhooks::Webhook;
    /// let webhook = Webhook::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?
    ///     .on_deviation(|event_type, deviation| eprintln!("{event_type}: {deviation}"));
    /// # let _ = webhook;
    /// # Ok::<(), trackstar_api::webhooks::WebhookError>(())
    /// ```
    pub fn on_deviation(
        mut self,
        report: impl Fn(&str, &Deviation) + Send + Sync + 'static,
    ) -> Self {
        self.deviations = Arc::new(DeviationReporter::new(Some(Arc::new(report))));
        self
    }

    /// Verifies a request, and reads its event.
    ///
    /// Pass the bytes of the body as they were received: JSON that was parsed and written again has another
    /// signature. A request with a valid signature is always an event: if this version does not know its type, if
    /// its data is not as documented, or if its body is not even JSON, its data is
    /// [`EventData::Unknown`](super::EventData::Unknown). No verified event is lost.
    ///
    /// # Errors
    /// See [`WebhookErrorKind`](super::WebhookErrorKind); respond to each with 400.
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
        let event = Event::read(signed.id, timestamp, Bytes::copy_from_slice(body));
        let found = event.deviations();
        if !found.list.is_empty() {
            self.deviations.report(event.event_type(), found);
        }
        Ok(event)
    }

    fn check_time(&self, seconds: i64) -> Result<DateTime<Utc>, WebhookError> {
        let timestamp = DateTime::from_timestamp(seconds, 0).ok_or(Cause::InvalidHeader {
            name: "timestamp",
            what: "is out of range",
        })?;
        let now = DateTime::<Utc>::from((self.clock)());
        let tolerance = self.tolerance;
        // A negative difference does not fit, and counts as none in that direction.
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
            let expected = secret.sign(&signed.id, signed.timestamp, body);
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
                what: "is not a number of seconds",
            })?,
            signatures: header(headers, "signature")?,
        })
    }
}

/// One of the three headers, by its Svix name or its standard name.
fn header(headers: &impl Headers, name: &'static str) -> Result<String, WebhookError> {
    let value = ["svix", "webhook"]
        .iter()
        .find_map(|brand| headers.value(&format!("{brand}-{name}")))
        .filter(|value| !value.is_empty())
        .ok_or(Cause::MissingHeader(name))?;
    let text = String::from_utf8(value).ok();
    let text = text.filter(|text| text.bytes().all(|byte| matches!(byte, b' '..=b'~')));
    let what = "contains characters other than visible ASCII";
    text.ok_or_else(|| Cause::InvalidHeader { name, what }.into())
}

/// The secret of an endpoint, decoded.
pub(super) struct Secret(SecretSlice<u8>);

impl Secret {
    pub(super) fn new(text: &str) -> Result<Self, WebhookError> {
        let text = text.trim();
        let text = text.strip_prefix("whsec_").unwrap_or(text);
        if text.is_empty() {
            return Err(Cause::EmptySecret.into());
        }
        // The crate's error contains a byte of the secret, so it is not kept.
        let key = BASE64.decode(text).map_err(|_| Cause::Secret)?;
        Ok(Self(key.into()))
    }

    /// The signature with its version, `v1,…`.
    pub(super) fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let mut hmac = HMAC::new(self.0.expose_secret());
        hmac.update(format!("{id}.{timestamp}."));
        hmac.update(body);
        format!("{VERSION},{}", BASE64.encode(hmac.finalize()))
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
