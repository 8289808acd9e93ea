//! Reading one value tolerantly.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::deviation::{self, Found, Outcome};
use super::extra::Extra;

/// How a value relates to its field.
pub(crate) enum Reading<T> {
    /// It is what the document says.
    Is(T),
    /// `null`: nothing.
    Null,
    /// It is of another type, and its meaning is plain.
    Converted(T, Found),
    /// It is of another type, and means nothing.
    Absent(Found),
    /// It cannot be understood.
    Kept(Box<Value>),
    /// A list or a map, and those of its items that cannot be understood.
    Partly(T, Box<Value>),
}

impl<T> Reading<T> {
    /// It cannot be understood.
    #[cold]
    pub(crate) fn kept(value: impl Into<Value>) -> Self {
        Self::Kept(Box::new(value.into()))
    }

    /// The same of a type that holds this one.
    pub(crate) fn map<U>(self, with: impl FnOnce(T) -> U) -> Reading<U> {
        match self {
            Self::Is(value) => Reading::Is(with(value)),
            Self::Null => Reading::Null,
            Self::Converted(value, found) => Reading::Converted(with(value), found),
            Self::Absent(found) => Reading::Absent(found),
            Self::Kept(value) => Reading::Kept(value),
            Self::Partly(value, rest) => Reading::Partly(with(value), rest),
        }
    }

    /// Puts the value where it belongs.
    #[inline]
    fn put(self, slot: &mut Option<T>) -> Reading<()> {
        self.map(|value| *slot = Some(value))
    }
}

/// A value that has been put where it belongs, if there is one.
impl Reading<()> {
    /// Whether there is a value. Reports its deviations, and keeps what cannot be understood.
    #[cold]
    pub(crate) fn settle(
        self,
        name: &'static str,
        documented: &'static str,
        extra: &mut Extra,
    ) -> bool {
        let report = |found, outcome| deviation::report(Some(name), documented, found, outcome);
        match self {
            Self::Is(()) => true,
            Self::Null => false,
            Self::Converted((), found) => {
                report(found, Outcome::Converted);
                true
            }
            Self::Absent(found) => {
                report(found, Outcome::Absent);
                false
            }
            Self::Kept(value) => {
                report(Found::of(&value), Outcome::Kept);
                extra.insert(name.to_owned(), *value);
                false
            }
            // Its items have been reported.
            Self::Partly((), rest) => {
                extra.insert(name.to_owned(), *rest);
                true
            }
        }
    }

    /// Fails if there is no value, for a field that its record requires.
    fn require<E: de::Error>(self, documented: &'static str) -> Result<(), E> {
        let found = match self {
            Self::Is(()) | Self::Partly((), _) => return Ok(()),
            Self::Converted((), found) => {
                deviation::report(None, documented, found, Outcome::Converted);
                return Ok(());
            }
            Self::Null => Found::Null,
            Self::Absent(found) => found,
            Self::Kept(value) => Found::of(&value),
        };
        let found = de::Unexpected::Other(found.as_str());
        Err(E::invalid_type(found, &documented))
    }
}

/// A type that a field can have. Each function reads one kind of JSON value; by default it cannot be
/// understood.
pub(crate) trait Readable: Sized {
    /// Its type in the document.
    const DOCUMENTED: &'static str;
    /// Whether it holds values that can deviate by themselves.
    const NESTS: bool = false;

    /// What stands for `null` in a list.
    fn null() -> Option<Self> {
        None
    }

    fn from_bool(value: bool) -> Reading<Self> {
        Reading::kept(value)
    }

    fn from_i64(value: i64) -> Reading<Self> {
        Reading::kept(value)
    }

    fn from_u64(value: u64) -> Reading<Self> {
        Reading::kept(value)
    }

    fn from_f64(value: f64) -> Reading<Self> {
        Reading::kept(value)
    }

    fn from_text(text: &str) -> Reading<Self> {
        Reading::kept(text)
    }

    fn from_seq<'de, A: SeqAccess<'de>>(items: A) -> Result<Reading<Self>, A::Error> {
        keep_seq(items)
    }

    fn from_map<'de, A: MapAccess<'de>>(members: A) -> Result<Reading<Self>, A::Error> {
        keep_map(members)
    }

    /// Reads it into its place.
    #[inline]
    fn read<'de, D: Deserializer<'de>>(
        slot: &mut Option<Self>,
        from: D,
    ) -> Result<Reading<()>, D::Error> {
        from.deserialize_any(AnyValue(slot))
    }

    /// Reads it for a field that its record requires.
    fn read_required<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut slot = None;
        Self::read(&mut slot, from)?.require(Self::DOCUMENTED)?;
        let nothing = || de::Error::invalid_type(de::Unexpected::Unit, &Self::DOCUMENTED);
        slot.ok_or_else(nothing)
    }
}

#[cold]
#[inline(never)]
pub(crate) fn keep_seq<'de, T, A: SeqAccess<'de>>(items: A) -> Result<Reading<T>, A::Error> {
    Value::deserialize(SeqAccessDeserializer::new(items)).map(Reading::kept)
}

#[cold]
#[inline(never)]
pub(crate) fn keep_map<'de, T, A: MapAccess<'de>>(members: A) -> Result<Reading<T>, A::Error> {
    Value::deserialize(MapAccessDeserializer::new(members)).map(Reading::kept)
}

/// `[]` means nothing for a record or a map; any other list cannot be understood.
#[cold]
#[inline(never)]
pub(crate) fn absent_if_empty<'de, T, A: SeqAccess<'de>>(items: A) -> Result<Reading<T>, A::Error> {
    Ok(match keep_seq(items)? {
        Reading::Kept(value) if value.as_array().is_some_and(Vec::is_empty) => {
            Reading::Absent(Found::EmptyList)
        }
        reading => reading,
    })
}

/// `""` means nothing for any type but a text; any other text cannot be understood.
#[cold]
#[inline(never)]
pub(crate) fn absent_if_blank<T>(text: &str) -> Reading<T> {
    match text {
        "" => Reading::Absent(Found::EmptyText),
        text => Reading::kept(text),
    }
}

/// Reads any value.
struct AnyValue<'a, T>(&'a mut Option<T>);

impl<'de, T: Readable> Visitor<'de> for AnyValue<'_, T> {
    type Value = Reading<()>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::DOCUMENTED)
    }

    #[inline]
    fn visit_bool<E>(self, value: bool) -> Result<Reading<()>, E> {
        Ok(T::from_bool(value).put(self.0))
    }

    #[inline]
    fn visit_i64<E>(self, value: i64) -> Result<Reading<()>, E> {
        Ok(T::from_i64(value).put(self.0))
    }

    #[inline]
    fn visit_u64<E>(self, value: u64) -> Result<Reading<()>, E> {
        Ok(T::from_u64(value).put(self.0))
    }

    #[inline]
    fn visit_f64<E>(self, value: f64) -> Result<Reading<()>, E> {
        Ok(T::from_f64(value).put(self.0))
    }

    #[inline]
    fn visit_str<E>(self, value: &str) -> Result<Reading<()>, E> {
        Ok(T::from_text(value).put(self.0))
    }

    fn visit_unit<E>(self) -> Result<Reading<()>, E> {
        Ok(Reading::Null)
    }

    fn visit_none<E>(self) -> Result<Reading<()>, E> {
        Ok(Reading::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Reading<()>, D::Error> {
        T::read(self.0, from)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, from: D) -> Result<Reading<()>, D::Error> {
        T::read(self.0, from)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Reading<()>, A::Error> {
        Ok(T::from_seq(items)?.put(self.0))
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Reading<()>, A::Error> {
        Ok(T::from_map(members)?.put(self.0))
    }
}

/// Passes the content of a list or a map to the type.
pub(crate) struct Tolerant<'a, T>(pub(crate) &'a mut Option<T>);

impl<'de, T: Readable> DeserializeSeed<'de> for Tolerant<'_, T> {
    type Value = Reading<()>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Reading<()>, D::Error> {
        T::read(self.0, from)
    }
}

/// The same for a field that its record requires.
pub(crate) struct Required<T>(pub(crate) PhantomData<T>);

impl<'de, T: Readable> DeserializeSeed<'de> for Required<T> {
    type Value = T;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<T, D::Error> {
        T::read_required(from)
    }
}
