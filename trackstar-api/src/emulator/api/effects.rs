//! What operations do to records.

use serde_json::{Map, Value, json};

use crate::emulator::connections::connection::Connection;
use crate::emulator::document::Collection;
use crate::emulator::document::operation::{Effect, Envelope, Operation, Segment};
use crate::emulator::events::{Event, differences};
use crate::emulator::records::filter::Filter;
use crate::emulator::records::generate::Generator;
use crate::emulator::records::list;
use crate::emulator::records::write::{Writer, Written};
use crate::emulator::rules::refusal::Refusal;

use super::respond::Call;
use super::{Api, State};

impl Api {
    pub(super) fn take_effect(&self, call: &Call) -> Result<Value, Refusal> {
        let mut state = self.state();
        if let Some(result) = self.administer(&mut state, call) {
            return result;
        }
        let simulated = self.simulated(&mut state, call);
        let connection = simulated.as_ref().or(call.connection.as_ref());
        let connection = connection.and_then(|id| state.connections.get_mut(id));
        match (connection, &call.operation.collection) {
            (Some(connection), Some(collection)) => self.of_records(connection, collection, call),
            _ => Ok(self.described(&state, call)),
        }
    }

    fn of_records(
        &self,
        connection: &mut Connection,
        collection: &str,
        call: &Call,
    ) -> Result<Value, Refusal> {
        let (operation, values) = (call.operation, &call.values);
        let now = self.now();
        let known = self.document.collections.get(collection);
        let function = known.map_or("", |known| &known.function);
        let has_records =
            connection.has_records(function, now) && !self.settings.disabled.contains(function);
        self.check_parents(connection, call)?;
        match &operation.effect {
            Effect::List if !has_records => {
                Ok(json!({"data": [], "next_token": null, "total_count": 0}))
            }
            Effect::List => {
                let narrowed = values
                    .iter()
                    .map(|(name, value)| Filter::equal(name, value));
                let narrowed: Vec<Filter> = narrowed.collect();
                let filters: Vec<&Filter> = call.query.filters.iter().chain(&narrowed).collect();
                list::page(
                    &connection.store,
                    collection,
                    &call.query,
                    &filters,
                    self.settings.tokens,
                )
            }
            Effect::Get => {
                let id = call.id();
                let found = connection.store.get(collection, id).filter(|_| has_records);
                let found = found.ok_or_else(|| Refusal::not_found(id))?;
                let mut parents = values.iter().rev().skip(1);
                let fits =
                    parents.all(|(name, value)| found[name].is_null() || found[name] == **value);
                match fits {
                    true => Ok(wrapped(operation, found)),
                    false => Err(Refusal::not_found(id)),
                }
            }
            Effect::Create => {
                let written = self.writer(connection).create(collection, &call.body);
                Ok(self.written(connection, known, call, None, written))
            }
            Effect::Change(change) => {
                let is_partial = call
                    .query
                    .values
                    .get("partial")
                    .is_some_and(|partial| partial == "true");
                let change = match change.as_str() {
                    "fulfill" if is_partial => "fulfill-partially",
                    change => change,
                };
                let written =
                    self.writer(connection)
                        .change(collection, call.id(), change, &call.body)?;
                Ok(self.written(connection, known, call, Some(change), written))
            }
            Effect::ChangeMany => {
                let lines = call.body["line_items"].as_array();
                let lines = || lines.into_iter().flatten();
                let id = |line: &Value| line["product_id"].as_str().unwrap_or_default().to_owned();
                // All of them, or none.
                if let Some(missing) = lines()
                    .map(id)
                    .find(|id| !connection.store.contains(collection, id))
                {
                    return Err(Refusal::not_found(&missing));
                }
                let mut records = Vec::new();
                for line in lines() {
                    let written =
                        self.writer(connection)
                            .change(collection, &id(line), "adjust", line)?;
                    self.report(connection, known, Some("adjust"), &written);
                    records.push(written.record);
                }
                Ok(json!({"data": records, "unused_fields": []}))
            }
            Effect::Attach => Ok(json!({"id": call.id(), "data": "success", "unused_fields": []})),
            Effect::Passthrough | Effect::Other => {
                Ok(self.described_of(&connection.store.generator(), call))
            }
        }
    }

    /// What is below a record is there only if the record is.
    fn check_parents(&self, connection: &Connection, call: &Call) -> Result<(), Refusal> {
        let segments = &call.operation.segments;
        let mut path: Vec<&str> = Vec::new();
        let mut values = call.values.iter();
        for (index, segment) in segments.iter().enumerate() {
            match segment {
                Segment::Fixed(text) => path.push(text),
                Segment::Parameter(_) => {
                    let Some((_, id)) = values.next() else {
                        return Ok(());
                    };
                    let path = path.join("/");
                    let is_parent =
                        index + 1 < segments.len() && self.document.collections.contains_key(&path);
                    if is_parent && !connection.store.contains(&path, id) {
                        return Err(Refusal::not_found(id));
                    }
                }
            }
        }
        Ok(())
    }

    fn writer<'a>(&'a self, connection: &'a mut Connection) -> Writer<'a> {
        Writer {
            document: &self.document,
            store: &mut connection.store,
            now: self.now(),
        }
    }

    fn written(
        &self,
        connection: &Connection,
        known: Option<&Collection>,
        call: &Call,
        change: Option<&str>,
        written: Written,
    ) -> Value {
        self.report(connection, known, change, &written);
        let mut response = wrapped(call.operation, written.record);
        if call.operation.envelope == Envelope::Write {
            response["id"] = json!(written.id);
            response["unused_fields"] = json!(written.unused);
        }
        response
    }

    /// Sends the event of a write.
    pub(super) fn report(
        &self,
        connection: &Connection,
        known: Option<&Collection>,
        change: Option<&str>,
        written: &Written,
    ) {
        let Some(noun) = known.and_then(|known| known.event.as_deref()) else {
            return;
        };
        let child = known.and_then(|known| known.child_event.as_deref());
        let name = match (&written.before, change, child) {
            (None, ..) => format!("{noun}.created"),
            (Some(_), Some("shipments" | "receive"), Some(child)) => child.to_owned(),
            (Some(_), ..) => format!("{noun}.updated"),
        };
        let previous = written
            .before
            .as_ref()
            .map(|before| differences(before, &written.record));
        let event = Event {
            previous,
            ..Event::new(&name, written.record.clone())
        };
        self.send(connection, event);
    }

    fn described(&self, state: &State, call: &Call) -> Value {
        self.described_of(&state.organisation.generator(), call)
    }

    /// A response from its schema.
    fn described_of(&self, generator: &Generator, call: &Call) -> Value {
        let operation = call.operation;
        if operation.effect == Effect::Passthrough {
            return json!({"status_code": 200, "headers": {}, "body": call.body});
        }
        let about = if call.id().is_empty() { "1" } else { call.id() };
        generator.value_of(
            operation.path.trim_start_matches('/'),
            operation.response,
            about,
            0,
        )
    }
}

/// A record or several in the response of an operation. They are moved, not copied.
pub(super) fn wrapped(operation: &Operation, record: Value) -> Value {
    let Some(name) = &operation.property else {
        return record;
    };
    let record = match operation.is_many && !record.is_array() {
        true => Value::Array(vec![record]),
        false => record,
    };
    Value::Object(Map::from_iter([(name.clone(), record)]))
}
