//! What several machines share (feature `redis`), in Redis 5 or later, Valkey, or a cluster of either: the rate limits
//! of an access token, and the events that have been received.
//!
//! Both take any connection of the crate `redis` that can be cloned and reconnects, such as a
//! [`ConnectionManager`](::redis::aio::ConnectionManager). For TLS or a cluster, enable that crate's features.

mod connection;
#[cfg(feature = "webhooks")]
mod deduplicator;
mod limiter;
mod queues;

pub use connection::RedisConnection;
#[cfg(feature = "webhooks")]
pub use deduplicator::RedisDeduplicator;
pub use limiter::RedisLimiter;
