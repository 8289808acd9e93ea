//! Records read and set past all rules: what happens in the connected system. Nothing comes back for a collection that
//! the document does not have.

use serde_json::Value;

use crate::emulator::records::store::Store;
use crate::emulator::records::write::Written;

use super::{Api, State};

impl Api {
    /// The records that a collection belongs to: those of the organisation, or those of a connection.
    fn with_store<T>(
        &self,
        connection: Option<&str>,
        collection: &str,
        act: impl FnOnce(&mut Store) -> T,
    ) -> Option<T> {
        self.document.collections.get(collection)?;
        let mut state = self.state();
        store(&mut state, connection, collection).map(act)
    }

    pub(crate) fn all(&self, connection: Option<&str>, collection: &str) -> Option<Vec<Value>> {
        self.with_store(connection, collection, |store| {
            store
                .list(collection, None)
                .map(|listed| listed.record())
                .collect()
        })
    }

    /// Sorted.
    pub(crate) fn ids(&self, connection: Option<&str>, collection: &str) -> Option<Vec<String>> {
        self.with_store(connection, collection, |store| {
            let mut ids: Vec<String> = store
                .list(collection, None)
                .map(|listed| listed.key.1)
                .collect();
            ids.sort_unstable();
            ids
        })
    }

    pub(crate) fn record(
        &self,
        connection: Option<&str>,
        collection: &str,
        id: &str,
    ) -> Option<Value> {
        self.with_store(connection, collection, |store| store.get(collection, id))?
    }

    /// Gives the id: the record's own, or one that is free.
    pub(crate) fn put(
        &self,
        connection: Option<&str>,
        collection: &str,
        mut record: Value,
    ) -> Option<String> {
        record.as_object()?;
        let (id, before) = self.with_store(connection, collection, |store| {
            let own = record["id"].as_str().map(str::to_owned);
            let id = own.unwrap_or_else(|| store.free_id(collection));
            if record["id"].is_null() {
                record["id"] = Value::from(id.clone());
            }
            let before = store.get(collection, &id);
            store.put(collection, &id, &record);
            (id, before)
        })?;
        self.report_direct(
            connection,
            collection,
            Written {
                id: id.clone(),
                record,
                before,
                unused: Vec::new(),
            },
        );
        Some(id)
    }

    /// Sets some fields of a record. Gives the record.
    pub(crate) fn change(
        &self,
        connection: Option<&str>,
        collection: &str,
        id: &str,
        fields: &Value,
    ) -> Option<Value> {
        let mut record = self.record(connection, collection, id)?;
        let members = record.as_object_mut()?;
        let fields = fields.as_object()?.iter();
        members.extend(fields.map(|(name, value)| (name.clone(), value.clone())));
        self.put(connection, collection, record.clone())?;
        Some(record)
    }

    /// Whether there was such a record.
    pub(crate) fn remove(&self, connection: Option<&str>, collection: &str, id: &str) -> bool {
        self.with_store(connection, collection, |store| store.remove(collection, id))
            .unwrap_or_default()
    }

    fn report_direct(&self, connection: Option<&str>, collection: &str, written: Written) {
        let mut state = self.state();
        let known = self.document.collections.get(collection);
        let connection = match connection {
            Some(id) => state.connections.get_mut(id),
            None => state.connections.first(),
        };
        if let Some(connection) = connection {
            self.report(connection, known, None, &written);
        }
    }

    /// The connection that has this token.
    pub(crate) fn connection_of(&self, token: &str) -> Option<String> {
        self.state().connections.id_of(token).ok()
    }

    pub(crate) fn connection_ids(&self) -> Vec<String> {
        self.state()
            .connections
            .all()
            .map(|connection| connection.id.clone())
            .collect()
    }
}

fn store<'a>(
    state: &'a mut State,
    connection: Option<&str>,
    collection: &str,
) -> Option<&'a mut Store> {
    if collection == "magic-links" {
        return Some(&mut state.organisation);
    }
    let connection = match connection {
        Some(id) => state.connections.get_mut(id),
        None => state.connections.first(),
    };
    connection.map(|connection| &mut connection.store)
}
