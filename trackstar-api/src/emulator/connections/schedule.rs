//! When a function runs that brings records in, and how its schedule stands at some time.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::emulator::records::generate::stamp;

const HOUR: i64 = 60 * 60;

/// A function of one connection.
#[derive(Clone)]
pub(crate) struct Schedule {
    function: String,
    /// The first sync of all there is.
    first: (DateTime<Utc>, DateTime<Utc>),
    /// How long any other sync takes.
    takes: TimeDelta,
    /// When a sync was begun beside the schedule.
    forced: Option<DateTime<Utc>>,
    paused: Option<DateTime<Utc>>,
    pub(crate) is_disabled: bool,
    /// Whether the end of the first sync, and of the forced one, has been reported.
    is_first_reported: bool,
    is_forced_reported: bool,
}

/// What came to its end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Ended {
    First,
    Forced,
}

impl Schedule {
    pub(crate) fn new(
        function: &str,
        now: DateTime<Utc>,
        first_takes: TimeDelta,
        takes: TimeDelta,
    ) -> Self {
        Self {
            function: function.to_owned(),
            first: (now, later(now, first_takes)),
            takes,
            forced: None,
            paused: None,
            is_disabled: false,
            is_first_reported: first_takes.is_zero(),
            is_forced_reported: true,
        }
    }

    /// Whether there are records: after the first sync, and if the function is not disabled.
    pub(crate) fn has_records(&self, now: DateTime<Utc>) -> bool {
        !self.is_disabled && now >= self.first.1
    }

    pub(crate) fn pause(&mut self, pause: bool, now: DateTime<Utc>) {
        self.paused = pause.then(|| self.paused.unwrap_or(now));
    }

    /// One that is enabled again reads everything once more.
    pub(crate) fn disable(&mut self, disable: bool, now: DateTime<Utc>) {
        if self.is_disabled && !disable {
            let first_takes = self.first.1.signed_duration_since(self.first.0);
            self.first = (now, later(now, first_takes));
            self.is_first_reported = first_takes.is_zero();
        }
        self.is_disabled = disable;
    }

    /// Begins a sync, unless one is running.
    pub(crate) fn force(&mut self, now: DateTime<Utc>) -> bool {
        let begins = !self.is_disabled && !self.runs(now);
        if begins {
            (self.forced, self.is_forced_reported) = (Some(now), false);
        }
        begins
    }

    /// What has ended since it was last asked.
    pub(crate) fn ended(&mut self, now: DateTime<Utc>) -> Option<Ended> {
        if !self.is_first_reported && now >= self.first.1 && !self.is_disabled {
            self.is_first_reported = true;
            return Some(Ended::First);
        }
        let is_over = self
            .forced
            .is_some_and(|start| now >= later(start, self.takes));
        if is_over && !self.is_forced_reported {
            self.is_forced_reported = true;
            return Some(Ended::Forced);
        }
        None
    }

    pub(crate) fn is_first_done(&self, now: DateTime<Utc>) -> bool {
        now >= self.first.1
    }

    fn runs(&self, now: DateTime<Utc>) -> bool {
        let (start, end, _) = self.last_run(now, None);
        start <= now && now < end
    }

    /// Start and end of the last run that has begun, and the end of the one before it. Nothing is begun by the
    /// schedule while it is paused or held.
    fn last_run(
        &self,
        now: DateTime<Utc>,
        held: Option<DateTime<Utc>>,
    ) -> (DateTime<Utc>, DateTime<Utc>, Option<DateTime<Utc>>) {
        let until = [self.paused, held]
            .into_iter()
            .flatten()
            .fold(now, DateTime::min);
        let since = until.signed_duration_since(self.first.1).num_seconds();
        let runs = since.max(0) / period(&self.function);
        let start_of = |run: i64| {
            later(
                self.first.1,
                TimeDelta::seconds(run * period(&self.function)),
            )
        };
        let end_of = |run: i64| match run {
            0 => self.first.1,
            _ => later(start_of(run), self.takes),
        };
        let start = if runs == 0 {
            self.first.0
        } else {
            start_of(runs)
        };
        let before = (runs > 0).then(|| end_of(runs - 1));
        match self.forced.filter(|forced| *forced >= start) {
            Some(forced) => (forced, later(forced, self.takes), Some(end_of(runs))),
            None => (start, end_of(runs), before),
        }
    }

    /// The schedule as the API shows it. `held` is since when another sync holds it back.
    pub(crate) fn to_json(&self, now: DateTime<Utc>, held: Option<DateTime<Utc>>) -> Value {
        let (start, end, before) = self.last_run(now, held);
        let runs = now < end;
        let status = match runs {
            _ if self.is_disabled || self.paused.is_some() => "disabled",
            true if before.is_none() => "first_sync_in_progress",
            true => "sync_in_progress",
            false => "enabled",
        };
        let ended = if runs { before } else { Some(end) };
        let ended = ended.map(stamp);
        json!({
            "function_name": self.function, "sync_frequency": period(&self.function), "sync_status": status,
            "in_progress": runs, "last_crawl_start": stamp(start), "last_crawl_end": ended, "latest_sync": ended,
            "latest_data": ended,
        })
    }
}

/// Seconds between two runs of a function.
fn period(function: &str) -> i64 {
    match function {
        "get_shipping_methods"
        | "get_warehouses"
        | "get_warehouse_customers"
        | "get_warehouse_locations" => 12 * HOUR,
        "get_invoice_line_items" | "get_files" => 24 * HOUR,
        _ => HOUR,
    }
}

/// The last second that the API can write.
const LAST: i64 = 253_402_300_799;

pub(crate) fn later(time: DateTime<Utc>, by: TimeDelta) -> DateTime<Utc> {
    let last = DateTime::from_timestamp(LAST, 0).unwrap_or(time);
    time.checked_add_signed(by)
        .map_or(last, |later| later.min(last))
}
