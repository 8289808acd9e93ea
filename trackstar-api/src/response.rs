//! A successful answer.

use std::fmt;
use std::ops::Deref;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use crate::attempt::Answer;
use crate::idempotency::REPLAYED_HEADER;

/// What an operation answered: its value, and what the server said beside it.
///
/// It dereferences to the value, so `response.magic_links` works; [`Response::into_inner`] takes it out.
/// Its `Debug` shows the value and which headers there are, not what they hold.
#[derive(Clone)]
pub struct Response<T> {
    value: T,
    status: StatusCode,
    headers: HeaderMap,
    request_id: Option<String>,
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, answer: Answer) -> Self {
        Self {
            value,
            status: answer.status,
            headers: answer.headers,
            request_id: answer.request_id,
        }
    }

    /// The value alone.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The HTTP status, always a success.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers of the answer.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Whether the answer is that of an earlier attempt: the write happened then, and not again.
    pub fn was_replayed(&self) -> bool {
        self.headers
            .get(REPLAYED_HEADER)
            .is_some_and(|value| value == "true")
    }

    /// What the vendor's support asks for: the id of the request, from `x-request-id`.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<&str> = self.headers.keys().map(|name| name.as_str()).collect();
        f.debug_struct("Response")
            .field("value", &self.value)
            .field("status", &self.status)
            .field("headers", &headers)
            .field("request_id", &self.request_id)
            .finish()
    }
}
