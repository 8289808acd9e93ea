//! Where a call meets the limiter: before each attempt, and after its answer.

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use tokio::time::Instant;

use super::{LimitClass, LimitKey, LimitReport, Limiter};
use crate::call::Call;
use crate::error::{Cause, Error};

/// An attempt that has been admitted.
pub(crate) struct Turn<'a> {
    limiter: &'a dyn Limiter,
    key: &'a LimitKey,
    class: LimitClass,
    admitted: Instant,
}

impl Call {
    /// Waits until the call may be sent. There is no turn to take if limits are off.
    pub(crate) async fn take_turn(&self) -> Result<Option<Turn<'_>>, Error> {
        let Some(limiter) = self.client().shared().limiter.as_deref() else {
            return Ok(None);
        };
        let key = self.client().limit_key(self.operation());
        let class = LimitClass::of(self.operation(), self.written_path());
        let admitted = limiter.admit(key, class).await;
        admitted.map_err(|why| Error::new(self.operation(), Cause::Limiter(why)))?;
        Ok(Some(Turn {
            limiter,
            key,
            class,
            admitted: Instant::now(),
        }))
    }
}

impl Turn<'_> {
    /// Lets the limiter learn from the answer.
    pub(crate) fn answered(&self, status: StatusCode, headers: &HeaderMap) {
        let report = LimitReport::read(self.admitted.elapsed(), status, headers);
        self.limiter.learn(self.key, self.class, &report);
    }
}
