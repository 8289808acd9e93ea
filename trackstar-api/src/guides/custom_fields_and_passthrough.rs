//! Custom fields and passthrough: what the common model leaves out.
//!
//! # Reading more than the model
//!
//! What an integration gives beyond the common model is in `additional_fields` of most records. A field that this version of
//! the client does not know, or whose value it could not read, is in `extra`:
//!
//! ```no_run
//! # async fn run(connection: trackstar_api::Client) -> Result<(), trackstar_api::Error> {
//! let order = connection.get_wms_order("order-id").await?;
//! println!("{:?}", order.additional_fields.get("gift_message"));
//! println!("{:?}", order.extra.get("a_field_of_next_year"));
//! # Ok(())
//! # }
//! ```
//!
//! An enum value of next year is `Unknown`, with its text: match on what you know, and keep an arm for the rest.
//!
//! # Writing more than the model
//!
//! ```no_run
//! use trackstar_api::types::CreateOrder;
//!
//! # async fn run(connection: trackstar_api::Client) -> Result<(), trackstar_api::Error> {
//! let order = CreateOrder::default().order_number("1042").extra("gift_message", "For you");
//! let response = connection.create_wms_order(order).await?;
//! println!("ignored: {:?}", response.unused_fields);
//! # Ok(())
//! # }
//! ```
//!
//! Which fields an integration takes, and which it insists on, is in its write-info. With the token of a connection it
//! includes the values of that connection, such as its shipping methods:
//!
//! ```no_run
//! use trackstar_api::types::IntegrationType;
//!
//! # async fn run(connection: trackstar_api::Client) -> Result<(), trackstar_api::Error> {
//! let info = connection.get_integration_write_info(IntegrationType::Wms, "shipbob").await?;
//! println!("{info:?}");
//! # Ok(())
//! # }
//! ```
//!
//! # Tags of your own
//!
//! `trackstar_tags` are kept by Trackstar, whatever the integration. Texts, or objects of one key and value. Lists can be
//! filtered by them:
//!
//! ```no_run
//! use trackstar_api::filter::contains;
//! use trackstar_api::types::TrackstarTags;
//!
//! # async fn run(connection: trackstar_api::Client) -> Result<(), trackstar_api::Error> {
//! let tags = TrackstarTags::default().trackstar_tags(["priority"]);
//! connection.set_wms_order_tags("order-id", tags).await?;
//! let tagged = connection.list_wms_orders().trackstar_tags(contains("priority")).await?;
//! # let _ = tagged;
//! # Ok(())
//! # }
//! ```
//!
//! # Passthrough
//!
//! Calls the system behind the connection itself, with its own paths and bodies:
//!
//! ```no_run
//! use trackstar_api::types::{PassthroughInput, PassthroughInputMethod};
//!
//! # async fn run(connection: trackstar_api::Client) -> Result<(), trackstar_api::Error> {
//! let request = PassthroughInput::new(PassthroughInputMethod::Get, "/1.0/order");
//! let response = connection.passthrough_wms(request).await?;
//! println!("{:?} {:?}", response.status_code, response.body);
//! # Ok(())
//! # }
//! ```
//!
//! - The vendor's own errors come back within a success: look at `status_code`.
//! - There is no idempotency key, so a write that may have been sent is not retried.
//! - Both rate limits apply. What is written this way is neither stored nor sent as an event.
//!
//! # Operations to come
//!
//! [`Client::request`](crate::Client::request) reaches an operation that this version does not know, with the same
//! credentials, retries and errors.
//!
//! Run it: `cargo run --example custom_fields_and_passthrough`.
