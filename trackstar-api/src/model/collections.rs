//! Lists and maps, whose items deviate one by one.

use std::collections::BTreeMap;

use serde::de::{Deserializer, MapAccess, SeqAccess};
use serde_json::{Map, Value};

use super::deviation::{self, Found, ITEM, MEMBER, Outcome};
use super::reading::{Readable, Reading, Tolerant, absent_if_blank, absent_if_empty};

/// A list or a map.
pub(crate) trait Collection: Default {
    fn is_empty(&self) -> bool;

    /// Writes it with the items that could not be understood, if they were kept.
    fn write_with<S: serde::Serializer>(&self, kept: &Value, to: S) -> Result<S::Ok, S::Error>;
}

impl<T: serde::Serialize> Collection for Vec<T> {
    fn is_empty(&self) -> bool {
        self.is_empty()
    }

    fn write_with<S: serde::Serializer>(&self, kept: &Value, to: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeSeq;
        let mut items = to.serialize_seq(None)?;
        self.iter()
            .try_for_each(|item| items.serialize_element(item))?;
        let kept = kept.as_array().map(Vec::as_slice).unwrap_or_default();
        kept.iter()
            .try_for_each(|item| items.serialize_element(item))?;
        items.end()
    }
}

impl<V: serde::Serialize> Collection for BTreeMap<String, V> {
    fn is_empty(&self) -> bool {
        self.is_empty()
    }

    fn write_with<S: serde::Serializer>(&self, kept: &Value, to: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut members = to.serialize_map(None)?;
        for (key, value) in self {
            members.serialize_entry(key, value)?;
        }
        let kept = kept.as_object().into_iter().flatten();
        for (key, value) in kept.filter(|(key, _)| !self.contains_key(*key)) {
            members.serialize_entry(key, value)?;
        }
        members.end()
    }
}

impl Collection for Map<String, Value> {
    fn is_empty(&self) -> bool {
        self.is_empty()
    }

    fn write_with<S: serde::Serializer>(&self, _: &Value, to: S) -> Result<S::Ok, S::Error> {
        serde::Serialize::serialize(self, to)
    }
}

/// What is kept of an item that is not what the document says. If it means nothing, its place is empty then.
#[cold]
fn unreadable_item<T: Readable>(
    reading: Reading<()>,
    slot: &mut Option<T>,
    part: &'static str,
) -> Option<Value> {
    let report = |found, outcome| deviation::report(Some(part), T::DOCUMENTED, found, outcome);
    match reading {
        Reading::Is(()) => {}
        Reading::Converted((), found) => report(found, Outcome::Converted),
        Reading::Partly((), rest) => report(Found::of(&rest), Outcome::Dropped),
        Reading::Null => {
            *slot = T::null();
            if slot.is_none() {
                report(Found::Null, Outcome::Dropped);
            }
        }
        Reading::Absent(found) => report(found, Outcome::Dropped),
        Reading::Kept(value) => {
            report(Found::of(&value), Outcome::Kept);
            return Some(*value);
        }
    }
    None
}

impl<T: Readable> Readable for Vec<T> {
    const DOCUMENTED: &'static str = "array";
    const NESTS: bool = true;

    fn from_text(text: &str) -> Reading<Self> {
        absent_if_blank(text)
    }

    fn from_seq<'de, A: SeqAccess<'de>>(mut items: A) -> Result<Reading<Self>, A::Error> {
        let (mut list, mut kept) = (Self::new(), Vec::new());
        loop {
            let before = if T::NESTS { deviation::count() } else { 0 };
            let mut slot = None;
            let Some(reading) = items.next_element_seed(Tolerant(&mut slot))? else {
                break;
            };
            if T::NESTS && deviation::count() != before {
                deviation::within(before, ITEM);
            }
            if !matches!(reading, Reading::Is(())) {
                kept.extend(unreadable_item(reading, &mut slot, ITEM));
            }
            if let Some(item) = slot {
                list.push(item);
            }
        }
        Ok(match kept.is_empty() {
            true => Reading::Is(list),
            false => Reading::Partly(list, Box::new(Value::Array(kept))),
        })
    }
}

impl<T: Readable> Readable for BTreeMap<String, T> {
    const DOCUMENTED: &'static str = "object";
    const NESTS: bool = true;

    fn from_text(text: &str) -> Reading<Self> {
        absent_if_blank(text)
    }

    fn from_seq<'de, A: SeqAccess<'de>>(items: A) -> Result<Reading<Self>, A::Error> {
        absent_if_empty(items)
    }

    fn from_map<'de, A: MapAccess<'de>>(mut members: A) -> Result<Reading<Self>, A::Error> {
        let (mut map, mut kept) = (Self::new(), Map::new());
        while let Some(key) = members.next_key::<String>()? {
            let before = deviation::count();
            let mut slot = None;
            let reading = members.next_value_seed(Tolerant(&mut slot))?;
            if T::NESTS && deviation::count() != before {
                deviation::within(before, MEMBER);
            }
            if let Some(rest) = unreadable_item(reading, &mut slot, MEMBER) {
                kept.insert(key, rest);
            } else if let Some(item) = slot {
                map.insert(key, item);
            }
        }
        Ok(match kept.is_empty() {
            true => Reading::Is(map),
            false => Reading::Partly(map, Box::new(Value::Object(kept))),
        })
    }
}

/// A map of anything.
impl Readable for Map<String, Value> {
    const DOCUMENTED: &'static str = "object";

    fn from_text(text: &str) -> Reading<Self> {
        absent_if_blank(text)
    }

    fn from_seq<'de, A: SeqAccess<'de>>(items: A) -> Result<Reading<Self>, A::Error> {
        absent_if_empty(items)
    }

    fn from_map<'de, A: MapAccess<'de>>(mut members: A) -> Result<Reading<Self>, A::Error> {
        let mut map = Self::new();
        while let Some((key, value)) = members.next_entry()? {
            map.insert(key, value);
        }
        Ok(Reading::Is(map))
    }
}

impl<T: Readable> Readable for Box<T> {
    const DOCUMENTED: &'static str = T::DOCUMENTED;
    const NESTS: bool = T::NESTS;

    fn read<'de, D: Deserializer<'de>>(
        slot: &mut Option<Self>,
        from: D,
    ) -> Result<Reading<()>, D::Error> {
        let mut inner = None;
        let reading = T::read(&mut inner, from)?;
        *slot = inner.map(Self::new);
        Ok(reading)
    }

    fn read_required<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        T::read_required(from).map(Self::new)
    }
}

/// `null` in a list or a map that may hold it.
impl<T: Readable> Readable for Option<T> {
    const DOCUMENTED: &'static str = T::DOCUMENTED;
    const NESTS: bool = T::NESTS;

    fn null() -> Option<Self> {
        Some(None)
    }

    fn read<'de, D: Deserializer<'de>>(
        slot: &mut Option<Self>,
        from: D,
    ) -> Result<Reading<()>, D::Error> {
        T::read(slot.insert(None), from)
    }
}

/// Reads what serde asks for, by the model's own reading.
pub(crate) fn deserialize<'de, T: Readable, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    T::read_required(from)
}
