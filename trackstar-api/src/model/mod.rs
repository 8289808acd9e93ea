//! What the data types are made of: how their values are read, kept and written.
//!
//! A value that is as the document says is read at no extra cost. One that is not costs at most itself: it is
//! converted where its meaning is plain; otherwise the field is absent and the value is kept, as it was sent,
//! in the record's `extra`. Each such deviation is reported to the code that [collects](deviation::collect) them.

pub(crate) mod collections;
pub(crate) mod common_fields;
pub mod deviation;
pub(crate) mod extra;
pub(crate) mod field_name;
pub(crate) mod fields;
pub(crate) mod json;
pub(crate) mod members;
pub(crate) mod money;
pub(crate) mod open_enum;
pub(crate) mod per_feature;
pub(crate) mod plain;
pub(crate) mod reading;
pub(crate) mod record;
pub(crate) mod records;
pub(crate) mod repair;
pub(crate) mod scalars;
#[cfg(feature = "schemars")]
pub(crate) mod schema;
pub(crate) mod times;
pub(crate) mod union;
pub(crate) mod unreadable;
