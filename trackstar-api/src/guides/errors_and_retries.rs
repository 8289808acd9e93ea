//! Errors and retries: what went wrong, and what the client has tried already.
//!
//! # Reading an error
//!
//! [`Error`](crate::Error) is one type for all failures. Decide by its [`kind`](crate::Error::kind):
//!
//! ```no_run
//! use trackstar_api::{Client, Error, ErrorKind};
//!
//! async fn show(connection: &Client, id: &str) -> Result<(), Error> {
//!     match connection.get_wms_order(id).await {
//!         Ok(order) => println!("{:?}", order.status),
//!         Err(error) => match error.kind() {
//!             ErrorKind::NotFound => println!("there is no order {:?}", error.missing_id()),
//!             ErrorKind::Validation => {
//!                 for field in error.fields() {
//!                     println!("{} {}: {}", field.location(), field.field(), field.message());
//!                 }
//!             }
//!             ErrorKind::Unauthorized => {
//!                 println!("{:?} is wrong", connection.rejected_credential(&error).await?);
//!             }
//!             ErrorKind::Forbidden => println!("disabled for this connection"),
//!             ErrorKind::NotImplemented => println!("the integration cannot do this"),
//!             ErrorKind::RateLimited => println!("wait {:?}", error.retry_after()),
//!             _ => return Err(error),
//!         },
//!     }
//!     Ok(())
//! }
//! # let _ = show;
//! ```
//!
//! - `Display` is one line, complete, and fit for a log: operation, status, message, request id, attempts. It shows no
//!   credential and no value of a response. `Debug` is the same line with its facts.
//! - [`Error::request_id`](crate::Error::request_id) is what the vendor's support asks for.
//! - [`Error::origin`](crate::Error::origin) says who refused: Trackstar, or the integration behind it. The message of an
//!   integration is for the person who made the request: pass it on.
//! - [`Error::body`](crate::Error::body) is the whole response. It may hold personal data.
//!
//! # What is retried
//!
//! The client tries a request up to three times, by [`RetryPolicy`](crate::RetryPolicy):
//!
//! | | reads | writes | passthrough |
//! | --- | --- | --- | --- |
//! | no connection, or never sent | yes | yes | yes |
//! | timeout, broken connection | yes | yes, with the same key | no |
//! | 429 | yes | yes | yes |
//! | 408, 5xx but 501 | yes | no: the API has forgotten the key | no |
//! | 409 of the API | | the write is in progress: waits for it | |
//! | everything else | no | no | no |
//!
//! Delays are random, up to half a second at first and 8 seconds at last. `retry-after` is obeyed up to 60 seconds; a
//! longer one ends the request. [`Error::attempts`](crate::Error::attempts) says how often it was sent.
//!
//! ```no_run
//! use std::time::Duration;
//! use trackstar_api::{Client, RetryPolicy};
//!
//! # async fn run() -> Result<(), trackstar_api::Error> {
//! let client = Client::builder()
//!     .with_env()
//!     .attempt_timeout(Duration::from_secs(20)) // 60 if not set
//!     .total_timeout(Duration::from_secs(90)) // with all retries and waits; none if not set
//!     .retry(RetryPolicy::default().max_retries(5))
//!     .build()?;
//!
//! // For one request:
//! let connection = client.connection("the-access-token");
//! let orders = connection.list_wms_orders().retry(RetryPolicy::off()).await?;
//! # let _ = orders;
//! # Ok(())
//! # }
//! ```
//!
//! Do not wrap the client in another retry of every error: most of those it returns stay as they are. What is worth another
//! run later is `Connect`, `Timeout`, `Interrupted`, `RateLimited` and `Server`; for writes, see the guide on writing
//! safely. To cancel a request, drop its future.
//!
//! # What the response says otherwise
//!
//! A value that is not what the document says is no error: it is converted, or the field is absent and `extra` has the
//! value. [`ClientBuilder::on_deviation`](crate::ClientBuilder::on_deviation) reports each.
//!
//! Run it: `cargo run --example errors_and_retries`.
