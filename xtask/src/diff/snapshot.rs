//! What the client offers, as facts by subject: the ground on which two documents are compared.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::schema::{reference, text};
use super::subject::{Aspect, Kind, Subject};
use super::{operation, outside, types};
use crate::generate;
use crate::operations::{is_method, members};
use crate::problem::Problem;

/// What is said of one subject, by aspect.
pub type Facts = BTreeMap<Aspect, String>;

/// All facts of a lowered document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Facts by what they are about.
    pub subjects: BTreeMap<Subject, Facts>,
    /// Which operations and webhooks reach a type or payload, by its name.
    pub reach: BTreeMap<String, BTreeSet<String>>,
}

impl Snapshot {
    /// Takes a snapshot of a lowered document.
    pub fn of(document: &Value) -> Result<Self, Problem> {
        let facts = generate::Facts::read(document).map_err(|cause| {
            Problem::new(format!("what the client offers cannot be told: {cause}"))
                .in_file("the lowered document")
                .remedy("say in openapi/overlay.yaml what the API does")
                .caused_by(cause)
        })?;
        let mut snapshot = Self::default();
        snapshot.insert(
            Subject::whole(Kind::Document, "API"),
            outside::facts(document),
        );
        for (path, item) in members(document.get("paths")) {
            for (method, operation) in members(Some(item)).filter(|(key, _)| is_method(key)) {
                let id = text(operation, "operationId");
                if let Some(known) = facts.operations.get(id) {
                    let route = format!("{} {path}", method.to_uppercase());
                    operation::add(&mut snapshot, id, &route, operation, known);
                }
                snapshot.reached_by(id, operation, document);
            }
        }
        for (name, schema) in members(document.pointer("/components/schemas")) {
            match facts.types.get(name) {
                Some(known) => types::add(&mut snapshot, name, schema, known),
                None => types::add_payload(&mut snapshot, name, schema),
            }
        }
        outside::add(&mut snapshot, document);
        Ok(snapshot)
    }

    /// How many subjects are of a kind.
    pub fn count(&self, kind: Kind) -> usize {
        let of_kind = |subject: &&Subject| subject.kind() == kind;
        self.subjects.keys().filter(of_kind).count()
    }

    pub(super) fn insert(&mut self, subject: Subject, facts: Facts) {
        self.subjects.insert(subject, facts);
    }

    /// Notes that `who` reaches every schema that `value` refers to.
    pub(super) fn reached_by(&mut self, who: &str, value: &Value, document: &Value) {
        let mut queue = vec![value];
        while let Some(value) = queue.pop() {
            match value {
                Value::Array(items) => queue.extend(items),
                Value::Object(members) => queue.extend(members.values()),
                _ => {}
            }
            let Some(name) = reference(value) else {
                continue;
            };
            let reach = self.reach.entry(name.to_owned()).or_default();
            if reach.insert(who.to_owned()) {
                let schemas = document.pointer("/components/schemas");
                queue.extend(schemas.and_then(|schemas| schemas.get(name)));
            }
        }
    }
}
