//! YAML text to a JSON value: keys are texts, merge keys are applied, and huge integers are numbers.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use yaml_serde::Value as Yaml;

use crate::input::pointer::Pointer;
use crate::input::problem::Problem;

/// Reads a text.
pub fn read(text: &str) -> Result<Value, Problem> {
    let parsed: Result<Large, _> = yaml_serde::from_str(text);
    let Large(value) = parsed.map_err(|cause| {
        let place = cause.location().map_or_else(
            || "an unknown place".to_owned(),
            |place| format!("line {}, column {}", place.line(), place.column()),
        );
        Problem::new(format!("this is not YAML: {cause}"))
            .at_place(place)
            .remedy("fix the syntax there")
            .caused_by(cause)
    })?;
    to_json(value, &Pointer::default())
}

/// A YAML value in which integers beyond 64 bits are numbers, as they are in JSON.
struct Large(Yaml);

impl<'de> Deserialize<'de> for Large {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(LargeVisitor).map(Self)
    }
}

struct LargeVisitor;

impl<'de> Visitor<'de> for LargeVisitor {
    type Value = Yaml;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<Yaml, E> {
        Ok(Yaml::Null)
    }

    fn visit_none<E>(self) -> Result<Yaml, E> {
        Ok(Yaml::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Yaml, D::Error> {
        Large::deserialize(from).map(|Large(value)| value)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Yaml, E> {
        Ok(Yaml::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Yaml, E> {
        Ok(Yaml::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Yaml, E> {
        Ok(Yaml::Number(value.into()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Yaml, E> {
        Ok(Yaml::Number((value as f64).into()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Yaml, E> {
        Ok(Yaml::Number((value as f64).into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Yaml, E> {
        Ok(Yaml::Number(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Yaml, E> {
        Ok(Yaml::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Yaml, A::Error> {
        let mut list = Vec::new();
        while let Some(Large(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Yaml::Sequence(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Yaml, A::Error> {
        let mut map = yaml_serde::Mapping::new();
        while let Some((Large(key), Large(member))) = members.next_entry()? {
            if map.contains_key(&key) {
                let key = key.as_str().unwrap_or("of no text");
                return Err(de::Error::custom(format!("duplicate key `{key}`")));
            }
            map.insert(key, member);
        }
        merge(&mut map).map_err(de::Error::custom)?;
        Ok(Yaml::Mapping(map))
    }

    fn visit_enum<A: de::EnumAccess<'de>>(self, tagged: A) -> Result<Yaml, A::Error> {
        let (tag, _) = tagged.variant::<String>()?;
        Err(de::Error::custom(format!(
            "the YAML tag `{tag}` is unknown; write the value without a tag"
        )))
    }
}

/// Adds what a map takes over from others by `<<`. Its own members count, and those of earlier maps.
fn merge(map: &mut yaml_serde::Mapping) -> Result<(), &'static str> {
    let others = match map.remove("<<") {
        None => return Ok(()),
        Some(Yaml::Sequence(others)) => others,
        Some(other) => vec![other],
    };
    for other in others {
        let Yaml::Mapping(other) = other else {
            return Err("a merge key `<<` takes a map, an alias of one, or a list of them");
        };
        for (key, value) in other {
            map.entry(key).or_insert(value);
        }
    }
    Ok(())
}

/// A key in YAML may be a number or a boolean. `200:` becomes the text `200`.
fn to_json(value: Yaml, at: &Pointer) -> Result<Value, Problem> {
    Ok(match value {
        Yaml::Null => Value::Null,
        Yaml::Bool(value) => value.into(),
        Yaml::String(value) => value.into(),
        Yaml::Number(number) => {
            let text = number.to_string();
            serde_json::from_str(&text).map_err(|_| {
                Problem::new(format!("{text} is not a JSON number"))
                    .at(at)
                    .remedy("write a finite number, or quote it")
            })?
        }
        Yaml::Sequence(items) => {
            let items = items.into_iter().enumerate();
            let items = items.map(|(index, item)| to_json(item, &at.child(index)));
            Value::Array(items.collect::<Result<_, _>>()?)
        }
        Yaml::Mapping(members) => {
            let mut map = Map::new();
            for (key, value) in members {
                let key = key_text(key, at)?;
                let value = to_json(value, &at.child(&key))?;
                if map.contains_key(&key) {
                    return Err(Problem::new(format!("the key `{key}` is there twice"))
                        .at(at)
                        .remedy("keep one of them"));
                }
                map.insert(key, value);
            }
            Value::Object(map)
        }
        Yaml::Tagged(tagged) => {
            return Err(
                Problem::new(format!("the YAML tag `{}` is unknown", tagged.tag))
                    .at(at)
                    .remedy("write the value without a tag"),
            );
        }
    })
}

fn key_text(key: Yaml, at: &Pointer) -> Result<String, Problem> {
    match key {
        Yaml::String(text) => Ok(text),
        Yaml::Number(number) => Ok(number.to_string()),
        Yaml::Bool(value) => Ok(value.to_string()),
        _ => Err(Problem::new("a key is neither text, number nor boolean")
            .at(at)
            .remedy("write keys as text")),
    }
}
