//! An example of every data type: what the documents give as examples, and for the rest what follows from
//! names and types. It is the same every time.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// How deep an example goes: a record that holds itself would never end.
const MAX_DEPTH: u8 = 8;
/// 2026-02-03T09:15:00Z.
const TIME: i64 = 1_770_110_100;

/// A type that an example can be made of.
pub(crate) trait Sample: Sized {
    /// For a field of this name, so many records deep.
    fn sample(name: &str, depth: u8) -> Self;
}

impl Sample for String {
    fn sample(name: &str, _: u8) -> Self {
        let ends_with = |end: &str| name == end || name.ends_with(&format!("_{end}"));
        let known = [
            ("url", "https://example.com/1"),
            ("email", "ada@example.com"),
            ("email_address", "ada@example.com"),
            ("phone", "+1 555 0100"),
            ("phone_number", "+1 555 0100"),
            ("country", "US"),
            ("currency", "USD"),
            ("currency_code", "USD"),
            ("postal_code", "89501"),
            ("sku", "MUG-BLUE-350"),
        ];
        known
            .iter()
            .find(|(end, _)| ends_with(end))
            .map_or(name, |(_, text)| text)
            .to_owned()
    }
}

impl Sample for i64 {
    fn sample(_: &str, _: u8) -> Self {
        1
    }
}

impl Sample for u32 {
    fn sample(_: &str, _: u8) -> Self {
        1
    }
}

impl Sample for f64 {
    fn sample(_: &str, _: u8) -> Self {
        1.5
    }
}

impl Sample for crate::Money {
    fn sample(_: &str, _: u8) -> Self {
        Self::new(15, 1)
    }
}

impl Sample for bool {
    fn sample(_: &str, _: u8) -> Self {
        true
    }
}

impl Sample for DateTime<Utc> {
    fn sample(_: &str, _: u8) -> Self {
        Self::from_timestamp(TIME, 0).unwrap_or_default()
    }
}

impl Sample for NaiveDate {
    fn sample(name: &str, depth: u8) -> Self {
        DateTime::<Utc>::sample(name, depth).date_naive()
    }
}

impl Sample for Value {
    fn sample(name: &str, _: u8) -> Self {
        Self::from(name)
    }
}

impl Sample for Map<String, Value> {
    fn sample(name: &str, _: u8) -> Self {
        Self::from_iter([("key".to_owned(), Value::from(name))])
    }
}

impl<T: Sample> Sample for Option<T> {
    fn sample(name: &str, depth: u8) -> Self {
        // A page by itself is the last one.
        let is_there = name != "next_token" && depth < MAX_DEPTH;
        is_there.then(|| T::sample(name, depth))
    }
}

impl<T: Sample> Sample for Box<T> {
    fn sample(name: &str, depth: u8) -> Self {
        Self::new(T::sample(name, depth))
    }
}

impl<T: Sample> Sample for Vec<T> {
    fn sample(name: &str, depth: u8) -> Self {
        let item = (depth < MAX_DEPTH).then(|| T::sample(name, depth));
        item.into_iter().collect()
    }
}

impl<T: Sample> Sample for BTreeMap<String, T> {
    fn sample(name: &str, depth: u8) -> Self {
        let item = (depth < MAX_DEPTH).then(|| ("key".to_owned(), T::sample(name, depth)));
        item.into_iter().collect()
    }
}

/// Fields of every kind but amounts: what the document gives as example, or what follows from the type.
pub(crate) mod required {
    use super::*;

    pub(crate) fn sample<T>(name: &str, given: Option<Value>, depth: u8) -> T
    where
        T: Sample + DeserializeOwned,
    {
        let given = given.and_then(|json| serde_json::from_value(json).ok());
        given.unwrap_or_else(|| T::sample(name, depth))
    }
}
pub(crate) use optional_money as needed_money;
pub(crate) use required as optional;
pub(crate) use required as list;
pub(crate) use required as optional_list;
pub(crate) use required as required_list;
pub(crate) use required as page_records;
pub(crate) use required as time;
pub(crate) use required as needed;
pub(crate) use required as needed_time;
pub(crate) use required as optional_time;

/// Amounts of money.
pub(crate) mod money {
    use super::*;
    use crate::model::collections::deserialize;
    use crate::model::money::Money;

    pub(crate) fn sample(name: &str, given: Option<Value>, depth: u8) -> Money {
        let given = given.and_then(|json| deserialize(json).ok());
        given.unwrap_or_else(|| Money::sample(name, depth))
    }
}

/// Amounts that may be left out.
pub(crate) mod optional_money {
    use super::*;
    use crate::model::money::Money;

    pub(crate) fn sample(name: &str, given: Option<Value>, depth: u8) -> Option<Money> {
        Some(super::money::sample(name, given, depth))
    }
}

/// Gives a record an example, by the rows of `record!`.
macro_rules! sampled {
    ($name:ident { $($field:ident $wire:literal $kind:ident $(= $given:expr)?),* } $($extra:ident)?) => {
        impl crate::mock::sample::Sample for $name {
            fn sample(_: &str, depth: u8) -> Self {
                #[allow(unused_variables, reason = "not every record has a field")]
                let depth = depth.saturating_add(1);
                Self {
                    $($field: crate::mock::sample::$kind::sample(
                        $wire,
                        crate::mock::sample::given!($($given)?),
                        depth,
                    ),)*
                    $($extra: Default::default(),)?
                }
            }
        }

        impl $name {
            /// An example with every field set, to build responses from (feature `mock`). Always the same.
            #[must_use]
            #[allow(dead_code, reason = "the crate's own tests make types that nobody else sees")]
            pub fn example() -> Self {
                crate::mock::sample::Sample::sample("", 0)
            }
        }
    };
}
pub(crate) use sampled;

/// The example that the document gives, if it gives one.
macro_rules! given {
    () => {
        None
    };
    ($given:expr) => {
        Some(::serde_json::json!($given))
    };
}
pub(crate) use given;

/// Gives an open enum an example: its first value.
macro_rules! sampled_enum {
    ($name:ident { $($value:literal),* }) => {
        impl crate::mock::sample::Sample for $name {
            fn sample(name: &str, _: u8) -> Self {
                let known: &[&str] = &[$($value),*];
                Self::from(known.first().copied().unwrap_or(name))
            }
        }

        impl $name {
            /// An example: the first value that the documents name (feature `mock`).
            #[must_use]
            #[allow(dead_code, reason = "the crate's own tests make types that nobody else sees")]
            pub fn example() -> Self {
                crate::mock::sample::Sample::sample("", 0)
            }
        }
    };
}
pub(crate) use sampled_enum;

/// Gives a union an example: that of its first branch.
macro_rules! sampled_union {
    ($name:ident { $first:ident($ty:ty) $(, $variant:ident($other:ty))* }) => {
        impl crate::mock::sample::Sample for $name {
            fn sample(name: &str, depth: u8) -> Self {
                Self::$first(<$ty as crate::mock::sample::Sample>::sample(name, depth))
            }
        }

        impl $name {
            /// An example of its first branch (feature `mock`).
            #[must_use]
            #[allow(
                dead_code,
                reason = "the crate's own tests make types that nobody else sees"
            )]
            pub fn example() -> Self {
                crate::mock::sample::Sample::sample("", 0)
            }
        }
    };
}
pub(crate) use sampled_union;
