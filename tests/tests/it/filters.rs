//! What is refused before it is sent: filters that the API would not take, and paths that lead elsewhere.

use chrono::{DateTime, Utc};
use trackstar_api::filter::{contains, gt, gte, lt, one_of};
use trackstar_api::{Client, Error, ErrorKind, RetryPolicy};

/// A client of an address without a server: what it refuses, it refuses before sending.
fn organisation() -> Client {
    let builder = Client::builder()
        .api_key("key")
        .base_url("http://127.0.0.1:9");
    builder.retry(RetryPolicy::off()).build().unwrap()
}

/// The same, for one connection.
fn client() -> Client {
    organisation().connection("token")
}

fn refused(error: Error, says: &str) {
    assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
    assert!(error.to_string().contains(says), "{error}");
    assert!(!error.may_have_taken_effect());
}

#[tokio::test]
async fn a_list_of_more_than_a_hundred_values_is_refused() {
    let numbers = |count: u32| one_of((0..count).map(|number| number.to_string()));
    let request = client().list_wms_orders();
    let error = request
        .clone()
        .order_number(numbers(101))
        .await
        .unwrap_err();
    refused(
        error,
        "`order_number[in]` has 101 values, the API accepts at most 100",
    );
    let error = request.order_number(numbers(100)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "a hundred are sent");
}

#[tokio::test]
async fn an_empty_list_and_a_value_with_a_comma_are_refused() {
    let none: [&str; 0] = [];
    let error = client()
        .list_wms_orders()
        .ids(none)
        .send()
        .await
        .unwrap_err();
    refused(error, "`ids[in]` is an empty list");
    let error = client()
        .list_wms_orders()
        .order_number(one_of(["a,b"]))
        .send()
        .await
        .unwrap_err();
    refused(error, "`order_number[in]` has a value with a comma");
}

#[tokio::test]
async fn a_list_of_times_is_a_list_of_times() {
    let time: DateTime<Utc> = "2025-01-01T00:00:00Z".parse().unwrap();
    let error = client()
        .list_wms_orders()
        .created_date(one_of([time; 101]))
        .send()
        .await
        .unwrap_err();
    refused(error, "`created_date[in]` has 101 values");
}

#[tokio::test]
async fn an_id_that_would_lead_to_another_operation_is_refused() {
    for id in ["", ".", "..", "../connections", "a/./b", "..\\b"] {
        let error = client().get_wms_order(id).send().await.unwrap_err();
        refused(
            error,
            "get_wms_order failed: `order_id` is empty or contains `.` or `..`",
        );
    }
}

#[tokio::test]
async fn an_operation_of_a_connection_is_refused_without_an_access_token() {
    let organisation = organisation();
    let error = organisation.list_wms_orders().send().await.unwrap_err();
    refused(
        error,
        "needs an access token: call it on `client.connection(token)`",
    );
    let error = organisation
        .connection("")
        .list_wms_orders()
        .send()
        .await
        .unwrap_err();
    refused(error, "the access token is empty");
    let error = organisation
        .connection("a\nb")
        .list_wms_orders()
        .send()
        .await
        .unwrap_err();
    refused(error, "the access token contains characters");
}

#[tokio::test]
async fn an_operation_that_can_do_without_a_token_is_sent_without() {
    let organisation = organisation();
    let error = organisation
        .get_integration("wms", "shipbob")
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
}

#[tokio::test]
async fn an_empty_text_in_a_list_is_refused() {
    let request = || client().list_wms_orders();
    let error = request().ids(["a", ""]).await.unwrap_err();
    refused(error, "`ids[in]` has a value that is an empty text");
    let error = request().status(one_of(["open", ""])).await.unwrap_err();
    refused(error, "`status[in]` has a value that is an empty text");
}

#[tokio::test]
async fn a_condition_that_the_field_does_not_take_is_refused_with_those_that_it_takes() {
    let request = || client().list_wms_orders();
    let error = request().order_number(gt("1")).await.unwrap_err();
    refused(
        error,
        "`order_number[gt]` is no filter of this operation: the field takes a value, eq, \
         eq-insensitive, in, in-insensitive, nin, contains, contains-insensitive, not_contains",
    );
    let time: DateTime<Utc> = "2025-01-01T00:00:00Z".parse().unwrap();
    let error = request().created_date(contains("2025")).await.unwrap_err();
    refused(error, "`created_date[contains]` is no filter");
    let sent = request().created_date(gte(time)).created_date(lt(time));
    assert_eq!(sent.await.unwrap_err().kind(), ErrorKind::Connect);
}

#[tokio::test]
async fn a_limit_out_of_the_bounds_of_the_document_is_refused() {
    for limit in [0, 1_001] {
        let error = client().list_wms_orders().limit(limit).await.unwrap_err();
        refused(error, "the API accepts 1 to 1000");
    }
    let error = client().list_wms_orders().limit(1_000).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
}

#[tokio::test]
async fn a_list_without_pages_that_is_null_is_empty() {
    let server = httpmock::MockServer::start_async().await;
    server.mock(|when, then| {
        when.path("/integrations/wms");
        then.status(200).body(r#"{"data": null}"#);
    });
    let client = Client::builder().api_key("key").base_url(server.base_url());
    let integrations = client.build().unwrap().list_integrations("wms").await;
    assert!(integrations.unwrap().data.is_empty());
}
