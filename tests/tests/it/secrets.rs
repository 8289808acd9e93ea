//! What an error shows of the response that caused it: enough to act on, and nothing that is secret.

use serde_json::{Value, json};
use trackstar_api::{Client, Error, ErrorKind, Method, RetryPolicy};
use trackstar_tests::server::{HttpResponse, Server};

const KEY: &str = "s3cr3t-key-of-tests";

fn client(server: &Server) -> Client {
    let builder = Client::builder().api_key(KEY).base_url(server.base_url());
    builder.retry(RetryPolicy::off()).build().unwrap()
}

fn answer(status: u16, body: &Value) -> HttpResponse {
    HttpResponse::json(body.to_string()).status(status)
}

/// What listing magic links fails with, given a response.
async fn failure(answer: HttpResponse) -> Error {
    let server = Server::start(answer).await;
    let call = client(&server).list_magic_links();
    call.send().await.unwrap_err()
}

#[tokio::test]
async fn a_token_in_a_response_that_does_not_fit_is_not_shown() {
    let server = Server::start(HttpResponse::json(
        r#"{"access_token": "fresh-t0ken", "connection_id": {"name": "Ada"}}"#,
    ))
    .await;
    let exchange = trackstar_api::types::ExchangeInput::new("code".to_owned());
    let error = client(&server)
        .exchange_link(exchange)
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedShape);
    for shown in [
        error.to_string(),
        format!("{error:?}"),
        format!("{error:#?}"),
    ] {
        assert!(!shown.contains("fresh-t0ken"), "{shown}");
        assert!(!shown.contains("Ada"), "{shown}");
        assert!(
            shown.starts_with("exchange_link failed with 200"),
            "{shown}"
        );
    }
}

#[test]
fn debug_is_what_a_person_reads_when_main_fails() {
    let error = Client::builder().build().unwrap_err();
    assert_eq!(
        format!("{error:?}"),
        "no client can be built: there is no API key: set TRACKSTAR_API_KEY, or call \
         `ClientBuilder::api_key` [Configuration]"
    );
}

#[tokio::test]
async fn debug_is_the_line_with_its_facts() {
    let body = json!({"error": "Not found", "id": "o7", "origin": "integration"});
    let error = failure(answer(404, &body).header("x-request-id", "req-7")).await;
    assert_eq!(
        format!("{error:?}"),
        "list_magic_links failed with 404 Not Found: Not found (request req-7) [NotFound, refused by \
         integration, no record o7, attempts: 1]"
    );
}

#[tokio::test]
async fn the_line_is_one_of_bounded_length_whatever_the_server_says() {
    let long = "x".repeat(1_000_000);
    let forged = "a\nERROR forged\r\u{1b}[31m\u{0}\u{202e}b";
    for (status, body) in [
        (
            422,
            json!({"error": forged, "detail": {forged: {forged: [forged, 7, true]}}}),
        ),
        (
            422,
            json!({"error": long, "detail": {"json": {&long: [&long], "b": [&long], "c": [&long]}}}),
        ),
        (404, json!({"error": "no", "id": long, "origin": forged})),
        (200, json!(long)),
        (200, json!({&long: []})),
        (200, json!([{&long: forged}])),
        (500, json!(forged)),
    ] {
        let error = failure(answer(status, &body).header("x-request-id", &"r".repeat(5_000))).await;
        for shown in [error.to_string(), format!("{error:?}")] {
            let length = shown.chars().count();
            assert!(length < 2_000, "{length} characters");
            assert!(!shown.contains(|c: char| c.is_control()), "{shown}");
            assert!(!shown.contains('\u{202e}'), "{shown}");
        }
        for field in error.fields() {
            let shown = field.to_string();
            assert!(!shown.contains(|c: char| c.is_control()), "{shown}");
            assert!(shown.chars().count() < 1_000);
        }
    }
}

#[tokio::test]
async fn the_line_has_no_value_of_a_response() {
    for (status, body) in [
        (200, r#""ada@example.com""#),
        (200, r#"{"links": "ada@example.com"}"#),
        (
            200,
            r#"["ada@example.com", {"magic_links": "ada@example.com"}]"#,
        ),
        (500, r#"{"customer": "ada@example.com"}"#),
        (500, r#"["ada@example.com""#),
        (502, r#""ada@example.com""#),
    ] {
        let error = failure(HttpResponse::json(body).status(status)).await;
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("ada@"), "{shown}");
    }
    let error = failure(HttpResponse::json("<h1>Bad gateway</h1>").status(502)).await;
    assert!(
        error.to_string().contains("<h1>Bad gateway</h1>"),
        "{error}"
    );
    assert!(!format!("{error:?}").contains("<h1>"), "{error:?}");
}

#[tokio::test]
async fn the_chain_of_causes_says_each_thing_once() {
    let gone = Server::start(HttpResponse::json("{}")).await;
    let nobody = gone.base_url().replace("127.0.0.1:", "127.0.0.2:");
    let refused = Client::builder()
        .api_key(KEY)
        .base_url(nobody)
        .retry(RetryPolicy::off());
    let refused = refused.build().unwrap().list_magic_links().send().await;
    for (error, once) in [
        (refused.unwrap_err(), "refused"),
        (failure(HttpResponse::json("{}")).await, "missing field"),
        (failure(HttpResponse::json("<")).await, "expected value"),
        (
            failure(HttpResponse::error(401, "Bad key")).await,
            "Bad key",
        ),
        (
            Client::builder().build().unwrap_err(),
            "there is no API key",
        ),
    ] {
        let mut chain = error.to_string();
        let mut source = std::error::Error::source(&error);
        while let Some(error) = source {
            chain.push_str(&format!(": {error}"));
            source = error.source();
        }
        assert_eq!(chain.matches(once).count(), 1, "{chain}");
    }
}

#[tokio::test]
async fn a_path_that_leads_out_of_the_base_url_is_refused() {
    let server = Server::start(HttpResponse::json("{}")).await;
    let builder = Client::builder()
        .api_key(KEY)
        .base_url(format!("{}/trackstar", server.base_url()));
    let client = builder.build().unwrap();
    for path in [
        "/%2e%2e/admin",
        "/wms/%2E%2e/%2e./admin",
        "/..\\admin",
        "/\\..\\admin",
        "/.\t./admin",
        "/.\n./admin",
        "/wms/..",
        "/./admin",
    ] {
        let error = client.request(Method::GET, path).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{path:?}");
    }
    assert!(server.requests().is_empty());
    client.request(Method::GET, "/wms/a b").await.unwrap();
    assert_eq!(server.requests()[0].target, "/trackstar/wms/a%20b");
}
