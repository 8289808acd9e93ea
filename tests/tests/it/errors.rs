//! Every way in which a request fails, over real HTTP: what the error reports.

use std::time::Duration;

use serde_json::{Value, json};
use trackstar_api::{Client, Error, ErrorKind, Origin, RetryPolicy};
use trackstar_tests::server::{HttpResponse, Server};

const KEY: &str = "key-for-tests";

fn client(server: &Server) -> Client {
    let builder = Client::builder().api_key(KEY).base_url(server.base_url());
    builder.retry(RetryPolicy::off()).build().unwrap()
}

fn json(status: u16, body: Value) -> HttpResponse {
    text(status, &body.to_string())
}

fn text(status: u16, body: &str) -> HttpResponse {
    let response = HttpResponse::json(body).status(status);
    response.header("X-Request-Id", "req-7")
}

/// The error of a request that gets this response.
async fn error(response: HttpResponse) -> Error {
    let server = Server::start(response).await;
    client(&server).list_magic_links().send().await.unwrap_err()
}

#[tokio::test]
async fn every_status_has_its_kind_and_one_readable_line() {
    let says = |error: &str| json!({"error": error, "origin": "trackstar"});
    for (response, kind, line) in [
        (
            json(400, says("Key reused")),
            ErrorKind::BadRequest,
            "list_magic_links failed with 400 Bad Request: Key reused (request req-7)",
        ),
        (
            json(401, says("Invalid API key")),
            ErrorKind::Unauthorized,
            "list_magic_links failed with 401 Unauthorized: Invalid API key (request req-7)",
        ),
        (
            json(403, says("get_orders is disabled for this connection")),
            ErrorKind::Forbidden,
            "list_magic_links failed with 403 Forbidden: get_orders is disabled for this connection (request req-7)",
        ),
        (
            json(404, json!({"error": "Not found", "id": "abc"})),
            ErrorKind::NotFound,
            "list_magic_links failed with 404 Not Found: Not found (request req-7)",
        ),
        (
            json(409, says("In progress")),
            ErrorKind::Conflict,
            "list_magic_links failed with 409 Conflict: In progress (request req-7)",
        ),
        (
            json(418, says("Teapot")),
            ErrorKind::Status,
            "list_magic_links failed with 418 I'm a teapot: Teapot (request req-7)",
        ),
        (
            json(500, says("Internal\n  error")),
            ErrorKind::Server,
            "list_magic_links failed with 500 Internal Server Error: Internal error (request req-7)",
        ),
        (
            json(
                501,
                json!({"error": "Endpoint get_returns is not implemented for x"}),
            ),
            ErrorKind::NotImplemented,
            "list_magic_links failed with 501 Not Implemented: Endpoint get_returns is not implemented for x (request req-7)",
        ),
        (
            text(503, ""),
            ErrorKind::Server,
            "list_magic_links failed with 503 Service Unavailable (request req-7)",
        ),
        (
            text(302, ""),
            ErrorKind::Status,
            "list_magic_links failed with 302 Found (request req-7)",
        ),
    ] {
        let status = response.status;
        let error = error(response).await;
        assert_eq!(error.kind(), kind, "{status}");
        assert_eq!(error.to_string(), line);
        assert_eq!(error.status().unwrap(), status);
        assert_eq!(error.request_id(), Some("req-7"));
        assert_eq!(error.operation(), Some("list_magic_links"));
        assert!(!error.may_have_taken_effect(), "a read changes nothing");
    }
}

#[tokio::test]
async fn an_error_reports_its_origin_and_keeps_unknown_ones() {
    for (origin, expected) in [
        (json!("trackstar"), Some(Origin::Trackstar)),
        (json!("integration"), Some(Origin::Integration)),
        (json!("moon"), Some(Origin::from("moon"))),
        (Value::Null, None),
    ] {
        let error = error(json(400, json!({"error": "no", "origin": origin}))).await;
        assert_eq!(error.origin(), expected.as_ref());
    }
}

#[tokio::test]
async fn a_404_names_the_id() {
    let error = error(json(404, json!({"error": "Not found", "id": "abc"}))).await;
    assert_eq!(error.missing_id(), Some("abc"));
}

#[tokio::test]
async fn a_422_names_every_field() {
    let body = json!({
        "error": "Unprocessable Entity",
        "origin": "trackstar",
        "detail": {"query": {"colour[eq]": ["Unknown field."], "limit": ["Must be at most 1000."]}},
    });
    let error = error(json(422, body)).await;
    assert_eq!(error.kind(), ErrorKind::Validation);
    let fields: Vec<_> = error
        .fields()
        .iter()
        .map(|field| (field.location(), field.field(), field.message()))
        .collect();
    assert_eq!(
        fields,
        [
            ("query", "colour[eq]", "Unknown field."),
            ("query", "limit", "Must be at most 1000."),
        ]
    );
    assert_eq!(
        error.to_string(),
        "list_magic_links failed with 422 Unprocessable Entity: Unprocessable Entity; query `colour[eq]`: \
         Unknown field.; query `limit`: Must be at most 1000. (request req-7)"
    );
}

#[tokio::test]
async fn a_429_says_how_long_to_wait() {
    let response = json(429, json!({"error": "Rate limit exceeded"})).header("retry-after", "12");
    let error = error(response).await;
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(12)));
    assert!(error.to_string().contains("; retry after 12 s"), "{error}");
}

#[tokio::test]
async fn a_502_of_a_proxy_keeps_its_status_and_its_first_bytes() {
    let page = format!(
        "<html>\n<h1>502 Bad Gateway</h1>{}</html>",
        "x".repeat(10_000)
    );
    let error = error(text(502, &page)).await;
    assert_eq!(error.kind(), ErrorKind::Server);
    assert_eq!(error.status().unwrap(), 502);
    assert_eq!(error.message(), None);
    let start = error.body_start().unwrap();
    assert!(start.starts_with("<html>\n<h1>502 Bad Gateway</h1>xxx"));
    assert_eq!(start.chars().count(), 512);
    assert!(
        error.to_string().starts_with(
            "list_magic_links failed with 502 Bad Gateway: not a response of the API: <html> <h1>502 Bad Gateway"
        ),
        "{error}"
    );
}

#[tokio::test]
async fn a_200_that_is_not_json_is_an_error_of_its_own() {
    for body in ["<html>login</html>", "", "{\"magic_links\": ["] {
        let error = error(text(200, body)).await;
        assert_eq!(error.kind(), ErrorKind::NotJson, "{body}");
        assert_eq!(error.status().unwrap(), 200);
        assert_eq!(error.body_start().unwrap_or_default(), body);
        assert!(error.to_string().contains("200 OK: not JSON: "), "{error}");
    }
}

#[tokio::test]
async fn a_200_of_the_wrong_shape_names_the_field() {
    for (response, field, says) in [
        (json!({"magic_link": []}), "magic_link", "expected a map"),
        (json!({"link": "no"}), ".", "missing field `magic_link`"),
        (json!([]), ".", ""),
    ] {
        let server = Server::start(json(200, response)).await;
        let request = client(&server).get_magic_link("a").send();
        let error = request.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedShape);
        assert_eq!(error.field(), Some(field), "{error}");
        assert!(error.to_string().contains(says), "{error}");
        assert!(error.underlying().unwrap().is::<serde_json::Error>());
    }
}

#[tokio::test]
async fn a_200_that_reports_an_error_is_that_error() {
    let body = json!({"error": "integration is down", "origin": "integration"});
    let server = Server::start(json(200, body)).await;
    let connection = client(&server).connection("token");
    let order = trackstar_api::types::CreateOrder::default().order_number("1");
    for error in [
        client(&server).get_magic_link("a").await.unwrap_err(),
        connection.list_wms_orders().await.unwrap_err(),
        connection.get_wms_order("a").await.unwrap_err(),
        connection.create_wms_order(order).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Status, "{error}");
        assert_eq!(error.message(), Some("integration is down"));
        assert_eq!(error.origin(), Some(&Origin::Integration));
        assert!(error.to_string().contains("integration is down"), "{error}");
    }
}

#[tokio::test]
async fn a_response_larger_than_the_limit_is_not_read_to_its_end() {
    let server = Server::start(text(200, &"x".repeat(100_000))).await;
    let client = Client::builder()
        .api_key(KEY)
        .base_url(server.base_url())
        .max_response_bytes(1_000)
        .build()
        .unwrap();
    let error = client.list_magic_links().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert!(
        error.to_string().contains("larger than 1000 bytes"),
        "{error}"
    );
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_takes_no_key_along() {
    let elsewhere = Server::start(json(200, json!({"magic_links": []}))).await;
    let moved = text(307, "").header("location", &elsewhere.base_url());
    assert_eq!(error(moved).await.kind(), ErrorKind::Status);
    assert!(elsewhere.requests().is_empty());
}
