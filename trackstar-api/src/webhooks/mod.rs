//! Receiving events: verify requests, recognise repeats, and read events as their types (feature `webhooks`).
//!
//! Trackstar sends events by POST through Svix, each with the headers `svix-id`, `svix-timestamp` and
//! `svix-signature`. Anybody can POST to an endpoint; only those who know its secret can sign.
//!
//! ```
//! use trackstar_api::webhooks::{Deduplicator, EventData, Headers, Webhook, WebhookError};
//!
//! fn receive(
//!     webhook: &Webhook,
//!     seen: &Deduplicator,
//!     headers: &impl Headers,
//!     body: &[u8],
//! ) -> Result<(), WebhookError> {
//!     let event = webhook.verify(headers, body)?; // an error: respond with 400
//!     if !seen.remember(event.id()) {
//!         return Ok(()); // a repeat: respond with 200 all the same
//!     }
//!     match event.data() {
//!         EventData::ConnectionCreated(_) => println!("a new connection: {:?}", event.connection_id()),
//!         EventData::Unknown(unknown) => println!("{}: {}", event.event_type(), unknown.json()),
//!         other => println!("{other:?}"),
//!     }
//!     Ok(())
//! }
//!
//! let webhook = Webhook::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
//! let body = br#"{"event_type": "connection.created", "connection_id": "c1", "data": {}}"#;
//! let signed = trackstar_api::webhooks::testing::sign(
//!     "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
//!     "msg_1",
//!     std::time::SystemTime::now(),
//!     body,
//! )?;
//! receive(&webhook, &Deduplicator::new(), &signed, body)?;
//! # Ok::<(), WebhookError>(())
//! ```
//!
//! An event is sent again until the endpoint responds with a 2xx, and may come twice even then.

mod deduplicator;
mod error;
mod event;
mod events;
mod fetch;
mod headers;
mod previous_attributes;
pub mod testing;
mod webhook;

pub use crate::generated::events::EventData;
pub use deduplicator::Deduplicator;
pub use error::{WebhookError, WebhookErrorKind};
pub use event::Event;
pub(crate) use events::events;
pub use events::{Truncated, Unknown};
pub use headers::Headers;
pub use previous_attributes::PreviousAttributes;
pub use webhook::Webhook;

use std::sync::Arc;
use std::time::SystemTime;

/// Gives the current time.
type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;
