//! Records that cannot be read, and reading records one by one.

use std::fmt;

use serde_json::Value;

use super::deviation;
use super::json::Mismatch;
use super::reading::Readable;

/// A record that cannot be read: one of a page, or the record in the response to a write.
///
/// Its `Debug` and `Display` show its position and the problem, but none of its values; [`json`](Self::json)
/// returns all of it.
#[derive(Clone, PartialEq)]
pub struct UnreadableRecord {
    index: usize,
    field: Option<String>,
    problem: String,
    json: Value,
}

impl UnreadableRecord {
    /// Its position among the records of its page, from 0.
    pub fn index(&self) -> usize {
        self.index
    }

    /// The same record, at a later position.
    pub(crate) fn moved(mut self, by: usize) -> Self {
        self.index += by;
        self
    }

    /// The id of the record, if it has one that can be read.
    pub fn id(&self) -> Option<String> {
        match self.json.get("id")? {
            Value::String(id) if !id.is_empty() => Some(id.clone()),
            Value::Number(id) => Some(id.to_string()),
            _ => None,
        }
    }

    /// The field that cannot be read or is missing, if it is known.
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// What is wrong with it.
    pub fn problem(&self) -> &str {
        &self.problem
    }

    /// The record as it was sent.
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// Takes out the record as it was sent.
    pub fn into_json(self) -> Value {
        self.json
    }
}

impl fmt::Debug for UnreadableRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnreadableRecord")
            .field("index", &self.index)
            .field("field", &self.field)
            .field("problem", &self.problem)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for UnreadableRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "record {} of the page cannot be read: ", self.index)?;
        if let Some(field) = &self.field {
            write!(f, "`{field}`: ")?;
        }
        f.write_str(&self.problem)
    }
}

/// Reads one record.
#[inline(never)]
pub(crate) fn record<T: Readable>(index: usize, json: Value) -> Result<T, Box<UnreadableRecord>> {
    let before = deviation::count();
    if let Ok(record) = T::read_required(&json) {
        return Ok(record);
    }
    deviation::forget(before);
    // Once more, to find the field.
    let mut track = serde_path_to_error::Track::new();
    let read = T::read_required(serde_path_to_error::Deserializer::new(&json, &mut track));
    let cause = match read {
        Ok(record) => return Ok(record),
        Err(cause) => cause,
    };
    deviation::forget(before);
    let path = track.path().to_string();
    let mismatch = Mismatch::Shape { path, cause };
    Err(Box::new(UnreadableRecord {
        index,
        field: mismatch.field(),
        problem: mismatch.problem(),
        json,
    }))
}

/// Reads records one by one. A value that is not a list counts as one record that cannot be read.
#[inline(never)]
pub(crate) fn records<T: Readable>(list: Value) -> (Vec<T>, Vec<UnreadableRecord>) {
    let items = match list {
        Value::Null => Vec::new(),
        Value::Array(items) => items,
        other => vec![other],
    };
    let (mut records, mut unreadable) = (Vec::with_capacity(items.len()), Vec::new());
    let before = deviation::count();
    for (index, item) in items.into_iter().enumerate() {
        match record(index, item) {
            Ok(record) => records.push(record),
            Err(record) => unreadable.push(*record),
        }
    }
    if deviation::count() != before {
        deviation::within(before, deviation::ITEM);
    }
    (records, unreadable)
}
