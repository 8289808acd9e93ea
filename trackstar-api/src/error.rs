//! What can go wrong with a call, and what the caller can do about it.

use std::fmt;
use std::time::Duration;

use reqwest::StatusCode;

use crate::answer::ErrorAnswer;
use crate::builder::Misconfigured;
use crate::call::Problem;
use crate::decode::Mismatch;
use crate::model::open_enum::{UnknownValue, open_enum};
use crate::operation::Operation;

/// Why a call failed, or why a client could not be built.
///
/// Its `Display` is one line without headers or credentials, fit for a log. For decisions there are
/// [`Error::kind`], and [`Error::may_have_taken_effect`] for a write that is to be sent again.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.line())]
pub struct Error {
    #[source]
    cause: Cause,
    details: Box<Details>,
}

#[derive(Debug, Default)]
struct Details {
    operation: Option<&'static Operation>,
    status: Option<StatusCode>,
    request_id: Option<String>,
    attempts: u32,
    /// Whether any attempt may have had its effect.
    may_have_taken_effect: bool,
    answer: ErrorAnswer,
}

/// What happened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Cause {
    #[error("{0}")]
    Misconfigured(#[source] Misconfigured),
    #[error("{0}")]
    Refused(#[source] Problem),
    #[error("{0}")]
    Http(#[source] reqwest::Error),
    #[error("the limiter failed, and nothing was sent: {0}")]
    Limiter(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the server refused")]
    Status,
    #[error("{0}")]
    Mismatch(#[source] Mismatch),
    #[error("the answer is larger than {limit} bytes")]
    TooLarge { limit: usize },
    #[error("the call was given {limit:?} in all, which have passed")]
    OutOfTime { limit: Duration },
    #[error("the page names a next page that has been there already: the list would never end")]
    RepeatedPage,
    #[allow(dead_code, reason = "where the document has no on-demand syncs")]
    #[error("the sync is still open after {} s", limit.as_secs())]
    StillOpen { limit: Duration },
}

/// The kinds of failure, to match on. New ones may be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client could not be built.
    Configuration,
    /// The call was refused before anything was sent: a parameter, the body, or a missing access token.
    InvalidRequest,
    /// The [`Limiter`](crate::Limiter) of the client failed, so that the call was not sent.
    Limiter,
    /// No connection to the server came about.
    Connect,
    /// The time limit of the attempt, or of the whole call, passed.
    Timeout,
    /// The connection broke before the whole answer was there.
    Interrupted,
    /// The answer is larger than the client reads.
    TooLarge,
    /// A list leads back to a page that has been read, and would never end.
    RepeatedPage,
    /// The answer reports success but is not JSON.
    NotJson,
    /// The answer reports success but a field is not what it should be: see [`Error::field`].
    UnexpectedShape,
    /// 400: an idempotency key was used for something else, or the data cannot be synced on demand.
    BadRequest,
    /// 401: the API key or the access token is wrong.
    Unauthorized,
    /// 403: the function is disabled for the organisation or the connection.
    Forbidden,
    /// 404: the id is not among the records of the connection: see [`Error::missing_id`].
    NotFound,
    /// 409: a write with the same idempotency key is still under way.
    Conflict,
    /// 422: a filter, a body or one of its fields is not accepted: see [`Error::fields`].
    Validation,
    /// 429: too many calls: see [`Error::retry_after`].
    RateLimited,
    /// 501: the integration does not offer this operation.
    NotImplemented,
    /// Another 5xx: the API or the system behind it failed.
    Server,
    /// Any other status, redirects among them.
    Status,
}

/// Who refused: [`Error::origin`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// Trackstar itself.
    Trackstar,
    /// The warehouse, shop, carrier or ERP behind it.
    Integration,
    /// An origin that this version of the client does not know, as the API wrote it.
    Unknown(UnknownValue),
}
open_enum!(Origin { Trackstar = "trackstar", Integration = "integration" });

/// What the API says of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldMessage {
    location: String,
    field: String,
    message: String,
}

impl Error {
    pub(crate) fn new(operation: &'static Operation, cause: Cause) -> Self {
        Self::before_sending(Some(operation), cause)
    }

    pub(crate) fn before_sending(operation: Option<&'static Operation>, cause: Cause) -> Self {
        let details = Details {
            operation,
            ..Details::default()
        };
        Self {
            cause,
            details: Box::new(details),
        }
    }

    pub(crate) fn answered(mut self, status: StatusCode, request_id: Option<String>) -> Self {
        self.details.status = Some(status);
        self.details.request_id = request_id;
        self
    }

    pub(crate) fn explained(mut self, answer: ErrorAnswer) -> Self {
        self.details.answer = answer;
        self
    }

    pub(crate) fn after(mut self, attempts: u32, may_have_taken_effect: bool) -> Self {
        self.details.attempts = attempts;
        self.details.may_have_taken_effect = may_have_taken_effect;
        self
    }

    /// Whether it is certain that no byte of the call left.
    pub(crate) fn was_never_sent(&self) -> bool {
        matches!(&self.cause, Cause::Http(error) if error.is_connect())
    }

    /// Whether the call as a whole took too long. What that means is known from its attempts.
    fn is_out_of_time(&self) -> bool {
        matches!(self.cause, Cause::OutOfTime { .. })
    }

    /// How often the call was sent, or tried to be. 0 if it was refused before.
    pub fn attempts(&self) -> u32 {
        match self.kind() {
            ErrorKind::Configuration | ErrorKind::InvalidRequest => 0,
            ErrorKind::Limiter => self.details.attempts,
            // It may have run out while the call waited for its turn.
            _ if self.is_out_of_time() => self.details.attempts,
            _ => self.details.attempts.max(1),
        }
    }

    /// What kind of failure this is.
    pub fn kind(&self) -> ErrorKind {
        match &self.cause {
            Cause::Misconfigured(_) => ErrorKind::Configuration,
            Cause::Refused(_) => ErrorKind::InvalidRequest,
            Cause::Limiter(_) => ErrorKind::Limiter,
            Cause::Http(error) if error.is_timeout() => ErrorKind::Timeout,
            Cause::Http(error) if error.is_connect() => ErrorKind::Connect,
            Cause::Http(_) => ErrorKind::Interrupted,
            Cause::TooLarge { .. } => ErrorKind::TooLarge,
            Cause::Mismatch(Mismatch::NotJson(_)) => ErrorKind::NotJson,
            Cause::Mismatch(Mismatch::Shape { .. }) => ErrorKind::UnexpectedShape,
            Cause::RepeatedPage => ErrorKind::RepeatedPage,
            Cause::OutOfTime { .. } | Cause::StillOpen { .. } => ErrorKind::Timeout,
            Cause::Status => kind_of(self.details.status),
        }
    }

    /// The operation that failed, by the name of the client's method: `list_magic_links`.
    pub fn operation(&self) -> Option<&'static str> {
        self.details.operation.map(|operation| operation.id)
    }

    /// The HTTP status, if the server answered.
    pub fn status(&self) -> Option<StatusCode> {
        self.details.status
    }

    /// What the vendor's support asks for: the id of the request, from `x-request-id`.
    pub fn request_id(&self) -> Option<&str> {
        self.details.request_id.as_deref()
    }

    /// What the API says, in its own words.
    pub fn message(&self) -> Option<&str> {
        self.details.answer.message.as_deref()
    }

    /// Whether Trackstar or the system behind it refused.
    pub fn origin(&self) -> Option<&Origin> {
        self.details.answer.origin.as_ref()
    }

    /// For a 422: what is wrong with which field. At most 100 are kept.
    pub fn fields(&self) -> &[FieldMessage] {
        &self.details.answer.fields
    }

    /// For a 404: the id that was not found.
    pub fn missing_id(&self) -> Option<&str> {
        self.details.answer.missing_id.as_deref()
    }

    /// How long the server asks to wait before the next call.
    pub fn retry_after(&self) -> Option<Duration> {
        self.details.answer.retry_after
    }

    /// The first bytes of an answer that the client could not make use of, as text: at most 512
    /// characters. An HTML page of a proxy is here.
    pub fn body_start(&self) -> Option<&str> {
        self.details.answer.body_start.as_deref()
    }

    /// For [`ErrorKind::UnexpectedShape`]: which field, as in `magic_links[0].expires_at`.
    pub fn field(&self) -> Option<&str> {
        match &self.cause {
            Cause::Mismatch(Mismatch::Shape { path, .. }) => Some(path),
            _ => None,
        }
    }

    /// Whether the API may have done what the call asked for, although the call failed.
    ///
    /// `false` is a promise: nothing was sent, or it was refused, or it was a read. `true` means that
    /// nobody knows; a write is then to be looked up before it is sent again.
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
            | ErrorKind::NotJson
            | ErrorKind::UnexpectedShape
            | ErrorKind::Conflict
            | ErrorKind::Server => true,
        }
    }

    fn line(&self) -> String {
        use std::fmt::Write as _;

        let details = &self.details;
        let mut line = match details.operation {
            Some(operation) => format!("{} failed", operation.id),
            None => "no client can be built".to_owned(),
        };
        if let Some(status) = details.status {
            let _ = write!(line, " with {status}");
        }
        let says = match &self.cause {
            Cause::Status => self
                .message()
                .map(str::to_owned)
                .or_else(|| not_json(self.body_start()?)),
            cause => Some(reason(self.kind(), cause)),
        };
        if let Some(says) = says {
            let _ = write!(line, ": {says}");
        }
        for field in self.fields().iter().take(3) {
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
        line
    }
}

fn kind_of(status: Option<StatusCode>) -> ErrorKind {
    match status.map_or(0, |status| status.as_u16()) {
        400 => ErrorKind::BadRequest,
        401 => ErrorKind::Unauthorized,
        403 => ErrorKind::Forbidden,
        404 => ErrorKind::NotFound,
        409 => ErrorKind::Conflict,
        422 => ErrorKind::Validation,
        429 => ErrorKind::RateLimited,
        501 => ErrorKind::NotImplemented,
        500..=599 => ErrorKind::Server,
        _ => ErrorKind::Status,
    }
}

/// The cause in words. An error of the network says what it is, then what lies at its root.
fn reason(kind: ErrorKind, cause: &Cause) -> String {
    let Cause::Http(error) = cause else {
        return cause.to_string();
    };
    let what = match kind {
        ErrorKind::Timeout => "the time limit passed",
        ErrorKind::Connect => "no connection to the server",
        _ => "the connection broke before the whole answer was there",
    };
    let mut root: &dyn std::error::Error = error;
    while let Some(source) = root.source() {
        root = source;
    }
    format!("{what}: {root}")
}

/// An answer that is no error of the API, in a few words.
fn not_json(body: &str) -> Option<String> {
    let words: Vec<&str> = body.split_whitespace().collect();
    let start: String = words.join(" ").chars().take(80).collect();
    (!start.is_empty()).then(|| format!("the answer is not the API's: {start}"))
}

impl FieldMessage {
    pub(crate) fn new(location: &str, field: &str, message: String) -> Self {
        Self {
            location: location.to_owned(),
            field: field.to_owned(),
            message,
        }
    }

    /// Where the field is: `json` (the body), `query`, `path`, ...
    pub fn location(&self) -> &str {
        &self.location
    }

    /// The field; fields of fields are joined by dots: `line_items.0.sku`. Empty for the whole location.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// What is wrong with it.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for FieldMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field.as_str() {
            "" => write!(f, "{}: {}", self.location, self.message),
            field => write!(f, "{} `{field}`: {}", self.location, self.message),
        }
    }
}
