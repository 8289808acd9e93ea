//! Values of several types, distinguished by a tag or by the fields that each type requires.

use std::cmp::Reverse;

use serde::Serializer;
use serde_json::Value;

use super::deviation::{self, Deviations, Found, Outcome};
use super::reading::Readable;

/// One type of a union, and how it is recognised.
pub(crate) struct Branch<U> {
    /// Its type in the document.
    pub(crate) documented: &'static str,
    /// Fields that have to be there.
    pub(crate) required: &'static [&'static str],
    /// Fields that have to have one of some values.
    pub(crate) tags: &'static [(&'static str, &'static [&'static str])],
    /// Fields that may be there.
    pub(crate) others: &'static [&'static str],
    /// Reads the value as this type.
    pub(crate) read: fn(&Value) -> Option<U>,
}

impl<U> Branch<U> {
    fn fits(&self, value: &Value) -> bool {
        let is_of_type = match self.documented {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "boolean" => value.is_boolean(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            "any" | "any of several" => true,
            _ => value.is_string(),
        };
        let is_tagged = |(name, tags): &(&str, &[&str])| {
            value
                .get(name)
                .is_some_and(|value| tags.iter().any(|tag| is_tag(value, tag)))
        };
        is_of_type
            && self.required.iter().all(|name| has(value, name))
            && self.tags.iter().all(is_tagged)
    }

    /// How many of the value's fields the document describes, beside those that have to be there.
    fn described(&self, value: &Value) -> usize {
        let present = self.others.iter().filter(|name| has(value, name));
        present.count()
    }

    /// How specific it is: types with more required fields and tags are tried first.
    fn marks(&self) -> usize {
        self.required.len() + self.tags.len()
    }
}

fn has(value: &Value, name: &str) -> bool {
    value.get(name).is_some_and(|member| !member.is_null())
}

/// Whether a value is the one of a tag, which is written as a text.
fn is_tag(value: &Value, tag: &str) -> bool {
    match value {
        Value::String(text) => text == tag,
        Value::Bool(found) => tag == if *found { "true" } else { "false" },
        Value::Number(found) => found.to_string() == tag,
        _ => false,
    }
}

/// The value as the type that it fits best, if it fits one: by its tags and required fields; of types that these do
/// not distinguish, by the fields that are described and how many of them are as the document says.
pub(crate) fn choose<U>(value: &Value, mut branches: Vec<Branch<U>>) -> Option<U> {
    branches.retain(|branch| branch.fits(value));
    branches.sort_by_cached_key(|branch| Reverse((branch.marks(), branch.described(value))));
    let mut best: Option<(usize, usize, U, Deviations)> = None;
    for branch in &branches {
        let (marks, described) = (branch.marks(), branch.described(value));
        if best.as_ref().is_some_and(|(of_best, ..)| *of_best != marks) {
            break;
        }
        let (read, deviations) = deviation::collect(|| (branch.read)(value));
        let Some(read) = read else { continue };
        let deviating = deviations.list.len() + deviations.more;
        let good = described.saturating_sub(deviating);
        let is_best = best.as_ref().is_none_or(|(_, of_best, _, found)| {
            good > *of_best || (good == *of_best && deviating < found.list.len() + found.more)
        });
        if is_best {
            best = Some((marks, good, read, deviations));
        }
        // No other one can have more.
        if deviating == 0 {
            break;
        }
    }
    let (_, _, read, deviations) = best?;
    deviation::add(deviations);
    Some(read)
}

/// The value as one of the types.
pub(crate) fn read<T: Readable>(value: &Value) -> Option<T> {
    T::read_required(value).ok()
}

/// Reports a value that is of none of the types.
pub(crate) fn report_unknown(value: &Value) {
    deviation::report(None, "any of several", Found::of(value), Outcome::Kept);
}

/// Writes a value that is of none of the types.
pub(crate) fn write_unknown<S: Serializer>(value: &Value, to: S) -> Result<S::Ok, S::Error> {
    serde::Serialize::serialize(value, to)
}

/// Lets a union of the generated file be read and written: for each type its variant, the fields that it
/// requires, its tags, and its other fields. What is of no type is its variant `Unknown`.
macro_rules! union_of {
    ($name:ident { $(
        $variant:ident($ty:ty) [$($required:literal),*] { $($tag:literal: $($value:literal)|+),* } $([$($other:literal),*])?
    ),* $(,)? }) => {
        crate::model::per_feature::sampled_union!($name { $($variant($ty)),* });
        crate::model::per_feature::described_union!($name { $($ty),* });

        impl crate::model::reading::Readable for $name {
            const DOCUMENTED: &'static str = "any of several";
            const NESTS: bool = true;

            // No schema is called like this parameter.
            fn read<'de, __D: ::serde::Deserializer<'de>>(
                slot: &mut Option<Self>,
                from: __D,
            ) -> Result<crate::model::reading::Reading<()>, __D::Error> {
                let value: ::serde_json::Value = ::serde::Deserialize::deserialize(from)?;
                if value.is_null() {
                    return Ok(crate::model::reading::Reading::Null);
                }
                let branches = vec![$(crate::model::union::Branch {
                    documented: <$ty as crate::model::reading::Readable>::DOCUMENTED,
                    required: &[$($required),*],
                    tags: &[$(($tag, &[$($value),+])),*],
                    others: &[$($($other),*)?],
                    read: |value| crate::model::union::read(value).map(Self::$variant),
                }),*];
                let chosen = crate::model::union::choose(&value, branches);
                *slot = Some(chosen.unwrap_or_else(|| {
                    crate::model::union::report_unknown(&value);
                    Self::Unknown(value)
                }));
                Ok(crate::model::reading::Reading::Is(()))
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                crate::model::reading::Readable::read_required(from)
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(value) => ::serde::Serialize::serialize(value, to),)*
                    Self::Unknown(value) => crate::model::union::write_unknown(value, to),
                }
            }
        }
    };
}
pub(crate) use union_of;

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::model::record::record;

    #[derive(Clone, Debug, PartialEq)]
    struct ById {
        id: String,
        extra: crate::model::extra::Extra,
    }
    record!(ById { id "id" required } extra);

    #[derive(Clone, Debug, PartialEq)]
    struct ByBoth {
        id: String,
        name: String,
        extra: crate::model::extra::Extra,
    }
    record!(ByBoth { id "id" required, name "name" required } extra);

    #[derive(Clone, Debug, PartialEq)]
    struct Tagged {
        kind: Option<String>,
        extra: crate::model::extra::Extra,
    }
    record!(Tagged { kind "kind" optional } extra);

    #[derive(Clone, Debug, PartialEq)]
    struct First {
        a: Option<i64>,
        b: Option<i64>,
        extra: crate::model::extra::Extra,
    }
    record!(First { a "a" optional, b "b" optional } extra);

    #[derive(Clone, Debug, PartialEq)]
    struct Second {
        a: Option<Vec<i64>>,
        c: Option<i64>,
        extra: crate::model::extra::Extra,
    }
    record!(Second { a "a" optional_list, c "c" optional } extra);

    #[derive(Clone, Debug, PartialEq)]
    enum Which {
        Id(ById),
        Both(ByBoth),
        Tagged(Tagged),
        First(First),
        Second(Second),
        Number(i64),
        Text(String),
        Unknown(Value),
    }
    union_of!(Which {
        Id(ById) ["id"] {},
        Both(ByBoth) ["id", "name"] {},
        Tagged(Tagged) [] {"kind": "t" | "T"},
        First(First) [] {} ["a", "b"],
        Second(Second) [] {} ["a", "c"],
        Number(i64) [] {},
        Text(String) [] {},
    });

    #[test]
    fn a_union_is_what_fits_best_and_loses_nothing() {
        for (sent, variant) in [
            (json!({"id": "a"}), "Id"),
            (json!({"id": "a", "name": null, "more": 1}), "Id"),
            (json!({"id": "a", "name": "b"}), "Both"),
            (json!({"kind": "t", "more": {"a": [1]}}), "Tagged"),
            (json!({"kind": "T"}), "Tagged"),
            (json!({"kind": "u"}), "First"),
            (json!({"id": {"not": "a text"}}), "First"),
            (json!({}), "First"),
            (json!({"a": 1}), "First"),
            (json!({"c": 1}), "Second"),
            (json!({"a": [1]}), "Second"),
            (json!({"a": 1, "b": {}}), "First"),
            (json!(3), "Number"),
            (json!("3"), "Text"),
            (json!([3]), "Unknown"),
            (json!(true), "Unknown"),
        ] {
            let which: Which = serde_json::from_value(sent.clone()).unwrap();
            let shown = format!("{which:?}");
            assert_eq!(shown.split('(').next(), Some(variant), "{sent}");
            assert_eq!(serde_json::to_value(&which).unwrap(), sent);
        }
    }
}
