//! What the API puts around records: pages, and the responses to writes.

use std::fmt;
use std::iter::Peekable;
use std::marker::PhantomData;
use std::vec;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap as _, SerializeSeq as _, Serializer};
use serde_json::{Map, Value};

use crate::model::extra::Extra;
use crate::model::json::{self, Mismatch};
use crate::model::reading::Readable;
use crate::model::unreadable::{self, UnreadableRecord};
use crate::model::{deviation, fields, record};

/// One page of a list.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// The records, in the order of the API.
    pub data: Vec<T>,
    /// The records that cannot be read, in the order of the API.
    pub unreadable: Vec<UnreadableRecord>,
    /// The operation's `page_token` of the next page; `None` on the last one.
    pub next_token: Option<String>,
    /// The number of records that the API reports. Its documentation does not say whether that counts this page
    /// or the whole list.
    pub total_count: Option<i64>,
}

/// The response to a write.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct WriteResponse<T> {
    /// The record after the write, if the API sends it and it can be read.
    pub data: Option<T>,
    /// The record after the write, if it cannot be read. The write has succeeded all the same.
    pub unreadable: Option<Box<UnreadableRecord>>,
    /// The id of the record that was written, if the API sends it.
    pub id: Option<String>,
    /// Fields of the request that the integration did not use.
    pub unused_fields: Vec<String>,
}

/// A single record, which is under `data`.
pub(crate) struct Data<T>(pub(crate) T);

impl<T> Page<T> {
    /// A page of these records, the last of its list.
    pub fn new(data: Vec<T>) -> Self {
        Self {
            data,
            unreadable: Vec::new(),
            next_token: None,
            total_count: None,
        }
    }

    /// Its records, in the order of the API.
    pub(super) fn into_records(self) -> IntoRecords<T> {
        let (records, unreadable) = (self.data.into_iter(), self.unreadable.into_iter());
        InOrder::new(records, unreadable, UnreadableRecord::index)
    }

    /// The records of both pages. They are counted here, since the API counted them page by page.
    pub(crate) fn followed_by(mut self, next: Self) -> Self {
        let before = self.data.len() + self.unreadable.len();
        let unreadable = next.unreadable.into_iter();
        self.unreadable
            .extend(unreadable.map(|record| record.moved(before)));
        self.data.extend(next.data);
        self.next_token = next.next_token;
        self.total_count = i64::try_from(self.data.len() + self.unreadable.len()).ok();
        self
    }
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl<T> Default for WriteResponse<T> {
    fn default() -> Self {
        Self {
            data: None,
            unreadable: None,
            id: None,
            unused_fields: Vec::new(),
        }
    }
}

impl<T> WriteResponse<T> {
    /// The response to a write of the record with this id, in which the integration used all fields.
    pub fn new(id: impl Into<String>, data: Option<T>) -> Self {
        Self {
            data,
            id: Some(id.into()),
            ..Self::default()
        }
    }
}

/// Reads an envelope by its fields, each by a kind of `model::fields`.
macro_rules! envelope {
    ($name:ident { $($field:ident: $ty:ty, $wire:literal $kind:ident;)* } $extra:ident => $build:expr) => {
        impl<'de, T: Readable> Deserialize<'de> for $name<T> {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                struct Fields<T>(PhantomData<T>);

                impl<'de, T: Readable> Visitor<'de> for Fields<T> {
                    type Value = $name<T>;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str(concat!("a map that is a ", stringify!($name)))
                    }

                    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<$name<T>, A::Error> {
                        $(let mut $field = None;)*
                        let mut $extra = Extra::default();
                        #[allow(non_camel_case_types, reason = "they are the names of the fields")]
                        enum Field { $($field,)* }
                        let find = |name: &str| match name {
                            $($wire => Some(Field::$field as usize),)*
                            _ => None,
                        };
                        while let Some(found) = record::next(&mut map, find, &mut $extra)? {
                            $(if found == Field::$field as usize {
                                fields::$kind::read(&mut $field, &mut map, $wire, &mut $extra)?;
                                continue;
                            })*
                        }
                        $(let $field: $ty = fields::$kind::finish($field, $wire)?;)*
                        Ok($build)
                    }
                }

                from.deserialize_map(Fields(PhantomData))
            }
        }
    };
}

envelope!(Page {
    data: Vec<T>, "data" page_records;
    next_token: Option<String>, "next_token" optional;
    total_count: Option<i64>, "total_count" optional;
} _extra => Page { data, unreadable: Vec::new(), next_token, total_count });

envelope!(WriteResponse {
    data: Option<T>, "data" optional;
    id: Option<String>, "id" optional;
    unused_fields: Vec<String>, "unused_fields" list;
} extra => {
    let json = extra.remove("data");
    let unreadable = json.and_then(|json| unreadable::record::<T>(0, json).err());
    WriteResponse { data, unreadable, id, unused_fields }
});

envelope!(Data { data: T, "data" required; } _extra => Data(data));

/// Reads a page: its records all at once, or one by one if one of them cannot be read.
pub(crate) fn page<T: Readable>(bytes: &[u8]) -> Result<Page<T>, Mismatch> {
    let mismatch = match json::read(bytes) {
        Err(mismatch @ Mismatch::Shape { .. }) => mismatch,
        result => return result,
    };
    one_by_one(bytes, mismatch)
}

#[cold]
#[inline(never)]
fn one_by_one<T: Readable>(bytes: &[u8], mismatch: Mismatch) -> Result<Page<T>, Mismatch> {
    let mut members: Map<String, Value> = json::read(bytes)?;
    let Some(list) = members.remove("data") else {
        return Err(mismatch);
    };
    let before = deviation::count();
    let (data, unreadable) = unreadable::records(list);
    if deviation::count() != before {
        deviation::within(before, "data");
    }
    Ok(Page {
        data,
        unreadable,
        next_token: field(&mut members, "next_token"),
        total_count: field(&mut members, "total_count"),
    })
}

/// Reads the response to a write, which may have no body.
pub(crate) fn write<T: Readable>(bytes: &[u8]) -> Result<WriteResponse<T>, Mismatch> {
    if bytes.is_empty() {
        return Ok(WriteResponse::default());
    }
    let response: WriteResponse<T> = json::read(bytes)?;
    if response.id.is_none() && response.data.is_none() && response.unreadable.is_none() {
        // All that a write gives may be absent: an error would be taken for it.
        json::refuse_error(bytes)?;
    }
    Ok(response)
}

/// A member of the envelope, if it can be read.
fn field<T: Readable>(members: &mut Map<String, Value>, name: &'static str) -> Option<T> {
    let value = members.remove(name)?;
    let mut slot = None;
    let reading = T::read(&mut slot, &value).ok()?;
    let has_value = reading.settle(name, T::DOCUMENTED, &mut Extra::default());
    slot.filter(|_| has_value)
}

impl<T: Serialize> Serialize for Page<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("data", &Records(self))?;
        if let Some(token) = &self.next_token {
            map.serialize_entry("next_token", token)?;
        }
        if let Some(count) = self.total_count {
            map.serialize_entry("total_count", &count)?;
        }
        map.end()
    }
}

/// The records of a page in the order of the API: those that can be read, and those that cannot.
pub(super) struct InOrder<R, U: Iterator> {
    records: R,
    unreadable: Peekable<U>,
    index_of: fn(&U::Item) -> usize,
    position: usize,
}

/// The records of a page that is taken apart.
pub(super) type IntoRecords<T> = InOrder<vec::IntoIter<T>, vec::IntoIter<UnreadableRecord>>;

impl<R, U: Iterator> InOrder<R, U> {
    fn new(records: R, unreadable: U, index_of: fn(&U::Item) -> usize) -> Self {
        Self {
            records,
            unreadable: unreadable.peekable(),
            index_of,
            position: 0,
        }
    }
}

impl<R: ExactSizeIterator, U: ExactSizeIterator> InOrder<R, U> {
    /// How many are left.
    pub(super) fn len(&self) -> usize {
        self.records.len() + self.unreadable.len()
    }
}

impl<R: Iterator, U: Iterator> Iterator for InOrder<R, U> {
    type Item = Result<R::Item, U::Item>;

    fn next(&mut self) -> Option<Self::Item> {
        let (index_of, position) = (self.index_of, self.position);
        self.position += 1;
        let is_due = |record: &U::Item| index_of(record) <= position;
        if let Some(record) = self.unreadable.next_if(is_due) {
            return Some(Err(record));
        }
        let record = self.records.next().map(Ok);
        record.or_else(|| self.unreadable.next().map(Err))
    }
}

/// All records of a page, those that cannot be read as they were sent.
struct Records<'a, T>(&'a Page<T>);

impl<T: Serialize> Serialize for Records<'_, T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let page = self.0;
        let mut list = to.serialize_seq(Some(page.data.len() + page.unreadable.len()))?;
        let records = InOrder::new(page.data.iter(), page.unreadable.iter(), |record| {
            record.index()
        });
        for record in records {
            match record {
                Ok(record) => list.serialize_element(record)?,
                Err(record) => list.serialize_element(record.json())?,
            }
        }
        list.end()
    }
}

impl<T: Serialize> Serialize for WriteResponse<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        if let Some(data) = &self.data {
            map.serialize_entry("data", data)?;
        } else if let Some(record) = &self.unreadable {
            map.serialize_entry("data", record.json())?;
        }
        if let Some(id) = &self.id {
            map.serialize_entry("id", id)?;
        }
        if !self.unused_fields.is_empty() {
            map.serialize_entry("unused_fields", &self.unused_fields)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests;
