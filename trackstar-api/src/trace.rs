//! What is told of a call through `tracing`. Only what is written here: never a credential, a query value
//! or a body.

use std::time::Duration;

use tracing::{Span, field::Empty};

use crate::attempt::Answer;
use crate::error::Error;
use crate::exec::Progress;
use crate::operation::Operation;

/// The span of a call. What is not known yet is recorded by [`outcome`].
pub(crate) fn call(operation: &Operation) -> Span {
    tracing::info_span!(
        "trackstar call",
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

/// An attempt failed, and there will be another one after a pause.
pub(crate) fn retry(error: &Error, attempt: u32, pause: Duration) {
    tracing::warn!(
        attempt,
        error = ?error.kind(),
        status = error.status().map(|status| status.as_u16()),
        request_id = error.request_id(),
        pause_ms = milliseconds(pause),
        "the call is sent again",
    );
}

/// How the call ended.
pub(crate) fn outcome(
    span: &Span,
    result: &Result<Answer, Error>,
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
        Ok(answer) => (Some(answer.status), answer.request_id.as_deref()),
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
