//! The records of one connection, past all rules.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use super::api::Api;
use super::error::EmulatorError;

/// The records of one connection of an [`Emulator`](super::Emulator), read and set past all rules.
#[derive(Clone)]
pub struct ConnectionRecords {
    api: Arc<Api>,
    /// None is the connection that there is from the beginning.
    connection: Option<String>,
}

impl ConnectionRecords {
    pub(super) fn new(api: Arc<Api>, connection: Option<String>) -> Self {
        Self { api, connection }
    }

    /// The access token of the connection, if there is such a connection.
    pub fn access_token(&self) -> Option<String> {
        self.api.token_of(self.connection.as_deref())
    }

    /// The ids of all records of a collection, sorted.
    ///
    /// # Errors
    ///
    /// When there is no such collection.
    pub fn ids(&self, collection: &str) -> Result<Vec<String>, EmulatorError> {
        let found = self.api.ids(self.connection.as_deref(), collection);
        found.ok_or_else(|| unknown(collection))
    }

    /// A record as it is now.
    ///
    /// # Errors
    ///
    /// When there is no such record.
    pub fn record(&self, collection: &str, id: &str) -> Result<Value, EmulatorError> {
        let found = self.api.record(self.connection.as_deref(), collection, id);
        found.ok_or_else(|| unknown(&format!("{collection}/{id}")))
    }

    /// Puts a record in, whatever it holds: in the place of the one with its id, or, without one, as a new one. Gives
    /// the id. Its event is sent.
    ///
    /// # Errors
    ///
    /// When there is no such collection, or the record is not an object.
    pub fn put(&self, collection: &str, record: Value) -> Result<String, EmulatorError> {
        let put = self.api.put(self.connection.as_deref(), collection, record);
        put.ok_or_else(|| unknown(collection))
    }

    /// Sets some fields of a record, and leaves the others as they are. Gives the record. Its event is sent.
    ///
    /// # Errors
    ///
    /// When there is no such record, or the fields are not an object.
    pub fn change(
        &self,
        collection: &str,
        id: &str,
        fields: &Value,
    ) -> Result<Value, EmulatorError> {
        let changed = self
            .api
            .change(self.connection.as_deref(), collection, id, fields);
        changed.ok_or_else(|| unknown(&format!("{collection}/{id}")))
    }

    /// Removes a record.
    ///
    /// # Errors
    ///
    /// When there is no such record.
    pub fn remove(&self, collection: &str, id: &str) -> Result<(), EmulatorError> {
        match self.api.remove(self.connection.as_deref(), collection, id) {
            true => Ok(()),
            false => Err(unknown(&format!("{collection}/{id}"))),
        }
    }
}

impl fmt::Debug for ConnectionRecords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("ConnectionRecords");
        fields
            .field("connection", &self.connection)
            .finish_non_exhaustive()
    }
}

fn unknown(path: &str) -> EmulatorError {
    EmulatorError::UnknownRecord(path.to_owned())
}
