//! On-demand syncs: jobs that read a time range again.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::emulator::records::generate::stamp;

use super::schedule::later;

#[derive(Clone)]
pub(crate) struct Job {
    pub(crate) id: String,
    pub(crate) function: String,
    pub(crate) created: DateTime<Utc>,
    start: String,
    end: String,
    takes: TimeDelta,
    /// It never completes.
    gets_stuck: bool,
    is_cancelled: bool,
    is_reported: bool,
}

impl Job {
    pub(crate) fn new(
        id: String,
        body: &Value,
        now: DateTime<Utc>,
        takes: TimeDelta,
        gets_stuck: bool,
    ) -> Self {
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        Self {
            id,
            function: text("function_name"),
            created: now,
            start: text("start_time"),
            end: text("end_time"),
            takes,
            gets_stuck,
            is_cancelled: false,
            is_reported: false,
        }
    }

    pub(crate) fn status(&self, now: DateTime<Utc>) -> &'static str {
        match (self.is_cancelled, now < later(self.created, self.takes)) {
            (true, _) => "cancelled",
            (false, true) => "open",
            (false, false) if self.gets_stuck => "stuck",
            (false, false) => "completed",
        }
    }

    /// Only an open job can be cancelled.
    pub(crate) fn cancel(&mut self, now: DateTime<Utc>) -> bool {
        let is_open = self.status(now) == "open";
        self.is_cancelled |= is_open;
        is_open
    }

    /// The event about its end, the first time that it is asked for afterwards.
    pub(crate) fn ended(&mut self, now: DateTime<Utc>) -> Option<&'static str> {
        let event = match self.status(now) {
            "completed" => "connection.sync-job-completed",
            "stuck" => "connection.sync-job-stuck",
            _ => return None,
        };
        (!std::mem::replace(&mut self.is_reported, true)).then_some(event)
    }

    pub(crate) fn to_json(&self, connection: &str, now: DateTime<Utc>) -> Value {
        json!({
            "id": self.id, "sync_job_id": self.id, "connection_id": connection, "function_name": self.function,
            "requested_start_time": self.start, "requested_end_time": self.end, "created_at": stamp(self.created),
            "status": self.status(now),
        })
    }
}

/// Whether a function can be run on demand.
pub(crate) fn is_enabled(function: &str) -> bool {
    matches!(
        function,
        "get_orders"
            | "get_inbound_shipments"
            | "get_returns"
            | "get_bills"
            | "get_inventory_ledger"
            | "get_invoice_line_items"
    )
}
