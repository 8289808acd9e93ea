//! Receiving events: verify requests, recognise repeats, and read events as their types (feature `webhooks`).
//!
//! Trackstar sends events by POST through Svix, each with the headers `svix-id`, `svix-timestamp` and
//! `svix-signature`. Anybody can POST to an endpoint; only those who know its secret can sign.
//!
//! ```
//! use trackstar_api::webhooks::{Deduplicator, Delivery, Event, EventData, Headers, Webhook};
//!
//! /// Gives the status to respond with.
//! async fn receive(webhook: &Webhook, seen: &Deduplicator, headers: &impl Headers, body: &[u8]) -> u16 {
//!     let Ok(event) = webhook.verify(headers, body) else {
//!         return 400; // it is not signed
//!     };
//!     match seen.begin(event.id()).await {
//!         Ok(Delivery::New(handling)) => match handle(&event) {
//!             Ok(()) if handling.finish().await.is_ok() => 204,
//!             _ => 500, // the event is sent again, and is new then
//!         },
//!         Ok(Delivery::Done) => 204,
//!         // It is still being handled, and that may fail; or the store of ids has failed.
//!         Ok(Delivery::InProgress) | Err(_) => 503,
//!     }
//! }
//!
//! fn handle(event: &Event) -> std::io::Result<()> {
//!     match event.data() {
//!         EventData::ConnectionCreated(_) => println!("a new connection: {:?}", event.connection_id()),
//!         EventData::Unknown(unknown) => println!("{}: {}", event.event_type(), unknown.json()),
//!         other => println!("{other:?}"),
//!     }
//!     Ok(())
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), trackstar_api::webhooks::WebhookError> {
//! # use trackstar_api::webhooks::testing;
//! let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
//! let (webhook, seen) = (Webhook::new(secret)?, Deduplicator::new());
//! let body = br#"{"event_type": "connection.created", "connection_id": "c1", "data": {}}"#;
//! let signed = testing::sign(secret, "msg_1", std::time::SystemTime::now(), body)?;
//! assert_eq!(receive(&webhook, &seen, &signed, body).await, 204);
//! # Ok(())
//! # }
//! ```
//!
//! Svix sends an event again until the endpoint responds with a 2xx, and may send it twice even then.

mod content;
mod deduplicator;
mod error;
mod event;
mod events;
mod fetch;
mod headers;
mod memory_store;
mod previous_attributes;
mod store;
mod stored;
pub mod testing;
mod webhook;

pub use crate::generated::events::EventData;
pub use deduplicator::{Deduplicator, DeduplicatorError, Delivery, Handling};
pub use error::{WebhookError, WebhookErrorKind};
pub use event::Event;
pub(crate) use events::events;
pub use events::{Truncated, Unknown};
pub use headers::Headers;
pub use memory_store::MemoryStore;
pub use previous_attributes::PreviousAttributes;
pub use store::{Claim, ClaimState, EventStore, StoreFuture};
pub use webhook::Webhook;

use std::sync::Arc;
use std::time::SystemTime;

/// Gives the current time.
type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;
