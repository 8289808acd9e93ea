//! The names of the fields of a record, as they are read.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Visitor};

/// Reads the name of a field and gives the number that it has, so that no known name is carried around. One
/// function for each record, and all else is compiled once for all of them.
pub(crate) struct Find<'a> {
    /// Gives the number of a field.
    pub(crate) find: fn(&str) -> Option<usize>,
    /// Where a name goes that the document does not have.
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
