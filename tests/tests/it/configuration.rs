//! Building a client: what is refused, and that no secret shows anywhere.

use httpmock::MockServer;
use serde_json::json;
use trackstar_api::{Client, ErrorKind};

const KEY: &str = "s3cr3t-key-of-tests";
const TOKEN: &str = "s3cr3t-token-of-tests";

#[test]
fn what_no_client_can_be_built_from_is_refused_with_a_remedy() {
    let with = |key: &str, url: &str| Client::builder().api_key(key).base_url(url).build();
    let good = "https://production.trackstarhq.com";
    for (result, says) in [
        (
            Client::builder().build(),
            "there is no API key: set TRACKSTAR_API_KEY",
        ),
        (with("", good), "the API key is empty"),
        (with("  ", good), "the API key is empty"),
        (
            with("line\nbreak", good),
            "characters that an HTTP header cannot carry",
        ),
        (
            with("schlüssel", good),
            "characters that an HTTP header cannot carry",
        ),
        (with(KEY, ""), "the base URL is not an absolute URL"),
        (
            with(KEY, "production.trackstarhq.com"),
            "the base URL is not an absolute URL",
        ),
        (
            with(KEY, "ftp://production.trackstarhq.com"),
            "has the scheme `ftp`",
        ),
        (
            with(KEY, "http://production.trackstarhq.com"),
            "would send the API key over plain http",
        ),
        (
            with(KEY, "https://me:pass@production.trackstarhq.com"),
            "contains a user name",
        ),
        (
            Client::builder().api_key(KEY).user_agent("a\nb").build(),
            "the user agent is not a valid header value",
        ),
    ] {
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        let line = error.to_string();
        assert!(
            line.starts_with("no client can be built: ") && line.contains(says),
            "{line}"
        );
        assert!(!error.may_have_taken_effect());
    }
}

#[test]
fn plain_http_is_allowed_for_any_host_if_the_caller_allows_it() {
    let builder = Client::builder()
        .api_key(KEY)
        .base_url("http://trackstar.internal");
    assert!(builder.clone().build().is_err());
    assert!(builder.allow_plain_http(true).build().is_ok());
}

#[tokio::test]
async fn a_secret_that_a_server_repeats_appears_nowhere() {
    let server = MockServer::start_async().await;
    server
        .mock_async(|when, then| {
            when.path("/magic-links");
            then.status(422).json_body(json!({
                "error": format!("bad key {KEY}"), "id": KEY, "origin": KEY,
                "detail": {"header": {"x-trackstar-api-key": [format!("{KEY} is bad")]}},
            }));
        })
        .await;
    let builder = Client::builder().api_key(KEY).base_url(server.base_url());
    let client = builder.clone().build().unwrap().connection(TOKEN);
    let request = client.list_magic_links();
    let shown = format!("{builder:?} {client:?} {request:?}");
    let error = request.send().await.unwrap_err();
    let fields = format!(
        "{:?} {:?} {:?} {:?}",
        error.fields(),
        error.message(),
        error.body_start(),
        error.missing_id()
    );
    for text in [
        shown,
        error.to_string(),
        format!("{error:?} {error:#?}"),
        fields,
    ] {
        assert!(!text.contains(KEY) && !text.contains(TOKEN), "{text}");
    }
    assert!(error.to_string().contains("bad key [redacted]"), "{error}");
}

#[tokio::test]
async fn debug_of_a_response_shows_no_header_that_a_server_repeats() {
    let server = MockServer::start_async().await;
    server
        .mock_async(|when, then| {
            when.path("/magic-links");
            then.header("x-seen-key", KEY)
                .header("x-request-id", KEY)
                .json_body(json!({"magic_links": []}));
        })
        .await;
    let client = Client::builder().api_key(KEY).base_url(server.base_url());
    let response = client.build().unwrap().list_magic_links().send().await;
    let response = response.unwrap();
    assert_eq!(response.headers()["x-seen-key"], KEY);
    let shown = format!("{response:?} {response:#?}");
    assert!(
        shown.contains("x-seen-key") && !shown.contains(KEY),
        "{shown}"
    );
}
