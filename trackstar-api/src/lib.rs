//! A typed client for the [Trackstar API](https://docs.trackstarhq.com): one interface in front of
//! hundreds of warehouse systems, shops, carriers and ERPs.
//!
//! ```no_run
//! use trackstar_api::{Client, ErrorKind};
//!
//! # async fn run() -> Result<(), trackstar_api::Error> {
//! let client = Client::from_env()?; // TRACKSTAR_API_KEY
//! match client.list_magic_links().send().await {
//!     Ok(response) => {
//!         for link in &response.magic_links {
//!             println!("{} until {}", link.url, link.expires_at);
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
//! - Each operation is a method of [`Client`]. It returns a builder from [`operations`]: set optional
//!   parameters, then `send` it or await it. Nothing is sent before.
//! - The result is a [`Response`] around one of the [`types`]. They are generated from the vendor's documents
//!   and tolerate additions: unknown fields are ignored, unknown values of an enum are kept as `Unknown`,
//!   and `null` is the same as absence.
//! - The data of a connection needs its access token: [`Client::connection`].
//! - A list gives its records as a stream over all pages: `list_….stream()`, or as whole [`Pages`].
//! - An [`Error`] has a [kind](ErrorKind) to match on and everything that the server said. It reports whether
//!   the request [may have taken effect](Error::may_have_taken_effect).
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
//! # Features
//!
//! - `carrier`, `cart`, `erp`, `freight`, `sandbox`, `wms` (default): the areas of the API. Operations of
//!   the organisation (connections, integrations, magic links) are always included.
//! - `decimal`: amounts of money are `rust_decimal::Decimal`, see [`Money`].
//! - `webhooks`: verify and read events, see the module of that name.
//! - `mock`: mocks of all operations for your own tests, and an example of every data type: see the module of that
//!   name.
//! - `schemars`: JSON schemas of all data types: see the module `json_schema`.
//! - `codegen` (default): generate the client at build time. Without it the same code is compiled from
//!   the committed copy, and no generator is built: `default-features = false, features = ["rustls"]`.
//! - `rustls` (default) or `native-tls`: the TLS library. Without either, only plain http works.
//! - `rustls-no-provider`: rustls, with the cryptography that your program installs as the default provider of
//!   rustls. Without one, building a client fails.
//!
//! # What is not supported
//!
//! - Runtimes other than `tokio`: a request that is polled outside one fails. There is no blocking client; in a
//!   program without a runtime, use `tokio::runtime::Runtime::block_on`.
//! - WebAssembly in a browser: the API key would be in the hands of whoever opens the page.
//! - Redirects, which would carry the API key to another host.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod client;
mod common_fields;
mod error;
mod field_name;
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
mod money;
mod open_enum;
mod operation;
pub mod operations;
#[allow(
    unused_imports,
    unused_macros,
    reason = "which kinds of types occur depends on the areas that are compiled"
)]
mod per_feature;
mod rate_limit;
#[allow(
    dead_code,
    unused_imports,
    reason = "which kinds of fields occur depends on the types that are compiled"
)]
mod record;
mod request;
mod response;
mod text;
mod transport;
#[cfg(feature = "webhooks")]
pub mod webhooks;

pub use client::{Client, ClientBuilder, CredentialKind, RetryPolicy};
pub use common_fields::Record;
pub use error::{Error, ErrorKind, FieldMessage, Origin};
pub use money::Money;
pub use rate_limit::{Admission, LimitClass, LimitKey, LimitReport, Limiter, LocalLimiter};
pub use request::{IdempotencyKey, filter};
pub use response::{Items, Page, Pages, Response, WriteResponse};

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
    #[cfg(feature = "decimal")]
    pub use rust_decimal;
    pub use serde_json;
}

/// The data types of the API.
///
/// What comes in is a plain struct; it ignores what it does not know. What goes out has a setter for each
/// field, and `extra` for fields that only one integration knows. Times are UTC; a list that is absent
/// or null is an empty one.
pub mod types {
    pub use crate::generated::types::*;
    #[cfg(feature = "wms")]
    pub use crate::operations::attach_file::AttachedFile;
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
