//! Waiting for an on-demand sync to end.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::client::Client;
use crate::error::{Cause, Error};
use crate::generated::operation::GET_CONNECTION_ON_DEMAND_SYNC;
use crate::request::options::into_future;
use crate::response::Response;
use crate::types::{SyncJob, SyncJobStatus};

impl Client {
    /// Waits for an on-demand sync to end, by polling its job.
    ///
    /// Start a sync with [`Client::create_connection_on_demand_sync`], and pass its [`SyncJob::job_id`]. The
    /// result is the job in its final state: completed, cancelled, or stuck.
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
            if job.status != Some(SyncJobStatus::Open) {
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

#[cfg(test)]
mod tests {
    use httpmock::MockServer;
    use serde_json::json;

    use super::*;
    use crate::error::ErrorKind;

    async fn wait(statuses: &'static [&'static str], timeout: Duration) -> Result<SyncJob, Error> {
        let server = MockServer::start_async().await;
        let polls = std::sync::atomic::AtomicUsize::new(0);
        server
            .mock_async(|when, then| {
                when.method("GET")
                    .path("/connections/on-demand-syncs/job-1");
                then.respond_with(move |_: &httpmock::HttpMockRequest| {
                    let polls = polls.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                    let status = statuses[polls.min(statuses.len() - 1)];
                    let job = json!({"sync_job_id": "job-1", "status": status});
                    let response = httpmock::HttpMockResponse::builder().status(200);
                    response.body(job.to_string()).build()
                });
            })
            .await;
        let client = Client::builder().api_key("key").base_url(server.base_url());
        let wait = client
            .build()?
            .connection("token")
            .wait_for_on_demand_sync("job-1");
        let wait = wait.interval(Duration::from_millis(5)).timeout(timeout);
        wait.await.map(Response::into_inner)
    }

    #[tokio::test]
    async fn waiting_for_a_sync_ends_with_any_final_state() {
        for end in ["completed", "cancelled", "stuck", "a state of the future"] {
            let statuses: &'static [&str] = vec!["open", "open", end].leak();
            let job = wait(statuses, Duration::from_secs(10)).await.unwrap();
            assert_eq!(job.status, Some(SyncJobStatus::from(end)));
            assert_eq!(job.job_id(), Some("job-1"));
        }
    }

    #[tokio::test]
    async fn waiting_for_a_sync_that_stays_open_ends_with_the_timeout() {
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
