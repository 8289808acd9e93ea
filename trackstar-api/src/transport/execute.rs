//! One request from its first attempt to its outcome: timeouts, retries, and its `tracing` span.

use std::pin::pin;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};
use tracing::Instrument as _;

use super::http_response::HttpResponse;
use super::progress::Progress;
use super::retry::Delays;
use super::tracing as spans;
use crate::error::{Cause, Error, InvalidRequest};
use crate::request::Request;

/// Makes the HTTP request of each attempt.
type MakeHttp<'a> = dyn FnMut() -> Result<reqwest::Request, Error> + Send + 'a;

impl Request {
    /// Sends the request, and retries it where that may help and cannot do harm. The error is that of the
    /// last attempt.
    pub(crate) async fn execute(&self) -> Result<HttpResponse, Error> {
        self.execute_with(&mut || self.to_http()).await
    }

    /// The same with an HTTP request that is made for each attempt.
    pub(crate) async fn execute_with(
        &self,
        make_http: &mut MakeHttp<'_>,
    ) -> Result<HttpResponse, Error> {
        self.check_runtime()?;
        let span = spans::request(self);
        let started = Instant::now();
        let mut progress = Progress::default();
        let limit = self.total_timeout();
        // A deadline that the clock cannot express is none.
        let deadline = limit.and_then(|limit| started.checked_add(limit));
        let result = {
            // Pinned here: moving it would copy all that an attempt keeps.
            let attempts = pin!(self.attempts(make_http, &mut progress, deadline));
            let attempts = attempts.instrument(span.clone());
            match deadline {
                Some(deadline) => timeout_at(deadline, attempts).await.unwrap_or_else(|_| {
                    let limit = limit.unwrap_or_default();
                    Err(Error::new(self.operation(), Cause::OutOfTime { limit }))
                }),
                None => attempts.await,
            }
        };
        // The timeout may have passed in the queue.
        progress.leave_queue();
        let may_have_taken_effect = progress.may_have_taken_effect || progress.is_in_flight;
        let result = result.map_err(|error| {
            error
                .with_idempotency_key(self.key().map(str::to_owned))
                .after(progress.attempts, may_have_taken_effect)
        });
        spans::outcome(&span, &result, &progress, started.elapsed());
        result.map(|response| HttpResponse { span, ..response })
    }

    /// Outside a `tokio` runtime the clock and the sockets would panic.
    fn check_runtime(&self) -> Result<(), Error> {
        match tokio::runtime::Handle::try_current() {
            Ok(_) => Ok(()),
            Err(_) => {
                let why = Cause::InvalidRequest(vec![InvalidRequest::NoRuntime].into());
                Err(Error::new(self.operation(), why))
            }
        }
    }

    async fn attempts(
        &self,
        make_http: &mut MakeHttp<'_>,
        progress: &mut Progress,
        deadline: Option<Instant>,
    ) -> Result<HttpResponse, Error> {
        let mut delays = Delays::new(self.retry_policy());
        let started = Instant::now();
        loop {
            let mut http = make_http()?;
            progress.queued_since = Some(Instant::now());
            let permit = self.acquire_permit().await;
            progress.leave_queue();
            let permit = permit?;
            progress.attempts += 1;
            progress.is_in_flight = true;
            let span = spans::attempt(self.operation(), &http, progress.attempts);
            span.in_scope(|| self.add_own_headers(http.headers_mut()));
            let result = self.attempt(http, permit).instrument(span.clone()).await;
            spans::attempted(&span, &result);
            drop(span);
            progress.is_in_flight = false;
            let Err(error) = result else {
                return result;
            };
            progress.may_have_taken_effect |= error.may_have_taken_effect();
            let elapsed = started.elapsed();
            let delay = delays.next(&error, self.operation(), elapsed, fastrand::f64());
            // A retry that would start after the deadline would only hide this error behind a timeout.
            let fits = |delay: &Duration| {
                let next = Instant::now().checked_add(*delay);
                deadline.is_none_or(|deadline| next.is_some_and(|next| next < deadline))
            };
            let Some(delay) = delay.filter(fits) else {
                return Err(error);
            };
            spans::retry(&error, progress.attempts, delay);
            progress.waited = progress.waited.saturating_add(delay);
            sleep(delay).await;
        }
    }
}
