//! How far a stream of changes has come, for those who watch it.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use futures_core::Stream;
use tokio::time::Instant;

/// How far [`Changes`](super::Changes) has come.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Progress {
    /// How many records have been given, in all batches.
    pub done: u64,
    /// How many there will be when the present reading ends, judged by what has been read. `None` while nothing can
    /// be judged by.
    pub estimated: Option<u64>,
    /// Records a second, since the first request.
    pub rate: f64,
    /// How many changes polling has found that an event should have brought, and that none brought in time. They are
    /// in the copy all the same. Zero without events.
    pub missed_events: u64,
}

/// The [`Progress`] of a [`Changes`](super::Changes), as a [`Stream`]: each time that it has changed, the latest. It
/// ends with the changes.
#[must_use = "streams do nothing unless polled"]
#[derive(Debug)]
pub struct ProgressStream {
    meter: Arc<Meter>,
    seen: u64,
}

/// What is known of the progress, and who waits for more.
#[derive(Debug, Default)]
pub(super) struct Meter(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    progress: Progress,
    began: Option<Instant>,
    version: u64,
    is_over: bool,
    waiting: Vec<Waker>,
}

impl Meter {
    pub(super) fn watch(self: &Arc<Self>) -> ProgressStream {
        ProgressStream {
            meter: Arc::clone(self),
            seen: 0,
        }
    }

    pub(super) fn begin(&self) {
        self.state().began.get_or_insert_with(Instant::now);
    }

    pub(super) fn done(&self) -> u64 {
        self.state().progress.done
    }

    pub(super) fn add(&self, records: usize, estimated: Option<u64>, missed_events: u64) {
        let mut state = self.state();
        let seconds = state
            .began
            .map_or(0.0, |began| began.elapsed().as_secs_f64());
        let progress = &mut state.progress;
        progress.done += records as u64;
        progress.estimated = estimated;
        progress.missed_events = missed_events;
        if seconds > 0.0 {
            progress.rate = progress.done as f64 / seconds;
        }
        state.version += 1;
        wake(state);
    }

    /// Nothing comes any more.
    pub(super) fn end(&self) {
        let mut state = self.state();
        state.is_over = true;
        wake(state);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn wake(mut state: MutexGuard<'_, State>) {
    let waiting = std::mem::take(&mut state.waiting);
    // A waker may run foreign code.
    drop(state);
    waiting.into_iter().for_each(Waker::wake);
}

impl Stream for ProgressStream {
    type Item = Progress;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Progress>> {
        let meter = Arc::clone(&self.meter);
        let mut state = meter.state();
        if state.version != self.seen {
            self.seen = state.version;
            return Poll::Ready(Some(state.progress));
        }
        if state.is_over {
            return Poll::Ready(None);
        }
        if !state
            .waiting
            .iter()
            .any(|waker| waker.will_wake(cx.waker()))
        {
            state.waiting.push(cx.waker().clone());
        }
        Poll::Pending
    }
}
