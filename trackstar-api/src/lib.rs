//! A typed client for the [Trackstar API](https://docs.trackstarhq.com): one interface in front of
//! hundreds of warehouse systems, shops, carriers and ERPs.
//!
//! ```no_run
//! use trackstar_api::{Client, ErrorKind};
//!
//! # async fn run() -> Result<(), trackstar_api::Error> {
//! let client = Client::from_env()?; // TRACKSTAR_API_KEY
//! match client.list_magic_links().send().await {
//!     Ok(answer) => {
//!         for link in &answer.magic_links {
//!             println!("{:?} until {:?}", link.url, link.expires_at);
//!         }
//!     }
//!     Err(error) if error.kind() == ErrorKind::RateLimited => {
//!         println!("wait for {:?}", error.retry_after());
//!     }
//!     Err(error) => return Err(error),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! - Each operation is a method of [`Client`]. It gives a builder from [`operations`]: set what is
//!   optional, then `send`. Nothing is sent before.
//! - What comes back is a [`Response`] around one of the [`types`]. They are generated from the vendor's
//!   documents and tolerant of what comes in: unknown fields are kept in `extra`, unknown values of an enum as
//!   `Unknown`, and `null` is the same as absence. A value of another type is converted where its meaning is
//!   plain; otherwise the field is absent and `extra` has the value, see [`deviation`].
//! - Amounts are exact decimals: [`Money`].
//! - The data of a connection needs its access token: [`Client::connection`].
//! - A list gives its records as a stream over all pages: `list_….stream()`, or whole [`Pages`].
//! - What goes wrong is an [`Error`] with a [kind](ErrorKind) to match on, everything that the server
//!   said, and whether the call [may have taken effect](Error::may_have_taken_effect).
//! - Each call is a `tracing` span called `trackstar call`, and each retry an event in it, under the target
//!   `trackstar_api`. They tell the operation, status, attempts, times and request id, and nothing else.
//!
//! # Features
//!
//! - `carrier`, `cart`, `erp`, `freight`, `sandbox`, `wms` (default): the areas of the API. What is about
//!   the organisation (connections, integrations, magic links) is always there.
//! - `webhooks`: events are verified and read, see the module of that name.
//! - `mock`: mocks of all operations for your own tests, and an example of every data type: see the module of that
//!   name.
//! - `schemars`: JSON schemas of all data types: see the module of that name.
//! - `codegen` (default): generate the client at build time. Without it the same code is compiled from
//!   the committed copy, and no generator is built: `default-features = false, features = ["rustls"]`.
//! - `rustls` (default) or `native-tls`: which TLS is used. Without either only plain http is spoken.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod answer;
#[cfg(feature = "wms")]
mod attach_file;
mod attempt;
mod auth;
mod base_url;
mod body;
mod builder;
mod call;
mod call_settings;
mod chunks;
mod client;
mod decode;
mod error;
mod exec;
mod idempotency;
mod limit;
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
mod page;
mod raw;
mod response;
mod retry;
#[cfg(feature = "schemars")]
#[allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "which kinds of fields occur depends on the types that are compiled"
)]
pub mod schemas;
#[cfg(get_connection_on_demand_sync)]
mod sync_job;
mod trace;
#[cfg(feature = "webhooks")]
pub mod webhooks;
mod wire;

pub use builder::ClientBuilder;
pub use client::Client;
pub use error::{Error, ErrorKind, FieldMessage, Origin};
pub use limit::{Admission, LimitClass, LimitKey, LimitReport, Limiter, LocalLimiter};
pub use model::deviation;
pub use model::extra::Extra;
pub use model::money::Money;
pub use model::open_enum::UnknownValue;
pub use page::{Items, Page, Pages};
pub use response::Response;
pub use retry::RetryPolicy;

/// Of the crate `rust_decimal`, version 1: what [`Money`] is.
pub use rust_decimal::Decimal;

/// Of the crate `http`, version 1: what [`Client::request`] takes and [`Error::status`] gives.
pub use reqwest::{Method, StatusCode};

/// A builder for each operation: set its optional parameters, then send it.
pub mod operations {
    #[cfg(feature = "wms")]
    pub use crate::attach_file::AttachWmsOrderFile;
    pub use crate::generated::builder::*;
    pub use crate::raw::RawRequest;
    #[cfg(get_connection_on_demand_sync)]
    pub use crate::sync_job::WaitForOnDemandSync;
}

/// The data types of the API.
///
/// What comes in is a plain struct; it keeps what it does not know in `extra`. What goes out has a setter for each
/// field, and `extra` for fields that only one integration knows. Times are UTC; a list that is absent
/// or null is an empty one.
pub mod types {
    #[cfg(feature = "wms")]
    pub use crate::attach_file::AttachedFile;
    pub use crate::generated::types::*;
}

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
