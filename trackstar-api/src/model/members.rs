//! Writing the members of a record.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

use super::collections::Collection;

/// Writes the members of a record: its fields, and what is kept beside them. No name is written twice: a field
/// that is set comes before what is kept under its name.
pub(crate) struct Members<'a, M> {
    map: M,
    extra: &'a Map<String, Value>,
    /// The names in `extra` that have been written.
    written: Vec<&'static str>,
}

impl<'a, M: SerializeMap> Members<'a, M> {
    pub(crate) fn new<S>(to: S, extra: &'a Map<String, Value>) -> Result<Self, S::Error>
    where
        S: Serializer<SerializeMap = M>,
    {
        Ok(Self {
            map: to.serialize_map(None)?,
            extra,
            written: Vec::new(),
        })
    }

    pub(crate) fn write<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), M::Error> {
        if !self.extra.is_empty() && self.extra.contains_key(name) {
            self.written.push(name);
        }
        self.map.serialize_entry(name, value)
    }

    /// Whether something is kept under the name.
    pub(crate) fn keeps(&self, name: &str) -> bool {
        self.extra.contains_key(name)
    }

    /// A list or a map, with the items that could not be understood.
    pub(crate) fn write_collection<T: Serialize + Collection>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), M::Error> {
        /// Both parts of a list or a map.
        struct Both<'a, T>(&'a T, &'a Value);

        impl<T: Collection> Serialize for Both<'_, T> {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                self.0.write_with(self.1, to)
            }
        }

        match self.extra.get(name) {
            None => self.map.serialize_entry(name, value),
            Some(kept) => {
                self.written.push(name);
                self.map.serialize_entry(name, &Both(value, kept))
            }
        }
    }

    pub(crate) fn end(mut self) -> Result<M::Ok, M::Error> {
        for (name, value) in self.extra {
            if !self.written.contains(&name.as_str()) {
                self.map.serialize_entry(name, value)?;
            }
        }
        self.map.end()
    }
}
