//! Reading one value tolerantly.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::deviation::{self, Found, Outcome};

/// What a value that came in is to the field that it came for.
pub(crate) enum Reading<T> {
    /// What the document says.
    Is(T),
    /// `null`: nothing.
    Null,
    /// Something else that plainly means this.
    Converted(T, Found),
    /// Something else that means nothing.
    Absent(Found),
    /// Something that cannot be understood.
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

    /// The value if there is one. What it deviates in is reported, and what cannot be understood is kept.
    #[cold]
    pub(crate) fn settle(
        self,
        name: &'static str,
        documented: &'static str,
        extra: &mut Map<String, Value>,
    ) -> Option<T> {
        let report = |found, outcome| deviation::report(Some(name), documented, found, outcome);
        match self {
            Self::Is(value) => Some(value),
            Self::Null => None,
            Self::Converted(value, found) => {
                report(found, Outcome::Converted);
                Some(value)
            }
            Self::Absent(found) => {
                report(found, Outcome::Absent);
                None
            }
            Self::Kept(value) => {
                report(Found::of(&value), Outcome::Kept);
                extra.insert(name.to_owned(), *value);
                None
            }
            // Its items have been reported.
            Self::Partly(value, rest) => {
                extra.insert(name.to_owned(), *rest);
                Some(value)
            }
        }
    }

    /// The value, where nothing can be read without it.
    pub(crate) fn require<E: de::Error>(self, documented: &'static str) -> Result<T, E> {
        let found = match self {
            Self::Is(value) | Self::Partly(value, _) => return Ok(value),
            Self::Converted(value, found) => {
                deviation::report(None, documented, found, Outcome::Converted);
                return Ok(value);
            }
            Self::Null => Found::Null,
            Self::Absent(found) => found,
            Self::Kept(value) => Found::of(&value),
        };
        let found = de::Unexpected::Other(found.as_str());
        Err(E::invalid_type(found, &documented))
    }
}

/// A type that a field can have. Each function reads one kind of JSON value; what is not written cannot be
/// understood.
pub(crate) trait Readable: Sized {
    /// What the document calls it.
    const DOCUMENTED: &'static str;
    /// Whether there are values in it that deviate by themselves.
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

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Reading<Self>, D::Error> {
        from.deserialize_any(AnyValue(PhantomData))
    }

    /// Reads it where nothing can be read without it.
    fn read_required<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::read(from)?.require(Self::DOCUMENTED)
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

/// `[]` says nothing about a record or a map; any other list cannot be understood.
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

/// `""` says nothing about what is no text; any other text cannot be understood.
#[cold]
#[inline(never)]
pub(crate) fn absent_if_blank<T>(text: &str) -> Reading<T> {
    match text {
        "" => Reading::Absent(Found::EmptyText),
        text => Reading::kept(text),
    }
}

/// Reads whatever comes.
struct AnyValue<T>(PhantomData<T>);

impl<'de, T: Readable> Visitor<'de> for AnyValue<T> {
    type Value = Reading<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::DOCUMENTED)
    }

    #[inline]
    fn visit_bool<E>(self, value: bool) -> Result<Reading<T>, E> {
        Ok(T::from_bool(value))
    }

    #[inline]
    fn visit_i64<E>(self, value: i64) -> Result<Reading<T>, E> {
        Ok(T::from_i64(value))
    }

    #[inline]
    fn visit_u64<E>(self, value: u64) -> Result<Reading<T>, E> {
        Ok(T::from_u64(value))
    }

    #[inline]
    fn visit_f64<E>(self, value: f64) -> Result<Reading<T>, E> {
        Ok(T::from_f64(value))
    }

    #[inline]
    fn visit_str<E>(self, value: &str) -> Result<Reading<T>, E> {
        Ok(T::from_text(value))
    }

    fn visit_unit<E>(self) -> Result<Reading<T>, E> {
        Ok(Reading::Null)
    }

    fn visit_none<E>(self) -> Result<Reading<T>, E> {
        Ok(Reading::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Reading<T>, D::Error> {
        T::read(from)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, from: D) -> Result<Reading<T>, D::Error> {
        T::read(from)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Reading<T>, A::Error> {
        T::from_seq(items)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Reading<T>, A::Error> {
        T::from_map(members)
    }
}

/// Lets a list or a map give what it holds to the type.
pub(crate) struct Tolerant<T>(pub(crate) PhantomData<T>);

impl<'de, T: Readable> DeserializeSeed<'de> for Tolerant<T> {
    type Value = Reading<T>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Reading<T>, D::Error> {
        T::read(from)
    }
}

/// The same where nothing can be read without it.
pub(crate) struct Required<T>(pub(crate) PhantomData<T>);

impl<'de, T: Readable> DeserializeSeed<'de> for Required<T> {
    type Value = T;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<T, D::Error> {
        T::read_required(from)
    }
}
