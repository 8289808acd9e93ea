//! Reading and writing the records of the API.
//!
//! What serde derives for a struct is general: it reads lists as well as maps, distinguishes repeated fields from
//! missing ones, and is ten times the code. A client of hundreds of structs pays for that at every build.
//! `record!` writes only what a JSON map needs, with a line for each field.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

use super::deviation;
use super::extra::Extra;
use super::field_name::Find;
use super::reading::{Reading, absent_if_blank, absent_if_empty};

/// A struct that is read from a map.
pub(crate) trait Record: Sized {
    /// Its name in errors.
    const NAME: &'static str;
    /// Whether it has a required field.
    const REQUIRES: bool;

    /// Reads it, field by field. Members that the document does not describe are kept in `extra`.
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

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::read(map)
    }
}

/// Reads a record within another. If it cannot be read, it is a value like any other that cannot be understood.
struct Nested<'a, T>(&'a mut Option<T>);

pub(crate) fn read_nested<'de, T: Record, D: Deserializer<'de>>(
    slot: &mut Option<T>,
    from: D,
) -> Result<Reading<()>, D::Error> {
    from.deserialize_any(Nested(slot))
}

impl<'de, T: Record> Visitor<'de> for Nested<'_, T> {
    type Value = Reading<()>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::NAME)
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        if !T::REQUIRES {
            *self.0 = Some(T::read(map)?);
            return Ok(Reading::Is(()));
        }
        read_or_keep(self.0, Value::deserialize(MapAccessDeserializer::new(map))?)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
        absent_if_empty(items)
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(absent_if_blank(text))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Reading::Null)
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(Reading::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Reading::kept(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Reading::kept(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Reading::kept(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Reading::kept(value))
    }
}

/// Reads a record from what is kept if it fails.
#[inline(never)]
fn read_or_keep<T: Record, E>(slot: &mut Option<T>, value: Value) -> Result<Reading<()>, E> {
    let before = deviation::count();
    Ok(match Reader::read(&value) {
        Ok(record) => {
            *slot = Some(record);
            Reading::Is(())
        }
        Err(_) => {
            deviation::forget(before);
            Reading::kept(value)
        }
    })
}

/// Lets a struct of the generated file be read and written: for each field its name in Rust, its name in
/// JSON, its kind, a module of `fields.rs`, and an example if the document has one; and the field for
/// everything else.
macro_rules! record {
    ($name:ident { $($field:ident $wire:literal $kind:ident $(= $given:expr)?),* $(,)? } $extra:ident) => {
        crate::model::per_feature::sampled!($name { $($field $wire $kind $(= $given)?),* } $extra);
        crate::model::per_feature::described!($name { $($field $wire $kind),* } $extra);

        impl crate::model::record::Record for $name {
            const NAME: &'static str = stringify!($name);
            const REQUIRES: bool = false $(|| crate::model::fields::$kind::REQUIRES)*;

            fn read<'de, A: ::serde::de::MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
                $(let mut $field = None;)*
                let mut $extra = crate::model::extra::Extra::default();
                #[allow(dead_code, non_camel_case_types, reason = "they are the names of the fields, of which there may be none")]
                enum Field { $($field,)* }
                let find = |name: &str| match name {
                    $($wire => Some(Field::$field as usize),)*
                    _ => None,
                };
                #[allow(unused_variables, reason = "not every record has a field")]
                while let Some(found) = crate::model::record::next(&mut map, find, &mut $extra)? {
                    $(if found == Field::$field as usize {
                        crate::model::fields::$kind::read(&mut $field, &mut map, $wire, &mut $extra)?;
                        continue;
                    })*
                }
                Ok(Self {
                    $($field: crate::model::fields::$kind::finish($field, $wire)?,)*
                    $extra,
                })
            }
        }

        impl crate::model::reading::Readable for $name {
            const DOCUMENTED: &'static str = "object";
            const NESTS: bool = true;

            fn read<'de, D: ::serde::Deserializer<'de>>(
                slot: &mut Option<Self>,
                from: D,
            ) -> Result<crate::model::reading::Reading<()>, D::Error> {
                crate::model::record::read_nested(slot, from)
            }

            fn read_required<'de, D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                crate::model::record::Reader::read(from)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                crate::model::record::Reader::read(from)
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                #[allow(unused_mut, reason = "not every record has a field to write")]
                let mut members = crate::model::members::Members::new(to, &self.$extra)?;
                $(crate::model::fields::$kind::write(&mut members, $wire, &self.$field)?;)*
                members.end()
            }
        }
    };
}
pub(crate) use record;

/// The number of the field that comes next. Fields that have none are kept.
#[inline]
pub(crate) fn next<'de, A: MapAccess<'de>>(
    map: &mut A,
    find: fn(&str) -> Option<usize>,
    extra: &mut Extra,
) -> Result<Option<usize>, A::Error> {
    let mut unknown = String::new();
    loop {
        let unknown = &mut unknown;
        match map.next_key_seed(Find { find, unknown })? {
            Some(Some(number)) => return Ok(Some(number)),
            Some(None) => keep(map, std::mem::take(unknown), extra)?,
            None => return Ok(None),
        }
    }
}

#[cold]
#[inline(never)]
fn keep<'de, A: MapAccess<'de>>(
    map: &mut A,
    name: String,
    extra: &mut Extra,
) -> Result<(), A::Error> {
    extra.insert(name, map.next_value()?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use serde_json::json;

    use super::*;

    #[derive(Clone, Debug, PartialEq)]
    struct Order {
        id: String,
        type_: Option<String>,
        tags: Vec<String>,
        items: Vec<i64>,
        at: Option<DateTime<Utc>>,
        lines: Vec<Line>,
        owner: Option<Box<Owner>>,
        extra: Extra,
    }
    record!(Order {
        id "id" required,
        type_ "type" optional,
        tags "tags" list,
        items "items" page_records,
        at "at" optional_time,
        lines "lines" list,
        owner "owner" optional,
    } extra);

    #[derive(Clone, Debug, PartialEq)]
    struct Line {
        sku: Option<String>,
        quantity: Option<i64>,
        extra: Extra,
    }
    record!(Line { sku "sku" optional, quantity "quantity" optional } extra);

    #[derive(Clone, Debug, PartialEq)]
    struct Owner {
        id: String,
        extra: Extra,
    }
    record!(Owner { id "id" required } extra);

    fn read(sent: Value) -> (Order, Vec<String>) {
        let (order, found) = deviation::collect(|| serde_json::from_value(sent).unwrap());
        let mut found: Vec<String> = found.list.iter().map(ToString::to_string).collect();
        // The order of members is lost where a map of JSON does not keep it.
        found.sort();
        (order, found)
    }

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
    fn what_cannot_be_understood_is_kept_and_written_back() {
        let sent = json!({
            "id": "a",
            "items": [],
            "type": {"name": "x"},
            "tags": "a,b",
            "at": "0000-00-00",
            "lines": [{"sku": "s", "quantity": 2.5, "new": null}, {"quantity": []}],
            "owner": {"name": "no id"},
        });
        let (order, found) = read(sent.clone());
        assert_eq!(
            found,
            [
                "at: string in place of date-time",
                "lines[].quantity: empty array in place of integer",
                "lines[].quantity: number in place of integer",
                "owner: object in place of object",
                "tags: string in place of array",
                "type: object in place of string",
            ]
        );
        assert_eq!(order.extra["type"], sent["type"]);
        assert_eq!(order.lines[0].extra["quantity"], json!(2.5));
        assert_eq!((order.tags.len(), &order.owner), (0, &None));
        assert_eq!(serde_json::to_value(&order).unwrap(), sent);
        assert_eq!(read(sent).0, order);
    }

    #[test]
    fn items_that_cannot_be_understood_cost_only_themselves() {
        let sent = json!({
            "id": "a",
            "items": [],
            "tags": ["a", [1], null, 2, ""],
            "lines": [null, {"sku": 1}, "x"],
        });
        let (order, found) = read(sent);
        assert_eq!(order.tags, ["a", "2", ""]);
        assert_eq!(order.lines[0].sku.as_deref(), Some("1"));
        assert_eq!(
            found,
            [
                "lines[].sku: integer in place of string",
                "lines[]: null in place of object",
                "lines[]: string in place of object",
                "tags[]: array in place of string",
                "tags[]: integer in place of string",
                "tags[]: null in place of string",
            ]
        );
        let stored = serde_json::to_value(&order).unwrap();
        assert_eq!(stored["tags"], json!(["a", "2", "", [1]]));
        assert_eq!(stored["lines"], json!([{"sku": "1"}, "x"]));
        assert_eq!(read(stored).0, order);
    }

    #[test]
    fn a_field_that_is_set_later_comes_before_what_was_kept_for_it() {
        let (mut order, _) = read(json!({"id": "a", "items": [], "type": [1], "tags": "a,b"}));
        order.type_ = Some("x".to_owned());
        order.tags = vec!["a".to_owned()];
        assert_eq!(
            serde_json::to_value(&order).unwrap(),
            json!({"id": "a", "items": [], "type": "x", "tags": ["a"]})
        );
    }

    #[test]
    fn an_error_names_the_problem() {
        for (json, says) in [
            (r#"{"items":[]}"#, "missing field `id`"),
            (
                r#"{"id":null,"items":[]}"#,
                "invalid type: null, expected string",
            ),
            (
                r#"{"id":{},"items":[]}"#,
                "invalid type: object, expected string",
            ),
            (r#"{"id":"a"}"#, "missing field `items`"),
            (r#"[]"#, "expected a map that is a Order"),
        ] {
            let error = serde_json::from_str::<Order>(json).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
    }

    #[test]
    fn an_id_that_is_a_number_is_a_text() {
        let (order, found) = read(json!({"id": 12345, "items": []}));
        assert_eq!(order.id, "12345");
        assert_eq!(found, ["id: integer in place of string"]);
    }
}
