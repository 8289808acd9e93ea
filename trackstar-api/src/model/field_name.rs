//! The names of the fields of a record, as they are read.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Visitor};

/// Reads the name of a field and returns its number, so that no known name is copied. Each record has one function,
/// and the rest is compiled once for all records.
pub(crate) struct Find<'a> {
    /// Gives the number of a field.
    pub(crate) find: fn(&str) -> Option<usize>,
    /// Receives a name that the document does not have.
    pub(crate) unknown: &'a mut String,
}

impl<'de> DeserializeSeed<'de> for Find<'_> {
    type Value = Option<usize>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Option<usize>, D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for Find<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    #[inline]
    fn visit_str<E>(self, name: &str) -> Result<Option<usize>, E> {
        let number = (self.find)(name);
        if number.is_none() {
            name.clone_into(self.unknown);
        }
        Ok(number)
    }
}
