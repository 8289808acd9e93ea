//! An emulator that runs.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;
use tokio::sync::oneshot;

use super::records;
use super::respond::Api;

/// Why an emulator does not start, or has no such record.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmulatorError {
    /// The port cannot be listened on.
    #[error("the emulator cannot listen on loopback")]
    Listen(#[from] std::io::Error),
    /// The document that the emulator works from cannot be read.
    #[error("the emulator cannot read the document it works from")]
    Document(#[from] serde_json::Error),
    /// The document lists no such records, or the JSON is not an object.
    #[error(
        "the emulator has no records at `{0}`: name them as the path of their list, `wms/orders` for example"
    )]
    UnknownRecord(String),
}

/// A Trackstar API on loopback, with its own records. It stops when it is dropped.
///
/// Made by [`Emulator::builder`](Self::builder).
pub struct Emulator {
    base_url: String,
    api: Arc<Api>,
    _stop: oneshot::Sender<()>,
}

impl Emulator {
    pub(super) fn new(base_url: String, api: Arc<Api>, stop: oneshot::Sender<()>) -> Self {
        Self {
            base_url,
            api,
            _stop: stop,
        }
    }

    /// Where it listens: `http://127.0.0.1:12345`.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The collections there are, by the path of their list: `wms/orders`.
    pub fn collections(&self) -> impl Iterator<Item = &str> {
        self.api.document.collections.keys().map(String::as_str)
    }

    /// The ids of all records of a collection, sorted.
    ///
    /// # Errors
    ///
    /// When there is no such collection.
    pub fn ids(&self, collection: &str) -> Result<Vec<String>, EmulatorError> {
        records::ids(&self.api, collection).ok_or_else(|| unknown(collection))
    }

    /// A record as it is now.
    ///
    /// # Errors
    ///
    /// When there is no such record.
    pub fn record(&self, collection: &str, id: &str) -> Result<Value, EmulatorError> {
        let found = records::get(&self.api, collection, id);
        found.ok_or_else(|| unknown(&format!("{collection}/{id}")))
    }

    /// Puts a record in, whatever it holds: in the place of the one with its id, or, without one, as a new one. Gives
    /// the id.
    ///
    /// # Errors
    ///
    /// When there is no such collection, or the record is not an object.
    pub fn put(&self, collection: &str, record: Value) -> Result<String, EmulatorError> {
        records::put(&self.api, collection, record).ok_or_else(|| unknown(collection))
    }

    /// Sets some fields of a record, and leaves the others as they are. Gives the record.
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
        let changed = records::change(&self.api, collection, id, fields);
        changed.ok_or_else(|| unknown(&format!("{collection}/{id}")))
    }

    /// Removes a record.
    ///
    /// # Errors
    ///
    /// When there is no such record.
    pub fn remove(&self, collection: &str, id: &str) -> Result<(), EmulatorError> {
        match records::remove(&self.api, collection, id) {
            true => Ok(()),
            false => Err(unknown(&format!("{collection}/{id}"))),
        }
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("Emulator");
        fields
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

fn unknown(path: &str) -> EmulatorError {
    EmulatorError::UnknownRecord(path.to_owned())
}
