//! What is of a higher rank stands, and the same of lower ranks gives way, operation by operation and component by
//! component.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Merged, alike, entry, nearest, object, words};
use crate::input::pointer::Pointer;
use crate::input::problem::Problem;

/// What gave way, and what no document of the vendor has: operations, events and schemas, each by its file.
#[derive(Debug, Default)]
pub struct Outranked {
    /// What stands in a document of a higher rank.
    pub superseded: BTreeMap<String, Vec<Pointer>>,
    /// What only descriptions have. Empty while nothing gave way.
    pub only_described: BTreeMap<String, Vec<Pointer>>,
}

impl Merged {
    /// Gives way to what is of a higher rank.
    pub(super) fn give_way_to(&mut self, mut higher: Self) -> Result<(), Problem> {
        if self.value == json!({}) {
            *self = higher;
            return Ok(());
        }
        let renamed = alike::keep_names(&mut higher.value, &self.value);
        let back = renamed
            .iter()
            .map(|(now, before)| (before.clone(), now.clone()));
        let back: BTreeMap<Pointer, Pointer> = back.collect();
        let now = |at: Pointer| match nearest(&back, &at) {
            Some((before, now)) => at.rebased(before, now),
            None => at,
        };
        self.moved.extend(renamed);
        self.moved.extend(
            higher
                .moved
                .into_iter()
                .map(|(at, before)| (now(at), before)),
        );
        self.general(&mut higher.value)?;
        for (at, file) in higher.files {
            let at = now(at);
            let mut published = entry(&mut higher.value, &at)?.take();
            if let Some(described) = at.get(&self.value) {
                words::keep(&mut published, described, &self.value);
            }
            *entry(&mut self.value, &at)? = published;
            let gave_way = self.files.insert(at.clone(), file);
            if let Some(file) = gave_way.filter(|_| is_counted(&at)) {
                self.outranked.superseded.entry(file).or_default().push(at);
            }
        }
        Ok(())
    }

    /// What is said of the document as a whole.
    fn general(&mut self, higher: &mut Value) -> Result<(), Problem> {
        let ours = object(&mut self.value, &Pointer::default())?;
        for (key, value) in object(higher, &Pointer::default())? {
            match (key.as_str(), value) {
                ("tags", Value::Array(new)) => {
                    let tags = ours.entry(key).or_insert_with(|| json!([]));
                    if let Some(tags) = tags.as_array_mut() {
                        let new = new.iter().filter(|tag| !tags.contains(tag));
                        let new: Vec<Value> = new.cloned().collect();
                        tags.extend(new);
                    }
                }
                ("components" | "paths" | "webhooks", value) if value.is_object() => {
                    ours.entry(key).or_insert_with(|| json!({}));
                }
                (key, value) => {
                    ours.insert(key.to_owned(), value.clone());
                }
            }
        }
        Ok(())
    }

    /// Lists what only descriptions have, beside a document of the vendor that has more than they do not.
    pub(super) fn list_only_described(&mut self, described: &BTreeSet<String>) {
        if self.outranked.superseded.is_empty() {
            return;
        }
        let only = self.files.iter();
        for (at, file) in only.filter(|(at, file)| is_counted(at) && described.contains(*file)) {
            let files = &mut self.outranked.only_described;
            files.entry(file.clone()).or_default().push(at.clone());
        }
    }
}

fn is_counted(at: &Pointer) -> bool {
    let text = at.as_str();
    ["/paths/", "/webhooks/", "/components/schemas/"]
        .iter()
        .any(|holder| text.starts_with(holder))
}
