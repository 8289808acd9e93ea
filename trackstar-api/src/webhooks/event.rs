//! An event: its data, and what all events have in common.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Utc};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::events::Truncated;
use super::{EventData, PreviousAttributes};
use crate::model::json::Mismatch;
use crate::response::decode;

/// A verified event.
///
/// `Debug` shows the type of the event and where it comes from, but not its data.
#[derive(Clone, PartialEq)]
pub struct Event {
    pub(super) id: String,
    pub(super) timestamp: DateTime<Utc>,
    event_type: String,
    connection_id: Option<String>,
    integration_name: Option<String>,
    integration_type: Option<String>,
    customer_id: Option<String>,
    previous_attributes: Option<PreviousAttributes>,
    is_truncated: bool,
    pub(super) data_url: Option<String>,
    data: EventData,
    extra: Map<String, Value>,
}

impl Event {
    /// Reads the JSON around the data leniently: only the type of the event is required.
    pub(super) fn read(
        id: String,
        timestamp: DateTime<Utc>,
        json: &[u8],
    ) -> Result<Self, Mismatch> {
        let Envelope {
            event_type,
            data,
            mut others,
        } = decode::json(json)?;
        let mut take = |name: &str| others.remove(name).filter(|value| !value.is_null());
        let is_truncated = take("data_truncated") == Some(Value::Bool(true));
        let data = data.unwrap_or_else(|| RawValue::NULL.to_owned());
        Ok(Self {
            id,
            timestamp,
            connection_id: take("connection_id").and_then(text),
            integration_name: take("integration_name").and_then(text),
            integration_type: take("integration_type").and_then(text),
            customer_id: take("customer_id").and_then(text),
            previous_attributes: take("previous_attributes").map(PreviousAttributes::new),
            is_truncated,
            data_url: take("data_url").and_then(text),
            data: match is_truncated {
                true => EventData::Truncated(Truncated::read(&data)),
                false => EventData::read(&event_type, &data),
            },
            event_type,
            extra: others,
        })
    }

    /// The id of the event, from `svix-id`: the same each time the event is sent. See
    /// [`Deduplicator`](super::Deduplicator).
    pub fn id(&self) -> &str {
        &self.id
    }

    /// When it was signed, from `svix-timestamp`: another time each time the event is sent.
    pub fn timestamp(&self) -> DateTime<Utc> {
        self.timestamp
    }

    /// The type, as the API writes it: `order.created`.
    pub fn event_type(&self) -> &str {
        &self.event_type
    }

    /// The connection that it comes from. A failed installation may have none.
    pub fn connection_id(&self) -> Option<&str> {
        self.connection_id.as_deref()
    }

    /// The name of the integration, such as `shiphero`.
    pub fn integration_name(&self) -> Option<&str> {
        self.integration_name.as_deref()
    }

    /// The type of the integration: `wms`, `cart`, …; `general` if the event is about a connection.
    pub fn integration_type(&self) -> Option<&str> {
        self.integration_type.as_deref()
    }

    /// Your own id of the end customer, if the connection has one.
    pub fn customer_id(&self) -> Option<&str> {
        self.customer_id.as_deref()
    }

    /// The previous values of the fields that changed, if any.
    pub fn previous_attributes(&self) -> Option<&PreviousAttributes> {
        self.previous_attributes.as_ref()
    }

    /// Whether the event was too large to send (`data_truncated`). Its data is [`EventData::Truncated`] then;
    /// [`Event::fetch`] gets the whole event.
    pub fn is_truncated(&self) -> bool {
        self.is_truncated
    }

    /// The address of the whole event, if it was too large to send. Use [`Event::fetch`] to get it, because it
    /// requires the API key.
    pub fn data_url(&self) -> Option<&str> {
        self.data_url.as_deref()
    }

    /// The data.
    pub fn data(&self) -> &EventData {
        &self.data
    }

    /// Takes the data out.
    pub fn into_data(self) -> EventData {
        self.data
    }

    /// The fields that the API's documentation does not describe, by name.
    pub fn extra(&self) -> &Map<String, Value> {
        &self.extra
    }
}

/// The JSON around the data.
struct Envelope {
    event_type: String,
    data: Option<Box<RawValue>>,
    others: Map<String, Value>,
}

impl<'de> serde::Deserialize<'de> for Envelope {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;

        let mut members = BTreeMap::<String, Box<RawValue>>::deserialize(from)?;
        let data = members.remove("data");
        let others: Result<Map<String, Value>, _> = members
            .into_iter()
            .map(|(name, json)| Ok((name, serde_json::from_str(json.get())?)))
            .collect();
        let others = others.map_err(|error: serde_json::Error| D::Error::custom(error))?;
        let mut others = others;
        let event_type = match others.remove("event_type") {
            Some(Value::String(event_type)) => event_type,
            Some(_) => return Err(D::Error::custom("`event_type` is not a string")),
            None => return Err(D::Error::missing_field("event_type")),
        };
        Ok(Self {
            event_type,
            data,
            others,
        })
    }
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("id", &self.id)
            .field("timestamp", &self.timestamp)
            .field("event_type", &self.event_type)
            .field("connection_id", &self.connection_id)
            .field("integration_name", &self.integration_name)
            .field("data", &self.data)
            .finish_non_exhaustive()
    }
}
