//! The records of one connection, by collection and id. Those that were never changed are made from the seed each time.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Bound;
use std::sync::Arc;

use serde_json::Value;

use crate::emulator::document::Document;

use super::generate::Generator;

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

/// A place in a list: what the order goes by, then the id.
pub(crate) type Key = (String, String);

#[derive(Clone)]
pub(crate) struct Store {
    document: Arc<Document>,
    pub(crate) seed: u64,
    pub(crate) records: usize,
    order: ListOrder,
    collections: HashMap<String, Changes>,
}

/// What differs from the records of the seed.
#[derive(Clone, Default)]
struct Changes {
    /// Records of the seed that were changed or removed, by their numbers.
    gone: HashSet<usize>,
    /// Records that were put, as JSON text: a tenth of the memory of the values.
    put: HashMap<String, (String, Box<str>)>,
    /// The ids of records that were put, in order.
    order: BTreeMap<Key, ()>,
    /// Where the search for a free id begins.
    next: usize,
}

/// A record in a list, made when it is looked at.
pub(crate) struct Listed<'a> {
    store: &'a Store,
    collection: &'a str,
    pub(crate) key: Key,
    source: Source,
}

enum Source {
    Seed(usize),
    Put(Value),
}

impl Store {
    pub(crate) fn new(
        document: Arc<Document>,
        seed: u64,
        records: usize,
        order: ListOrder,
    ) -> Self {
        Self {
            document,
            seed,
            records,
            order,
            collections: HashMap::new(),
        }
    }

    pub(crate) fn generator(&self) -> Generator<'_> {
        Generator {
            document: &self.document,
            seed: self.seed,
            records: self.records,
        }
    }

    pub(crate) fn get(&self, collection: &str, id: &str) -> Option<Value> {
        if let Some((_, json)) = self
            .collections
            .get(collection)
            .and_then(|changes| changes.put.get(id))
        {
            return serde_json::from_str(json).ok();
        }
        let index = self.index(collection, id)?;
        Some(self.generator().record(collection, index))
    }

    pub(crate) fn contains(&self, collection: &str, id: &str) -> bool {
        let changes = self.collections.get(collection);
        changes.is_some_and(|changes| changes.put.contains_key(id))
            || self.index(collection, id).is_some()
    }

    /// The number of a record that is as the seed has it.
    fn index(&self, collection: &str, id: &str) -> Option<usize> {
        let index = id
            .rsplit_once('-')?
            .1
            .parse()
            .ok()
            .filter(|index| *index < self.records)?;
        let is_gone = self
            .collections
            .get(collection)
            .is_some_and(|changes| changes.gone.contains(&index));
        let is_known = self.document.collections.contains_key(collection);
        (is_known && !is_gone && self.generator().id(collection, index) == id).then_some(index)
    }

    pub(crate) fn put(&mut self, collection: &str, id: &str, record: &Value) {
        self.remove(collection, id);
        let key = (self.sort_text(record), id.to_owned());
        let changes = self.collections.entry(collection.to_owned()).or_default();
        changes.put.insert(
            id.to_owned(),
            (key.0.clone(), record.to_string().into_boxed_str()),
        );
        changes.order.insert(key, ());
    }

    pub(crate) fn remove(&mut self, collection: &str, id: &str) -> bool {
        let index = self.index(collection, id);
        let changes = self.collections.entry(collection.to_owned()).or_default();
        if let Some(index) = index {
            return changes.gone.insert(index);
        }
        match changes.put.remove(id) {
            Some((text, _)) => changes.order.remove(&(text, id.to_owned())).is_some(),
            None => false,
        }
    }

    /// An id that no record has or had.
    pub(crate) fn free_id(&mut self, collection: &str) -> String {
        let mut next = self
            .collections
            .get(collection)
            .map_or(0, |changes| changes.next)
            .max(self.records);
        while self.contains(collection, &self.generator().id(collection, next)) {
            next += 1;
        }
        self.collections
            .entry(collection.to_owned())
            .or_default()
            .next = next + 1;
        self.generator().id(collection, next)
    }

    /// The records after a place, in order.
    pub(crate) fn list<'a>(
        &'a self,
        collection: &'a str,
        after: Option<&Key>,
    ) -> impl Iterator<Item = Listed<'a>> {
        const NONE: &BTreeMap<Key, ()> = &BTreeMap::new();
        let changes = self.collections.get(collection);
        let order = changes.map_or(NONE, |changes| &changes.order);
        let from = after.map_or(Bound::Unbounded, |key| Bound::Excluded(key.clone()));
        let mut put = order
            .range((from, Bound::Unbounded))
            .map(|(key, ())| key)
            .peekable();
        let first = after.map_or(0, |after| self.first_after(collection, after));
        let is_known = self.document.collections.contains_key(collection);
        let last = if is_known { self.records } else { 0 };
        let is_there =
            move |index: &usize| !changes.is_some_and(|changes| changes.gone.contains(index));
        let mut of_seed = (first..last).filter(is_there).peekable();
        std::iter::from_fn(move || {
            let seed = of_seed.peek().map(|index| self.key(collection, *index));
            let is_put_next = match (&seed, put.peek()) {
                (Some(seed), Some(put)) => *put < seed,
                (seed, _) => seed.is_none(),
            };
            let (key, source) = match (is_put_next, seed) {
                (false, Some(key)) => (key, Source::Seed(of_seed.next()?)),
                _ => {
                    let key = put.next()?.clone();
                    let json = changes.and_then(|changes| changes.put.get(&key.1));
                    let record = json.and_then(|(_, json)| serde_json::from_str(json).ok());
                    (key, Source::Put(record.unwrap_or_default()))
                }
            };
            Some(Listed {
                store: self,
                collection,
                key,
                source,
            })
        })
    }

    /// The number of the first record of the seed that comes after a place: their order is that of their numbers.
    fn first_after(&self, collection: &str, after: &Key) -> usize {
        let (mut from, mut to) = (0, self.records);
        while from < to {
            let middle = from + (to - from) / 2;
            match self.key(collection, middle) <= *after {
                true => from = middle + 1,
                false => to = middle,
            }
        }
        from
    }

    fn key(&self, collection: &str, index: usize) -> Key {
        let generator = self.generator();
        let text = match self.order {
            ListOrder::Id => String::new(),
            ListOrder::Created => generator.time("trackstar_created_date", index),
            ListOrder::Updated => generator.time("trackstar_updated_date", index),
        };
        (text, generator.id(collection, index))
    }

    fn sort_text(&self, record: &Value) -> String {
        let names = match self.order {
            ListOrder::Id => return String::new(),
            ListOrder::Created => ["trackstar_created_date", "created_date"],
            ListOrder::Updated => ["trackstar_updated_date", "updated_date"],
        };
        let found = names.iter().find_map(|name| record[name].as_str());
        found.unwrap_or_default().to_owned()
    }
}

impl Listed<'_> {
    pub(crate) fn field(&self, name: &str) -> Value {
        match &self.source {
            Source::Seed(index) => self.store.generator().field(self.collection, *index, name),
            Source::Put(record) => record[name].clone(),
        }
    }

    pub(crate) fn record(self) -> Value {
        match self.source {
            Source::Seed(index) => self.store.generator().record(self.collection, index),
            Source::Put(record) => record,
        }
    }
}
