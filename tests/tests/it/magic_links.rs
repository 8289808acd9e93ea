//! `GET /magic-links` over real HTTP: the request, and how the response is read.

use httpmock::{HttpMockRequest, MockServer};
use serde_json::{Value, json};
use trackstar_api::types::IntegrationType;
use trackstar_api::{Client, Response, types};

const KEY: &str = "key-for-tests";

fn link() -> Value {
    json!({
        "id": "c0a4fef5",
        "url": "https://link.example/c0a4fef5",
        "expires_at": "2025-09-17T15:01:41Z",
        "integration_type": "wms",
        "integration_allow_list": ["shipbob"],
        "integration_block_list": [],
        "integrations_with_endpoints": ["get_inventory"],
        "customer_id": "customer-123",
    })
}

fn with(field: &str, value: Value) -> Value {
    let mut link = link();
    link[field] = value;
    link
}

fn client(server: &MockServer) -> Client {
    let builder = Client::builder().api_key(KEY).base_url(server.base_url());
    builder.build().unwrap()
}

async fn list(response: Value) -> Response<types::MagicLinksResponse> {
    let server = MockServer::start_async().await;
    server
        .mock_async(|when, then| {
            when.method("GET").path("/magic-links");
            then.status(200)
                .header("x-request-id", "req-1")
                .json_body(response);
        })
        .await;
    client(&server).list_magic_links().send().await.unwrap()
}

async fn one(link: Value) -> types::MagicLink {
    list(json!({ "magic_links": [link] }))
        .await
        .into_inner()
        .magic_links
        .remove(0)
}

#[tokio::test]
async fn the_request_carries_the_key_and_nothing_that_the_api_does_not_know() {
    let server = MockServer::start_async().await;
    let mock = server
        .mock_async(|when, then| {
            when.is_true(|request: &HttpMockRequest| {
                let headers = request.headers();
                let has = |name: &str| headers.contains_key(name);
                let is = |name: &str, value: &str| {
                    headers.get(name).is_some_and(|present| present == value)
                };
                request.method_str() == "GET"
                    && request.uri().to_string().ends_with("/magic-links")
                    && is("x-trackstar-api-key", KEY)
                    && is("accept", "application/json")
                    && headers["user-agent"]
                        .to_str()
                        .unwrap()
                        .starts_with("trackstar-api/")
                    && !has("api-version")
                    && !has("x-trackstar-access-token")
                    && !has("content-type")
            });
            then.status(200).json_body(json!({"magic_links": []}));
        })
        .await;
    let client = client(&server);
    // A token says nothing to an operation that works on the organisation.
    for client in [client.connection("token-of-a-connection"), client] {
        let response = client.list_magic_links().send().await.unwrap();
        assert!(response.magic_links.is_empty());
    }
    mock.assert_calls_async(2).await;
}

#[tokio::test]
async fn a_prefix_of_the_base_url_and_a_user_agent_are_kept() {
    let server = MockServer::start_async().await;
    let mock = server
        .mock_async(|when, then| {
            when.path("/proxy/magic-links")
                .header_includes("user-agent", "my-app/1.2 trackstar-api/");
            then.status(200).json_body(json!({"magic_links": []}));
        })
        .await;
    let client = Client::builder()
        .api_key(KEY)
        .base_url(format!("{}/proxy/", server.base_url()))
        .user_agent("my-app/1.2")
        .build()
        .unwrap();
    client.list_magic_links().send().await.unwrap();
    mock.assert_async().await;
}

#[tokio::test]
async fn a_custom_http_client_sends_the_requests() {
    let server = MockServer::start_async().await;
    let mock = server
        .mock_async(|when, then| {
            when.path("/magic-links")
                .header("user-agent", "own")
                .header("x-trackstar-api-key", KEY);
            then.status(200).json_body(json!({"magic_links": []}));
        })
        .await;
    let own = |http: reqwest::ClientBuilder| http.user_agent("own");
    let client = Client::builder()
        .api_key(KEY)
        .base_url(server.base_url())
        .configure_http(own)
        .build()
        .unwrap();
    client.list_magic_links().send().await.unwrap();
    mock.assert_async().await;
}

#[tokio::test]
async fn a_response_is_decoded_into_types() {
    let response = list(json!({"magic_links": [link()]})).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.request_id(), Some("req-1"));
    assert_eq!(response.headers()["x-request-id"], "req-1");
    let link = &response.magic_links[0];
    assert_eq!(link.id.as_deref(), Some("c0a4fef5"));
    // By its name on the wire: not every document of the vendor describes it.
    let written = serde_json::to_value(link).unwrap();
    assert_eq!(written["url"], "https://link.example/c0a4fef5");
    assert_eq!(
        link.expires_at,
        "2025-09-17T15:01:41Z"
            .parse::<chrono::DateTime<chrono::Utc>>()
            .ok()
    );
    assert_eq!(link.integration_type, Some(IntegrationType::Wms));
    assert_eq!(link.integration_allow_list, ["shipbob"]);
    assert!(link.integration_block_list.is_empty());
    assert_eq!(link.integrations_with_endpoints, ["get_inventory"]);
    assert_eq!(link.customer_id.as_deref(), Some("customer-123"));
}

#[tokio::test]
async fn a_time_with_another_offset_is_the_same_instant_in_utc() {
    let link = one(with("expires_at", json!("2025-09-17T17:01:41.5+02:00"))).await;
    assert_eq!(
        link.expires_at.unwrap().to_rfc3339(),
        "2025-09-17T15:01:41.500+00:00"
    );
}

#[tokio::test]
async fn an_added_field_is_kept() {
    let mut response = json!({"magic_links": [with("added", json!({"deep": [1]}))]});
    response["next_token"] = json!("x");
    let response = list(response).await;
    assert_eq!(response.magic_links[0].id.as_deref(), Some("c0a4fef5"));
    assert_eq!(response.magic_links[0].extra["added"], json!({"deep": [1]}));
    assert_eq!(response.extra["next_token"], "x");
}

#[tokio::test]
async fn a_field_that_cannot_be_understood_costs_only_itself_and_is_kept() {
    let late = with("expires_at", json!("tomorrow"));
    let response = list(json!({"magic_links": [late, null, link()]})).await;
    assert_eq!(response.magic_links.len(), 2);
    assert_eq!(response.magic_links[0].expires_at, None);
    assert_eq!(response.magic_links[0].extra["expires_at"], "tomorrow");
    assert_eq!(response.magic_links[0].id.as_deref(), Some("c0a4fef5"));
}

#[tokio::test]
async fn an_unknown_value_of_an_enum_is_kept_as_it_came() {
    let link = one(with("integration_type", json!("yard-management"))).await;
    assert_eq!(
        link.integration_type,
        Some(IntegrationType::from("yard-management"))
    );
    assert_eq!(
        serde_json::to_value(&link).unwrap()["integration_type"],
        "yard-management"
    );
}

#[tokio::test]
async fn null_is_absence_wherever_something_may_be_absent() {
    let mut absent = link();
    for field in ["customer_id", "integration_allow_list"] {
        absent.as_object_mut().unwrap().remove(field);
    }
    let mut null = with("customer_id", Value::Null);
    null["integration_allow_list"] = Value::Null;
    for link in [one(absent).await, one(null).await] {
        assert_eq!(link.customer_id, None);
        assert!(link.integration_allow_list.is_empty());
    }
}

#[test]
fn a_record_can_be_stored_and_read_back() {
    let link: types::MagicLink = serde_json::from_value(link()).unwrap();
    let stored = serde_json::to_string(&link).unwrap();
    assert_eq!(
        serde_json::from_str::<types::MagicLink>(&stored).unwrap(),
        link
    );
}

#[test]
fn calls_can_be_spawned_and_clients_shared() {
    fn is_shareable<T: Send + Sync + Clone + 'static>() {}
    fn is_sendable<T: Send + 'static>(_: T) {}
    is_shareable::<Client>();
    is_shareable::<trackstar_api::operations::ListMagicLinks>();
    let client = Client::builder().api_key(KEY).build().unwrap();
    is_sendable(client.list_magic_links().send());
}
