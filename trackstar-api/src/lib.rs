// The README's examples need features that are off by default: they are compiled with the tests of the workspace.
#![cfg_attr(not(doctest), doc = include_str!("../README.md"))]
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

#[allow(
    unused_imports,
    unused_macros,
    reason = "which records are listed depends on the areas that are compiled"
)]
pub mod changes;
#[cfg(feature = "emulator")]
pub mod emulator;
mod error;
#[cfg(all(feature = "wms", feature = "cart", feature = "sandbox"))]
pub mod guides;
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
#[cfg(feature = "redis")]
pub mod redis;
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
    #[cfg(feature = "redis")]
    pub use ::redis;
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
