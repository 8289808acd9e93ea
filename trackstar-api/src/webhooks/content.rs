//! What the body of an event says, as far as it can be read.

use std::collections::BTreeMap;

use serde::de::Error as _;
use serde_json::Value;
use serde_json::value::RawValue;

use super::events::{Truncated, Unknown};
use super::{EventData, PreviousAttributes};
use crate::model::deviation::{self, MEMBER};
use crate::model::extra::Extra;
use crate::model::json::{self, Mismatch};
use crate::model::reading::Readable;

/// All that an event says.
#[derive(Clone, PartialEq)]
pub(super) struct Content {
    /// Empty if there is none that can be read.
    pub(super) event_type: String,
    pub(super) connection_id: Option<String>,
    pub(super) integration_name: Option<String>,
    pub(super) integration_type: Option<String>,
    pub(super) customer_id: Option<String>,
    pub(super) previous_attributes: Option<PreviousAttributes>,
    pub(super) is_truncated: bool,
    pub(super) data_url: Option<String>,
    pub(super) data: EventData,
    pub(super) extra: Extra,
}

impl Content {
    /// Reads whatever body there is.
    pub(super) fn read(body: &[u8]) -> Self {
        Self::read_map(body).unwrap_or_else(|mismatch| Self {
            event_type: String::new(),
            connection_id: None,
            integration_name: None,
            integration_type: None,
            customer_id: None,
            previous_attributes: None,
            is_truncated: false,
            data_url: None,
            data: EventData::Unknown(Unknown::unreadable(
                String::from_utf8_lossy(body).into_owned(),
                &mismatch,
            )),
            extra: Extra::default(),
        })
    }

    /// Reads a map. Anything else is an error; within the map, nothing is.
    pub(super) fn read_map(body: &[u8]) -> Result<Self, Mismatch> {
        let mut envelope = Envelope {
            members: json::read(body)?,
            extra: Extra::default(),
        };
        let data = envelope.members.remove("data");
        let data = data.unwrap_or_else(|| RawValue::NULL.to_owned());
        let is_truncated = envelope.field("data_truncated").unwrap_or_default();
        let event_type: Option<String> = envelope.field("event_type");
        let event_type = event_type.filter(|event_type| !event_type.is_empty());
        Ok(Self {
            connection_id: envelope.field("connection_id"),
            integration_name: envelope.field("integration_name"),
            integration_type: envelope.field("integration_type"),
            customer_id: envelope.field("customer_id"),
            previous_attributes: envelope.previous_attributes(),
            is_truncated,
            data_url: envelope.field("data_url"),
            data: match &event_type {
                _ if is_truncated => EventData::Truncated(Truncated::read(&data)),
                Some(event_type) => read_data(event_type, &data),
                None => {
                    let mismatch = envelope.without_type();
                    EventData::Unknown(Unknown::unreadable(data.get().to_owned(), &mismatch))
                }
            },
            event_type: event_type.unwrap_or_default(),
            extra: envelope.into_extra(),
        })
    }
}

fn read_data(event_type: &str, data: &RawValue) -> EventData {
    let before = deviation::count();
    let data = EventData::read(event_type, data);
    if deviation::count() != before {
        deviation::within(before, "data");
    }
    data
}

/// The members of the body that have not been read yet.
struct Envelope {
    members: BTreeMap<String, Box<RawValue>>,
    /// Those that cannot be understood.
    extra: Extra,
}

impl Envelope {
    /// Reads a member as tolerantly as a field of a record.
    fn field<T: Readable>(&mut self, name: &'static str) -> Option<T> {
        let json = self.members.remove(name)?;
        let value = value(&json, name);
        let mut slot = None;
        match T::read(&mut slot, &value) {
            Ok(reading) => {
                let has_value = reading.settle(name, T::DOCUMENTED, &mut self.extra);
                slot.filter(|_| has_value)
            }
            Err(_) => {
                self.extra.insert(name.to_owned(), value);
                None
            }
        }
    }

    fn previous_attributes(&mut self) -> Option<PreviousAttributes> {
        let name = "previous_attributes";
        let json = self.members.remove(name)?;
        Some(value(&json, name))
            .filter(|value| !value.is_null())
            .map(PreviousAttributes::new)
    }

    fn without_type(&self) -> Mismatch {
        let name = "event_type";
        Mismatch::Shape {
            path: ".".to_owned(),
            cause: match self.extra.contains_key(name) {
                true => serde_json::Error::custom("`event_type` is not a string"),
                false => serde_json::Error::missing_field(name),
            },
        }
    }

    fn into_extra(mut self) -> Extra {
        for (name, json) in self.members {
            let value = value(&json, MEMBER);
            self.extra.insert(name, value);
        }
        self.extra
    }
}

/// The value of a member. One that is too deep to be read is its text.
fn value(json: &RawValue, name: &'static str) -> Value {
    let before = deviation::count();
    let value = json::read(json.get().as_bytes());
    if deviation::count() != before {
        deviation::within(before, name);
    }
    value.unwrap_or_else(|_| Value::from(json.get()))
}
