//! Reads a snapshot from a lowered document.

use serde_json::Value;

use super::schema::text;
use super::snapshot::Snapshot;
use super::subject::{Kind, Subject};
use super::{operation, outside, types};
use crate::generate;
use crate::input::{Problem, members, operations};

impl Snapshot {
    /// Takes a snapshot of a lowered document.
    pub fn of(document: &Value) -> Result<Self, Problem> {
        let facts = generate::Facts::read(document).map_err(|cause| {
            Problem::new(format!("the API of the client cannot be read: {cause}"))
                .in_file("the lowered document")
                .remedy("say in openapi/overlay.yaml what the API does")
                .caused_by(cause)
        })?;
        let mut snapshot = Self::default();
        snapshot.insert(
            Subject::whole(Kind::Document, "API"),
            outside::facts(document),
        );
        for (path, method, operation) in operations(document, "paths") {
            let id = text(operation, "operationId");
            if let Some(known) = facts.operations.get(id) {
                let route = format!("{} {path}", method.to_uppercase());
                operation::add(&mut snapshot, id, &route, operation, known);
            }
            snapshot.reached_by(id, operation, document);
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
}
