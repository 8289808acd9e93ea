//! Records from a seed: every value follows from the seed, the collection and the number of the record.

use chrono::{DateTime, TimeDelta, Utc};
use fastrand::Rng;
use serde_json::{Map, Value, json};

use super::document::{Document, id_field};

/// How deep a record is filled: one that holds itself would never end.
const MAX_DEPTH: u8 = 5;
/// 2026-01-05T08:00:00Z: when the first record came into being.
const FIRST: i64 = 1_767_600_000;

pub(super) struct Generator<'a> {
    pub(super) document: &'a Document,
    pub(super) seed: u64,
    /// How many records each collection has: what a reference can refer to.
    pub(super) records: usize,
}

/// Where in a record a value stands.
struct Place<'a> {
    area: &'a str,
    id: &'a str,
    index: usize,
    /// The product that this object is about: its sku and its id belong together.
    product: usize,
    depth: u8,
}

impl Generator<'_> {
    pub(super) fn id(collection: &str, index: usize) -> String {
        format!(
            "{}-{index:06}",
            singular(collection.rsplit('/').next().unwrap_or(collection))
        )
    }

    pub(super) fn record(&self, collection: &str, schema: &Value, index: usize) -> Value {
        let id = Self::id(collection, index);
        let mut record = self.value_of(collection, schema, &id, index);
        if let (Some(record), false) = (
            record.as_object_mut(),
            schema["properties"][id_field(schema)].is_null(),
        ) {
            record.insert(id_field(schema).to_owned(), json!(id));
        }
        record
    }

    /// A value of a schema, the same for the same arguments.
    pub(super) fn value_of(
        &self,
        collection: &str,
        schema: &Value,
        id: &str,
        index: usize,
    ) -> Value {
        let mix = collection.bytes().fold(self.seed, |mix, byte| {
            mix.wrapping_mul(31).wrapping_add(u64::from(byte))
        });
        let mut rng = Rng::with_seed(mix ^ (index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let area = collection.split('/').next().unwrap_or_default();
        let place = Place {
            area,
            id,
            index,
            product: index,
            depth: 0,
        };
        self.value("", schema, &place, &mut rng)
    }

    fn value(&self, name: &str, schema: &Value, place: &Place, rng: &mut Rng) -> Value {
        let schema = self.document.resolve(schema);
        if let Some(values) = schema["enum"].as_array() {
            return rng.choice(values).cloned().unwrap_or_default();
        }
        match schema["type"].as_str() {
            Some("string") if schema["format"] == "date-time" => json!(time(name, place.index)),
            Some("string") => json!(self.text(name, place, rng)),
            Some("integer") => json!(rng.i64(1..100)),
            Some("number") => json!(rng.i64(100..20_000) as f64 / 100.0),
            Some("boolean") => json!(!name.starts_with("is_") || rng.bool()),
            Some("array") if name == "trackstar_tags" || place.depth >= MAX_DEPTH => json!([]),
            Some("array") => {
                let items = (0..rng.usize(1..3)).map(|_| {
                    let place = Place {
                        product: rng.usize(..self.records.max(1)),
                        depth: place.depth + 1,
                        ..*place
                    };
                    self.value(name, &schema["items"], &place, rng)
                });
                items.collect()
            }
            Some("object") => self.object(name, schema, place, rng),
            _ => Value::Null,
        }
    }

    fn object(&self, name: &str, schema: &Value, place: &Place, rng: &mut Rng) -> Value {
        let mut object = Map::new();
        let required = |name: &String| {
            schema["required"]
                .as_array()
                .is_some_and(|all| all.iter().any(|one| one == name))
        };
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            if (place.depth >= MAX_DEPTH || property["deprecated"] == true) && !required(name) {
                continue;
            }
            let inner = Place {
                depth: place.depth + 1,
                ..*place
            };
            object.insert(name.clone(), self.value(name, property, &inner, rng));
        }
        let of_each = &schema["additionalProperties"];
        if let (Some(stem), true) = (
            name.split("_by_").nth(1),
            of_each.is_object() && place.depth < MAX_DEPTH,
        ) {
            let key = self
                .reference(stem, place, rng)
                .unwrap_or_else(|| stem.to_owned());
            let inner = Place {
                depth: place.depth + 1,
                ..*place
            };
            object.insert(key, self.value("", of_each, &inner, rng));
        }
        Value::Object(object)
    }

    fn text(&self, name: &str, place: &Place, rng: &mut Rng) -> String {
        if name == "id" && place.depth > 1 {
            return format!("{:08x}", rng.u32(..));
        }
        if let Some(id) = self.reference(name, place, rng) {
            return id;
        }
        let last = name.rsplit('_').next().unwrap_or(name);
        match (name, last) {
            ("id", _) => place.id.to_owned(),
            ("next_token", _) => String::new(),
            ("object", _) => "connection".to_owned(),
            ("openapi", _) => "3.1.0".to_owned(),
            ("integration_name", _) => "sandbox".to_owned(),
            (_, "sku") => format!("SKU-{:06}", place.product),
            (_, "number") => format!("{}", 1000 + place.index),
            (_, "url") => format!("https://example.com/{}", place.id),
            (_, "email") | ("email_address", _) => format!("ada{}@example.com", place.index),
            ("phone_number", _) | (_, "phone") => format!("+1555{:07}", place.index),
            (_, "country") => "US".to_owned(),
            (_, "currency" | "code") if name.contains("currency") => "USD".to_owned(),
            ("state", _) => "NV".to_owned(),
            ("city", _) => "Reno".to_owned(),
            ("postal_code", _) => "89501".to_owned(),
            (_, "time" | "at") => time(name, place.index),
            ("name", _) => format!(
                "{} {}",
                capital(singular(place.id.split('-').next().unwrap_or("record"))),
                place.index
            ),
            _ => format!("{} {}", name.replace('_', " "), rng.u32(1..100)),
        }
    }

    /// The id of a record that a field refers to by its name: `warehouse_id` to one of `wms/warehouses`.
    fn reference(&self, name: &str, place: &Place, rng: &mut Rng) -> Option<String> {
        let stem = name.strip_suffix("_id")?;
        let is_product = matches!(
            stem,
            "product" | "inventory_item" | "item" | "inventory" | "parent_product"
        );
        let noun = stem.trim_start_matches("parent_").trim_end_matches("_item");
        let collection = self.document.collections.keys().find(|path| {
            let (area, last) = path.rsplit_once('/').unwrap_or(("", path));
            singular(last).replace('-', "_") == noun
                && (area.split('/').next() == Some(place.area) || area.is_empty())
        })?;
        let index = match is_product {
            true => place.product,
            false => rng.usize(..self.records.max(1)),
        };
        Some(Self::id(collection, index))
    }
}

fn singular(word: &str) -> &str {
    match word.strip_suffix("ies") {
        Some(_) => word,
        None => word.strip_suffix('s').unwrap_or(word),
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// Times go up with the number of a record, to the second.
fn time(name: &str, index: usize) -> String {
    let later = match name {
        "created_date" => 0,
        "trackstar_created_date" => 60,
        "updated_date" => 3_600,
        "trackstar_updated_date" => 3_660,
        _ => 7_200,
    };
    let seconds = FIRST + later + i64::try_from(index).unwrap_or_default() * 600;
    stamp(DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds))
}

/// A time as the API writes it.
pub(super) fn stamp(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
