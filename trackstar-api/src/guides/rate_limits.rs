//! Rate limits, on one machine and on many.
//!
//! The API counts requests by access token, in any one second: 10 reads and 50 writes. `GET /integrations/…` is once a
//! minute. Tokens are independent of each other, so 20 connections can read 200 times a second.
//!
//! # On one machine
//!
//! There is nothing to do. The client sends at most that many, first come, first served, and waits before it sends more.
//! It corrects its count by what each response reports, and obeys a 429 of the API. All clones of a client share one
//! limiter; make one client for the program.
//!
//! ```no_run
//! use futures_util::{StreamExt as _, TryStreamExt as _};
//!
//! # async fn run(connection: trackstar_api::Client, ids: Vec<String>) -> Result<(), trackstar_api::Error> {
//! // Sent as fast as the limit allows, and no faster.
//! let orders = futures_util::stream::iter(ids)
//!     .map(|id| connection.get_wms_order(id).into_future())
//!     .buffered(10);
//! let orders: Vec<_> = orders.try_collect().await?;
//! # let _ = orders;
//! # Ok(())
//! # }
//! ```
//!
//! Waiting counts towards the total timeout of a request, and not towards the timeout of an attempt. To fetch many records
//! by their ids, `list_wms_orders().ids(ids)` takes a request for each hundred, not one for each.
//!
//! If your plan has other limits, say so:
//!
//! ```
//! use std::{sync::Arc, time::Duration};
//! use trackstar_api::{Client, LimitClass, LocalLimiter};
//!
//! let limiter = LocalLimiter::new().limit(LimitClass::Reads, 20, Duration::from_secs(1));
//! let client = Client::builder().api_key("key").limiter(Arc::new(limiter)).build()?;
//! # let _ = client;
//! # Ok::<(), trackstar_api::Error>(())
//! ```
//!
//! # On many machines
//!
//! Machines that share a token do not know what the others send. Three ways, the simplest first:
//!
//! 1. **Give each connection to one machine**, by a hash of its id for instance. Nothing has to be shared.
//! 2. **Divide the limit.** With four machines, `limit(LimitClass::Reads, 2, Duration::from_secs(1))` on each. It wastes
//!    what an idle machine does not use.
//! 3. **Count in Redis** (feature `redis`). Give `redis::RedisLimiter` to [`ClientBuilder::limiter`](crate::ClientBuilder::limiter):
//!    all machines together keep one limit, by the clock of the server. Redis gets hashes ([`LimitKey`](crate::LimitKey)) and
//!    no token. You choose whether requests are sent or fail while Redis is down.
//!
//! For another store, implement [`Limiter`](crate::Limiter): its documentation has one that queues within each machine
//! first, and then asks the store.
//!
//! Retries after a 429 make up for what any of these gets wrong. If you see many, the span of a request tells how long it
//! waited: see the guide on tracing.
//!
//! # Switching it off
//!
//! `Client::builder().rate_limiting(false)` sends at once, for a proxy that counts itself, or for a test.
//!
//! Run it: `cargo run --example rate_limits`.
