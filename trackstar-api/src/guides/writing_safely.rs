//! Writing safely: no order twice, and none lost.
//!
//! # What a body takes
//!
//! A body has a setter for each field. What an integration requires differs: its write-info says so
//! ([`get_integration_write_info`](crate::Client::get_integration_write_info)). The API refuses `null`, `""` and `"none"`
//! in a write, so the client refuses them first and names the field. A field that only one integration knows goes into
//! `extra`:
//!
//! ```no_run
//! use trackstar_api::types::{CreateOrder, CreateOrderLineItems};
//!
//! # async fn run(connection: trackstar_api::Client) -> Result<(), trackstar_api::Error> {
//! let order = CreateOrder::default()
//!     .order_number("1042")
//!     .line_items([CreateOrderLineItems::default().sku("A-1").quantity(2)])
//!     .extra("warehouse_id", "w1");
//! let response = connection.create_wms_order(order).await?;
//! if !response.unused_fields.is_empty() {
//!     println!("the integration did not use {:?}", response.unused_fields);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Idempotency
//!
//! Every write but a passthrough carries an idempotency key, minted once before its first attempt. Within 24 hours the API
//! does not repeat a write that succeeded with a key: it repeats the response, and
//! [`was_replayed`](crate::Response::was_replayed) is true. That is why the client can retry a write after a connection
//! error or a timeout. A key belongs to one connection, one operation and one body: with another body it is a 400.
//!
//! Mint the key yourself where your own process may die between the write and its bookkeeping. Store it first:
//!
//! ```no_run
//! # use trackstar_api::types::CreateOrder;
//! # async fn run(connection: trackstar_api::Client, order: CreateOrder, job: u64) -> Result<(), trackstar_api::Error> {
//! let key = format!("create-order-{job}"); // the same for every run of this job
//! let response = connection.create_wms_order(order).idempotency_key(key).await?;
//! println!("{:?}, replayed: {}", response.id, response.was_replayed());
//! # Ok(())
//! # }
//! ```
//!
//! # In doubt
//!
//! [`Error::may_have_taken_effect`](crate::Error::may_have_taken_effect) says whether a failed write may have been made.
//!
//! | what happened | may have taken effect | what to do |
//! | --- | --- | --- |
//! | refused before it was sent, or by a 4xx | no | correct it |
//! | connection error or timeout, after all retries | yes | send it again with the same key |
//! | 5xx | yes | the key is forgotten: look the record up first |
//!
//! ```no_run
//! use trackstar_api::{Client, Error};
//!
//! async fn cancel(connection: &Client, order_id: &str) -> Result<(), Error> {
//!     let Err(error) = connection.cancel_wms_order(order_id).await else {
//!         return Ok(());
//!     };
//!     if !error.may_have_taken_effect() {
//!         return Err(error);
//!     }
//!     if error.status().is_some() {
//!         let order = connection.get_wms_order(order_id).await?; // a 5xx: look it up
//!         println!("{:?}", order.status);
//!         return Err(error);
//!     }
//!     let again = connection.cancel_wms_order(order_id).idempotency_key(error.idempotency_key());
//!     again.await.map(drop)
//! }
//! # let _ = cancel;
//! ```
//!
//! A record is readable as soon as it was written. Find a created one by a number of yours: `.order_number("1042")`.
//!
//! # Batches
//!
//! There is no batch of writes, but for
//! [`batch_adjust_cart_product_inventory`](crate::Client::batch_adjust_cart_product_inventory). Send writes at once; the
//! client keeps the limit of 50 a second and queues the rest. One that fails does not stop the others:
//!
//! ```no_run
//! use futures_util::StreamExt as _;
//! use trackstar_api::types::CreateOrder;
//!
//! # async fn run(connection: trackstar_api::Client, orders: Vec<(String, CreateOrder)>) {
//! let writes = orders.into_iter().map(|(key, order)| {
//!     let write = connection.create_wms_order(order).idempotency_key(key.as_str());
//!     async move { (key, write.await) }
//! });
//! let mut writes = futures_util::stream::iter(writes).buffer_unordered(20);
//! while let Some((key, outcome)) = writes.next().await {
//!     match outcome {
//!         Ok(response) => println!("{key}: {:?}", response.id),
//!         Err(error) => println!("{key}: {error}"), // keep the key for the next run
//!     }
//! }
//! # }
//! ```
//!
//! Run it: `cargo run --example writing_safely`.
