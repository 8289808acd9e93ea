//! Sends events, one after the other, and again if they are not taken.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use fastrand::Rng;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::webhooks::testing;

use super::webhooks::Webhooks;

/// How long an endpoint has for its response, and how long an event waits for one to come before it.
const TIMEOUT: Duration = Duration::from_secs(15);
const HELD: Duration = Duration::from_secs(1);
/// So many whole events are kept to be fetched.
const MAX_STORED: usize = 1_000;

/// Whole events that were too large to send, by their ids.
pub(crate) type Stored = Arc<Mutex<VecDeque<(String, String)>>>;

/// Takes events. Whatever it is given is sent in the background.
pub(crate) struct Outbox {
    sender: UnboundedSender<Value>,
}

impl Outbox {
    pub(crate) fn start(
        webhooks: Webhooks,
        seed: u64,
        base_url: String,
        clock: impl Fn() -> DateTime<Utc> + Send + Sync + 'static,
        stored: Stored,
    ) -> Result<Self, OutboxError> {
        // A secret that cannot sign would be noticed by nobody.
        drop(testing::sign(
            &webhooks.secret,
            "msg",
            DateTime::UNIX_EPOCH,
            "",
        )?);
        let client = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .no_proxy()
            .build()?;
        let sending = Arc::new(Sending {
            client,
            webhooks,
            clock: Box::new(clock),
        });
        let (sender, events) = unbounded_channel();
        let rng = Rng::with_seed(seed);
        tokio::spawn(run(sending, events, rng, base_url, stored));
        Ok(Self { sender })
    }

    pub(crate) fn send(&self, event: Value) {
        // Nobody receives it when the runtime is being shut down.
        drop(self.sender.send(event));
    }
}

/// Why events cannot be sent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OutboxError {
    #[error(transparent)]
    Secret(#[from] crate::webhooks::WebhookError),
    #[error(transparent)]
    Client(#[from] reqwest::Error),
}

struct Sending {
    client: reqwest::Client,
    webhooks: Webhooks,
    clock: Box<dyn Fn() -> DateTime<Utc> + Send + Sync>,
}

async fn run(
    sending: Arc<Sending>,
    mut events: UnboundedReceiver<Value>,
    mut rng: Rng,
    base_url: String,
    stored: Stored,
) {
    let mut number = 0;
    let mut held: Option<(String, String)> = None;
    loop {
        let next = match held {
            None => events.recv().await,
            Some(_) => tokio::time::timeout(HELD, events.recv())
                .await
                .unwrap_or(Some(Value::Null)),
        };
        let Some(event) = next else {
            return;
        };
        if !event.is_null() {
            number += 1;
            let id = format!("msg_{number:08}");
            let body = within(event, sending.webhooks.max_bytes, &id, &base_url, &stored);
            if held.is_none() && rng.f64() < sending.webhooks.out_of_order {
                held = Some((id, body));
                continue;
            }
            let is_doubled = rng.f64() < sending.webhooks.duplicates;
            sending.deliver(&id, &body).await;
            if is_doubled {
                sending.deliver(&id, &body).await;
            }
        }
        if let Some((id, body)) = held.take() {
            sending.deliver(&id, &body).await;
        }
    }
}

/// The event as it is sent: without its data if it is too large.
fn within(mut event: Value, max_bytes: usize, id: &str, base_url: &str, stored: &Stored) -> String {
    let whole = event.to_string();
    if whole.len() <= max_bytes {
        return whole;
    }
    let mut stored = stored.lock().unwrap_or_else(PoisonError::into_inner);
    if stored.len() == MAX_STORED {
        stored.pop_front();
    }
    stored.push_back((id.to_owned(), whole));
    event["data"] = json!({"id": event["data"]["id"]});
    event["data_truncated"] = json!(true);
    event["data_url"] = json!(format!("{base_url}/_emulator/events/{id}"));
    if let Some(members) = event.as_object_mut() {
        members.remove("previous_attributes");
    }
    event.to_string()
}

impl Sending {
    /// Sends an event, and goes on in the background if it is not taken.
    async fn deliver(self: &Arc<Self>, id: &str, body: &str) {
        if self.is_taken(id, body).await {
            return;
        }
        let (sending, id, body) = (Arc::clone(self), id.to_owned(), body.to_owned());
        tokio::spawn(async move {
            for delay in &sending.webhooks.retry_delays {
                tokio::time::sleep(*delay).await;
                if sending.is_taken(&id, &body).await {
                    return;
                }
            }
        });
    }

    async fn is_taken(&self, id: &str, body: &str) -> bool {
        let Ok(headers) = testing::sign(&self.webhooks.secret, id, (self.clock)(), body) else {
            return false;
        };
        let mut request = self.client.post(&self.webhooks.url).body(body.to_owned());
        request = request.header("content-type", "application/json");
        for (name, value) in headers.iter() {
            request = request.header(name, value);
        }
        let response = request.send().await;
        response.is_ok_and(|response| response.status().is_success())
    }
}
