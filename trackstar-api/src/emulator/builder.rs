//! Starting an emulator.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::document::Document;
use super::list::PageTokens;
use super::respond::{Api, Settings};
use super::running::{Emulator, EmulatorError};
use super::server;
use super::store::{ListOrder, Store};

/// Starts an [`Emulator`].
#[must_use = "a builder does nothing until `start` is called"]
pub struct EmulatorBuilder {
    port: u16,
    seed: u64,
    records: usize,
    settings: Settings,
}

impl Default for EmulatorBuilder {
    fn default() -> Self {
        Self {
            port: 0,
            seed: 0,
            records: 20,
            settings: Settings {
                api_key: None,
                access_token: None,
                order: ListOrder::default(),
                tokens: PageTokens::default(),
                rate_limits: true,
                latency: Duration::ZERO,
                not_implemented: HashSet::new(),
                disabled: HashSet::new(),
                clock: Box::new(Utc::now),
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
        self.seed = seed;
        self
    }

    /// How many records each collection starts with. 20 if it is not set.
    pub fn records(mut self, count: usize) -> Self {
        self.records = count;
        self
    }

    /// The only API key that is accepted. Any is accepted if it is not set.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.settings.api_key = Some(key.into());
        self
    }

    /// The only access token that is accepted. Any is accepted if it is not set; all see the same records.
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

    /// Whether requests are limited as the vendor does: 10 reads and 50 writes a second for each token, and one read
    /// of integrations a minute. On by default.
    pub fn rate_limits(mut self, enable: bool) -> Self {
        self.settings.rate_limits = enable;
        self
    }

    /// How long each request takes before it has its effect.
    pub fn latency(mut self, latency: Duration) -> Self {
        self.settings.latency = latency;
        self
    }

    /// An operation that the integration does not have, `create_wms_order` for example: it gives 501.
    pub fn not_implemented(mut self, operation: impl Into<String>) -> Self {
        self.settings.not_implemented.insert(operation.into());
        self
    }

    /// An operation that is disabled for the connection, `create_wms_order` for example: it gives 403.
    pub fn disabled(mut self, operation: impl Into<String>) -> Self {
        self.settings.disabled.insert(operation.into());
        self
    }

    /// What time it is: for the dates of records, rate limits, and the life of idempotency keys. The system's clock if
    /// it is not set.
    pub fn clock(mut self, clock: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        self.settings.clock = Box::new(clock);
        self
    }

    /// Starts to listen on loopback.
    ///
    /// # Errors
    ///
    /// When the port cannot be listened on.
    pub async fn start(self) -> Result<Emulator, EmulatorError> {
        let document = Document::embedded()?;
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await?;
        let base_url = format!("http://{}", listener.local_addr()?);
        let store = Store::new(self.seed, self.records);
        let api = Arc::new(Api::new(document, self.settings, store));
        let router = server::router(Arc::clone(&api));
        let (stop, stopped) = oneshot::channel::<()>();
        let served = axum::serve(listener, router).with_graceful_shutdown(async {
            // Ends as well when the sender is dropped.
            drop(stopped.await);
        });
        tokio::spawn(served.into_future());
        Ok(Emulator::new(base_url, api, stop))
    }
}

impl fmt::Debug for EmulatorBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("EmulatorBuilder");
        fields
            .field("seed", &self.seed)
            .field("records", &self.records);
        fields.finish_non_exhaustive()
    }
}
