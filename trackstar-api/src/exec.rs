//! One call from its first attempt to its outcome: time limits, retries, and what is told of it.

use std::pin::pin;
use std::time::Duration;

use backon::BackoffBuilder as _;
use tokio::time::{Instant, sleep, timeout_at};
use tracing::Instrument as _;

use crate::attempt::Answer;
use crate::call::Call;
use crate::error::{Cause, Error};
use crate::retry;
use crate::trace;

/// How far a call has come. It outlives the attempts, so that a call which ran out of time can be told.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// How often the call was sent, or tried to be.
    pub(crate) attempts: u32,
    /// How long it waited before and between attempts.
    pub(crate) waited: Duration,
    /// Since when it has been waiting for the limiter, if it is.
    in_line_since: Option<Instant>,
    /// Whether an attempt is on its way.
    is_under_way: bool,
    /// What the last attempt says holds for that attempt: an earlier one may have got through.
    may_have_taken_effect: bool,
}

impl Progress {
    fn leave_line(&mut self) {
        if let Some(since) = self.in_line_since.take() {
            self.waited += since.elapsed();
        }
    }
}

/// Makes the request of each attempt.
pub(crate) type MakeRequest<'a> = dyn FnMut() -> Result<reqwest::Request, Error> + Send + 'a;

impl Call {
    /// Sends the call, and again where that may help and can do no harm. The error is that of the last
    /// attempt.
    pub(crate) async fn exec(&self) -> Result<Answer, Error> {
        self.exec_with(&mut || self.request()).await
    }

    /// Sends the call as the requests that are made for it.
    pub(crate) async fn exec_with(&self, request: &mut MakeRequest<'_>) -> Result<Answer, Error> {
        let span = trace::call(self.operation());
        let started = Instant::now();
        let mut progress = Progress::default();
        let limit = self.call_timeout();
        // A limit that is too far away for the clock is none.
        let deadline = limit.and_then(|limit| started.checked_add(limit));
        let result = {
            // Pinned where it is: every move of it would be a copy of all that an attempt keeps.
            let attempts = pin!(self.attempts(request, &mut progress, deadline));
            let attempts = attempts.instrument(span.clone());
            match deadline {
                Some(deadline) => timeout_at(deadline, attempts).await.unwrap_or_else(|_| {
                    let limit = limit.unwrap_or_default();
                    Err(Error::new(self.operation(), Cause::OutOfTime { limit }))
                }),
                None => attempts.await,
            }
        };
        // It may have run out of time there.
        progress.leave_line();
        let may_have_taken_effect = progress.may_have_taken_effect || progress.is_under_way;
        let result = result.map_err(|error| error.after(progress.attempts, may_have_taken_effect));
        trace::outcome(&span, &result, &progress, started.elapsed());
        result
    }

    async fn attempts(
        &self,
        request: &mut MakeRequest<'_>,
        progress: &mut Progress,
        deadline: Option<Instant>,
    ) -> Result<Answer, Error> {
        let mut pauses = self.retry_policy().pauses().build();
        loop {
            let request = request()?;
            progress.in_line_since = Some(Instant::now());
            let turn = self.take_turn().await;
            progress.leave_line();
            let turn = turn?;
            progress.attempts += 1;
            progress.is_under_way = true;
            let result = self.attempt(request, turn).await;
            progress.is_under_way = false;
            let Err(error) = result else {
                return result;
            };
            progress.may_have_taken_effect |= error.may_have_taken_effect();
            let pause = if retry::is_worthwhile(&error, self.operation()) {
                pauses
                    .next()
                    .and_then(|longest| retry::pause(&error, longest, fastrand::f64()))
            } else {
                None
            };
            // An attempt that could only start too late would replace what is known by "out of time".
            let fits = |pause: &Duration| {
                deadline.is_none_or(|deadline| Instant::now() + *pause < deadline)
            };
            let Some(pause) = pause.filter(fits) else {
                return Err(error);
            };
            trace::retry(&error, progress.attempts, pause);
            progress.waited += pause;
            sleep(pause).await;
        }
    }
}
