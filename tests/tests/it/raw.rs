//! Requests by path, and compressed responses.

use std::io::Write as _;

use serde_json::{Value, json};
use trackstar_api::{Client, ErrorKind, Method, RetryPolicy};
use trackstar_tests::server::{Act, HttpResponse, Server};

fn client(server: &Server) -> Client {
    let builder = Client::builder().api_key("key").base_url(server.base_url());
    builder.build().unwrap().connection("token")
}

#[tokio::test]
async fn an_operation_that_the_client_does_not_know_goes_the_same_way() {
    let server = Server::start(HttpResponse::json(r#"{"data": [1]}"#)).await;
    let request = client(&server)
        .request(Method::PUT, "/wms/new/a%20b")
        .query("x", "1 2")
        .json(&json!({"a": 1}));
    let response = request.send::<Value>().await.unwrap();
    assert_eq!(response["data"], json!([1]));
    let sent = &server.requests()[0];
    assert_eq!(sent.method, "PUT");
    assert_eq!(sent.target, "/wms/new/a%20b?x=1+2");
    assert_eq!(sent.body, br#"{"a":1}"#);
    for (name, value) in [
        ("x-trackstar-api-key", "key"),
        ("x-trackstar-access-token", "token"),
        ("content-type", "application/json"),
    ] {
        assert_eq!(sent.header(name), [value]);
    }
    assert_eq!(sent.header("idempotency-key")[0].len(), 36);
}

#[tokio::test]
async fn awaiting_a_request_sends_it_and_gives_its_json() {
    let server = Server::start(HttpResponse::json(r#"{"data": [1]}"#)).await;
    let request = client(&server).request(Method::GET, "/wms/new");
    let response = request.query("x", "1").await.unwrap();
    assert_eq!(response.into_inner(), json!({"data": [1]}));
    assert_eq!(server.requests()[0].target, "/wms/new?x=1");
}

#[tokio::test]
async fn a_passthrough_takes_no_key_and_its_body_goes_out_as_it_is() {
    let server = Server::start(HttpResponse::error(409, "no")).await;
    let request = client(&server)
        .request(Method::POST, "/erp/passthrough")
        .json(&json!({"method": "GET", "path": "/x", "params": {"q": ""}}));
    request.send::<Value>().await.unwrap_err();
    let sent = server.requests();
    assert_eq!(sent.len(), 1, "without a key it is not sent again");
    assert!(sent[0].header("idempotency-key").is_empty());
}

#[tokio::test]
async fn its_failures_are_those_of_any_request() {
    let server = Server::start(HttpResponse::error(404, "no such path")).await;
    let request = client(&server)
        .request(Method::GET, "/new")
        .retry(RetryPolicy::off());
    let error = request.send::<Value>().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(
        error.to_string(),
        "request GET failed with 404 Not Found: no such path"
    );
}

#[tokio::test]
async fn a_path_that_leads_elsewhere_and_an_unsupported_method_are_refused() {
    let server = Server::start(HttpResponse::json("{}")).await;
    let client = client(&server);
    for (method, path) in [
        (Method::GET, "wms/orders"),
        (Method::GET, "/wms/../magic-links"),
        (Method::GET, "/wms/orders?limit=1"),
        (Method::OPTIONS, "/wms/orders"),
    ] {
        let error = client
            .request(method, path)
            .send::<Value>()
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{path}");
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn responses_are_requested_compressed_and_bounded_by_their_decompressed_size() {
    let server = Server::start_with(|_| {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(format!("[\"{}\"]", "x".repeat(1_000_000)).as_bytes())
            .unwrap();
        let body = gzip.finish().unwrap();
        assert!(body.len() < 10_000);
        Act::Respond(HttpResponse::json(body).header("content-encoding", "gzip"))
    })
    .await;
    let builder = Client::builder().api_key("key").base_url(server.base_url());
    let response = builder
        .clone()
        .build()
        .unwrap()
        .request(Method::GET, "/x")
        .send::<Vec<String>>()
        .await
        .unwrap();
    assert_eq!(response[0].len(), 1_000_000);
    assert!(server.requests()[0].header("accept-encoding")[0].contains("gzip"));

    let small = builder.max_response_bytes(100_000).build().unwrap();
    let error = small
        .request(Method::GET, "/x")
        .send::<Value>()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
}
