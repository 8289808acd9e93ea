//! What requests give, made without a server: for tests of code that takes it.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};

use crate::error::{ApiMessage, Cause};
use crate::operation::{Operation, Token};
use crate::transport::HttpResponse;
use crate::{Error, LimitKey, LimitReport, Response};

/// A write, so that an error tells by its status whether it may have taken effect.
static MOCKED: Operation = Operation {
    id: "mocked request",
    method: Method::POST,
    path: "",
    token: Token::Optional,
    is_passthrough: false,
};

impl Error {
    /// The error of a write that got a response with an error status, for tests.
    ///
    /// ```
    /// use trackstar_api::reexports::http::HeaderMap;
    /// use trackstar_api::{Error, ErrorKind, StatusCode};
    ///
    /// let body = r#"{"error": "Not found", "id": "o1"}"#;
    /// let error = Error::from_response(StatusCode::NOT_FOUND, &HeaderMap::new(), body);
    /// assert_eq!(error.kind(), ErrorKind::NotFound);
    /// assert_eq!(error.missing_id(), Some("o1"));
    /// ```
    pub fn from_response(status: StatusCode, headers: &HeaderMap, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        let id = headers.get("x-request-id");
        let id = id.and_then(|id| Some(id.to_str().ok()?.to_owned()));
        Self::new(&MOCKED, Cause::Status)
            .with_status(status, id)
            .with_message(ApiMessage::read(headers, &body, str::to_owned))
            .with_body(body)
            .after(1, false)
    }
}

impl<T> Response<T> {
    /// A response with the status 200 and no body, for tests.
    ///
    /// ```
    /// use trackstar_api::Response;
    /// use trackstar_api::reexports::http::HeaderMap;
    ///
    /// let response = Response::from_value(7, HeaderMap::new());
    /// assert_eq!(*response, 7);
    /// ```
    pub fn from_value(value: T, headers: HeaderMap) -> Self {
        let id = headers.get("x-request-id");
        let response = HttpResponse {
            status: StatusCode::OK,
            request_id: id.and_then(|id| Some(id.to_str().ok()?.to_owned())),
            headers,
            body: Bytes::new(),
            idempotency_key: None,
            span: tracing::Span::none(),
        };
        Self::new(value, response)
    }
}

impl LimitReport {
    /// What a response says about the limits, for tests of a [`Limiter`](crate::Limiter).
    ///
    /// ```
    /// use std::time::Duration;
    /// use trackstar_api::reexports::http::HeaderMap;
    /// use trackstar_api::{LimitReport, StatusCode};
    ///
    /// let status = StatusCode::TOO_MANY_REQUESTS;
    /// let report = LimitReport::from_response(Duration::ZERO, status, &HeaderMap::new());
    /// assert!(report.is_rate_limited());
    /// ```
    pub fn from_response(elapsed: Duration, status: StatusCode, headers: &HeaderMap) -> Self {
        Self::read(elapsed, status, headers)
    }
}

impl LimitKey {
    /// The key of any credential, for tests of a [`Limiter`](crate::Limiter).
    ///
    /// ```
    /// use trackstar_api::LimitKey;
    ///
    /// assert_ne!(LimitKey::of_credential("one"), LimitKey::of_credential("two"));
    /// ```
    pub fn of_credential(credential: &str) -> Self {
        Self::of(credential)
    }
}
