//! On-demand syncs: waiting for one to end.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::client::Client;
use crate::error::{Cause, Error};
use crate::generated::operation::GET_CONNECTION_ON_DEMAND_SYNC;
use crate::response::Response;
use crate::types::{SyncJob, SyncJobStatus};

impl Client {
    /// Waits for an on-demand sync to end, asking for it from time to time.
    ///
    /// Start one with [`Client::create_connection_on_demand_sync`], and give its [`SyncJob::job_id`]. The
    /// answer is the job in its last state: completed, cancelled, or stuck, which it never leaves.
    ///
    /// Asks with `GET /connections/on-demand-syncs/{sync_job_id}`. Needs the API key and the access token
    /// of a connection ([`Client::connection`]).
    pub fn wait_for_on_demand_sync(&self, sync_job_id: impl Into<String>) -> WaitForOnDemandSync {
        WaitForOnDemandSync {
            client: self.clone(),
            sync_job_id: sync_job_id.into(),
            interval: Duration::from_secs(5),
            limit: Duration::from_secs(15 * 60),
        }
    }
}

/// The parameters of [`Client::wait_for_on_demand_sync`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `send` is awaited"]
pub struct WaitForOnDemandSync {
    client: Client,
    sync_job_id: String,
    interval: Duration,
    limit: Duration,
}

impl WaitForOnDemandSync {
    /// How long to wait between two questions. Default: 5 seconds.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// How long to wait in all. Default: 15 minutes. The job goes on after it; see
    /// [`Client::cancel_connection_on_demand_sync`].
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Waits, and gives the job in its last state.
    ///
    /// # Errors
    /// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) if the job is still open when the limit is
    /// reached; otherwise whatever asking for it failed with.
    pub async fn send(self) -> Result<Response<SyncJob>, Error> {
        let deadline = Instant::now() + self.limit;
        loop {
            let question = self
                .client
                .get_connection_on_demand_sync(self.sync_job_id.as_str());
            let job = question.send().await?;
            if job.status != Some(SyncJobStatus::Open) {
                return Ok(job);
            }
            if Instant::now() + self.interval > deadline {
                let limit = self.limit;
                return Err(Error::new(
                    &GET_CONNECTION_ON_DEMAND_SYNC,
                    Cause::StillOpen { limit },
                ));
            }
            sleep(self.interval).await;
        }
    }
}

impl SyncJob {
    /// The id of the job, whichever of its two names the API used.
    pub fn job_id(&self) -> Option<&str> {
        self.id.as_deref().or(self.sync_job_id.as_deref())
    }
}
