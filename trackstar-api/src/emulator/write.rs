//! Writes: what is sent is fitted into the record, and what does not fit is told as unused.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::document::{Document, Operation, id_field};
use super::generate::{Generator, stamp};
use super::refusal::Refusal;
use super::store::Store;

/// A field that is null, empty or "none" is refused.
pub(super) fn check_values(name: &str, body: &Value) -> Result<(), Refusal> {
    match body {
        Value::Null => Err(Refusal::invalid("json", name, "Field may not be null.")),
        Value::String(text) if text.is_empty() || text.eq_ignore_ascii_case("none") => Err(
            Refusal::invalid("json", name, "Field may be neither empty nor none."),
        ),
        Value::Array(items) => items.iter().try_for_each(|item| check_values(name, item)),
        Value::Object(members) => members
            .iter()
            .try_for_each(|(name, value)| check_values(name, value)),
        _ => Ok(()),
    }
}

/// Writes to the records of one document.
pub(super) struct Writer<'a> {
    pub(super) document: &'a Document,
    pub(super) store: &'a mut Store,
    pub(super) now: DateTime<Utc>,
}

impl Writer<'_> {
    pub(super) fn create(
        &mut self,
        operation: &Operation,
        collection: &str,
        body: &Value,
    ) -> (String, Value, Vec<String>) {
        let id = self.store.free_id(self.document, collection);
        let mut record = self.required(collection, &operation.record, &id);
        let unused = self.merge(collection, &operation.record, &mut record, body);
        record[id_field(&operation.record)] = json!(id);
        for name in ["created_date", "trackstar_created_date", "created_at"] {
            self.touch(&operation.record, &mut record, name);
        }
        if record["status"].is_null() {
            self.set_status(&operation.record, &mut record, "open");
        }
        self.save(operation, collection, &id, &mut record);
        (id, record, unused)
    }

    /// Changes a record by the last segment of the path.
    pub(super) fn change(
        &mut self,
        operation: &Operation,
        collection: &str,
        id: &str,
        (change, body): (&str, &Value),
    ) -> Result<(Value, Vec<String>), Refusal> {
        let found = self.store.get(self.document, collection, id);
        let mut record = found.ok_or_else(|| Refusal::not_found(id))?;
        let schema = self
            .document
            .collections
            .get(collection)
            .cloned()
            .unwrap_or_default();
        let mut unused = Vec::new();
        match change {
            "cancel" => self.set_status(&schema, &mut record, "cancelled"),
            "fulfill" => self.set_status(&schema, &mut record, "fulfilled"),
            "receive" => self.set_status(&schema, &mut record, "received"),
            "refund" => {}
            "adjust" | "adjust-inventory" => adjust(&schema, &mut record, body),
            "shipments" => {
                let items = &schema["properties"]["shipments"]["items"];
                let items = self.document.resolve(items).clone();
                let mut shipment = self.required(collection, &items, id);
                unused = self.merge(collection, &items, &mut shipment, body);
                match &mut record["shipments"] {
                    Value::Array(shipments) => shipments.push(shipment),
                    none => *none = json!([shipment]),
                }
            }
            _ => unused = self.merge(collection, &schema, &mut record, body),
        }
        self.save(operation, collection, id, &mut record);
        Ok((record, unused))
    }

    fn save(&mut self, operation: &Operation, collection: &str, id: &str, record: &mut Value) {
        let schema = self
            .document
            .collections
            .get(collection)
            .unwrap_or(&operation.record);
        for name in ["updated_date", "trackstar_updated_date"] {
            self.touch(schema, record, name);
        }
        self.store.put(self.document, collection, id, record);
    }

    fn touch(&self, schema: &Value, record: &mut Value, name: &str) {
        if !schema["properties"][name].is_null() {
            record[name] = json!(stamp(self.now));
        }
    }

    /// Where the record has such a status.
    fn set_status(&self, schema: &Value, record: &mut Value, status: &str) {
        let known = &self.document.resolve(&schema["properties"]["status"])["enum"];
        if known
            .as_array()
            .is_some_and(|known| known.iter().any(|one| one == status))
        {
            record["status"] = json!(status);
        }
    }

    /// A record with no more than the fields that the document requires.
    fn required(&self, collection: &str, schema: &Value, id: &str) -> Value {
        let generator = Generator {
            document: self.document,
            seed: self.store.seed,
            records: self.store.records,
        };
        let full = generator.value_of(collection, schema, id, 0);
        let names = schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str);
        Value::Object(
            names
                .map(|name| (name.to_owned(), full[name].clone()))
                .collect(),
        )
    }

    /// Sets the fields that the record has. Gives the names of the others.
    fn merge(
        &self,
        collection: &str,
        schema: &Value,
        record: &mut Value,
        body: &Value,
    ) -> Vec<String> {
        let mut unused = Vec::new();
        for (name, value) in body.as_object().into_iter().flatten() {
            let property = &schema["properties"][name];
            match self.fit(collection, property, value) {
                Some(value) if !property.is_null() => record[name] = value,
                _ => unused.push(name.clone()),
            }
        }
        unused
    }

    /// The value as the document describes it, or nothing where it is something else.
    pub(super) fn fit(&self, collection: &str, schema: &Value, value: &Value) -> Option<Value> {
        let resolved = self.document.resolve(schema);
        if value.is_null() {
            return (schema["nullable"] == true || resolved["nullable"] == true)
                .then_some(Value::Null);
        }
        if let Some(known) = resolved["enum"].as_array() {
            return known.contains(value).then(|| value.clone());
        }
        let is_fitting = match resolved["type"].as_str() {
            Some("string") if resolved["format"] == "date-time" => value
                .as_str()
                .is_some_and(|text| DateTime::parse_from_rfc3339(text).is_ok()),
            Some("string") => value.is_string(),
            Some("integer") => value.is_i64() || value.is_u64(),
            Some("number") => value.is_number(),
            Some("boolean") => value.is_boolean(),
            Some("array") => {
                let items = value.as_array()?.iter();
                return Some(
                    items
                        .filter_map(|item| self.fit(collection, &resolved["items"], item))
                        .collect(),
                );
            }
            Some("object") if !resolved["properties"].is_null() => {
                value.as_object()?;
                let mut object = self.required(collection, resolved, "1");
                self.merge(collection, resolved, &mut object, value);
                return Some(object);
            }
            Some("object") => {
                let of_each = &resolved["additionalProperties"];
                let members = value.as_object()?.iter();
                let members = members.filter_map(|(name, value)| {
                    Some((name.clone(), self.fit(collection, of_each, value)?))
                });
                return Some(Value::Object(members.collect::<Map<_, _>>()));
            }
            _ => true,
        };
        is_fitting.then(|| value.clone())
    }
}

/// Adds to, takes from or sets the stock of a record, and of one of its warehouses where the body names one.
fn adjust(schema: &Value, record: &mut Value, body: &Value) {
    let Some(quantity) = body["quantity"].as_i64() else {
        return;
    };
    let adjusted = |before: &Value| {
        let before = before.as_i64().unwrap_or_default();
        match body["adjustment_type"].as_str() {
            Some("increase" | "add") => before.saturating_add(quantity),
            Some("decrease" | "subtract" | "remove") => before.saturating_sub(quantity),
            _ => quantity,
        }
    };
    for name in ["onhand", "fulfillable", "inventory"] {
        if schema["properties"][name]["type"] == "integer" {
            record[name] = json!(adjusted(&record[name]));
        }
    }
    let Some(warehouse) = body["warehouse_id"].as_str() else {
        return;
    };
    match &mut record["inventory_by_warehouse_id"][warehouse] {
        Value::Object(counts) => {
            for name in ["onhand", "fulfillable"] {
                let count = adjusted(counts.get(name).unwrap_or(&Value::Null));
                counts.insert(name.to_owned(), json!(count));
            }
        }
        Value::Number(count) => {
            let count = json!(count);
            record["inventory_by_warehouse_id"][warehouse] = json!(adjusted(&count));
        }
        _ => {
            if let Some(warehouses) = record["inventory_by_warehouse_id"].as_object_mut() {
                warehouses.remove(warehouse);
            }
        }
    }
}
