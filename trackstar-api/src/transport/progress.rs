//! How far a request has come.

use std::time::Duration;

use tokio::time::Instant;

/// How far a request has come. It outlives the attempts, so that it is known after a timeout too.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// How often the request was sent, or could not be sent.
    pub(super) attempts: u32,
    /// How long it was queued by the limiter and delayed between attempts.
    pub(super) waited: Duration,
    /// Since when it has been queued by the limiter, if it is.
    pub(super) queued_since: Option<Instant>,
    /// Whether an attempt is in progress.
    pub(super) is_in_flight: bool,
    /// Whether an attempt that has ended may have taken effect. Each error only speaks of its own attempt.
    pub(super) may_have_taken_effect: bool,
}

impl Progress {
    /// Counts the time in the queue, if the request was queued.
    pub(super) fn leave_queue(&mut self) {
        if let Some(since) = self.queued_since.take() {
            self.waited += since.elapsed();
        }
    }
}
