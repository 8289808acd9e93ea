//! Events: what is sent to the endpoint of a program that works with the emulator.

mod outbox;
mod webhooks;

use serde_json::Value;

pub(crate) use outbox::{Outbox, Stored};
pub use webhooks::Webhooks;

/// Something that happened to a connection or to one of its records.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) data: Value,
    /// What the fields that changed were before.
    pub(crate) previous: Option<Value>,
}

impl Event {
    pub(crate) fn new(name: &str, data: Value) -> Self {
        Self {
            name: name.to_owned(),
            data,
            previous: None,
        }
    }

    /// Events about a connection itself are sent even if it has webhooks disabled.
    pub(crate) fn is_about_connection(&self) -> bool {
        self.name.starts_with("connection")
    }
}

/// The fields of a record that differ from another, as the other has them.
pub(crate) fn differences(before: &Value, after: &Value) -> Value {
    let members = before.as_object().into_iter().flatten();
    let changed = members.filter(|(name, value)| after[name.as_str()] != **value);
    let changed = changed.map(|(name, value)| (name.clone(), value.clone()));
    let added = after.as_object().into_iter().flatten();
    let added = added.filter(|(name, _)| before.get(name).is_none());
    Value::Object(
        changed
            .chain(added.map(|(name, _)| (name.clone(), Value::Null)))
            .collect(),
    )
}
