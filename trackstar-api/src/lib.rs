//! A typed client for the [Trackstar API](https://docs.trackstarhq.com): one interface in front of
//! hundreds of warehouse systems, shops, carriers and ERPs.
//!
//! ```no_run
//! use trackstar_api::{Client, ErrorKind};
//!
//! # async fn run() -> Result<(), trackstar_api::Error> {
//! let client = Client::from_env()?; // TRACKSTAR_API_KEY
//! match client.list_magic_links().send().await {
//! - Each operation is a method of [`Client`]. It returns a builder from [`operations`]: set optional
//!   parameters, then `send` it or await it. Nothing is sent before.
//! - The result is a [`Response`] around one of the [`types`]. They are generated from the vendor's documents
//!   and tolerate what comes in: unknown fields are kept in `extra`, unknown values of an enum as `Unknown`,
//!   and `null` is the same as absence. A value of another type is converted where its meaning is plain;
//!   otherwise the field is absent and `extra` has the value, see [`deviation`].
//! - Amounts are exact decimals: [`Money`].
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
//! - Each request is a `tracing` span called `trackstar request`, and each retry is an event in it, under the
//!   target `trackstar_api`. They show the operation, status, attempts, times and request id, and nothing
//!   else.
//!
//! # Features
//!
//! - `mock`: mocks of all operations for your own tests, and an example of every data type: see the module of that
//!   name.
//! - `emulator`: a Trackstar API on loopback: see the module `emulator`.
//! - `schemars`: JSON schemas of all data types: see the module `json_schema`.
//! - `codegen` (default): generate the client at build time. Without it the same code is compiled from
//!   the committed copy, and no generator is built: `default-features = false, features = ["rustls"]`.
//! - `rustls` (default) or `native-tls`: the TLS library. Without either, only plain http works.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod client;
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
pub mod operations;
mod rate_limit;
mod request;
mod response;
mod transport;
#[cfg(feature = "webhooks")]
pub mod webhooks;

pub use client::{Client, ClientBuilder, RetryPolicy};
pub use error::{Error, ErrorKind, FieldMessage, Origin};
pub use model::common_fields::Record;
pub use model::deviation;
pub use model::extra::Extra;
pub use model::money::Money;
pub use model::open_enum::UnknownValue;
pub use model::unreadable::UnreadableRecord;
pub use rate_limit::{Admission, LimitClass, LimitKey, LimitReport, Limiter, LocalLimiter};
pub use request::filter;
pub use response::{Items, Page, Pages, Response, WriteResponse};

/// From the crate `rust_decimal`, version 1: [`Money`] is one.
pub use rust_decimal::Decimal;

/// From the crate `http`, version 1: for [`Client::request`] and [`Error::status`].
pub use reqwest::{Method, StatusCode};

/// The data types of the API.
///
/// What comes in is a plain struct; it keeps what it does not know in `extra`. What goes out has a setter for each
/// field, and `extra` for fields that only one integration knows. Times are UTC; a list that is absent
/// or null is an empty one.
pub mod types {
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
