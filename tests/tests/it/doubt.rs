//! Writes that are in doubt, requests that are refused, and what an error keeps for both.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use trackstar_api::types::{CreateOrder, CreateOrderLineItems};
use trackstar_api::{Client, ErrorKind, Method, RetryPolicy};
use trackstar_tests::server::{Act, HttpResponse, Server};

fn client(url: String) -> Client {
    let quick = RetryPolicy::default().initial_delay(Duration::from_millis(2));
    let builder = Client::builder().api_key("key").base_url(url).retry(quick);
    let builder = builder.attempt_timeout(Duration::from_millis(500));
    builder
        .rate_limiting(false)
        .build()
        .unwrap()
        .connection("token")
}

fn written() -> Act {
    Act::Respond(HttpResponse::json(r#"{"id": "o1"}"#))
}

fn answer(status: u16, body: &Value) -> Act {
    Act::Respond(HttpResponse::json(body.to_string()).status(status))
}

#[tokio::test]
async fn a_write_in_doubt_is_sent_again_as_the_same_write() {
    let server = Server::script([Act::HangUp, Act::HangUp, Act::HangUp, written()]).await;
    let client = client(server.base_url());
    let call = client.cancel_wms_order("o1");
    let error = call.clone().send().await.unwrap_err();
    assert!(error.may_have_taken_effect());
    let again = call.idempotency_key(error.idempotency_key());
    let response = again.send().await.unwrap();
    assert_eq!(response.idempotency_key(), error.idempotency_key());
    for request in server.requests() {
        let sent = request.header("idempotency-key");
        assert_eq!(sent, [error.idempotency_key().unwrap()]);
    }
}

#[tokio::test]
async fn every_failure_of_a_write_has_its_key_and_a_read_and_a_passthrough_have_none() {
    for act in [
        Act::HangUp,
        Act::CutShort(HttpResponse::json(r#"{"id": "o1"}"#)),
        Act::Hang,
        Act::Respond(HttpResponse::error(500, "no")),
        Act::Respond(HttpResponse::json("<html>")),
        Act::Respond(HttpResponse::json("[]")),
    ] {
        let server = Server::script([act]).await;
        let client = client(server.base_url());
        let error = client.cancel_wms_order("o1").send().await.unwrap_err();
        assert!(error.idempotency_key().is_some(), "{error}");
        let error = client.get_wms_order("o1").send().await.unwrap_err();
        assert_eq!(error.idempotency_key(), None);
        let passthrough = client.request(Method::POST, "/wms/passthrough");
        let key = match passthrough.await {
            Ok(response) => response.idempotency_key().map(str::to_owned),
            Err(error) => error.idempotency_key().map(str::to_owned),
        };
        assert_eq!(key, None);
    }
}

#[tokio::test]
async fn no_key_is_a_random_one() {
    let server = Server::script([written()]).await;
    let call = client(server.base_url()).cancel_wms_order("o1");
    let response = call.idempotency_key(None::<&str>).send().await.unwrap();
    assert_eq!(response.idempotency_key().unwrap().len(), 36);
}

#[tokio::test]
async fn a_conflict_in_the_system_behind_the_api_is_final_and_had_no_effect() {
    let body = json!({"error": "Number taken", "origin": "integration"});
    let server = Server::script([answer(409, &body), written()]).await;
    let call = client(server.base_url()).cancel_wms_order("o1");
    let error = call.send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(!error.may_have_taken_effect());
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_write_in_progress_is_waited_for_beyond_the_number_of_retries() {
    let busy = || answer(409, &json!({"error": "In progress", "origin": "trackstar"}));
    let server = Server::script([busy(), busy(), busy(), busy(), busy(), busy(), written()]).await;
    let call = client(server.base_url()).cancel_wms_order("o1");
    call.clone().send().await.unwrap();
    assert_eq!(server.requests().len(), 7);

    // From anyone but the system behind the API.
    for body in [
        json!({"error": "Busy"}),
        json!({"error": "Busy", "origin": "gateway"}),
    ] {
        let server = Server::script([answer(409, &body), written()]).await;
        let call = client(server.base_url()).cancel_wms_order("o1");
        call.send().await.unwrap();
    }

    let server = Server::script([busy()]).await;
    let limit = Duration::from_millis(300);
    let call = client(server.base_url()).cancel_wms_order("o1");
    let started = Instant::now();
    let error = call.total_timeout(limit).send().await.unwrap_err();
    assert!(started.elapsed() < Duration::from_secs(10));
    assert!(error.may_have_taken_effect());
    assert!(error.idempotency_key().is_some());
}

#[tokio::test]
async fn retry_after_is_read_in_all_its_forms() {
    for (headers, least) in [
        (&[("retry-after", "0.3")][..], 300),
        (&[("x-rate-limit-retry-after", "1")], 1_000),
        (
            &[
                ("date", "Thu, 01 Jan 1970 00:01:40 GMT"),
                ("retry-after", "Thu, 01 Jan 1970 00:01:41 GMT"),
            ],
            1_000,
        ),
    ] {
        let mut busy = HttpResponse::error(429, "slow down");
        for (name, value) in headers {
            busy = busy.header(name, value);
        }
        let server = Server::script([Act::Respond(busy), written()]).await;
        let started = Instant::now();
        let call = client(server.base_url()).cancel_wms_order("o1");
        call.send().await.unwrap();
        assert!(
            started.elapsed() >= Duration::from_millis(least),
            "{headers:?}"
        );
    }
}

#[tokio::test]
async fn a_passthrough_on_a_connection_that_was_closed_while_idle_is_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            tokio::spawn(async move {
                // One response that promises to keep the connection, which is closed then.
                let _ = socket.read(&mut [0; 4096]).await;
                let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
                let _ = socket.write_all(answer).await;
            });
        }
    });
    let client = client(url);
    for number in 0..20 {
        let passthrough = client.request(Method::POST, "/wms/passthrough");
        let result = passthrough.json(&json!({"number": number})).await;
        assert!(result.is_ok(), "{number}: {result:?}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test]
async fn the_longest_times_that_can_be_set_are_no_limits() {
    let busy = || Act::Respond(HttpResponse::error(429, "busy").header("retry-after", "0"));
    let server = Server::script([busy(), busy(), written()]).await;
    let call = client(server.base_url())
        .cancel_wms_order("o1")
        .attempt_timeout(Duration::MAX)
        .total_timeout(Duration::MAX)
        .retry(
            RetryPolicy::default()
                .initial_delay(Duration::from_millis(1))
                .max_delay(Duration::MAX),
        );
    call.send().await.unwrap();
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_422_of_any_size_keeps_its_message_and_fields() {
    let many: Vec<String> = (0..5_000).map(|n| format!("row {n} is bad")).collect();
    let body = json!({"detail": {"json": {"rows": many}}, "error": "Unprocessable"});
    assert!(body.to_string().len() > 70_000);
    let server = Server::script([answer(422, &body)]).await;
    let call = client(server.base_url()).cancel_wms_order("o1");
    let error = call.send().await.unwrap_err();
    assert_eq!(error.message(), Some("Unprocessable"));
    assert_eq!(error.fields().len(), 100);
    assert_eq!(error.fields()[99].message(), "row 99 is bad");
    assert_eq!(error.body(), body.to_string().as_bytes());
}

#[tokio::test]
async fn the_body_is_kept_as_it_came() {
    let body = r#"{ "id":"o1",  "price": 1.10 }"#;
    let server = Server::script([
        Act::Respond(HttpResponse::json(body)),
        Act::Respond(HttpResponse::json("<html>")),
    ])
    .await;
    let client = client(server.base_url());
    let response = client.cancel_wms_order("o1").send().await.unwrap();
    assert_eq!(response.body(), body.as_bytes());
    let error = client.cancel_wms_order("o1").send().await.unwrap_err();
    assert_eq!(error.body(), b"<html>");
}

#[tokio::test]
async fn a_message_is_read_where_a_gateway_puts_it() {
    for body in [
        json!({"message": "Too busy"}),
        json!({"error": {"message": "Too busy"}}),
    ] {
        let server = Server::script([answer(403, &body)]).await;
        let call = client(server.base_url()).cancel_wms_order("o1");
        let error = call.send().await.unwrap_err();
        assert_eq!(error.message(), Some("Too busy"));
    }
}

#[tokio::test]
async fn all_that_is_wrong_with_a_request_is_said_at_once() {
    let server = Server::script([written()]).await;
    let order = CreateOrder::default()
        .order_number("")
        .line_items([
            CreateOrderLineItems::default().sku("A-1"),
            CreateOrderLineItems::default().sku("none"),
        ])
        .extra("note", Value::Null)
        .extra("reason", "none");
    let call = client(server.base_url())
        .create_wms_order(order)
        .idempotency_key("a b");
    let error = call.send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    let mut fields: Vec<_> = error
        .fields()
        .iter()
        .map(|field| (field.location(), field.field()))
        .collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            ("json", "line_items.1.sku"),
            ("json", "note"),
            ("json", "order_number"),
            ("json", "reason"),
        ]
    );
    assert!(error.to_string().ends_with("; and 2 more"), "{error}");
    assert!(server.requests().is_empty());

    let organisation = Client::builder().api_key("key").base_url(server.base_url());
    let call = organisation.build().unwrap().cancel_wms_order("..");
    let error = call.idempotency_key("").send().await.unwrap_err();
    for says in [
        "`order_id` is empty or",
        "idempotency key",
        "needs an access token",
    ] {
        assert!(error.to_string().contains(says), "{error}");
    }

    let call = client(server.base_url()).get_wms_order("..");
    let error = call.send().await.unwrap_err();
    assert_eq!(error.fields()[0].location(), "path");
    assert_eq!(error.fields()[0].field(), "order_id");
}

#[test]
fn a_request_that_is_polled_outside_a_runtime_fails_and_says_why() {
    let client = client("http://127.0.0.1:1".to_owned());
    let call = client.get_wms_order("o1").send();
    let error = futures_util::FutureExt::now_or_never(call)
        .unwrap()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.to_string().contains("no tokio runtime"), "{error}");
}
