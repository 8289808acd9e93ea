//! Reading and writing the records of the API.
//!
//! What serde derives for a struct is general: it reads lists as well as maps, tells repeated fields from
//! missing ones, and is ten times the code. A client of hundreds of structs pays for that at every build.
//! `record!` writes what a JSON map needs, a line for each field.

use std::fmt;
use std::marker::PhantomData;

use chrono::{DateTime, Utc};
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap};
use serde_json::{Map, Value};

use crate::money::{Amount, Money};
use crate::request::encoding::Wire as _;

/// A struct that is read from a map.
pub(crate) trait Record: Sized {
    /// Its name, for errors.
    const NAME: &'static str;

    /// Reads it, field by field. Unknown fields are passed over, or kept in `extra`.
    fn read<'de, A: MapAccess<'de>>(map: A) -> Result<Self, A::Error>;
}

/// Lets serde read a record.
pub(crate) struct Reader<T>(PhantomData<T>);

impl<T: Record> Reader<T> {
    pub(crate) fn read<'de, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
        from.deserialize_map(Self(PhantomData))
    }
}

impl<'de, T: Record> Visitor<'de> for Reader<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a map that is a {}", T::NAME)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::read(map)
    }
}

/// A list or a map.
pub(crate) trait Collection: Default {
    fn is_empty(&self) -> bool;
}

impl<T> Collection for Vec<T> {
    fn is_empty(&self) -> bool {
        self.is_empty()
    }
}

impl<V> Collection for std::collections::BTreeMap<String, V> {
    fn is_empty(&self) -> bool {
        self.is_empty()
    }
}

impl Collection for Map<String, Value> {
    fn is_empty(&self) -> bool {
        self.is_empty()
    }
}

/// A field that is always there.
pub(crate) mod required {
    use super::*;

    pub(crate) fn read<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
        slot: &mut Option<T>,
        map: &mut A,
    ) -> Result<(), A::Error> {
        *slot = Some(map.next_value()?);
        Ok(())
    }

    pub(crate) fn finish<T, E: de::Error>(slot: Option<T>, name: &'static str) -> Result<T, E> {
        slot.ok_or_else(|| E::missing_field(name))
    }

    pub(crate) fn write<T: Serialize, M: SerializeMap>(
        map: &mut M,
        name: &'static str,
        field: &T,
    ) -> Result<(), M::Error> {
        map.serialize_entry(name, field)
    }
}

/// A field for which `null` and absence are the same; neither is written.
pub(crate) mod optional {
    use super::*;

    pub(crate) fn read<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
        slot: &mut Option<T>,
        map: &mut A,
    ) -> Result<(), A::Error> {
        *slot = map.next_value()?;
        Ok(())
    }

    pub(crate) fn finish<T, E>(slot: Option<T>, _: &'static str) -> Result<Option<T>, E> {
        Ok(slot)
    }

    pub(crate) fn write<T: Serialize, M: SerializeMap>(
        map: &mut M,
        name: &'static str,
        field: &Option<T>,
    ) -> Result<(), M::Error> {
        match field {
            Some(value) => map.serialize_entry(name, value),
            None => Ok(()),
        }
    }
}

/// A list or a map for which `null`, absence and an empty one are the same.
pub(crate) mod list {
    pub(crate) use super::optional::read;
    use super::*;

    pub(crate) fn finish<T: Collection, E>(slot: Option<T>, _: &'static str) -> Result<T, E> {
        Ok(slot.unwrap_or_default())
    }

    pub(crate) fn write<T: Serialize + Collection, M: SerializeMap>(
        map: &mut M,
        name: &'static str,
        field: &T,
    ) -> Result<(), M::Error> {
        if field.is_empty() {
            return Ok(());
        }
        map.serialize_entry(name, field)
    }
}

/// The list that an operation was asked for: `null` is an empty one, absence is a wrong answer.
pub(crate) mod answer_list {
    pub(crate) use super::required::{read, write};
    use super::*;

    pub(crate) fn finish<T: Collection, E: de::Error>(
        slot: Option<Option<T>>,
        name: &'static str,
    ) -> Result<T, E> {
        Ok(super::required::finish(slot, name)?.unwrap_or_default())
    }
}

/// An amount of money that is always there.
pub(crate) mod money {
    use super::*;

    pub(crate) fn read<'de, A: MapAccess<'de>>(
        slot: &mut Option<Amount>,
        map: &mut A,
    ) -> Result<(), A::Error> {
        optional::read(slot, map)
    }

    pub(crate) fn finish<E: de::Error>(
        slot: Option<Amount>,
        name: &'static str,
    ) -> Result<Money, E> {
        Ok(required::finish(slot, name)?.0)
    }

    pub(crate) fn write<M: SerializeMap>(
        map: &mut M,
        name: &'static str,
        field: &Money,
    ) -> Result<(), M::Error> {
        map.serialize_entry(name, &Amount(*field))
    }
}

/// An amount of money that may be left out.
pub(crate) mod optional_money {
    pub(crate) use super::money::read;
    use super::*;

    pub(crate) fn finish<E>(slot: Option<Amount>, _: &'static str) -> Result<Option<Money>, E> {
        Ok(slot.map(|amount| amount.0))
    }

    pub(crate) fn write<M: SerializeMap>(
        map: &mut M,
        name: &'static str,
        field: &Option<Money>,
    ) -> Result<(), M::Error> {
        optional::write(map, name, &field.map(Amount))
    }
}

/// A time that is written in the one form which the API takes.
pub(crate) mod time {
    pub(crate) use super::required::{finish, read};
    use super::*;

    pub(crate) fn write<M: SerializeMap>(
        map: &mut M,
        name: &'static str,
        field: &DateTime<Utc>,
    ) -> Result<(), M::Error> {
        map.serialize_entry(name, &field.write())
    }
}

/// The same for a time that may be left out.
pub(crate) mod optional_time {
    pub(crate) use super::optional::{finish, read};
    use super::*;

    pub(crate) fn write<M: SerializeMap>(
        map: &mut M,
        name: &'static str,
        field: &Option<DateTime<Utc>>,
    ) -> Result<(), M::Error> {
        optional::write(map, name, &field.map(|time| time.write()))
    }
}

/// Lets a struct of the generated file be read and written: for each field its name in Rust, its name in
/// JSON, its kind, a module of this file, and an example if the document has one; and the field for
/// everything else, if it has one.
macro_rules! record {
    ($name:ident { $($field:ident $wire:literal $kind:ident $(= $given:expr)?),* $(,)? } $($extra:ident)?) => {
        crate::per_feature::sampled!($name { $($field $wire $kind $(= $given)?),* } $($extra)?);
        crate::per_feature::described!($name { $($field $wire $kind),* } $($extra)?);

        impl crate::record::Record for $name {
            const NAME: &'static str = stringify!($name);

            fn read<'de, A: ::serde::de::MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
                $(let mut $field = None;)*
                $(let mut $extra = ::serde_json::Map::new();)?
                crate::record::record!(@fields map { $($field $wire $kind,)* } $($extra)?);
                Ok(Self {
                    $($field: crate::record::$kind::finish($field, $wire)?,)*
                    $($extra,)?
                })
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                crate::record::Reader::read(from)
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                #[allow(unused_imports, unused_mut, reason = "not every record has a field to write")]
                let mut map = ::serde::Serializer::serialize_map(to, None)?;
                $(crate::record::$kind::write(&mut map, $wire, &self.$field)?;)*
                $(crate::record::write_all(&mut map, &self.$extra)?;)?
                ::serde::ser::SerializeMap::end(map)
            }
        }
    };
    // Its other fields are passed over: a name is looked up where it stands.
    (@fields $map:ident { $($field:ident $wire:literal $kind:ident,)* }) => {
        #[allow(non_camel_case_types, reason = "they are the names of the fields")]
        enum Field { $($field,)* Unknown }
        let find = crate::field_name::Find(|name| match name {
            $($wire => Field::$field as usize,)*
            _ => Field::Unknown as usize,
        });
        while let Some(found) = $map.next_key_seed(find)? {
            $(if found == Field::$field as usize {
                crate::record::$kind::read(&mut $field, &mut $map)?;
                continue;
            })*
            $map.next_value::<::serde::de::IgnoredAny>()?;
        }
    };
    // Its other fields are kept, with their names.
    (@fields $map:ident { $($field:ident $wire:literal $kind:ident,)* } $extra:ident) => {
        while let Some(crate::field_name::Key(name)) = $map.next_key()? {
            match &*name {
                $($wire => crate::record::$kind::read(&mut $field, &mut $map)?,)*
                _ => drop($extra.insert(name.into_owned(), $map.next_value()?)),
            }
        }
    };
}
pub(crate) use record;

/// Writes fields that the document does not describe.
pub(crate) fn write_all<M: SerializeMap>(
    map: &mut M,
    fields: &Map<String, Value>,
) -> Result<(), M::Error> {
    fields
        .iter()
        .try_for_each(|(name, value)| map.serialize_entry(name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Order {
        id: String,
        type_: Option<String>,
        tags: Vec<String>,
        items: Vec<i64>,
        at: Option<DateTime<Utc>>,
        extra: Map<String, Value>,
    }
    record!(Order {
        id "id" required,
        type_ "type" optional,
        tags "tags" list,
        items "items" answer_list,
        at "at" optional_time,
    } extra);

    #[derive(Debug, PartialEq)]
    struct Closed {
        id: String,
    }
    record!(Closed { id "id" required });

    #[test]
    fn a_record_is_written_as_it_was_read_without_what_is_empty() {
        for (json, back) in [
            (
                r#"{"id":"a","type":"x","tags":["t"],"items":[1],"at":"2025-01-01T00:00:00.5Z","new":{"deep":[1]}}"#,
                r#"{"id":"a","type":"x","tags":["t"],"items":[1],"at":"2025-01-01T00:00:00Z","new":{"deep":[1]}}"#,
            ),
            (
                r#"{"items":null,"tags":null,"type":null,"\u0069d":"a","at":null}"#,
                r#"{"id":"a","items":[]}"#,
            ),
            (r#"{"id":"a","items":[]}"#, r#"{"id":"a","items":[]}"#),
        ] {
            let order: Order = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::to_string(&order).unwrap(), back);
            let value = serde_json::to_value(&order).unwrap();
            assert_eq!(serde_json::from_value::<Order>(value).unwrap().id, order.id);
        }
    }

    #[test]
    fn unknown_fields_are_passed_over_where_there_is_no_place_for_them() {
        let closed: Closed = serde_json::from_str(r#"{"new":{"a":[1]},"id":"a"}"#).unwrap();
        assert_eq!(serde_json::to_string(&closed).unwrap(), r#"{"id":"a"}"#);
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (json, says) in [
            (r#"{"items":[]}"#, "missing field `id`"),
            (
                r#"{"id":null,"items":[]}"#,
                "invalid type: null, expected a string",
            ),
            (r#"{"id":"a"}"#, "missing field `items`"),
            (r#"[]"#, "expected a map that is a Order"),
        ] {
            let error = serde_json::from_str::<Order>(json).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
    }
}
