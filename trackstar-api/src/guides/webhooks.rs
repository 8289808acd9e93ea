//! Webhooks: verified, once each, and none missed.
//!
//! Trackstar sends an event by POST when a record changes. Set up the endpoint in their dashboard; its secret starts with
//! `whsec_`. Events of records do not come for the initial synchronisation.
//!
//! # Verify
//!
//! Anybody can POST to an endpoint. Pass the raw body, before anything has parsed it, and the headers:
//!
//! ```
//! use trackstar_api::webhooks::{Deduplicator, Delivery, Event, EventData, Headers, Webhook};
//!
//! /// Gives the status to respond with.
//! async fn receive(
//!     webhook: &Webhook,
//!     seen: &Deduplicator,
//!     headers: &impl Headers,
//!     body: &[u8],
//! ) -> u16 {
//!     let Ok(event) = webhook.verify(headers, body) else {
//!         return 400; // it is not signed, or too old
//!     };
//!     match seen.begin(event.id()).await {
//!         Ok(Delivery::New(handling)) => match handle(event).await {
//!             Ok(()) if handling.finish().await.is_ok() => 204,
//!             _ => 500, // it is sent again, and is new then
//!         },
//!         Ok(Delivery::Done) => 204,
//!         Ok(Delivery::InProgress) | Err(_) => 503,
//!     }
//! }
//!
//! async fn handle(event: Event) -> std::io::Result<()> {
//!     match event.data() {
//!         EventData::OrderCreated(order) => println!("a new order: {}", order.id),
//!         EventData::OrderUpdated(order) if event.changed("status") => {
//!             println!("{:?}", order.status);
//!         }
//!         EventData::ConnectionCreated(_) => println!("store the access token"),
//!         EventData::Truncated(_) => println!("too large to send"),
//!         EventData::Unknown(unknown) => println!("{}: {}", event.event_type(), unknown.json()),
//!         _ => {}
//!     }
//!     Ok(())
//! }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), trackstar_api::webhooks::WebhookError> {
//! # let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
//! # let body = r#"{"event_type": "order.deleted", "data": {}}"#;
//! # let signed = trackstar_api::webhooks::testing::sign(secret, "msg_1", std::time::SystemTime::now(), body)?;
//! # let (webhook, seen) = (Webhook::new(secret)?, Deduplicator::new());
//! # assert_eq!(receive(&webhook, &seen, &signed, body.as_bytes()).await, 204);
//! # Ok(())
//! # }
//! ```
//!
//! A request with a valid signature is always an event, whatever is odd in it. While you rotate a secret,
//! [`add_secret`](crate::webhooks::Webhook::add_secret) accepts both.
//!
//! # Queue
//!
//! The sender waits a few seconds for your response, and sends the event again without one. If your work takes longer, put
//! the event in a queue and respond. An [`Event`](crate::webhooks::Event) is `Serialize` and `Deserialize`; readers of the
//! queue need no secret.
//!
//! # Once each
//!
//! Svix sends an event again until it gets a 2xx, and may send it twice even then. The
//! [`Deduplicator`](crate::webhooks::Deduplicator) tells by the `svix-id`. A [`Handling`](crate::webhooks::Handling) that
//! is dropped unfinished forgets the id, so that a crash loses no event. Several processes share an
//! [`EventStore`](crate::webhooks::EventStore): `redis::RedisDeduplicator` (feature `redis`), or one of your own in a
//! database.
//!
//! Events may arrive in another order than they happened. Compare `trackstar_updated_date` with what you have before you
//! store a record.
//!
//! # Truncated
//!
//! An event that is too large carries only the record's id and an address. Fetch the whole with your API key; it is sent to
//! the vendor's own hosts only:
//!
//! ```no_run
//! # use trackstar_api::{Client, webhooks::Event};
//! # async fn run(client: Client, event: Event) -> Result<(), trackstar_api::Error> {
//! let event = if event.is_truncated() { event.fetch(&client).await? } else { event };
//! # let _ = event;
//! # Ok(())
//! # }
//! ```
//!
//! # Missed
//!
//! Endpoints are down at times, and Svix gives up after some days. Events are a hint to look, not the only source: read
//! what changed at regular times too. The guide on keeping a copy combines both. No event tells of a deleted record.
//!
//! Test your endpoint with [`testing::sign`](crate::webhooks::testing::sign), which signs a body as the vendor does.
//!
//! Run it: `cargo run --example webhooks --features webhooks`.
