//! What is kept of each kind of record: some columns to query by, and all of it as JSON.

use std::fmt::Display;

use trackstar_api::changes::{Batch, Listed};
use trackstar_api::types::{Inventory, Order, Product};

/// A kind of record, and its table.
pub trait Kind: Listed {
    const TABLE: &'static str;
    /// The columns and their types.
    const COLUMNS: &'static [(&'static str, &'static str)];

    /// The values of the columns.
    fn values(&self) -> Vec<Option<String>>;
}

impl Kind for Order {
    const TABLE: &'static str = "orders";
    const COLUMNS: &'static [(&'static str, &'static str)] = &[
        ("order_number", "TEXT"),
        ("status", "TEXT"),
        ("created_date", "TEXT"),
    ];

    fn values(&self) -> Vec<Option<String>> {
        vec![
            self.order_number.clone(),
            text(&self.status),
            text(&self.created_date),
        ]
    }
}

impl Kind for Product {
    const TABLE: &'static str = "products";
    const COLUMNS: &'static [(&'static str, &'static str)] = &[("sku", "TEXT"), ("name", "TEXT")];

    fn values(&self) -> Vec<Option<String>> {
        vec![text(&self.sku), text(&self.name)]
    }
}

impl Kind for Inventory {
    const TABLE: &'static str = "inventory";
    const COLUMNS: &'static [(&'static str, &'static str)] = &[
        ("sku", "TEXT"),
        ("onhand", "BIGINT"),
        ("fulfillable", "BIGINT"),
    ];

    fn values(&self) -> Vec<Option<String>> {
        vec![text(&self.sku), text(&self.onhand), text(&self.fulfillable)]
    }
}

fn json(value: &impl serde::Serialize) -> Option<String> {
    serde_json::to_string(value).ok()
}

fn text(value: &Option<impl Display>) -> Option<String> {
    value.as_ref().map(ToString::to_string)
}

/// A batch as a database takes it.
pub struct Rows {
    pub columns: &'static [(&'static str, &'static str)],
    /// The id, when the record changed, its JSON, and the values of the columns.
    pub records: Vec<Vec<Option<String>>>,
    pub deleted: Vec<String>,
    /// Records that cannot be read: what is wrong, and their JSON.
    pub unreadable: Vec<(String, String)>,
    pub checkpoint: String,
}

/// The rows of a batch.
pub fn rows<R: Kind>(batch: Batch<R>) -> Rows {
    let record = |record: &R| {
        let changed = record
            .trackstar_updated_date()
            .map(|time| time.to_rfc3339());
        let mut row = vec![Some(record.id().to_owned()), changed, json(record)];
        row.extend(record.values());
        row
    };
    Rows {
        columns: R::COLUMNS,
        records: batch.records.iter().map(record).collect(),
        deleted: batch.deleted.into_iter().map(|deleted| deleted.0).collect(),
        unreadable: batch
            .unreadable
            .iter()
            .map(|record| (record.to_string(), record.json().to_string()))
            .collect(),
        checkpoint: json(&batch.checkpoint).unwrap_or_default(),
    }
}
