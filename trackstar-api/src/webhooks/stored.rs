//! Events that are stored: in a queue, say, from which another process reads them.

use std::fmt;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::de::{self, Deserialize, Deserializer, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};

use super::event::Event;

/// What is stored of an event: all else is read from its body.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(rename = "Event")]
struct Stored {
    id: String,
    timestamp: DateTime<Utc>,
    body: Body,
}

/// A body: as text if it can be, so that the stored JSON can be read by people.
struct Body(Bytes);

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let stored = Stored {
            id: self.id.clone(),
            timestamp: self.timestamp,
            body: Body(self.body.clone()),
        };
        stored.serialize(to)
    }
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let Stored {
            id,
            timestamp,
            body,
        } = Stored::deserialize(from)?;
        Ok(Self::read(id, timestamp, body.0))
    }
}

impl Serialize for Body {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if !to.is_human_readable() {
            return to.serialize_bytes(&self.0);
        }
        match std::str::from_utf8(&self.0) {
            Ok(text) => to.serialize_str(text),
            Err(_) => to.collect_seq(&self.0),
        }
    }
}

impl<'de> Deserialize<'de> for Body {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match from.is_human_readable() {
            true => from.deserialize_any(BodyVisitor),
            false => from.deserialize_byte_buf(BodyVisitor),
        }
    }
}

struct BodyVisitor;

impl<'de> Visitor<'de> for BodyVisitor {
    type Value = Body;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body of an event, as text or bytes")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Body, E> {
        self.visit_bytes(text.as_bytes())
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Body, E> {
        self.visit_byte_buf(text.into_bytes())
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Body, E> {
        Ok(Body(Bytes::copy_from_slice(bytes)))
    }

    fn visit_byte_buf<E: de::Error>(self, bytes: Vec<u8>) -> Result<Body, E> {
        Ok(Body(bytes.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Body, A::Error> {
        let mut bytes = Vec::new();
        while let Some(byte) = items.next_element()? {
            bytes.push(byte);
        }
        self.visit_byte_buf(bytes)
    }
}
