//! What can go wrong with a request, and what the caller can do about it.

mod api_message;
mod cause;
mod configuration;
mod field_message;
mod invalid_request;
mod kind;
mod text;

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use reqwest::StatusCode;

use crate::operation::Operation;

use crate::model::json::Mismatch;
use crate::model::unreadable::UnreadableRecord;
pub use api_message::Origin;
pub(crate) use api_message::{ApiMessage, retry_after};
pub(crate) use cause::{Cause, HttpFailure};
pub(crate) use configuration::{InvalidConfiguration, UnusableBaseUrl, UnusableCredential};
pub use field_message::FieldMessage;
pub(crate) use invalid_request::{InvalidRequest, InvalidRequests};
pub use kind::ErrorKind;
pub(crate) use text::one_line;

/// Why a request failed, or why a client could not be built.
///
/// `Display` is one line of bounded length, without headers, credentials or values of a response, fit for a
/// log. It is complete, so there is no [`source`](std::error::Error::source) that would repeat a part of it:
/// see [`Error::underlying`]. `Debug` is the same line with its facts, since that is what a program shows
/// whose `main` returns the error. Decide by [`Error::kind`], and by [`Error::may_have_taken_effect`] before
/// you send a write again.
#[derive(thiserror::Error)]
#[error("{}", self.line(true))]
pub struct Error {
    cause: Cause,
    details: Box<Details>,
}

/// The longest line, in characters.
const MAX_LINE: usize = 1_024;

#[derive(Debug, Default)]
struct Details {
    operation: Option<&'static Operation>,
    status: Option<StatusCode>,
    request_id: Option<String>,
    attempts: u32,
    /// Whether any attempt may have taken effect.
    may_have_taken_effect: bool,
    idempotency_key: Option<String>,
    body: Bytes,
    message: ApiMessage,
}

impl Error {
    pub(crate) fn new(operation: &'static Operation, cause: Cause) -> Self {
        Self::before_sending(Some(operation), cause)
    }

    pub(crate) fn before_sending(operation: Option<&'static Operation>, cause: Cause) -> Self {
        let mut message = ApiMessage::default();
        if let Cause::InvalidRequest(why) = &cause {
            message.fields = why.fields();
        }
        let details = Details {
            operation,
            message,
            ..Details::default()
        };
        Self {
            cause,
            details: Box::new(details),
        }
    }

    pub(crate) fn with_status(mut self, status: StatusCode, request_id: Option<String>) -> Self {
        self.details.status = Some(status);
        self.details.request_id = request_id;
        self
    }

    pub(crate) fn with_message(mut self, message: ApiMessage) -> Self {
        self.details.message = message;
        self
    }

    pub(crate) fn after(mut self, attempts: u32, may_have_taken_effect: bool) -> Self {
        self.details.attempts = attempts;
        self.details.may_have_taken_effect = may_have_taken_effect;
        self
    }

    pub(crate) fn with_body(mut self, body: Bytes) -> Self {
        self.details.body = body;
        self
    }

    pub(crate) fn with_idempotency_key(mut self, key: Option<String>) -> Self {
        self.details.idempotency_key = key;
        self
    }

    /// Whether it is certain that no byte of the request was sent.
    pub(crate) fn was_never_sent(&self) -> bool {
        matches!(&self.cause, Cause::Http(failure) if failure.error.is_connect())
    }

    /// Whether the server's certificate is not trusted: another attempt would see the same one.
    pub(crate) fn is_certificate(&self) -> bool {
        matches!(&self.cause, Cause::Http(failure) if failure.is_certificate())
    }

    /// Whether the total timeout passed. What that means is known from the attempts.
    fn is_out_of_time(&self) -> bool {
        matches!(self.cause, Cause::OutOfTime { .. })
    }

    /// How often the request was sent, or could not be sent. 0 if it was refused before the first attempt.
    pub fn attempts(&self) -> u32 {
        match self.kind() {
            ErrorKind::Configuration | ErrorKind::InvalidRequest => 0,
            ErrorKind::Limiter => self.details.attempts,
            // It may have passed while the request was queued.
            _ if self.is_out_of_time() => self.details.attempts,
            _ => self.details.attempts.max(1),
        }
    }

    /// What kind of failure this is.
    pub fn kind(&self) -> ErrorKind {
        match &self.cause {
            Cause::Configuration(_) => ErrorKind::Configuration,
            Cause::InvalidRequest(_) => ErrorKind::InvalidRequest,
            Cause::Limiter(_) => ErrorKind::Limiter,
            Cause::Http(failure) if failure.is_timeout() => ErrorKind::Timeout,
            Cause::Http(failure) if failure.error.is_connect() => ErrorKind::Connect,
            Cause::Http(_) => ErrorKind::Interrupted,
            Cause::TooLarge { .. } => ErrorKind::TooLarge,
            Cause::Mismatch(Mismatch::NotJson(_)) => ErrorKind::NotJson,
            Cause::Mismatch(Mismatch::Shape { .. }) => ErrorKind::UnexpectedShape,
            Cause::RepeatedPage => ErrorKind::RepeatedPage,
            Cause::UnreadableRecord(_) => ErrorKind::UnreadableRecord,
            Cause::OutOfTime { .. } | Cause::StillOpen { .. } => ErrorKind::Timeout,
            Cause::Status => ErrorKind::of(self.details.status),
        }
    }

    /// The operation that failed, named like the method of the client: `list_magic_links`.
    pub fn operation(&self) -> Option<&'static str> {
        self.details.operation.map(|operation| operation.id)
    }

    /// The HTTP status, if the server responded.
    pub fn status(&self) -> Option<StatusCode> {
        self.details.status
    }

    /// The id of the request, from `x-request-id`: the vendor's support asks for it.
    pub fn request_id(&self) -> Option<&str> {
        self.details.request_id.as_deref()
    }

    /// The message of the API.
    pub fn message(&self) -> Option<&str> {
        self.details.message.message.as_deref()
    }

    /// Whether Trackstar or the system behind it refused.
    pub fn origin(&self) -> Option<&Origin> {
        self.details.message.origin.as_ref()
    }

    /// What is wrong with each field: by a 422 of the API, or found before anything was sent. At most 100 messages
    /// are kept.
    pub fn fields(&self) -> &[FieldMessage] {
        &self.details.message.fields
    }

    /// For a 404: the id that was not found.
    pub fn missing_id(&self) -> Option<&str> {
        self.details.message.missing_id.as_deref()
    }

    /// How long the server asks to wait before the next request.
    pub fn retry_after(&self) -> Option<Duration> {
        self.details.message.retry_after
    }

    /// The start of a response that the client could not use, as text: at most 512 characters. For example,
    /// the HTML page of a proxy.
    pub fn body_start(&self) -> Option<&str> {
        self.details.message.body_start.as_deref()
    }

    /// The whole body of the response as it came, within the client's
    /// [limit](crate::ClientBuilder::max_response_bytes); empty if there was none. It may contain personal data
    /// and credentials: do not log it.
    pub fn body(&self) -> &[u8] {
        &self.details.body
    }

    /// The idempotency key that the write was sent with, to send it again as the same write:
    /// `.idempotency_key(error.idempotency_key())`. `None` for a read and a passthrough, and if nothing was sent.
    ///
    /// Within 24 hours the API does not repeat a write that succeeded: it repeats its response. After an error
    /// status of the API it forgets the key, so that a write which took effect before a 5xx would be made twice.
    pub fn idempotency_key(&self) -> Option<&str> {
        self.details.idempotency_key.as_deref()
    }

    /// For [`ErrorKind::UnreadableRecord`]: the record.
    pub fn unreadable_record(&self) -> Option<&UnreadableRecord> {
        match &self.cause {
            Cause::UnreadableRecord(record) => Some(record),
            _ => None,
        }
    }

    /// For [`ErrorKind::UnexpectedShape`] and [`ErrorKind::UnreadableRecord`]: the field, as in
    /// `line_items[0].sku`.
    pub fn field(&self) -> Option<&str> {
        match &self.cause {
            Cause::UnreadableRecord(record) => record.field(),
            Cause::Mismatch(Mismatch::Shape { path, .. }) => Some(path),
            _ => None,
        }
    }

    /// Whether the request may have taken effect although it failed.
    ///
    /// `false` is a promise: the request was not sent, or it was refused, or it was a read. `true` means that
    /// the client cannot know: look up the record before you send a write again.
    pub fn may_have_taken_effect(&self) -> bool {
        if self.details.operation.is_none_or(Operation::is_safe) {
            return false;
        }
        if self.details.may_have_taken_effect {
            return true;
        }
        match self.kind() {
            ErrorKind::Configuration
            | ErrorKind::InvalidRequest
            | ErrorKind::Limiter
            | ErrorKind::Connect => false,
            ErrorKind::Timeout => !self.was_never_sent() && !self.is_out_of_time(),
            ErrorKind::BadRequest
            | ErrorKind::Unauthorized
            | ErrorKind::Forbidden
            | ErrorKind::NotFound
            | ErrorKind::Validation
            | ErrorKind::RateLimited
            | ErrorKind::NotImplemented => false,
            ErrorKind::Status => !self.status().is_some_and(|s| s.is_client_error()),
            ErrorKind::Interrupted
            | ErrorKind::TooLarge
            | ErrorKind::RepeatedPage
            | ErrorKind::UnreadableRecord
            | ErrorKind::NotJson
            | ErrorKind::UnexpectedShape
            | ErrorKind::Server => true,
            // Of the system behind the API it is a refusal. Of the API, the write is in progress.
            ErrorKind::Conflict => self.origin() != Some(&Origin::Integration),
        }
    }

    /// The error of the HTTP client, the JSON reader or your limiter that this one comes from, to downcast it.
    ///
    /// Its text may contain what this error hides: values of the response, addresses.
    pub fn underlying(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.underlying()
    }

    fn line(&self, shows_body: bool) -> String {
        use std::fmt::Write as _;

        let details = &self.details;
        let mut line = match details.operation {
            Some(operation) => format!("{} failed", operation.id),
            None => "no client can be built".to_owned(),
        };
        if let Some(status) = details.status {
            let _ = write!(line, " with {status}");
        }
        let reason = match &self.cause {
            Cause::Status => self
                .message()
                .map(str::to_owned)
                .or_else(|| not_json(self.body_start()?, shows_body)),
            cause => Some(cause.to_string()),
        };
        if let Some(reason) = reason {
            let _ = write!(line, ": {reason}");
        }
        let is_said = matches!(self.cause, Cause::InvalidRequest(_));
        for field in self.fields().iter().take(3).filter(|_| !is_said) {
            let _ = write!(line, "; {field}");
        }
        if let Some(wait) = self.retry_after() {
            let _ = write!(line, "; retry after {} s", wait.as_secs());
        }
        if self.attempts() > 1 {
            let _ = write!(line, "; {} attempts", self.attempts());
        }
        if let Some(id) = self.request_id() {
            let _ = write!(line, " (request {id})");
        }
        one_line(&line, MAX_LINE)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{:?}", self.line(false), self.kind())?;
        if let Some(origin) = self.origin() {
            write!(f, ", refused by {origin}")?;
        }
        if let Some(id) = self.missing_id() {
            write!(f, ", no record {id}")?;
        }
        if self.attempts() > 0 {
            write!(f, ", attempts: {}", self.attempts())?;
        }
        if self.may_have_taken_effect() {
            write!(f, ", may have taken effect")?;
        }
        write!(f, "]")
    }
}

/// The start of a response that is not the API's, such as the page of a proxy. JSON may contain the data of
/// customers, and is not shown.
fn not_json(body: &str, shows_body: bool) -> Option<String> {
    let start = one_line(body, 80);
    let is_page = !start.starts_with(['{', '[', '"']);
    match start.as_str() {
        "" => None,
        start if is_page && shows_body => Some(format!("not a response of the API: {start}")),
        _ => Some("not a response of the API".to_owned()),
    }
}
