//! Events beside what polling finds.

use std::collections::HashMap;
use std::pin::Pin;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_core::Stream;
use tokio::time::Instant;

use super::listed::Listed;

/// What an event says.
#[cfg_attr(
    not(feature = "webhooks"),
    allow(dead_code, reason = "no events come in")
)]
pub(super) enum Signal<R> {
    /// A record as it was when the event was made.
    Record(Box<R>),
    /// A record that has to be looked up: the event was too large, or cannot be read.
    Changed(String),
}

/// The events that are about the records of a copy.
pub(super) type Signals<R> = Pin<Box<dyn Stream<Item = Signal<R>> + Send>>;

/// Makes them for the connection with this id, or for all events if it is not known.
pub(super) type MakeSignals<R> = Box<dyn FnOnce(Option<String>) -> Signals<R> + Send>;

/// What came lately, by event and by polling: so that no record is given that is older than one given before, and
/// that missing events are noticed.
pub(super) struct Log {
    /// The latest version given of each record, back to what polling would give again.
    given: HashMap<String, DateTime<Utc>>,
    /// The latest version of each that an event has brought, or need not bring any more.
    brought: HashMap<String, DateTime<Utc>>,
    /// What polling found before an event brought it, and when.
    awaited: HashMap<String, (DateTime<Utc>, Instant)>,
    /// Events are expected of what changed from this second on.
    since: Option<i64>,
    /// How long after polling an event may come.
    grace: Duration,
    missed: u64,
}

impl Log {
    pub(super) fn new(grace: Duration) -> Self {
        Self {
            given: HashMap::new(),
            brought: HashMap::new(),
            awaited: HashMap::new(),
            since: None,
            grace,
            missed: 0,
        }
    }

    /// How many changes polling found that no event brought.
    pub(super) fn missed(&self) -> u64 {
        self.missed
    }

    /// Whether a later version of a record was given. Otherwise it counts as given; what changed before `until`
    /// never comes again by event, and need not be remembered.
    pub(super) fn is_stale<R: Listed>(&mut self, record: &R, until: Option<i64>) -> bool {
        let Some(time) = record.trackstar_updated_date() else {
            return false;
        };
        let given = self.given.get(record.id());
        if given.is_some_and(|given| *given > time) {
            return true;
        }
        if until.is_none_or(|until| time.timestamp() >= until) {
            self.given.insert(record.id().to_owned(), time);
        }
        false
    }

    /// An event brought a record.
    pub(super) fn event<R: Listed>(&mut self, record: &R) {
        let Some(time) = record.trackstar_updated_date() else {
            return;
        };
        if self
            .awaited
            .get(record.id())
            .is_some_and(|(awaited, _)| *awaited <= time)
        {
            self.awaited.remove(record.id());
        }
        self.settle(record.id(), time);
    }

    /// Polling found a record.
    pub(super) fn polled<R: Listed>(&mut self, record: &R, now: Instant) {
        let Some(time) = record.trackstar_updated_date() else {
            return;
        };
        let is_due = self.since.is_some_and(|since| time.timestamp() >= since);
        let is_settled = |settled: &DateTime<Utc>| *settled >= time;
        if is_due && !self.brought.get(record.id()).is_some_and(is_settled) {
            let awaited = self
                .awaited
                .entry(record.id().to_owned())
                .or_insert((time, now));
            awaited.0 = awaited.0.max(time);
        }
    }

    /// Events are listened to: what changed from this second on should come by one.
    pub(super) fn listen(&mut self, second: i64) {
        self.since.get_or_insert(second);
    }

    /// Counts the events that should have come by now.
    pub(super) fn expire(&mut self, now: Instant) {
        let grace = self.grace;
        let late: Vec<_> = self
            .awaited
            .extract_if(|_, (_, since)| now.saturating_duration_since(*since) >= grace)
            .collect();
        for (id, (time, _)) in late {
            self.missed += 1;
            self.settle(&id, time);
        }
    }

    /// Forgets what polling does not give again.
    pub(super) fn forget_before(&mut self, second: i64) {
        self.given.retain(|_, time| time.timestamp() >= second);
        self.brought.retain(|_, time| time.timestamp() >= second);
    }

    fn settle(&mut self, id: &str, time: DateTime<Utc>) {
        let settled = self.brought.entry(id.to_owned()).or_insert(time);
        *settled = time.max(*settled);
    }
}
