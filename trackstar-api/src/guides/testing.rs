//! Testing what you build on the client.
//!
//! | you test | with |
//! | --- | --- |
//! | one function, and the requests that it sends | mocks: the feature `mock` |
//! | a flow over several requests, with state | the emulator: the feature `emulator` |
//! | an endpoint for webhooks | `webhooks::testing::sign` |
//! | the integration itself | a sandbox connection of the vendor |
//!
//! # Mocks
//!
//! A mock has the setters of its operation, and responds with the client's own types. `example()` fills in a record:
//!
//! ```
//! use httpmock::MockServer;
//! use trackstar_api::mock::MockServerExt as _;
//! use trackstar_api::types::{Order, OrderStatus};
//! use trackstar_api::{Client, ErrorKind, Page, RetryPolicy};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), trackstar_api::Error> {
//! let server = MockServer::start_async().await;
//! let mut order = Order::example();
//! order.status = Some(OrderStatus::Open);
//! let page = Page::new(vec![order]);
//! let mock = server.list_wms_orders(|when, then| {
//!     when.status(OrderStatus::Open);
//!     then.ok(&page);
//! });
//! server.get_wms_order(|when, then| {
//!     when.order_id("gone");
//!     then.not_found("gone");
//! });
//!
//! let client = Client::builder()
//!     .api_key("any")
//!     .base_url(server.base_url())
//!     .retry(RetryPolicy::off()) // a test of a failure does not wait
//!     .build()?
//!     .connection("any");
//! let orders = client.list_wms_orders().status(OrderStatus::Open).await?;
//! assert_eq!(orders.data.len(), 1);
//! mock.assert();
//!
//! let error = client.get_wms_order("gone").await.unwrap_err();
//! assert_eq!(error.kind(), ErrorKind::NotFound);
//! # Ok(())
//! # }
//! ```
//!
//! - A request that no mock matches is a 404 with a message that says so.
//! - `server.list_wms_orders_pages(|when| …, records, 2)` serves pages of two, with tokens.
//! - [`Then`](crate::mock::Then) has the API's failures: `rate_limited`, `not_implemented`, `validation`, and more.
//! - `when.never()` fails the test if the request is sent.
//!
//! # Make the client a parameter
//!
//! A function that takes `&Client` needs no trait and no generated mock: the mock is behind HTTP, so that the test also
//! covers the encoding of filters and the reading of responses.
//!
//! ```no_run
//! use trackstar_api::{Client, Error};
//!
//! async fn open_orders(connection: &Client) -> Result<usize, Error> {
//!     Ok(connection.list_wms_orders().await?.data.len())
//! }
//! # let _ = open_orders;
//! ```
//!
//! # Time
//!
//! The client waits with tokio's clock: in a test with `#[tokio::test(start_paused = true)]` retries take no time. Signed
//! webhooks are checked against a clock that you can set: [`Webhook::clock`](crate::webhooks::Webhook::clock).
//!
//! Run it: `cargo run --example testing --features mock,webhooks`.
