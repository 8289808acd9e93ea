//! Sending a request: permits, attempts, timeouts, retries, and the response within bounds.

mod attempt;
mod body;
mod execute;
mod permit;
mod progress;
mod retry;
mod tracing;

pub(crate) use attempt::{HttpResponse, REQUEST_ID};
