//! The names of the fields of a record, as they are read.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Visitor};

/// A name that stands in a record.
pub(crate) enum Name {
    /// The number of the field that has it.
    Known(usize),
    /// A name that the document does not have.
    Unknown(String),
}

/// Reads the name of a field and gives the number that it has, so that no known name is carried around. One
/// function for each record, and all else is compiled once for all of them.
#[derive(Clone, Copy)]
pub(crate) struct Find(pub(crate) fn(&str) -> Option<usize>);

impl<'de> DeserializeSeed<'de> for Find {
    type Value = Name;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Name, D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for Find {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    #[inline]
    fn visit_str<E>(self, name: &str) -> Result<Name, E> {
        Ok(match (self.0)(name) {
            Some(number) => Name::Known(number),
            None => Name::Unknown(name.to_owned()),
        })
    }
}
