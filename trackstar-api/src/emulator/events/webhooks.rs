//! Where events are sent, and what goes wrong on the way.

use std::fmt;
use std::time::Duration;

/// Where the emulator sends events, and how.
///
/// Events are signed as Svix does, with the secret that is given. One that is not taken (any status but 2xx, or none
/// within 15 seconds) is sent again with the same id.
///
/// ```no_run
/// use trackstar_api::emulator::{Emulator, Webhooks};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let webhooks = Webhooks::new("http://127.0.0.1:9000/events", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
///     .duplicates(0.1)
///     .out_of_order(0.1);
/// let emulator = Emulator::builder().webhooks(webhooks).start().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "webhooks are set by `EmulatorBuilder::webhooks`"]
pub struct Webhooks {
    pub(crate) url: String,
    pub(crate) secret: String,
    pub(crate) retry_delays: Vec<Duration>,
    pub(crate) duplicates: f64,
    pub(crate) out_of_order: f64,
    pub(crate) max_bytes: usize,
}

impl Webhooks {
    /// Sends events to this address, signed with this secret: `whsec_` and base64.
    pub fn new(url: impl Into<String>, secret: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            secret: secret.into(),
            retry_delays: [5, 5 * 60, 30 * 60, 2 * 60 * 60, 5 * 60 * 60]
                .map(Duration::from_secs)
                .to_vec(),
            duplicates: 0.0,
            out_of_order: 0.0,
            max_bytes: 1 << 20,
        }
    }

    /// How long to wait before each time that an event is sent again. 5 seconds, 5 and 30 minutes, 2 and 5 hours if
    /// it is not set, as Svix does.
    pub fn retry_delays(mut self, delays: impl IntoIterator<Item = Duration>) -> Self {
        self.retry_delays = delays.into_iter().collect();
        self
    }

    /// How many of the events are sent twice, with the same id, from 0 to 1. None if it is not set.
    pub fn duplicates(mut self, rate: f64) -> Self {
        self.duplicates = rate;
        self
    }

    /// How many of the events come after the one that follows them, from 0 to 1. None if it is not set.
    pub fn out_of_order(mut self, rate: f64) -> Self {
        self.out_of_order = rate;
        self
    }

    /// The largest event that is sent whole. Of a larger one only the id of the record comes, and a `data_url` to
    /// fetch it from. 1 MiB if it is not set.
    pub fn max_bytes(mut self, bytes: usize) -> Self {
        self.max_bytes = bytes;
        self
    }
}

impl fmt::Debug for Webhooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhooks")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}
