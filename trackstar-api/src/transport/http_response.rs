//! A response as it came.

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;

/// A response with a success status, not decoded yet.
pub(crate) struct HttpResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) request_id: Option<String>,
    pub(crate) body: Bytes,
    /// That of the request, if it is a write.
    pub(crate) idempotency_key: Option<String>,
    /// The span of the request, which ends when the response is decoded.
    pub(crate) span: tracing::Span,
}
