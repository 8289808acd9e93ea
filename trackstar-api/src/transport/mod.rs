//! Sending a request: permits, attempts, timeouts, retries, and the response within bounds.

pub(crate) mod attempt;
mod body;
mod execute;
mod http_response;
mod permit;
mod progress;
mod retry;
mod tracing;

pub(crate) use http_response::HttpResponse;
