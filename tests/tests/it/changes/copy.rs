//! A copy as a user would keep it: what a batch brings is stored with its checkpoint, or not at all.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use trackstar_api::Record as _;
use trackstar_api::changes::{Batch, Checkpoint};
use trackstar_api::emulator::Emulator;
use trackstar_api::types::Order;

use super::ORDERS;

#[derive(Clone, Default)]
pub struct Copy {
    pub orders: BTreeMap<String, Order>,
    /// As text: that is how it is stored.
    checkpoint: Option<String>,
}

impl Copy {
    pub fn checkpoint(&self) -> Option<Checkpoint> {
        let text = self.checkpoint.as_ref()?;
        Some(serde_json::from_str(text).unwrap())
    }

    /// What a transaction does.
    pub fn store(&mut self, batch: Batch<Order>) {
        for order in batch.records {
            let stored = self.orders.get(order.id());
            let is_later =
                |stored: &Order| stored.trackstar_updated_date() > order.trackstar_updated_date();
            if !stored.is_some_and(is_later) {
                self.orders.insert(order.id().to_owned(), order);
            }
        }
        for deleted in batch.deleted {
            self.orders.remove(&deleted.0);
        }
        self.checkpoint = Some(serde_json::to_string(&batch.checkpoint).unwrap());
    }

    /// What a sweep is told of it.
    pub fn known(&self) -> Vec<(String, Option<DateTime<Utc>>)> {
        let known = self
            .orders
            .values()
            .map(|order| (order.id.clone(), order.trackstar_updated_date()));
        known.collect()
    }

    /// Each order with its number, which is another after each change.
    pub fn numbers(&self) -> BTreeMap<String, String> {
        let numbers = self.orders.values().map(|order| {
            (
                order.id.clone(),
                order.order_number.clone().unwrap_or_default(),
            )
        });
        numbers.collect()
    }
}

/// The same of what the emulator has.
pub fn numbers_of(emulator: &Emulator) -> BTreeMap<String, String> {
    let ids = emulator.ids(ORDERS).unwrap();
    let numbers = ids.into_iter().map(|id| {
        let order = emulator.record(ORDERS, &id).unwrap();
        (id, order["order_number"].as_str().unwrap().to_owned())
    });
    numbers.collect()
}
