//! Permits of the limiter: each attempt needs one, and its response tells the limiter what it learned.

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use tokio::time::Instant;

use crate::error::{Cause, Error};
use crate::rate_limit::{LimitClass, LimitKey, LimitReport, Limiter};
use crate::request::Request;

/// The permit to send one attempt.
pub(super) struct Permit<'a> {
    limiter: &'a dyn Limiter,
    key: &'a LimitKey,
    class: LimitClass,
    acquired: Instant,
}

impl Request {
    /// Waits until the request may be sent. None if rate limiting is off, or if the request has no credential
    /// whose requests could be counted: what its host says of limits is not about the API's.
    pub(super) async fn acquire_permit(&self) -> Result<Option<Permit<'_>>, Error> {
        let limiter = self.client().shared().limiter.as_deref();
        let Some(limiter) = limiter.filter(|_| !self.is_anonymous()) else {
            return Ok(None);
        };
        let key = self.client().limit_key(self.operation());
        let class = LimitClass::of(self.operation(), self.encoded_path());
        let admission = limiter.admit(key, class).await;
        admission.map_err(|why| Error::new(self.operation(), Cause::Limiter(why)))?;
        Ok(Some(Permit {
            limiter,
            key,
            class,
            acquired: Instant::now(),
        }))
    }
}

impl Permit<'_> {
    /// Lets the limiter learn from the response.
    pub(super) fn learn(&self, status: StatusCode, headers: &HeaderMap) {
        let report = LimitReport::read(self.acquired.elapsed(), status, headers);
        self.limiter.learn(self.key, self.class, &report);
    }
}
