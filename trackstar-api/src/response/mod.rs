//! Responses: decoding them, and lists page by page.

pub(crate) mod decode;
pub(crate) mod envelope;
pub(crate) mod pages;
mod send;

use std::fmt;
use std::ops::Deref;

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use crate::request::idempotency::REPLAYED_HEADER;
use crate::transport::HttpResponse;

pub use envelope::{Page, WriteResponse};
pub use pages::{Items, Pages};

/// The response of an operation: its value, with the status and the headers.
///
/// It dereferences to the value, so `response.magic_links` works; [`Response::into_inner`] takes it out.
/// Its `Debug` shows the value and the names of the headers, not their values.
#[derive(Clone)]
pub struct Response<T> {
    value: T,
    status: StatusCode,
    headers: HeaderMap,
    request_id: Option<String>,
    idempotency_key: Option<String>,
    body: Bytes,
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, response: HttpResponse) -> Self {
        Self {
            value,
            status: response.status,
            headers: response.headers,
            request_id: response.request_id,
            idempotency_key: response.idempotency_key,
            body: response.body,
        }
    }

    /// The same response with another value.
    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> Response<U> {
        Response {
            value: change(self.value),
            status: self.status,
            headers: self.headers,
            request_id: self.request_id,
            idempotency_key: self.idempotency_key,
            body: self.body,
        }
    }

    /// Takes the value out.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The HTTP status, always a success.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers of the response.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Whether this repeats the response to an earlier attempt: the write happened then, and not again.
    pub fn was_replayed(&self) -> bool {
        self.headers
            .get(REPLAYED_HEADER)
            .is_some_and(|value| value == "true")
    }

    /// The idempotency key that the write was sent with; `None` for a read and a passthrough.
    pub fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    /// The whole body as it came. For a list by more ids than one request takes, the body of its last response.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The id of the request, from `x-request-id`: the vendor's support asks for it.
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
