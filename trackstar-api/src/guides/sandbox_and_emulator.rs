//! Working without an account, or without real data: emulator and sandbox.
//!
//! # The emulator
//!
//! A Trackstar API on loopback that comes with the client. It keeps records, and has the vendor's rules: credentials,
//! filters, pages, rate limits, idempotency. It needs no account and no network.
//!
//! ```sh
//! cargo run --example emulator --features emulator   # prints TRACKSTAR_BASE_URL
//! ```
//!
//! Any program that uses [`Client::from_env`](crate::Client::from_env) talks to it with
//! `TRACKSTAR_BASE_URL=http://127.0.0.1:8080 TRACKSTAR_API_KEY=any`, in any language. Or start it in your tests:
//!
//! ```
//! use trackstar_api::Client;
//! use trackstar_api::emulator::Emulator;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let emulator = Emulator::builder().seed(7).records(50).start().await?;
//! let client = Client::builder()
//!     .api_key("any")
//!     .base_url(emulator.base_url())
//!     .build()?
//!     .connection("any");
//!
//! let orders = client.list_wms_orders().limit(10).await?;
//! assert_eq!(orders.data.len(), 10);
//!
//! // Past all rules:
//! let id = emulator.put("wms/orders", serde_json::json!({"order_number": "1042"}))?;
//! assert_eq!(client.get_wms_order(&id).await?.order_number.as_deref(), Some("1042"));
//! # Ok(())
//! # }
//! ```
//!
//! Records follow from the seed: the same seed gives the same records. Each connection has records of its own.
//!
//! # What may go wrong
//!
//! The emulator does on purpose what a network and an API do by accident, and sends the events of your changes:
//!
//! ```
//! use trackstar_api::emulator::{Emulator, Fault, Faults, Webhooks};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let faults = Faults::new().with(Fault::GatewayAfter, 0.02).with(Fault::CutBody, 0.01).seed(7);
//! let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
//! let events = Webhooks::new("http://127.0.0.1:3000/events", secret);
//! let emulator = Emulator::builder()
//!     .faults(faults)
//!     .webhooks(events.duplicates(0.1).out_of_order(0.1))
//!     .not_implemented("create_wms_order") // 501, as many an integration
//!     .start()
//!     .await?;
//! # let _ = emulator;
//! # Ok(())
//! # }
//! ```
//!
//! [`EmulatorBuilder`](crate::emulator::EmulatorBuilder) has more: latency, disabled operations, how long syncs take, the
//! order of lists.
//!
//! # The sandbox
//!
//! A connection of the vendor's, with made-up data, on the real API. It needs your API key:
//!
//! ```no_run
//! # async fn run(client: trackstar_api::Client) -> Result<(), trackstar_api::Error> {
//! let sandbox = client.generate_sandbox("wms").await?;
//! let connection = client.connection(sandbox.access_token.as_str());
//! let orders = connection.list_wms_orders().await?;
//!
//! // What a warehouse would do:
//! if let Some(order) = orders.data.first() {
//!     client.fulfill_sandbox_order(order.id.as_str()).await?;
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Each call resets the data of the same connection. Its changes send real events to your endpoint.
//!
//! # Which one
//!
//! | | emulator | sandbox |
//! | --- | --- | --- |
//! | needs | nothing | an API key |
//! | in CI | yes, a process of its own | one at a time: its data is shared |
//! | rules of filters, pages, limits, idempotency | as documented | real |
//! | records | random, from the seed | the vendor's |
//! | events | signed with your secret, to your address | real |
//!
//! Write tests against the emulator, and try a release against the sandbox.
