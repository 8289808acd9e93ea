//! Waiting for a sync that was asked for.

use std::time::Duration;

use httpmock::MockServer;
use serde_json::json;
use trackstar_api::types::{self, SyncJob, SyncJobStatus};
use trackstar_api::{Client, Error, ErrorKind, Response, RetryPolicy};

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
                let mut job = json!({"sync_job_id": "job-1", "status": status});
                if status.is_empty() {
                    job = json!({"sync_job_id": "job-1"});
                }
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
    let wait = wait.interval(Duration::from_millis(5)).timeout(limit);
    wait.send().await.map(Response::into_inner)
}

#[tokio::test]
async fn a_sync_is_waited_for_until_it_ends_in_whatever_way() {
    for end in ["completed", "cancelled", "stuck"] {
        let statuses: &'static [&str] = vec!["open", "a state of the future", end].leak();
        let job = wait(statuses, Duration::from_secs(10)).await.unwrap();
        assert_eq!(job.status, Some(SyncJobStatus::from(end)));
        assert_eq!(job.job_id(), Some("job-1"));
    }
}

#[tokio::test]
async fn a_sync_whose_state_is_absent_or_unknown_is_waited_for_without_a_limit_that_a_clock_must_know()
 {
    let job = wait(&["", "new", "completed"], Duration::MAX)
        .await
        .unwrap();
    assert_eq!(job.status, Some(SyncJobStatus::Completed));
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

#[tokio::test]
async fn what_could_be_swapped_is_set_by_name_and_refused_before_sending_if_it_is_missing() {
    let client = Client::builder()
        .api_key("key")
        .base_url("http://127.0.0.1:9")
        .retry(RetryPolicy::off());
    let client = client.build().unwrap().connection("token");
    let sync = types::CreateOnDemandSync::new("get_orders");
    let start = "2026-01-01T00:00:00Z".parse().unwrap();
    let request = client.create_connection_on_demand_sync(sync.clone().start_time(start));
    let error = request.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(
        error
            .to_string()
            .contains("`end_time` is missing, which the API requires"),
        "{error}"
    );
    let whole = sync.start_time(start).end_time(start);
    let request = client.create_connection_on_demand_sync(whole);
    assert_eq!(request.await.unwrap_err().kind(), ErrorKind::Connect);
}
