//! The records, by collection and id. They are kept as JSON text: a tenth of the memory of the values.

use std::collections::BTreeMap;

use serde_json::Value;

use super::document::{Document, id_field};
use super::generate::Generator;

/// One record.
struct Stored {
    created: String,
    updated: String,
    json: Box<str>,
}

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ListOrder {
    /// By id.
    #[default]
    Id,
    /// By when the record came into being.
    Created,
    /// By when the record was last changed: a record that is changed while pages are read moves.
    Updated,
}

/// Records come into being when their collection is first asked for.
pub(super) struct Store {
    pub(super) seed: u64,
    pub(super) records: usize,
    collections: BTreeMap<String, BTreeMap<String, Stored>>,
}

impl Store {
    pub(super) fn new(seed: u64, records: usize) -> Self {
        Self {
            seed,
            records,
            collections: BTreeMap::new(),
        }
    }

    fn collection(&mut self, document: &Document, path: &str) -> &mut BTreeMap<String, Stored> {
        let generator = Generator {
            document,
            seed: self.seed,
            records: self.records,
        };
        let records = self.records;
        self.collections.entry(path.to_owned()).or_insert_with(|| {
            let schema = document.collections.get(path).unwrap_or(&Value::Null);
            let record = |index| {
                (
                    Generator::id(path, index),
                    stored(&generator.record(path, schema, index)),
                )
            };
            (0..records).map(record).collect()
        })
    }

    pub(super) fn get(&mut self, document: &Document, path: &str, id: &str) -> Option<Value> {
        self.collection(document, path).get(id).map(Stored::read)
    }

    pub(super) fn put(&mut self, document: &Document, path: &str, id: &str, record: &Value) {
        self.collection(document, path)
            .insert(id.to_owned(), stored(record));
    }

    pub(super) fn remove(&mut self, document: &Document, path: &str, id: &str) -> bool {
        self.collection(document, path).remove(id).is_some()
    }

    /// An id that no record has.
    pub(super) fn free_id(&mut self, document: &Document, path: &str) -> String {
        let records = self.collection(document, path);
        let mut index = records.len();
        while records.contains_key(&Generator::id(path, index)) {
            index += 1;
        }
        Generator::id(path, index)
    }

    /// The keys of all records, sorted: what the order goes by, then the id.
    pub(super) fn keys(
        &mut self,
        document: &Document,
        path: &str,
        order: ListOrder,
    ) -> Vec<(String, String)> {
        let records = self.collection(document, path).iter();
        let mut keys: Vec<(String, String)> = records
            .map(|(id, record)| match order {
                ListOrder::Id => (String::new(), id.clone()),
                ListOrder::Created => (record.created.clone(), id.clone()),
                ListOrder::Updated => (record.updated.clone(), id.clone()),
            })
            .collect();
        keys.sort_unstable();
        keys
    }
}

impl Stored {
    fn read(&self) -> Value {
        serde_json::from_str(&self.json).unwrap_or_default()
    }
}

fn stored(record: &Value) -> Stored {
    let text = |names: [&str; 2]| {
        let found = names.iter().find_map(|name| record[name].as_str());
        found.unwrap_or_default().to_owned()
    };
    Stored {
        created: text(["trackstar_created_date", "created_date"]),
        updated: text(["trackstar_updated_date", "updated_date"]),
        json: record.to_string().into_boxed_str(),
    }
}

/// The id that a record says it has.
pub(super) fn id_of(schema: &Value, record: &Value) -> Option<String> {
    record[id_field(schema)].as_str().map(str::to_owned)
}
