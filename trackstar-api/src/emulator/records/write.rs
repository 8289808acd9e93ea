//! Writes: what is sent is fitted into the record, and what does not fit is reported as unused.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use crate::emulator::document::Document;
use crate::emulator::document::check::problem;
use crate::emulator::document::schema::{Object, Schema, Type};
use crate::emulator::rules::refusal::Refusal;

use super::generate::stamp;
use super::store::Store;

/// Writes to the records of one connection.
pub(crate) struct Writer<'a> {
    pub(crate) document: &'a Document,
    pub(crate) store: &'a mut Store,
    pub(crate) now: DateTime<Utc>,
}

/// A record after a write.
pub(crate) struct Written {
    pub(crate) id: String,
    pub(crate) record: Value,
    /// The record before. None where it is new.
    pub(crate) before: Option<Value>,
    /// What was sent and is no part of the record.
    pub(crate) unused: Vec<String>,
}

impl Writer<'_> {
    pub(crate) fn create(&mut self, collection: &str, body: &Value) -> Written {
        let id = self.store.free_id(collection);
        let of = self.record_type(collection);
        let mut record = self.required(collection, of, &id);
        let unused = self.merge(collection, of, &mut record, body);
        record["id"] = json!(id);
        for name in ["created_date", "trackstar_created_date", "created_at"] {
            self.touch(of, &mut record, name);
        }
        if record["status"].is_null() {
            self.set_status(of, &mut record, "open");
        }
        self.save(collection, &id, &mut record);
        Written {
            id,
            record,
            before: None,
            unused,
        }
    }

    /// Changes a record by the last segment of the path.
    pub(crate) fn change(
        &mut self,
        collection: &str,
        id: &str,
        change: &str,
        body: &Value,
    ) -> Result<Written, Refusal> {
        let before = self
            .store
            .get(collection, id)
            .ok_or_else(|| Refusal::not_found(id))?;
        let mut record = before.clone();
        let of = self.record_type(collection);
        let mut unused = Vec::new();
        match change {
            "cancel" => self.set_status(of, &mut record, "cancelled"),
            "fulfill" => self.set_status(of, &mut record, "fulfilled"),
            "fulfill-partially" => self.set_status(of, &mut record, "partially_fulfilled"),
            "receive" => self.set_status(of, &mut record, "received"),
            "refund" => {}
            "adjust" | "adjust-inventory" => self.adjust(of, &mut record, body),
            "shipments" => {
                unused = self.ship(collection, of, id, &mut record, body);
                self.set_status(of, &mut record, "fulfilled");
            }
            _ => unused = self.merge(collection, of, &mut record, body),
        }
        self.save(collection, id, &mut record);
        Ok(Written {
            id: id.to_owned(),
            record,
            before: Some(before),
            unused,
        })
    }

    fn record_type(&self, collection: &str) -> Type {
        let found = self.document.collections.get(collection);
        found.map(|found| found.record).unwrap_or_default()
    }

    fn save(&mut self, collection: &str, id: &str, record: &mut Value) {
        let of = self.record_type(collection);
        for name in ["updated_date", "trackstar_updated_date"] {
            self.touch(of, record, name);
        }
        self.store.put(collection, id, record);
    }

    fn touch(&self, of: Type, record: &mut Value, name: &str) {
        if self.document.schemas.property(of, name).is_some() {
            record[name] = json!(stamp(self.now));
        }
    }

    /// Where the record can have such a status.
    fn set_status(&self, of: Type, record: &mut Value, status: &str) {
        let property = self.document.schemas.property(of, "status");
        let schema = property.map(|property| self.document.schemas.get(property.of));
        if matches!(schema, Some(Schema::Enum(known)) if known.iter().any(|one| one == status)) {
            record["status"] = json!(status);
        }
    }

    /// Adds a shipment to an order.
    fn ship(
        &self,
        collection: &str,
        of: Type,
        id: &str,
        record: &mut Value,
        body: &Value,
    ) -> Vec<String> {
        let schemas = &self.document.schemas;
        let property = schemas
            .property(of, "shipments")
            .map(|property| schemas.get(property.of));
        let Some(Schema::List(item)) = property else {
            return Vec::new();
        };
        let mut shipment = self.required(collection, *item, id);
        let unused = self.merge(collection, *item, &mut shipment, body);
        match &mut record["shipments"] {
            Value::Array(shipments) => shipments.push(shipment),
            none => *none = json!([shipment]),
        }
        unused
    }

    /// A record with no more than the fields that the document requires.
    fn required(&self, collection: &str, of: Type, id: &str) -> Value {
        let mut full = self.store.generator().value_of(collection, of, id, 0);
        let is_required: HashSet<&str> = match self.document.schemas.object_of(of) {
            Some(object) => required(object).collect(),
            None => return full,
        };
        if let Some(members) = full.as_object_mut() {
            members.retain(|name, _| is_required.contains(name.as_str()));
            // Nobody has sent them: no amount is better than any.
            for member in members.values_mut().filter(|member| member.is_number()) {
                *member = json!(0);
            }
        }
        full
    }

    /// Sets the fields that the record has. Gives the names of the others.
    fn merge(&self, collection: &str, of: Type, record: &mut Value, body: &Value) -> Vec<String> {
        let mut unused = Vec::new();
        for (name, value) in body.as_object().into_iter().flatten() {
            let property = self.document.schemas.property(of, name);
            match property.and_then(|property| self.fit(collection, property.of, value)) {
                Some(value) => record[name] = value,
                None => unused.push(name.clone()),
            }
        }
        unused
    }

    /// The value as the document describes it, or nothing where it is something else.
    pub(crate) fn fit(&self, collection: &str, of: Type, value: &Value) -> Option<Value> {
        if value.is_null() && self.document.schemas.is_nullable(of) {
            return Some(Value::Null);
        }
        let schema = self.document.schemas.get(of);
        if problem(schema, value).is_some() {
            return None;
        }
        match schema {
            Schema::List(item) => {
                let items = value.as_array()?.iter();
                Some(
                    items
                        .filter_map(|one| self.fit(collection, *item, one))
                        .collect(),
                )
            }
            Schema::Object(object) if !object.properties.is_empty() => {
                let mut fitted = self.required(collection, of, "1");
                self.merge(collection, of, &mut fitted, value);
                Some(fitted)
            }
            Schema::Object(object) => {
                let of_each = object.others.unwrap_or_default();
                let members = value.as_object()?.iter();
                let members = members.filter_map(|(name, value)| {
                    Some((name.clone(), self.fit(collection, of_each, value)?))
                });
                Some(Value::Object(members.collect::<Map<_, _>>()))
            }
            _ => Some(value.clone()),
        }
    }

    /// Adds to, takes from or sets the stock of a record, and of one of its warehouses where the body names one.
    fn adjust(&self, of: Type, record: &mut Value, body: &Value) {
        let Some(quantity) = body["quantity"].as_i64() else {
            return;
        };
        let adjusted = |before: &Value| {
            let before = before.as_i64().unwrap_or_default();
            match body["adjustment_type"].as_str() {
                Some("increase") => before.saturating_add(quantity),
                Some("decrease") => before.saturating_sub(quantity),
                _ => quantity,
            }
        };
        for name in ["onhand", "fulfillable", "inventory"] {
            let property = self.document.schemas.property(of, name);
            let schema = property.map(|property| self.document.schemas.get(property.of));
            if matches!(schema, Some(Schema::Integer)) {
                record[name] = json!(adjusted(&record[name]));
            }
        }
        let warehouse = body["warehouse_id"].as_str().unwrap_or_default();
        match record["inventory_by_warehouse_id"].get_mut(warehouse) {
            Some(Value::Object(counts)) => {
                for name in ["onhand", "fulfillable"] {
                    let count = adjusted(counts.get(name).unwrap_or(&Value::Null));
                    counts.insert(name.to_owned(), json!(count));
                }
            }
            Some(count) => *count = json!(adjusted(count)),
            None => {}
        }
    }
}

fn required(object: &Object) -> impl Iterator<Item = &str> {
    let required = object
        .properties
        .iter()
        .filter(|property| property.is_required);
    required.map(|property| property.name.as_str())
}
