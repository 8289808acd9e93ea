//! Records from a seed: every value follows from the seed, the collection, the number of the record and the path of
//! the field. So any field of any record is made alone, and none of them is kept.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use fastrand::Rng;
use serde_json::{Map, Value, json};

use crate::emulator::document::Document;
use crate::emulator::document::schema::{Object, Schema, Type, seed_of};

use super::texts::{self, Place};

/// How deep a record is filled: one that holds itself would never end.
const MAX_DEPTH: u8 = 5;
/// 2026-01-05T08:00:00Z: when the first record came into being.
const FIRST: i64 = 1_767_600_000;
/// The records of a collection come into being within so many seconds, at most ten minutes from one to the next.
const WITHIN: i64 = 90 * 24 * 60 * 60;

const TEN_YEARS: i64 = 10 * 365 * 24 * 60 * 60;

#[derive(Clone, Copy)]
pub(crate) struct Generator<'a> {
    pub(crate) document: &'a Document,
    pub(crate) seed: u64,
    /// How many records each collection has: what a reference can refer to.
    pub(crate) records: usize,
}

impl Generator<'_> {
    /// The ids of a collection sort as their numbers do.
    pub(crate) fn id(&self, collection: &str, index: usize) -> String {
        let found = self.document.collections.get(collection);
        let noun = found.map_or("record", |collection| &collection.noun);
        let width = self
            .records
            .checked_ilog10()
            .map_or(6, |digits| digits.max(5) + 1);
        format!("{noun}-{index:0width$}", width = width as usize)
    }

    pub(crate) fn record(&self, collection: &str, index: usize) -> Value {
        let Some(found) = self.document.collections.get(collection) else {
            return Value::Null;
        };
        self.value_of(collection, found.record, &self.id(collection, index), index)
    }

    /// One field of a record.
    pub(crate) fn field(&self, collection: &str, index: usize, name: &str) -> Value {
        let of = self
            .document
            .collections
            .get(collection)
            .map(|found| found.record);
        let property = of.and_then(|of| self.document.schemas.property(of, name));
        let Some(property) = property else {
            return Value::Null;
        };
        let id = self.id(collection, index);
        let place = self.place(collection, &id, index);
        let place = Place {
            depth: 1,
            seed: mix(place.seed, property.seed),
            ..place
        };
        self.value(name, property.of, &place)
    }

    /// A value of a schema, the same for the same arguments.
    pub(crate) fn value_of(&self, collection: &str, of: Type, id: &str, index: usize) -> Value {
        self.value("", of, &self.place(collection, id, index))
    }

    fn place<'a>(&'a self, collection: &'a str, id: &'a str, index: usize) -> Place<'a> {
        let found = self.document.collections.get(collection);
        Place {
            area: collection.split('/').next().unwrap_or_default(),
            noun: found.map_or("record", |collection| &collection.noun),
            id,
            index,
            product: index,
            seed: mix(self.seed ^ seed_of(collection), index as u64),
            depth: 0,
        }
    }

    fn value(&self, name: &str, of: Type, place: &Place) -> Value {
        let mut rng = Rng::with_seed(place.seed);
        match self.document.schemas.get(of) {
            Schema::Enum(values) => rng
                .choice(values)
                .map_or(Value::Null, |value| Value::from(value.as_str())),
            Schema::Time => Value::from(self.time(name, place.index)),
            Schema::Decimal => json!(format!("{:.2}", money(&mut rng))),
            Schema::Text => Value::from(self.text(name, place, &mut rng)),
            Schema::Integer => json!(rng.i64(1..100)),
            Schema::Number => json!(money(&mut rng)),
            Schema::Boolean => json!(!name.starts_with("is_") || rng.bool()),
            Schema::List(_) if name == "trackstar_tags" || place.depth >= MAX_DEPTH => json!([]),
            Schema::List(item) => {
                let count = rng.u64(1..3);
                let items = (0..count).map(|number| {
                    let place = Place {
                        product: rng.usize(..self.records.max(1)),
                        depth: place.depth + 1,
                        seed: mix(place.seed, number),
                        ..*place
                    };
                    self.value(name, *item, &place)
                });
                items.collect()
            }
            Schema::Object(object) => self.object(name, object, place, &mut rng),
            Schema::Any | Schema::AnyOf(_) => Value::Null,
        }
    }

    fn object(&self, name: &str, object: &Object, place: &Place, rng: &mut Rng) -> Value {
        let mut members = Map::new();
        let inner = |seed| Place {
            depth: place.depth + 1,
            seed: mix(place.seed, seed),
            ..*place
        };
        for property in &object.properties {
            if (place.depth < MAX_DEPTH && !property.is_deprecated) || property.is_required {
                let value = self.value(&property.name, property.of, &inner(property.seed));
                members.insert(property.name.clone(), value);
            }
        }
        // A map: stock by warehouse.
        if let (Some(stem), Some(of), true) = (
            name.split("_by_").nth(1),
            object.others,
            place.depth < MAX_DEPTH,
        ) {
            let id = self.reference(stem, place, rng);
            let key = id.unwrap_or_else(|| stem.to_owned());
            members.insert(key, self.value("", of, &inner(1)));
        }
        Value::Object(members)
    }

    fn text(&self, name: &str, place: &Place, rng: &mut Rng) -> String {
        if name == "id" && place.depth > 1 {
            return format!("{:08x}", rng.u32(..));
        }
        if let Some(id) = self.reference(name, place, rng) {
            return id;
        }
        match name.rsplit('_').next() {
            Some("time" | "at") => self.time(name, place.index),
            _ => texts::text(name, place),
        }
    }

    /// The id of a record that a field refers to by its name: `warehouse_id` to one of `wms/warehouses`.
    fn reference(&self, name: &str, place: &Place, rng: &mut Rng) -> Option<String> {
        let stem = name.strip_suffix("_id")?;
        let noun = stem.trim_start_matches("parent_").trim_end_matches("_item");
        let collections = self.document.nouns.get(noun)?;
        let is_near =
            |path: &&String| !path.contains('/') || path.split('/').next() == Some(place.area);
        let collection = collections.iter().find(is_near)?;
        let index = match noun {
            "product" | "item" | "inventory" => place.product,
            _ => rng.usize(..self.records.max(1)),
        };
        Some(self.id(collection, index))
    }

    /// Times go up with the number of a record, to the second.
    pub(crate) fn time(&self, name: &str, index: usize) -> String {
        let later = match name {
            "created_date" => 0,
            "trackstar_created_date" => 60,
            "updated_date" => 3_600,
            "trackstar_updated_date" => 3_660,
            "expires_at" | "download_url_expires_at" => TEN_YEARS,
            _ => 7_200,
        };
        let records = i64::try_from(self.records.max(1)).unwrap_or(i64::MAX);
        let number = i64::try_from(index).unwrap_or_default();
        let seconds = number.saturating_mul((WITHIN / records).clamp(1, 600));
        let seconds = TimeDelta::try_seconds(FIRST.saturating_add(later).saturating_add(seconds));
        let time = seconds.and_then(|seconds| DateTime::UNIX_EPOCH.checked_add_signed(seconds));
        stamp(time.unwrap_or_default())
    }
}

fn money(rng: &mut Rng) -> f64 {
    rng.i64(100..20_000) as f64 / 100.0
}

/// Two numbers in one, spread evenly (the finalizer of SplitMix64).
fn mix(one: u64, other: u64) -> u64 {
    let mixed = one ^ other.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// A time as the API writes it.
pub(crate) fn stamp(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}
