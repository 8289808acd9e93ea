//! Keeping a copy: all records of a connection, kept fresh, and none lost.
//!
//! [`Client::changes`](crate::Client::changes) reads all records of one kind, and then what has changed. It stores nothing
//! itself: each batch comes with a [`Checkpoint`](crate::changes::Checkpoint), and you store both in one transaction.
//!
//! ```no_run
//! use futures_util::TryStreamExt as _;
//! use trackstar_api::changes::Checkpoint;
//! use trackstar_api::types::Order;
//!
//! # async fn run(connection: trackstar_api::Client) -> Result<(), Box<dyn std::error::Error>> {
//! # fn load() -> Option<String> { None }
//! # fn store(_: Vec<Order>, _: String) {}
//! let stored = load().map(|json| serde_json::from_str(&json));
//! let checkpoint: Option<Checkpoint> = stored.transpose()?;
//! let mut changes = connection.changes::<Order>(checkpoint);
//! while let Some(batch) = changes.try_next().await? {
//!     for record in &batch.unreadable {
//!         eprintln!("{record}: {}", record.json());
//!     }
//!     store(batch.records, serde_json::to_string(&batch.checkpoint)?); // one transaction
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Whenever the process dies, the next one begins with the stored checkpoint, and nothing is lost.
//!
//! # What to store
//!
//! - A batch may hold a record that you have already. Store records by their ids.
//! - Keep the stored record if its `trackstar_updated_date` is later than that of the one that comes.
//! - A connection has several kinds of records. Each has a stream and a checkpoint of its own.
//! - While the vendor has not yet read a kind for the first time, its list is empty. Set
//!   [`connection_id`](crate::changes::Changes::connection_id), so that an empty list is believed when it may be.
//!
//! # Staying fresh
//!
//! The stream ends when everything that had changed has been given. Run it from a schedule, or let it go on:
//!
//! ```no_run
//! use std::time::Duration;
//! use trackstar_api::changes::Checkpoint;
//! use trackstar_api::types::Order;
//!
//! # fn run(connection: trackstar_api::Client, checkpoint: Checkpoint) {
//! let changes = connection
//!     .changes::<Order>(checkpoint)
//!     .connection_id("the-connection-id")
//!     .every(Duration::from_secs(60)); // also goes on after an error
//! # let _ = changes;
//! # }
//! ```
//!
//! With the feature `webhooks`, `with_events` brings the records of events as soon as they come. Polling goes on beside
//! them, because an endpoint may be down. `progress` counts the events that were missed.
//!
//! Many connections are one stream: [`changes_of`](crate::changes::changes_of). Each has its own rate limit, and an error of
//! one does not stop the others.
//!
//! # What was deleted
//!
//! The API does not tell. A sweep reads everything once more and compares it with the ids that you have:
//!
//! ```no_run
//! use trackstar_api::changes::Checkpoint;
//! use trackstar_api::types::Order;
//!
//! # fn run(connection: trackstar_api::Client, checkpoint: Checkpoint) {
//! # let copy: Vec<(String, Option<chrono::DateTime<chrono::Utc>>)> = Vec::new();
//! // The id and the trackstar_updated_date of each record.
//! let changes = connection.changes::<Order>(checkpoint).sweep(copy);
//! // Remove the records of `batch.deleted`.
//! # let _ = changes;
//! # }
//! ```
//!
//! It costs a request for each thousand records. Once a night is often enough.
//!
//! # How fast
//!
//! The first reading uses the rate limit of the token: windows of time are read at once, up to 10,000 records a second. Your
//! other requests with the same token wait in the same queue; give them a
//! [`total_timeout`](crate::ClientBuilder::total_timeout) if they must not.
//!
//! Run it: `cargo run --example keeping_a_copy`. A whole program, with SQLite or Postgres, is
//! `trackstar-api/examples/mirror`.
