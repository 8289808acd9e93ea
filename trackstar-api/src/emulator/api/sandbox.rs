//! Sandboxes: connections to no system, in which what happens there is simulated.

use serde_json::Value;

use crate::emulator::connections::connection::Connection;
use crate::emulator::connections::integrations;
use crate::emulator::records::store::Store;
use crate::emulator::rules::refusal::Refusal;

use super::respond::Call;
use super::{Api, State};

impl Api {
    /// The sandbox of a type: the same connection each time, with its records as they were at first.
    pub(super) fn generate_sandbox(
        &self,
        state: &mut State,
        call: &Call,
    ) -> Result<Value, Refusal> {
        let area = call.id();
        if !integrations::types(&self.document)
            .iter()
            .any(|known| known == area)
        {
            return Err(Refusal::not_found(area));
        }
        let id = id_of(area);
        let token = match state.connections.get(&id) {
            Some(before) => before.token.clone(),
            None => state.new_id("token"),
        };
        let store = Store::new(
            self.document.clone(),
            self.settings.seed,
            self.settings.records,
            self.settings.order,
        );
        let times = (self.now(), self.settings.sync_times);
        let sandbox = Connection::new((id, token), (area, "sandbox"), &self.document, store, times);
        let exchanged = sandbox.exchanged(&self.document);
        state.connections.add(sandbox);
        Ok(exchanged)
    }

    /// The connection in which an operation simulates something: the sandbox of its area that has the record, or else
    /// the connection that there is from the beginning.
    pub(super) fn simulated(&self, state: &mut State, call: &Call) -> Option<String> {
        let operation = call.operation;
        let collection = operation
            .collection
            .as_deref()
            .filter(|_| operation.path.starts_with("/sandbox/simulate/"))?;
        let sandbox = id_of(collection.split('/').next().unwrap_or_default());
        let has_record = |connection: &Connection| {
            operation.is_creation() || connection.store.contains(collection, call.id())
        };
        if state.connections.get(&sandbox).is_some_and(has_record) {
            return Some(sandbox);
        }
        state.connections.first().map(|first| first.id.clone())
    }
}

fn id_of(area: &str) -> String {
    format!("sandbox-{area}")
}
