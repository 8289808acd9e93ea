//! One installed integration of one customer.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::emulator::document::Document;
use crate::emulator::events::Event;
use crate::emulator::records::generate::stamp;
use crate::emulator::records::store::Store;

use super::schedule::{Ended, Schedule};
use super::syncs::Job;

/// How long syncs take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SyncTimes {
    pub(crate) first: TimeDelta,
    pub(crate) other: TimeDelta,
}

#[derive(Clone)]
pub(crate) struct Connection {
    pub(crate) id: String,
    pub(crate) token: String,
    pub(crate) integration_type: String,
    pub(crate) integration_name: String,
    pub(crate) customer_id: Option<String>,
    pub(crate) webhooks_disabled: bool,
    pub(crate) store: Store,
    pub(crate) schedules: BTreeMap<String, Schedule>,
    pub(crate) jobs: BTreeMap<String, Job>,
    /// Writes that are disabled, by the vendor's names of them.
    disabled: BTreeSet<String>,
    created: DateTime<Utc>,
    used: Option<DateTime<Utc>>,
    times_used: u64,
}

impl Connection {
    /// A connection whose first sync begins now. It has the functions of all areas that have this name, or, without
    /// one, of all areas that there are.
    pub(crate) fn new(
        (id, token): (String, String),
        (area, name): (&str, &str),
        document: &Document,
        store: Store,
        (now, times): (DateTime<Utc>, SyncTimes),
    ) -> Self {
        let collections = document.collections.values();
        let collections = collections.filter(|found| found.area != "magic-links");
        let collections = collections.filter(|found| area.is_empty() || found.area == area);
        let schedules = collections.map(|found| {
            (
                found.function.clone(),
                Schedule::new(&found.function, now, times.first, times.other),
            )
        });
        Self {
            id,
            token,
            integration_type: if area.is_empty() { "wms" } else { area }.to_owned(),
            integration_name: name.to_owned(),
            customer_id: None,
            webhooks_disabled: false,
            store,
            schedules: schedules.collect(),
            jobs: BTreeMap::new(),
            disabled: BTreeSet::new(),
            created: now,
            used: None,
            times_used: 0,
        }
    }

    pub(crate) fn use_once(&mut self, now: DateTime<Utc>) {
        self.used = Some(now);
        self.times_used += 1;
    }

    /// Whether a function or a write is disabled.
    pub(crate) fn is_disabled(&self, action: &str) -> bool {
        self.disabled.contains(action)
            || self
                .schedules
                .get(action)
                .is_some_and(|schedule| schedule.is_disabled)
    }

    pub(crate) fn disable(&mut self, action: &str, disable: bool, now: DateTime<Utc>) {
        match (self.schedules.get_mut(action), disable) {
            (Some(schedule), _) => schedule.disable(disable, now),
            (None, true) => drop(self.disabled.insert(action.to_owned())),
            (None, false) => drop(self.disabled.remove(action)),
        }
    }

    /// What is disabled, functions and writes.
    pub(crate) fn disabled(&self) -> Vec<&str> {
        let functions = self
            .schedules
            .iter()
            .filter(|(_, schedule)| schedule.is_disabled);
        let functions = functions.map(|(function, _)| function);
        functions
            .chain(&self.disabled)
            .map(String::as_str)
            .collect()
    }

    /// Whether the records that a function brings in can be read.
    pub(crate) fn has_records(&self, function: &str, now: DateTime<Utc>) -> bool {
        self.schedules
            .get(function)
            .is_none_or(|schedule| schedule.has_records(now))
    }

    /// What it can do: functions and writes, but those that are disabled.
    pub(crate) fn available_actions(&self, document: &Document) -> Vec<String> {
        let writes = document.operations.iter().filter(|operation| {
            operation.is_write()
                && operation.needs_token
                && operation.area() == self.integration_type
        });
        let writes = writes.map(|operation| &operation.action);
        let all: BTreeSet<&String> = self.schedules.keys().chain(writes).collect();
        all.into_iter()
            .filter(|action| !self.is_disabled(action))
            .cloned()
            .collect()
    }

    /// What has ended since it was last asked.
    pub(crate) fn ended(&mut self, now: DateTime<Utc>) -> Vec<Event> {
        let mut events = Vec::new();
        let created = stamp(self.created);
        for (function, schedule) in &mut self.schedules {
            while let Some(ended) = schedule.ended(now) {
                let resource = function.trim_start_matches("get_");
                let event = match ended {
                    Ended::First => Event::new(
                        "connection.historical-sync-completed",
                        json!({"resource": resource, "oldest_data_date": created, "newest_data_date": stamp(now)}),
                    ),
                    Ended::Forced => Event::new(
                        "connection.force-sync-completed",
                        json!({"resource": resource, "function_name": function}),
                    ),
                };
                events.push(event);
            }
        }
        for job in self.jobs.values_mut() {
            if let Some(event) = job.ended(now) {
                events.push(Event::new(event, job.to_json(&self.id, now)));
            }
        }
        events
    }

    pub(crate) fn to_json(&self, document: &Document, now: DateTime<Utc>) -> Value {
        let actions = self.available_actions(document);
        let schedules = self.schedules.iter().map(|(function, schedule)| {
            let open = self
                .jobs
                .values()
                .filter(|job| job.function == *function && job.status(now) == "open");
            schedule.to_json(now, open.map(|job| job.created).min())
        });
        let schedules: Vec<Value> = schedules.collect();
        let latest = schedules
            .iter()
            .filter_map(|schedule| schedule["last_crawl_end"].as_str())
            .max();
        let completed = self.schedules.iter();
        let completed =
            completed.map(|(function, schedule)| (function, schedule.is_first_done(now)));
        json!({
            "connection_id": self.id, "integration_type": self.integration_type,
            "integration_name": self.integration_name, "integration_display_name": "Sandbox",
            "customer_id": self.customer_id, "created_at": stamp(self.created), "last_used": self.used.map(stamp),
            "times_used": self.times_used, "latest_sync": latest, "sync_schedules": schedules, "errors": [],
            "available_actions": actions, "available_endpoints": actions,
            "historical_sync_completed": completed.collect::<BTreeMap<_, _>>(),
            "webhooks_disabled": self.webhooks_disabled, "me": self.me(),
        })
    }

    /// What the organisation gets for its new connection, with its access token.
    pub(crate) fn exchanged(&self, document: &Document) -> Value {
        let actions = self.available_actions(document);
        json!({
            "access_token": self.token, "connection_id": self.id, "integration_name": self.integration_name,
            "customer_id": self.customer_id, "available_actions": actions, "available_endpoints": actions,
            "me": self.me(),
        })
    }

    fn me(&self) -> Value {
        json!({"account_id": self.id, "account_name": "Sandbox"})
    }
}
