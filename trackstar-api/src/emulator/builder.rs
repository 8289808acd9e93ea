//! Starting an emulator.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::api::{Api, Settings};
use super::connections::connection::SyncTimes;
use super::document::Document;
use super::error::EmulatorError;
use super::events::{Outbox, Stored, Webhooks};
use super::faults::Faults;
use super::records::list::PageTokens;
use super::records::store::ListOrder;
use super::running::Emulator;
use super::server;

/// How often it is looked whether a sync has ended, for its event.
const TICK: Duration = Duration::from_millis(250);

/// Starts an [`Emulator`].
#[must_use = "a builder does nothing until `start` is called"]
pub struct EmulatorBuilder {
    port: u16,
    faults: Faults,
    webhooks: Option<Webhooks>,
    settings: Settings,
}

impl Default for EmulatorBuilder {
    fn default() -> Self {
        Self {
            port: 0,
            faults: Faults::new(),
            webhooks: None,
            settings: Settings {
                seed: 0,
                records: 20,
                api_key: None,
                access_token: None,
                order: ListOrder::default(),
                tokens: PageTokens::default(),
                rate_limits: true,
                latency: Duration::ZERO,
                not_implemented: HashSet::new(),
                disabled: HashSet::new(),
                sync_times: SyncTimes {
                    first: TimeDelta::seconds(5),
                    other: TimeDelta::seconds(2),
                },
                stuck_syncs: false,
                clock: Arc::new(Utc::now),
            },
        }
    }
}

impl EmulatorBuilder {
    /// The port on loopback. A free one if it is not set.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// What all records follow from: the same seed gives the same records. 0 if it is not set.
    pub fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = seed;
        self
    }

    /// How many records each collection starts with. 20 if it is not set. They are made when they are read: a million
    /// takes neither time nor memory.
    pub fn records(mut self, count: usize) -> Self {
        self.settings.records = count;
        self
    }

    /// The only API key that is accepted. Any is accepted if it is not set.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.settings.api_key = Some(key.into());
        self
    }

    /// The access token of the connection that there is from the beginning. If it is not set, that connection has
    /// every token that no other one has.
    pub fn access_token(mut self, token: impl Into<String>) -> Self {
        self.settings.access_token = Some(token.into());
        self
    }

    /// What lists are sorted by. The vendor does not document it.
    pub fn order(mut self, order: ListOrder) -> Self {
        self.settings.order = order;
        self
    }

    /// What page tokens say. The vendor does not document it.
    pub fn page_tokens(mut self, tokens: PageTokens) -> Self {
        self.settings.tokens = tokens;
        self
    }

    /// Whether requests are limited as the vendor does: for each token 10 reads and 50 writes in any one second, and
    /// one read of integrations a minute. On by default.
    pub fn rate_limits(mut self, enable: bool) -> Self {
        self.settings.rate_limits = enable;
        self
    }

    /// How long each request takes before it has its effect: time of tokio, which a test can pause.
    pub fn latency(mut self, latency: Duration) -> Self {
        self.settings.latency = latency;
        self
    }

    /// An operation that the integration does not have, `create_wms_order` for example: it gives 501.
    pub fn not_implemented(mut self, operation: impl Into<String>) -> Self {
        self.settings.not_implemented.insert(operation.into());
        self
    }

    /// What is disabled for the organisation, by our name or the vendor's: `create_wms_order` or `create_order` for
    /// example. A write gives 403; what a function like `get_orders` brings in reads as empty.
    pub fn disabled(mut self, operation: impl Into<String>) -> Self {
        self.settings.disabled.insert(operation.into());
        self
    }

    /// How long the first sync of a new connection takes: until then its records read as empty. 5 seconds if it is
    /// not set. The connection that there is from the beginning has its records at once.
    pub fn initial_sync(mut self, duration: Duration) -> Self {
        self.settings.sync_times.first = TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX);
        self
    }

    /// How long each other sync takes: scheduled, forced and on demand. 2 seconds if it is not set.
    pub fn sync(mut self, duration: Duration) -> Self {
        self.settings.sync_times.other = TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX);
        self
    }

    /// Whether on-demand syncs get stuck where they would complete. Off by default.
    pub fn stuck_syncs(mut self, enable: bool) -> Self {
        self.settings.stuck_syncs = enable;
        self
    }

    /// Sends events. None are sent if it is not set.
    pub fn webhooks(mut self, webhooks: Webhooks) -> Self {
        self.webhooks = Some(webhooks);
        self
    }

    /// What goes wrong, and how often. Nothing does if it is not set.
    pub fn faults(mut self, faults: Faults) -> Self {
        self.faults = faults;
        self
    }

    /// What time it is: for the dates of records, syncs, rate limits, and the life of links and idempotency keys. The
    /// system's clock if it is not set.
    pub fn clock(mut self, clock: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        self.settings.clock = Arc::new(clock);
        self
    }

    /// Starts to listen on loopback.
    ///
    /// # Errors
    ///
    /// When the port cannot be listened on, or the secret of the webhooks is invalid.
    pub async fn start(self) -> Result<Emulator, EmulatorError> {
        let document = Document::embedded()?;
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await?;
        let base_url = format!("http://{}", listener.local_addr()?);
        let events = Stored::default();
        let (clock, seed) = (Arc::clone(&self.settings.clock), self.settings.seed);
        let outbox = self.webhooks.map(|webhooks| {
            let clock = move || clock();
            Outbox::start(webhooks, seed, base_url.clone(), clock, Arc::clone(&events))
        });
        let has_outbox = outbox.is_some();
        let outbox = outbox
            .transpose()
            .map_err(|error| EmulatorError::Webhooks(error.into()))?;
        let api = Arc::new(Api::new(document, self.settings, base_url, outbox));
        api.set_faults(self.faults);
        if has_outbox {
            let api = Arc::downgrade(&api);
            tokio::spawn(async move {
                while let Some(api) = api.upgrade() {
                    api.send_ended();
                    drop(api);
                    tokio::time::sleep(TICK).await;
                }
            });
        }
        let router = server::router(Arc::clone(&api), events);
        let (stop, stopped) = oneshot::channel::<()>();
        let served = axum::serve(listener, router).with_graceful_shutdown(async {
            // Ends as well when the sender is dropped.
            drop(stopped.await);
        });
        tokio::spawn(served.into_future());
        Ok(Emulator::new(api, stop))
    }
}

impl fmt::Debug for EmulatorBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("EmulatorBuilder");
        fields
            .field("seed", &self.settings.seed)
            .field("records", &self.settings.records)
            .field("faults", &self.faults)
            .field("webhooks", &self.webhooks);
        fields.finish_non_exhaustive()
    }
}
