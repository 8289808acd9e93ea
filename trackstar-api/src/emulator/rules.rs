//! What the API remembers of requests: how many came, and which writes it has made.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::refusal::Refusal;

/// Of each access token.
const READS_PER_SECOND: u32 = 10;
const WRITES_PER_SECOND: u32 = 50;

/// How many requests are left, as the headers tell it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quota {
    pub(super) limit: u32,
    pub(super) remaining: u32,
    /// When the count starts anew, in seconds since 1970.
    pub(super) reset: i64,
    pub(super) is_exceeded: bool,
}

/// Counts the requests of each token in windows of time.
#[derive(Default)]
pub(super) struct Counters {
    windows: HashMap<(String, &'static str), (i64, u32)>,
}

impl Counters {
    pub(super) fn count(
        &mut self,
        token: &str,
        is_write: bool,
        path: &str,
        now: DateTime<Utc>,
    ) -> Quota {
        let is_integrations = !is_write && path.starts_with("/integrations/");
        let (class, limit, seconds) = match (is_integrations, is_write) {
            (true, _) => ("integrations", 1, 60),
            (false, false) => ("read", READS_PER_SECOND, 1),
            (false, true) => ("write", WRITES_PER_SECOND, 1),
        };
        let window = now.timestamp().div_euclid(seconds);
        let counted = self
            .windows
            .entry((token.to_owned(), class))
            .or_insert((window, 0));
        if counted.0 != window {
            *counted = (window, 0);
        }
        let is_exceeded = counted.1 >= limit;
        if !is_exceeded {
            counted.1 += 1;
        }
        Quota {
            limit,
            remaining: limit - counted.1,
            reset: (window + 1) * seconds,
            is_exceeded,
        }
    }
}

/// A write by its idempotency key.
struct Write {
    /// Where it went and what was sent, with the members of objects sorted.
    content: String,
    begun: DateTime<Utc>,
    response: Option<Value>,
}

/// The writes of each connection by their idempotency keys.
#[derive(Default)]
pub(super) struct IdempotencyKeys {
    writes: HashMap<(String, String), Write>,
}

impl IdempotencyKeys {
    /// Begins a write, or gives the response of the same one before.
    pub(super) fn begin(
        &mut self,
        key: &(String, String),
        content: String,
        now: DateTime<Utc>,
    ) -> Result<Option<Value>, Refusal> {
        if let Some(write) = self.writes.get(key) {
            let life = match write.response {
                Some(_) => TimeDelta::hours(24),
                None => TimeDelta::minutes(15),
            };
            match &write.response {
                _ if now - write.begun >= life => {}
                _ if write.content != content => {
                    return Err(Refusal::new(
                        400,
                        "Idempotency-Key was used for another endpoint or body",
                    ));
                }
                None => {
                    return Err(Refusal::new(
                        409,
                        "A request with this idempotency key is in progress",
                    ));
                }
                Some(response) => return Ok(Some(response.clone())),
            }
        }
        self.writes.insert(
            key.clone(),
            Write {
                content,
                begun: now,
                response: None,
            },
        );
        Ok(None)
    }

    /// Keeps the response of a write that succeeded; any other releases its key.
    pub(super) fn end(&mut self, key: &(String, String), response: Option<&Value>) {
        match (response, self.writes.get_mut(key)) {
            (Some(response), Some(write)) => write.response = Some(response.clone()),
            _ => drop(self.writes.remove(key)),
        }
    }
}

/// A body whatever the order of its members.
pub(super) fn canonical(body: &Value) -> String {
    match body {
        Value::Object(members) => {
            let mut sorted: Vec<_> = members
                .iter()
                .map(|(name, value)| format!("{name:?}:{}", canonical(value)))
                .collect();
            sorted.sort_unstable();
            format!("{{{}}}", sorted.join(","))
        }
        Value::Array(items) => format!(
            "[{}]",
            items.iter().map(canonical).collect::<Vec<_>>().join(",")
        ),
        other => other.to_string(),
    }
}
