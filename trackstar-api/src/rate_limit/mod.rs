//! The rate limits of the API: how many requests may be sent with one access token in any one second.
//!
//! - `class`: which limit a request counts against; `key`: whose requests are counted.
//! - `local`: the limiter of this process. A `permit` to send comes from one of its `queues`: each `queue` has the
//!   requests of a credential that wait for a `window`.
//! - `report`: what a response says about the limits.

mod class;
mod key;
mod local;
mod permit;
mod queue;
mod queues;
mod report;
mod window;

use std::pin::Pin;

pub use class::LimitClass;
pub use key::LimitKey;
pub use local::LocalLimiter;
pub use report::LimitReport;
#[cfg(feature = "redis")]
pub(crate) use window::Limit;

/// What [`Limiter::admit`] gives: a future that is ready when the request may be sent.
pub type Admission<'a> =
    Pin<Box<dyn Future<Output = Result<(), Box<dyn std::error::Error + Send + Sync>>> + Send + 'a>>;

/// Decides when a request may be sent. Each attempt of each request asks it first.
///
/// By default a client has a [`LocalLimiter`]. If several machines use the same access token, none of them
/// knows what the others send: write a limiter that counts in a store they share, and pass it to
/// [`ClientBuilder::limiter`](crate::ClientBuilder::limiter).
///
/// ```
/// use std::sync::Arc;
/// use trackstar_api::{Admission, Client, LimitClass, LimitKey, LimitReport, Limiter, LocalLimiter};
///
/// /// Counts in a store that all machines share; within each machine requests are queued first.
/// struct SharedLimiter {
///     local: LocalLimiter,
///     store: Store,
/// }
///
/// impl Limiter for SharedLimiter {
///     fn admit<'a>(&'a self, key: &'a LimitKey, class: LimitClass) -> Admission<'a> {
///         Box::pin(async move {
///             self.local.admit(key, class).await?;
///             let name = format!("trackstar:{key}:{class:?}");
///             Ok(self.store.take(&name, class.max_requests(), class.window()).await?)
///         })
///     }
///
///     fn learn(&self, key: &LimitKey, class: LimitClass, report: &LimitReport) {
///         self.local.learn(key, class, report);
///     }
/// }
/// # #[derive(Default)]
/// # struct Store;
/// # impl Store {
/// #     async fn take(&self, _: &str, _: usize, _: std::time::Duration) -> Result<(), std::io::Error> { Ok(()) }
/// # }
///
/// # let store = Store;
/// let limiter = SharedLimiter { local: LocalLimiter::new(), store };
/// let client = Client::builder().api_key("key").limiter(Arc::new(limiter)).build()?;
/// # let _ = client;
/// # Ok::<(), trackstar_api::Error>(())
/// ```
pub trait Limiter: Send + Sync {
    /// Waits until a request may be sent. It is sent as soon as the future is ready.
    ///
    /// The future is dropped when the request is dropped; it must not leave anything behind that blocks other
    /// requests. It may also not be polled for a while, when a page is fetched ahead.
    ///
    /// # Errors
    /// An error makes the request fail with [`ErrorKind::Limiter`](crate::ErrorKind::Limiter), without this
    /// attempt or another. If your store is unavailable and you prefer to send too much, return `Ok(())`.
    fn admit<'a>(&'a self, key: &'a LimitKey, class: LimitClass) -> Admission<'a>;

    /// Learns what a response says about the limits. Called for every response, before its body is read: it
    /// must not block. The default implementation does nothing.
    fn learn(&self, key: &LimitKey, class: LimitClass, report: &LimitReport) {
        let _ = (key, class, report);
    }
}
