//! Mocks of the API for your own tests (feature `mock`), on a server of [`httpmock`].
//!
//! [`MockServerExt`] gives a [`MockServer`](httpmock::MockServer) a method for each operation. [`When`] describes the requests that a
//! mock matches, by setters with the names and types of the operation's own; values are compared in the
//! wire format. [`Then`] describes the response: a value of the operation's own type, or one of the API's
//! errors. Every data type has an `example()` to start from: change the fields that matter.
//!
//! ```
//! use httpmock::MockServer;
//! use trackstar_api::Client;
//! use trackstar_api::mock::MockServerExt as _;
//! use trackstar_api::types::MagicLinksResponse;
//!
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! let server = MockServer::start_async().await;
//! let mut links = MagicLinksResponse::example();
//! links.magic_links[0].customer_id = Some("customer-7".to_owned());
//! let mock = server.list_magic_links(|when, then| {
//!     when.api_key("a-key");
//!     then.ok(&links);
//! });
//!
//! let client = Client::builder().api_key("a-key").base_url(server.base_url()).build()?;
//! let response = client.list_magic_links().send().await?;
//! assert_eq!(*response, links);
//! mock.assert();
//! # Ok::<(), trackstar_api::Error>(())
//! # }).unwrap();
//! ```

#[cfg(feature = "wms")]
mod attach_file;
pub(crate) mod mocked;
pub(crate) mod operation;
mod outcomes;
pub(crate) mod pages;
#[allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "which kinds of fields occur depends on the types that are compiled"
)]
pub(crate) mod sample;
mod then;
mod when;

pub use crate::generated::mocks::MockServerExt;
pub use mocked::HasServer;
pub use pages::PagedMock;
pub use then::Then;
pub use when::When;
