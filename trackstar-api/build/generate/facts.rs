//! What the passes need to know about the document and cannot find in progenitor's output.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Error;
use super::document::{entries, flag, named, reach, schema, string_enum, text, texts};
use super::operation_facts::{Envelope, Operation, page};
use super::profile::Profile;

/// The member of the lowered document that holds the operations that are written by hand.
const BY_HAND: &str = "x-by-hand";
/// The name of such an operation in the client.
const RUST_NAME: &str = "x-rust-name";

/// Facts by name.
pub struct Facts {
    /// What is known of the vendor.
    pub profile: Profile,
    /// Every operation, by its id.
    pub operations: BTreeMap<String, Operation>,
    /// The operations that are written by hand, by the names of their methods.
    pub by_hand: BTreeMap<String, Operation>,
    /// The first page of the vendor's documentation.
    pub page: Option<String>,
    /// Every type that a request sends, that a response of success holds, or that an event carries.
    pub types: BTreeMap<String, TypeFacts>,
    /// The events that arrive by webhook, by type: see `event_facts`.
    pub events: BTreeMap<String, Event>,
}

/// One type of event.
pub struct Event {
    /// The features that it is compiled with; always if empty.
    pub areas: Areas,
    /// The schema of its data.
    pub data: String,
    /// One line on what happened.
    pub summary: Option<String>,
    /// More about it.
    pub description: Option<String>,
    /// Its page of the vendor's documentation.
    pub page: Option<String>,
}

/// Features that an item is compiled with; common if empty.
pub type Areas = BTreeSet<String>;

/// One named schema.
#[derive(Default)]
pub struct TypeFacts {
    /// The features that reach it.
    pub areas: Areas,
    /// Whether an operation of no feature reaches it.
    pub is_common: bool,
    /// The features of the events that reach it.
    pub event_areas: Areas,
    /// Whether an event of no feature reaches it.
    pub is_in_common_event: bool,
    /// Whether a request body reaches it.
    pub is_written: bool,
    /// Whether it is a whole response.
    pub is_response: bool,
    /// Whether operations return it in an envelope: in pages, alone, or after a write.
    pub is_resource: bool,
    /// Whether it is the subject of an operation or an event: a resource, a whole response, the data of an event.
    /// A type that occurs only within others is not.
    pub is_record: bool,
    /// Whether it is one type of a union, distinguished from the others by its required fields.
    pub is_branch: bool,
    /// Of a union, what distinguishes its types.
    pub branches: Vec<Branch>,
    /// Whether it may have fields that the document does not describe.
    pub is_open: bool,
    /// Whether it is a map of which no field is described.
    pub has_no_fields: bool,
    /// The fields that the document requires, in its order.
    pub required: Vec<String>,
    /// Whether it has an id that is a text and always there.
    pub has_id: bool,
    /// The wire values of a string enum, in document order.
    pub values: Option<Vec<String>>,
    /// Fields that are amounts of money.
    pub money: BTreeSet<String>,
    /// Fields that only responses have.
    pub read_only: BTreeSet<String>,
    /// Fields that only requests have.
    pub write_only: BTreeSet<String>,
    /// Fields that are retired.
    pub deprecated: BTreeSet<String>,
    /// What the document gives as an example of a field.
    pub examples: BTreeMap<String, Value>,
    /// Names of fields that are secrets, wherever they are.
    pub secret_fields: Vec<String>,
}

/// One type of a union, and what tells it from the others.
pub struct Branch {
    /// The variant's name.
    pub name: String,
    /// The schema of its value.
    pub schema: Value,
    /// Whether it holds the union itself, so that its value has to be in a box.
    pub is_boxed: bool,
    /// Fields that have to be there.
    pub required: Vec<String>,
    /// Fields that may be there.
    pub others: Vec<String>,
    /// Fields that have to have one of some values.
    pub tags: Vec<(String, Vec<String>)>,
}

impl Facts {
    /// Reads those of the operations from a lowered document.
    pub fn of_operations(document: &Value) -> Result<Self, Error> {
        let mut facts = Self {
            profile: Profile::read(document)?,
            operations: BTreeMap::new(),
            by_hand: BTreeMap::new(),
            page: page(document),
            types: BTreeMap::new(),
            events: BTreeMap::new(),
        };
        for (path, item) in entries(document.get("paths")) {
            for (method, value) in entries(Some(item)) {
                if let Some(id) = text(value, "operationId") {
                    let profile = &facts.profile;
                    let operation = Operation::read(&id, method, path, value, (document, profile))?;
                    facts.add_types(document, value, &operation);
                    facts.operations.insert(id, operation);
                }
            }
        }
        for (path, item) in entries(document.get(BY_HAND)) {
            for (method, value) in entries(Some(item)) {
                if let Some(id) = text(value, RUST_NAME) {
                    let read =
                        Operation::read(&id, method, path, value, (document, &facts.profile));
                    facts.by_hand.insert(id, read?);
                }
            }
        }
        Ok(facts)
    }

    /// The facts of a named schema.
    pub fn type_facts(&mut self, document: &Value, name: String) -> &mut TypeFacts {
        self.types
            .entry(name)
            .or_insert_with_key(|name| TypeFacts::of(schema(document, name), &self.profile))
    }

    fn add_types(&mut self, document: &Value, value: &Value, operation: &Operation) {
        let mut written = BTreeSet::new();
        if let Some(body) = &operation.body {
            reach(document, body, &mut written);
        }
        let mut all = written.clone();
        reach(document, &operation.response.schema, &mut all);
        reach(
            document,
            value.get("parameters").unwrap_or(&Value::Null),
            &mut all,
        );
        for name in all {
            let is_written = written.contains(&name);
            let facts = self.type_facts(document, name);
            facts.is_written |= is_written;
            match &operation.area {
                Some(area) => drop(facts.areas.insert(area.clone())),
                None => facts.is_common = true,
            }
        }
        let content = &operation.response.schema;
        if let Some(facts) = named(content).and_then(|name| self.types.get_mut(name)) {
            facts.is_record = true;
            match operation.response.envelope {
                Envelope::None => facts.is_response = true,
                _ => facts.is_resource = true,
            }
        }
    }
}

impl TypeFacts {
    /// Whether a field that the document requires has to be present.
    pub fn keeps_required(&self) -> bool {
        self.is_written || self.is_branch || self.is_record
    }

    fn of(schema: &Value, profile: &Profile) -> Self {
        // A few amounts are texts: they stay what they are.
        let is = |field: &Value, key: &str, text: &str| field.get(key).is_some_and(|v| v == text);
        let is_money =
            |field: &Value| is(field, "format", "decimal") && is(field, "type", "number");
        let fields = || entries(schema.get("properties"));
        let flagged = |key: &str| {
            fields()
                .filter(|(_, field)| flag(field, key))
                .map(|(name, _)| name.clone())
                .collect()
        };
        Self {
            is_open: schema.get("additionalProperties") == Some(&Value::Bool(true)),
            has_no_fields: fields().next().is_none(),
            required: texts(schema.get("required")),
            has_id: texts(schema.get("required"))
                .iter()
                .any(|name| name == "id")
                && fields().any(|(name, field)| name == "id" && is(field, "type", "string")),
            values: string_enum(schema),
            money: fields()
                .filter(|(_, field)| is_money(field))
                .map(|(name, _)| name.clone())
                .collect(),
            read_only: flagged("readOnly"),
            write_only: flagged("writeOnly"),
            deprecated: flagged("deprecated"),
            examples: fields()
                .filter_map(|(name, field)| Some((name.clone(), field.get("example")?.clone())))
                .collect(),
            secret_fields: profile.secret_fields.clone(),
            ..Self::default()
        }
    }

    /// The features whose operations reach it; nothing if it is common.
    pub fn features(&self) -> Areas {
        if self.is_common {
            Areas::new()
        } else {
            self.areas.clone()
        }
    }
}
