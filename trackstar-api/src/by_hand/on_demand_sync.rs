//! Waiting for an on-demand sync to end.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::client::Client;
use crate::error::{Cause, Error};
use crate::generated::operation::GET_CONNECTION_ON_DEMAND_SYNC;
use crate::request::options::into_future;
use crate::response::Response;
use crate::types::{SyncJob, SyncJobStatus};

/// # On-demand syncs
impl Client {
    /// Waits for an on-demand sync to end, by polling its job.
    ///
    /// Start a sync with [`Client::create_connection_on_demand_sync`], and pass its [`SyncJob::job_id`]. The
    /// result is the job in its final state: completed, cancelled, or stuck.
    ///
    /// ```no_run
    /// use trackstar_api::types::CreateOnDemandSync;
    ///
    /// # async fn run(client: trackstar_api::Client) -> Result<(), trackstar_api::Error> {
    /// let connection = client.connection("the-access-token");
    /// let end = chrono::Utc::now();
    /// let period = CreateOnDemandSync::new("get_orders")
    ///     .start_time(end - chrono::TimeDelta::days(7))
    ///     .end_time(end);
    /// let job = connection.create_connection_on_demand_sync(period).await?;
    /// if let Some(id) = job.job_id() {
    ///     let job = connection.wait_for_on_demand_sync(id).await?;
    ///     println!("{:?}", job.status);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Polls with `GET /connections/on-demand-syncs/{sync_job_id}`. Needs the API key and the access token
    /// of a connection ([`Client::connection`]).
    pub fn wait_for_on_demand_sync(&self, sync_job_id: impl Into<String>) -> WaitForOnDemandSync {
        WaitForOnDemandSync {
            client: self.clone(),
            sync_job_id: sync_job_id.into(),
            interval: Duration::from_secs(5),
            timeout: Duration::from_secs(15 * 60),
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
    timeout: Duration,
}

impl WaitForOnDemandSync {
    /// How long to wait before each further poll. Default: 5 seconds.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// How long to wait in total. Default: 15 minutes. The job continues after a timeout; see
    /// [`Client::cancel_connection_on_demand_sync`].
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Waits, and gives the job in its final state.
    ///
    /// # Errors
    /// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) if the job is still open when the timeout
    /// passes; otherwise the error of a poll.
    pub async fn send(self) -> Result<Response<SyncJob>, Error> {
        let started = Instant::now();
        loop {
            let poll = self
                .client
                .get_connection_on_demand_sync(self.sync_job_id.as_str());
            let job = poll.send().await?;
            // A status that is absent or unknown does not say that the sync has ended.
            let is_over = matches!(
                job.status,
                Some(SyncJobStatus::Completed | SyncJobStatus::Cancelled | SyncJobStatus::Stuck)
            );
            if is_over {
                return Ok(job);
            }
            if started.elapsed().saturating_add(self.interval) > self.timeout {
                let limit = self.timeout;
                return Err(Error::new(
                    &GET_CONNECTION_ON_DEMAND_SYNC,
                    Cause::StillOpen { limit },
                ));
            }
            sleep(self.interval).await;
        }
    }
}

into_future!(WaitForOnDemandSync => SyncJob);

impl SyncJob {
    /// The id of the job, under either of the two names that the API uses.
    pub fn job_id(&self) -> Option<&str> {
        self.id.as_deref().or(self.sync_job_id.as_deref())
    }
}
