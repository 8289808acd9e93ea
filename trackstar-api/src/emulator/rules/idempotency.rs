//! Idempotency keys: a write that was made is not made again.

use std::collections::HashMap;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::refusal::Refusal;

/// How long a key is remembered, in hours, and how long a write may run, in minutes.
const LIFE: i64 = 24;
const LONGEST: i64 = 15;
/// Keys that have ended are dropped after so many writes.
const SWEEP: usize = 10_000;

/// Whose key, and the key.
pub(crate) type Key = (String, String);

struct Write {
    /// Where it went and what was sent, with the members of objects sorted.
    content: String,
    begun: DateTime<Utc>,
    response: Option<Bytes>,
}

/// The writes of each connection by their keys.
#[derive(Default)]
pub(crate) struct IdempotencyKeys {
    writes: HashMap<Key, Write>,
    until_sweep: usize,
}

impl IdempotencyKeys {
    /// Begins a write, or gives the response of the same one before.
    pub(crate) fn begin(
        &mut self,
        key: &Key,
        content: String,
        now: DateTime<Utc>,
    ) -> Result<Option<Bytes>, Refusal> {
        if let Some(write) = self.writes.get(key).filter(|write| !has_ended(write, now)) {
            return match &write.response {
                _ if write.content != content => Err(Refusal::new(
                    400,
                    "Idempotency-Key was used for another endpoint or body",
                )),
                None => Err(Refusal::new(
                    409,
                    "A request with this Idempotency-Key is in progress",
                )),
                Some(response) => Ok(Some(response.clone())),
            };
        }
        if self.until_sweep == 0 {
            self.writes.retain(|_, write| !has_ended(write, now));
            self.until_sweep = SWEEP;
        }
        self.until_sweep -= 1;
        let write = Write {
            content,
            begun: now,
            response: None,
        };
        self.writes.insert(key.clone(), write);
        Ok(None)
    }

    /// Keeps the response of a write that succeeded; any other releases its key.
    pub(crate) fn end(&mut self, key: &Key, response: Option<&Bytes>) {
        match (response, self.writes.get_mut(key)) {
            (Some(response), Some(write)) => write.response = Some(response.clone()),
            _ => drop(self.writes.remove(key)),
        }
    }
}

fn has_ended(write: &Write, now: DateTime<Utc>) -> bool {
    let life = match write.response {
        Some(_) => TimeDelta::hours(LIFE),
        None => TimeDelta::minutes(LONGEST),
    };
    now.signed_duration_since(write.begun) >= life
}

/// A body whatever the order of its members.
pub(crate) fn canonical(body: &Value) -> String {
    match body {
        Value::Object(members) => {
            let mut sorted: Vec<_> = members
                .iter()
                .map(|(name, value)| format!("{name:?}:{}", canonical(value)))
                .collect();
            sorted.sort_unstable();
            format!("{{{}}}", sorted.join(","))
        }
        Value::Array(items) => {
            format!(
                "[{}]",
                items.iter().map(canonical).collect::<Vec<_>>().join(",")
            )
        }
        other => other.to_string(),
    }
}
