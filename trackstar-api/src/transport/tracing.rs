//! What `tracing` shows of a request: only what is listed here, and never a credential, a query value or a
//! body.

use std::time::Duration;

use tracing::{Span, field::Empty};

use super::attempt::HttpResponse;
use super::progress::Progress;
use crate::error::Error;
use crate::operation::Operation;

/// The span of a request. [`outcome`] records the fields that are empty here.
pub(super) fn request(operation: &Operation) -> Span {
    tracing::info_span!(
        "trackstar request",
        operation = operation.id,
        method = operation.method.as_str(),
        path = operation.path,
        status = Empty,
        attempts = Empty,
        waited_ms = Empty,
        request_id = Empty,
        duration_ms = Empty,
        error = Empty,
    )
}

/// An attempt failed, and another one follows after a delay.
pub(super) fn retry(error: &Error, attempt: u32, delay: Duration) {
    tracing::warn!(
        attempt,
        error = ?error.kind(),
        status = error.status().map(|status| status.as_u16()),
        request_id = error.request_id(),
        delay_ms = milliseconds(delay),
        "the request is retried",
    );
}

/// How the request ended.
pub(super) fn outcome(
    span: &Span,
    result: &Result<HttpResponse, Error>,
    progress: &Progress,
    duration: Duration,
) {
    if span.is_disabled() {
        return;
    }
    span.record("attempts", progress.attempts);
    span.record("waited_ms", milliseconds(progress.waited));
    span.record("duration_ms", milliseconds(duration));
    let (status, request_id) = match result {
        Ok(response) => (Some(response.status), response.request_id.as_deref()),
        Err(error) => {
            span.record("error", tracing::field::debug(error.kind()));
            (error.status(), error.request_id())
        }
    };
    if let Some(status) = status {
        span.record("status", status.as_u16());
    }
    if let Some(id) = request_id {
        span.record("request_id", id);
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
