//! The records of a page, read all at once.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};

use super::deviation::{self, ITEM};
use super::reading::{Readable, Required};

/// Reads a list of records, or `null`. A record that cannot be read is an error: the caller then reads the
/// records one by one, see [`json::record`](super::json::record).
pub(crate) struct Records<T>(pub(crate) PhantomData<T>);

impl<'de, T: Readable> DeserializeSeed<'de> for Records<T> {
    type Value = Option<Vec<T>>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, T: Readable> Visitor<'de> for Records<T> {
    type Value = Option<Vec<T>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut records = Vec::new();
        let before = deviation::count();
        while let Some(record) = items.next_element_seed(Required(PhantomData))? {
            records.push(record);
        }
        if deviation::count() != before {
            deviation::within(before, ITEM);
        }
        Ok(Some(records))
    }
}
