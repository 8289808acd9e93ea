//! What is refused before it is sent: filters that the API would not take, and paths that lead elsewhere.

use chrono::{DateTime, Utc};
use trackstar_api::{Client, Error, ErrorKind, RetryPolicy};

/// A client of an address where nobody answers: what it refuses, it refuses before sending.
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
    let ids = |count: u32| (0..count).map(|id| id.to_string());
    let call = client().list_wms_orders();
    let error = call.clone().ids_in(ids(101)).send().await.unwrap_err();
    refused(error, "`ids[in]` has 101 values, the API takes at most 100");
    let error = call.ids_in(ids(100)).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "a hundred are sent");
}

#[tokio::test]
async fn an_empty_list_and_a_value_with_a_comma_are_refused() {
    let none: [&str; 0] = [];
    let error = client()
        .list_wms_orders()
        .ids_in(none)
        .send()
        .await
        .unwrap_err();
    refused(error, "`ids[in]` is an empty list");
    let error = client()
        .list_wms_orders()
        .order_number_in(["a,b"])
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
        .created_date_in([time; 101])
        .send()
        .await
        .unwrap_err();
    refused(error, "`created_date[in]` has 101 values");
}

#[tokio::test]
async fn an_id_that_would_lead_to_another_operation_is_refused() {
    for id in ["", ".", ".."] {
        let error = client().get_wms_order(id).send().await.unwrap_err();
        refused(error, "get_wms_order failed: `order_id` is empty, or a dot");
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
