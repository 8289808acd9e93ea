//! What `tracing` shows of a request: only what is listed here, and never a credential, a query value or a
//! body.

use std::time::Duration;

use reqwest::StatusCode;
use tracing::{Span, field::Empty};

use super::http_response::HttpResponse;
use super::progress::Progress;
use crate::error::Error;
use crate::operation::Operation;
use crate::request::Request;

/// The span of a request, with the names of OpenTelemetry's conventions where it has one. [`outcome`] records the
/// fields that are empty here.
pub(super) fn request(request: &Request) -> Span {
    let operation = request.operation();
    let span = tracing::info_span!(
        "trackstar request",
        otel.name = operation.id,
        otel.kind = "internal",
        otel.status_code = Empty,
        operation = operation.id,
        connection = Empty,
        http.request.method = operation.method.as_str(),
        http.response.status_code = Empty,
        url.template = operation.path,
        error.type = Empty,
        attempts = Empty,
        waited_ms = Empty,
        request_id = Empty,
        duration_ms = Empty,
    );
    if let Some(key) = request.client().connection_key(operation) {
        // A hash: the token cannot be derived from it.
        span.record("connection", tracing::field::display(key));
    }
    span
}

/// The span of one attempt, within that of its request. [`attempted`] records the fields that are empty here.
pub(super) fn attempt(operation: &Operation, http: &reqwest::Request, number: u32) -> Span {
    let span = tracing::info_span!(
        "trackstar attempt",
        otel.name = Empty,
        otel.kind = "client",
        otel.status_code = Empty,
        http.request.method = operation.method.as_str(),
        http.request.resend_count = Empty,
        http.response.status_code = Empty,
        server.address = http.url().host_str(),
        server.port = http.url().port_or_known_default(),
        url.template = operation.path,
        error.type = Empty,
    );
    if !span.is_disabled() {
        let name = format_args!("{} {}", operation.method, operation.path);
        span.record("otel.name", tracing::field::display(name));
        if number > 1 {
            span.record("http.request.resend_count", number - 1);
        }
    }
    span
}

/// How an attempt ended.
pub(super) fn attempted(span: &Span, result: &Result<HttpResponse, Error>) {
    match result {
        Ok(response) => status(span, Some(response.status)),
        Err(error) => failed(span, error),
    }
}

/// What failed: the status, where there is one, and the kind.
pub(super) fn failed(span: &Span, error: &Error) {
    if span.is_disabled() {
        return;
    }
    status(span, error.status());
    span.record("otel.status_code", "ERROR");
    span.record("error.type", tracing::field::debug(error.kind()));
}

fn status(span: &Span, status: Option<StatusCode>) {
    if let Some(status) = status {
        span.record("http.response.status_code", status.as_u16());
    }
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
    attempted(span, result);
    let request_id = match result {
        Ok(response) => response.request_id.as_deref(),
        Err(error) => error.request_id(),
    };
    if let Some(id) = request_id {
        span.record("request_id", id);
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
