//! An emulator that runs.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;
use tokio::sync::oneshot;

use super::api::Api;
use super::connection_records::ConnectionRecords;
use super::error::EmulatorError;
use super::faults::Faults;

/// A Trackstar API on loopback, with its own records. It stops when it is dropped.
///
/// Made by [`Emulator::builder`](Self::builder). Its records are those of the connection that there is from the
/// beginning; [`connection`](Self::connection) gives those of the others.
pub struct Emulator {
    api: Arc<Api>,
    records: ConnectionRecords,
    _stop: oneshot::Sender<()>,
}

impl Emulator {
    pub(super) fn new(api: Arc<Api>, stop: oneshot::Sender<()>) -> Self {
        let records = ConnectionRecords::new(Arc::clone(&api), None);
        Self {
            api,
            records,
            _stop: stop,
        }
    }

    /// Where it listens: `http://127.0.0.1:12345`.
    pub fn base_url(&self) -> &str {
        &self.api.base_url
    }

    /// The collections there are, by the path of their list: `wms/orders`.
    pub fn collections(&self) -> impl Iterator<Item = &str> {
        self.api.document.collections.keys().map(String::as_str)
    }

    /// The ids of all connections.
    pub fn connections(&self) -> Vec<String> {
        self.api.connection_ids()
    }

    /// The records of a connection, by its id.
    pub fn connection(&self, id: impl Into<String>) -> ConnectionRecords {
        ConnectionRecords::new(Arc::clone(&self.api), Some(id.into()))
    }

    /// The ids of all records of a collection, sorted.
    ///
    /// # Errors
    ///
    /// When there is no such collection.
    pub fn ids(&self, collection: &str) -> Result<Vec<String>, EmulatorError> {
        self.records.ids(collection)
    }

    /// A record as it is now.
    ///
    /// # Errors
    ///
    /// When there is no such record.
    pub fn record(&self, collection: &str, id: &str) -> Result<Value, EmulatorError> {
        self.records.record(collection, id)
    }

    /// Puts a record in, whatever it holds: in the place of the one with its id, or, without one, as a new one. Gives
    /// the id. It is a change in the connected system: its event is sent.
    ///
    /// # Errors
    ///
    /// When there is no such collection, or the record is not an object.
    pub fn put(&self, collection: &str, record: Value) -> Result<String, EmulatorError> {
        self.records.put(collection, record)
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
        self.records.change(collection, id, fields)
    }

    /// Removes a record. The API has no event for it.
    ///
    /// # Errors
    ///
    /// When there is no such record.
    pub fn remove(&self, collection: &str, id: &str) -> Result<(), EmulatorError> {
        self.records.remove(collection, id)
    }

    /// Lets other faults occur from now on.
    pub fn set_faults(&self, faults: Faults) {
        self.api.set_faults(faults);
    }

    /// Does what an end customer does in the connect dialog of a link token: connects an integration. Gives the code
    /// for [`exchange_link`](crate::Client::exchange_link), which works once, within ten minutes.
    ///
    /// # Errors
    ///
    /// When there is no such token, or it was used, or has expired.
    pub fn finish_link(
        &self,
        link_token: &str,
        integration_type: &str,
        integration_name: &str,
    ) -> Result<String, EmulatorError> {
        self.finished(
            link_token,
            (integration_type, integration_name),
            "auth_code",
        )
    }

    /// Does what an end customer does with a magic link: connects an integration. Gives the id of the connection.
    ///
    /// # Errors
    ///
    /// When there is no such link, or it has expired.
    pub fn open_magic_link(&self, magic_link_id: &str) -> Result<String, EmulatorError> {
        self.finished(magic_link_id, ("wms", "sandbox"), "connection_id")
    }

    fn finished(
        &self,
        token: &str,
        (area, name): (&str, &str),
        field: &str,
    ) -> Result<String, EmulatorError> {
        let refused = |refusal: super::rules::refusal::Refusal| {
            EmulatorError::Link(refusal.body["error"].to_string())
        };
        let finished = self.api.finish_link(token, area, name).map_err(refused)?;
        let found = finished[field].as_str().map(str::to_owned);
        found.ok_or_else(|| EmulatorError::Link(format!("it gives no {field}: {finished}")))
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("Emulator");
        fields
            .field("base_url", &self.base_url())
            .finish_non_exhaustive()
    }
}
