//! The API itself, whatever its requests come over.

mod admin;
pub(crate) mod direct;
mod effects;
pub(crate) mod http;
mod respond;
mod sandbox;
mod syncing;

use std::collections::HashSet;
use std::sync::atomic::{AtomicI64, AtomicU64};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use fastrand::Rng;
use serde_json::json;

use super::connections::Connections;
use super::connections::connection::{Connection, SyncTimes};
use super::connections::links::Links;
use super::connections::schedule::later;
use super::document::Document;
use super::events::{Event, Outbox};
use super::faults::Faults;
use super::records::list::PageTokens;
use super::records::store::{ListOrder, Store};
use super::rules::idempotency::IdempotencyKeys;
use super::rules::quota::Counters;

/// What time the API says it is.
pub(crate) type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

pub(crate) struct Settings {
    pub(crate) seed: u64,
    pub(crate) records: usize,
    pub(crate) api_key: Option<String>,
    pub(crate) access_token: Option<String>,
    pub(crate) order: ListOrder,
    pub(crate) tokens: PageTokens,
    pub(crate) rate_limits: bool,
    pub(crate) latency: Duration,
    pub(crate) not_implemented: HashSet<String>,
    pub(crate) disabled: HashSet<String>,
    pub(crate) sync_times: SyncTimes,
    pub(crate) stuck_syncs: bool,
    pub(crate) clock: Clock,
}

pub(crate) struct Api {
    pub(crate) document: Arc<Document>,
    pub(crate) settings: Settings,
    /// Where it listens.
    pub(crate) base_url: String,
    state: Mutex<State>,
    faults: Mutex<Faults>,
    /// How far the clock has jumped, in seconds.
    skew: AtomicI64,
    requests: AtomicU64,
    outbox: Option<Outbox>,
}

struct State {
    connections: Connections,
    /// Magic links, which belong to no connection.
    organisation: Store,
    links: Links,
    counters: Counters,
    keys: IdempotencyKeys,
    rng: Rng,
    /// How many of the requests that come are still refused by a storm of 429.
    storm: u32,
}

impl State {
    /// An id or a token that nobody has.
    fn new_id(&mut self, prefix: &str) -> String {
        format!(
            "{prefix}_{:016x}{:016x}",
            self.rng.u64(..),
            self.rng.u64(..)
        )
    }
}

impl Api {
    pub(crate) fn new(
        document: Arc<Document>,
        settings: Settings,
        base_url: String,
        outbox: Option<Outbox>,
    ) -> Self {
        let store = |seed| {
            Store::new(
                Arc::clone(&document),
                seed,
                settings.records,
                settings.order,
            )
        };
        let none = SyncTimes {
            first: TimeDelta::zero(),
            ..settings.sync_times
        };
        let token = settings
            .access_token
            .clone()
            .unwrap_or_else(|| "token".to_owned());
        let first = Connection::new(
            ("connection-000000".to_owned(), token),
            ("", "sandbox"),
            &document,
            store(settings.seed),
            ((settings.clock)(), none),
        );
        let state = State {
            connections: Connections::new(first, settings.access_token.is_none()),
            organisation: store(settings.seed),
            links: Links::default(),
            counters: Counters::default(),
            keys: IdempotencyKeys::default(),
            rng: Rng::with_seed(settings.seed),
            storm: 0,
        };
        Self {
            document,
            settings,
            base_url,
            state: Mutex::new(state),
            faults: Mutex::default(),
            skew: AtomicI64::new(0),
            requests: AtomicU64::new(1),
            outbox,
        }
    }

    pub(crate) fn set_faults(&self, faults: Faults) {
        *self.faults() = faults;
    }

    fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        let skew = self.skew.load(std::sync::atomic::Ordering::Relaxed);
        later(
            (self.settings.clock)(),
            TimeDelta::try_seconds(skew).unwrap_or_default(),
        )
    }

    /// Sends what happened to a connection.
    fn send(&self, connection: &Connection, event: Event) {
        let Some(outbox) = &self.outbox else {
            return;
        };
        if connection.webhooks_disabled && !event.is_about_connection() {
            return;
        }
        let mut envelope = json!({
            "connection_id": connection.id, "integration_name": connection.integration_name,
            "integration_type": connection.integration_type, "event_type": event.name, "data": event.data,
        });
        if let Some(previous) = event.previous {
            envelope["previous_attributes"] = previous;
        }
        outbox.send(envelope);
    }

    /// Sends what has come to its end by now: syncs.
    pub(crate) fn send_ended(&self) {
        let now = self.now();
        let mut state = self.state();
        for connection in state.connections.all_mut() {
            for event in connection.ended(now) {
                self.send(connection, event);
            }
        }
    }
}
