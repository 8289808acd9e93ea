//! On-demand syncs: waiting for one to end.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::client::Client;
use crate::error::{Cause, Error};
use crate::generated::operation::GET_CONNECTION_ON_DEMAND_SYNC;
use crate::request::options::into_future;
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

into_future!(WaitForOnDemandSync => SyncJob);

impl SyncJob {
    /// The id of the job, whichever of its two names the API used.
    pub fn job_id(&self) -> Option<&str> {
        self.id.as_deref().or(self.sync_job_id.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use httpmock::MockServer;
    use serde_json::json;

    use super::*;
    use crate::error::ErrorKind;

    async fn wait(statuses: &'static [&'static str], limit: Duration) -> Result<SyncJob, Error> {
        let server = MockServer::start_async().await;
        let asked = std::sync::atomic::AtomicUsize::new(0);
        server
            .mock_async(|when, then| {
                when.method("GET")
                    .path("/connections/on-demand-syncs/job-1");
                then.respond_with(move |_: &httpmock::HttpMockRequest| {
                    let asked = asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                    let status = statuses[asked.min(statuses.len() - 1)];
                    let job = json!({"sync_job_id": "job-1", "status": status});
                    let answer = httpmock::HttpMockResponse::builder().status(200);
                    answer.body(job.to_string()).build()
                });
            })
            .await;
        let client = Client::builder().api_key("key").base_url(server.base_url());
        let wait = client
            .build()?
            .connection("token")
            .wait_for_on_demand_sync("job-1");
        let wait = wait.interval(Duration::from_millis(5)).limit(limit);
        wait.send().await.map(Response::into_inner)
    }

    #[tokio::test]
    async fn a_sync_is_waited_for_until_it_ends_in_whatever_way() {
        for end in ["completed", "cancelled", "stuck", "a state of the future"] {
            let statuses: &'static [&str] = vec!["open", "open", end].leak();
            let job = wait(statuses, Duration::from_secs(10)).await.unwrap();
            assert_eq!(job.status, Some(SyncJobStatus::from(end)));
            assert_eq!(job.job_id(), Some("job-1"));
        }
    }

    #[tokio::test]
    async fn a_sync_that_stays_open_is_given_up_at_the_limit() {
        let error = wait(&["open"], Duration::from_millis(40))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(
            error.to_string().contains("the sync is still open after"),
            "{error}"
        );
    }
}
