//! Reads a snapshot from generated code, and from the lowered document that explains it.

use serde_json::Value;

use super::schema::text;
use super::snapshot::Snapshot;
use super::subject::{Kind, Subject};
use super::{code, operation, outside, types};
use crate::generate;
use crate::input::{Problem, members, operations};

impl Snapshot {
    /// Takes a snapshot of a client: of its generated code, and of the lowered document that it is made from.
    pub fn of(document: &Value, code: &str) -> Result<Self, Problem> {
        let facts = generate::Facts::read(document).map_err(|cause| {
            Problem::new(format!("the API of the client cannot be read: {cause}"))
                .in_file("the lowered document")
                .remedy("say in openapi/overlay.yaml what the API does")
                .caused_by(cause)
        })?;
        let mut snapshot = Self {
            subjects: code::facts(code)?,
            ..Self::default()
        };
        snapshot.insert(
            Subject::whole(Kind::Document, "API"),
            outside::facts(document),
        );
        for (_, _, operation) in operations(document, "paths") {
            let id = text(operation, "operationId");
            if let Some(known) = facts.operations.get(id) {
                let context = (document, &facts.profile);
                operation::explain(&mut snapshot, id, operation, known, context);
            }
            snapshot.reached_by(id, operation, document);
        }
        for (name, schema) in members(document.pointer("/components/schemas")) {
            if facts.types.contains_key(name) {
                types::explain(&mut snapshot, name, schema);
            } else {
                types::add_payload(&mut snapshot, name, schema);
            }
        }
        outside::add(&mut snapshot, document);
        Ok(snapshot)
    }
}
