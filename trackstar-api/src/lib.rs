//! A typed client for the [Trackstar API](https://docs.trackstarhq.com): one interface to hundreds of
//! warehouse systems, shops, carriers and ERPs.
//!
//! ```no_run
//! use trackstar_api::{Client, ErrorKind};
//!
//! # async fn run() -> Result<(), trackstar_api::Error> {
//! let client = Client::from_env()?; // TRACKSTAR_API_KEY
//! match client.list_magic_links().await {
//!     Ok(response) => {
//!         for link in &response.magic_links {
//!             println!("{:?} until {:?}", link.url, link.expires_at);
//!         }
//!     }
//!     Err(error) if error.kind() == ErrorKind::RateLimited => {
//!         println!("retry after {:?}", error.retry_after());
//!     }
//!     Err(error) => return Err(error),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! - Each operation is a method of [`Client`]. It returns a builder from [`operations`]: set optional
//!   parameters, then await it. Nothing is sent before.
//! - The result is a [`Response`] around one of the [`types`], a [`Page`] of them, or a [`WriteResponse`]. The
//!   types are generated from the vendor's documents and read tolerantly: unknown fields are kept in
//!   `extra`, unknown values of an enum as `Unknown`, and `null` means absence. A value of another type is
//!   converted if its meaning is plain; otherwise the field is absent and `extra` has the value. See
//!   [`deviation`].
//! - Amounts are exact decimals: [`Money`].
//! - The data of a connection needs its access token: [`Client::connection`].
//! - Each field that a list can be filtered by has one setter. It takes a value, a range of times, or a
//!   condition from [`filter`].
//! - `list_….stream()` gives the records of all pages as a stream, `list_….pages()` the [`Pages`]. A record that
//!   cannot be read is an [`UnreadableRecord`] with its JSON; the others are unaffected.
//! - [`Client::changes`] copies the records of a connection and keeps the copy fresh: see [`changes`].
//! - An [`Error`] has a [kind](ErrorKind) to match on and everything that the server reported. It also reports
//!   whether the request [may have taken effect](Error::may_have_taken_effect).
//! - Each request is a `tracing` span called `trackstar request`, each attempt a span called `trackstar attempt`
//!   within it, and each retry an event, under the target `trackstar_api`. Their fields have the names of
//!   OpenTelemetry's conventions for HTTP clients. They show the operation, the host, status, attempts, times,
//!   request id and a hash that stands for the connection, and nothing else.
//!   [`ClientBuilder::on_request`] adds headers such as `traceparent`.
//! - Proxies of the system are used, and [`ClientBuilder::proxy`] sets others; a certificate authority of your own is
//!   trusted by [`ClientBuilder::add_root_certificate`]. Plain http and loopback hosts are never reached by a proxy.
//! - A write that failed in doubt is repeated as the same write with [`Error::idempotency_key`]; which credential a
//!   401 is about is found by [`Client::rejected_credential`].
//!
//! ```no_run
//! # #[cfg(feature = "wms")]
//! # async fn run(client: trackstar_api::Client) -> Result<(), trackstar_api::Error> {
//! use trackstar_api::Page;
//! use trackstar_api::filter::one_of;
//! use trackstar_api::types::{Order, OrderStatus};
//!
//! # let start = chrono::Utc::now();
//! let orders = client
//!     .connection("the-access-token")
//!     .list_wms_orders()
//!     .status(one_of([OrderStatus::Open, OrderStatus::Processing]))
//!     .created_date(start..);
//! let page: Page<Order> = orders.await?.into_inner();
//! for record in &page.unreadable {
//!     eprintln!("{record}: {}", record.json());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! - `wms`, `cart`, `carrier`, `freight`, `erp`, `sandbox` (default): the areas of the API.
//! - `webhooks`: receives events: see the module of that name.
//! - `mock`: mocks of all operations for your own tests, and an example of every data type: see the module of that
//!   name.
//! - `emulator`: a Trackstar API on loopback: see the module `emulator`.
//! - `schemars`: JSON schemas of all data types: see the module `json_schema`.
//! - `codegen` (default): generates the client at build time. Without it the same code is compiled from
//!   the committed copy, and no generator is built: `default-features = false, features = ["rustls"]`.
//! - `rustls` (default) or `native-tls`: the TLS library. Without either, only plain http works.
//! - `rustls-no-provider`: rustls, with the cryptography that your program installs as the default provider of
//!   rustls. Without one, building a client fails.
//!
//! # What is not supported
//!
//! - Runtimes other than `tokio`: a request that is polled outside one fails. There is no blocking client; in a
//!   program without a runtime, use `tokio::runtime::Runtime::block_on`.
//! - WebAssembly in a browser: everyone who opens the page would get the API key.
//! - Redirects, which would carry the API key to another host.

#![cfg_attr(docsrs, feature(doc_cfg))]

// The order of these three is that of the methods on the page of `Client`.
mod client;

/// The generated client: one item per operation and schema.
mod generated {
    #[cfg(feature = "codegen")]
    include!(concat!(env!("OUT_DIR"), "/client.rs"));
    #[cfg(not(feature = "codegen"))]
    include!("generated.rs");

    #[cfg(all(test, feature = "codegen"))]
    #[test]
    fn the_client_built_at_build_time_is_the_committed_one() {
        let built = include_str!(concat!(env!("OUT_DIR"), "/client.rs"));
        let committed = include_str!("generated.rs");
        assert!(
            built == committed,
            "src/generated.rs is stale: run `cargo xtask regen`"
        );
    }
}

mod by_hand;

pub mod changes;
#[cfg(feature = "emulator")]
pub mod emulator;
mod error;
#[cfg(feature = "schemars")]
#[allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "which kinds of fields occur depends on the types that are compiled"
)]
pub mod json_schema;
#[cfg(feature = "mock")]
pub mod mock;
#[allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "which kinds of types and fields occur depends on the areas that are compiled"
)]
mod model;
mod operation;
mod rate_limit;
mod request;
mod response;
mod transport;
#[cfg(feature = "webhooks")]
pub mod webhooks;

pub use client::{Client, ClientBuilder, CredentialKind, RetryPolicy};
pub use error::{Error, ErrorKind, FieldMessage, Origin};
pub use generated::builder as operations;
pub use model::common_fields::Record;
pub use model::deviation;
pub use model::extra::Extra;
pub use model::money::Money;
pub use model::open_enum::UnknownValue;
pub use model::unreadable::UnreadableRecord;
pub use rate_limit::{Admission, LimitClass, LimitKey, LimitReport, Limiter, LocalLimiter};
pub use request::{IdempotencyKey, filter};
pub use response::{Items, Page, Pages, Response, WriteResponse};

/// From the crate `rust_decimal`, version 1: [`Money`] is one.
pub use rust_decimal::Decimal;

/// From the crate `http`, version 1: for [`Client::request`] and [`Error::status`].
pub use reqwest::{Method, StatusCode};

/// The crates whose types are part of this one's interface, in the versions that it uses.
pub mod reexports {
    pub use chrono;
    pub use futures_core;
    pub use reqwest;
    /// The crate `http`, of which `reqwest` re-exports the types.
    pub mod http {
        pub use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
        pub use reqwest::{Method, StatusCode};
    }
    pub use rust_decimal;
    pub use serde_json;
    #[cfg(feature = "webhooks")]
    pub use tokio;
}

/// The data types of the API.
///
/// A type of a response is a plain struct, which keeps unknown fields in `extra`. A type of a request body has a
/// setter for each field, and `extra` for fields that only one integration knows. Times are UTC. A list that
/// is absent or null is read as an empty one.
pub mod types {
    pub use crate::generated::types::*;
}
