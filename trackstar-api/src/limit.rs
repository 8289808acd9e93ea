//! The limits of the API: how many calls may be sent with one access token in any one second.
//!
//! - `class`: which limit a call falls under; `key`: whose calls are counted.
//! - `turn`: where a call meets the limiter.
//! - `local`: the limiter of this process: a `line` of those who wait for each `window`.
//! - `report`: what an answer says of the limits.

mod class;
mod key;
mod line;
mod local;
mod report;
mod turn;
mod window;

use std::pin::Pin;

pub use class::LimitClass;
pub use key::LimitKey;
pub use local::LocalLimiter;
pub use report::LimitReport;
pub(crate) use turn::Turn;

/// What [`Limiter::admit`] gives: a wait that ends when the call may be sent.
pub type Admission<'a> =
    Pin<Box<dyn Future<Output = Result<(), Box<dyn std::error::Error + Send + Sync>>> + Send + 'a>>;

/// Decides when a call may be sent. Each attempt of every call asks first.
///
/// A client limits itself ([`LocalLimiter`]). Where several machines use the same access token, none of
/// them knows what the others send: write a limiter that counts in a place they share, and give it to
/// [`ClientBuilder::limiter`](crate::ClientBuilder::limiter).
///
/// ```
/// use std::sync::Arc;
/// use trackstar_api::{Admission, Client, LimitClass, LimitKey, LimitReport, Limiter, LocalLimiter};
///
/// /// Counts in a store that all machines share; within each the calls line up first.
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
///             Ok(self.store.take(&name, class.calls(), class.window()).await?)
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
    /// Waits until a call may be sent. It is sent as soon as this is done.
    ///
    /// The future is dropped when the call is: it must then leave nothing behind that would keep others
    /// waiting. It may also stay unpolled for a while, when a page is fetched ahead.
    ///
    /// # Errors
    /// The call fails with [`ErrorKind::Limiter`](crate::ErrorKind::Limiter); this attempt was not sent, and
    /// there is no other. A limiter that would rather send too much when its store is away answers
    /// `Ok(())`.
    fn admit<'a>(&'a self, key: &'a LimitKey, class: LimitClass) -> Admission<'a>;

    /// Learns what an answer says of the limits. Called for every answer, before its body is read: must
    /// not block. Does nothing unless it is written.
    fn learn(&self, key: &LimitKey, class: LimitClass, report: &LimitReport) {
        let _ = (key, class, report);
    }
}
