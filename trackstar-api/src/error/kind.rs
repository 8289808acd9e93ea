//! The kinds of failure.

use reqwest::StatusCode;

/// The kinds of failure, to match on. New ones may be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client could not be built.
    Configuration,
    /// The request was refused before it was sent: a parameter, the body, or a missing access token.
    InvalidRequest,
    /// The client's [`Limiter`](crate::Limiter) failed, so the request was not sent.
    Limiter,
    /// No connection to the server could be made.
    Connect,
    /// The timeout of an attempt passed, or the total timeout.
    Timeout,
    /// The connection broke before the whole response arrived.
    Interrupted,
    /// The response is larger than the client's limit.
    TooLarge,
    /// A list leads back to a page that was read before, and would never end.
    RepeatedPage,
    /// A record of a list cannot be read; the stream continues after it: see
    /// [`Error::unreadable_record`](crate::Error::unreadable_record).
    UnreadableRecord,
    /// The response has a success status but is not JSON.
    NotJson,
    /// The response has a success status but a field has the wrong type or is missing: see
    /// [`Error::field`](crate::Error::field).
    UnexpectedShape,
    /// 400: an idempotency key was used for another request, or the data cannot be synced on demand.
    BadRequest,
    /// 401: the API key or the access token is wrong.
    Unauthorized,
    /// 403: the function is disabled for the organisation or the connection.
    Forbidden,
    /// 404: the connection has no record with this id: see
    /// [`Error::missing_id`](crate::Error::missing_id).
    NotFound,
    /// 409: a write with the same idempotency key is still in progress.
    Conflict,
    /// 422: a filter, the body or one of its fields was rejected: see
    /// [`Error::fields`](crate::Error::fields).
    Validation,
    /// 429: too many requests: see [`Error::retry_after`](crate::Error::retry_after).
    RateLimited,
    /// 501: the integration does not offer this operation.
    NotImplemented,
    /// Another 5xx: the API or the system behind it failed.
    Server,
    /// Any other status, including redirects.
    Status,
}

impl ErrorKind {
    /// The kind of a response with an error status.
    pub(super) fn of(status: Option<StatusCode>) -> Self {
        match status.map_or(0, |status| status.as_u16()) {
            400 => Self::BadRequest,
            401 => Self::Unauthorized,
            403 => Self::Forbidden,
            404 => Self::NotFound,
            409 => Self::Conflict,
            422 => Self::Validation,
            429 => Self::RateLimited,
            501 => Self::NotImplemented,
            500..=599 => Self::Server,
            _ => Self::Status,
        }
    }
}
