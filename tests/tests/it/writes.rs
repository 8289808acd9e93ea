//! Bodies: what they hold, what is refused before it is sent, and what the response reports.

use std::time::Duration;

use httpmock::{HttpMockRequest, MockServer};
use serde_json::{Value, json};
use trackstar_api::{Client, ErrorKind, RetryPolicy, types};
use trackstar_tests::server::{Act, HttpResponse, Server};

fn client(server: &MockServer) -> Client {
    let builder = Client::builder().api_key("key").base_url(server.base_url());
    builder.build().unwrap().connection("token")
}

/// Serves one response to one request, whose body must be `body`.
async fn expecting(path: &str, body: Value, response: Value) -> MockServer {
    let server = MockServer::start_async().await;
    server
        .mock_async(|when, then| {
            when.path(path)
                .header("content-type", "application/json")
                .json_body(body);
            then.status(200).json_body(response);
        })
        .await;
    server
}

#[tokio::test]
async fn a_body_holds_what_was_set_and_nothing_else() {
    let body = json!({
        "order_number": "1042",
        "ship_to_address": {"city": "Reno"},
        "line_items": [{"sku": "A", "quantity": 2, "lot": "L1"}],
        "channel_object": {"channel_id": "shop"},
        "warehouse_id": "w1",
    });
    let response = json!({"id": "o1", "data": {"id": "o1", "status": "open"}, "unused_fields": ["warehouse_id"]});
    let server = expecting("/wms/orders", body, response).await;
    let order = types::CreateOrder::default()
        .order_number("1042")
        .ship_to_address(types::CreateOrderShipToAddress::default().city("Reno"))
        .line_items([types::CreateOrderLineItems::default()
            .sku("A")
            .quantity(2)
            .extra("lot", "L1")])
        .channel_object(types::ChannelId::new("shop"))
        .extra("warehouse_id", "w1");
    let written = client(&server)
        .create_wms_order(order)
        .send()
        .await
        .unwrap();
    assert_eq!(written.id.as_deref(), Some("o1"));
    assert_eq!(written.unused_fields, ["warehouse_id"]);
    assert_eq!(
        written.data.as_ref().unwrap().status,
        Some(types::OrderStatus::Open)
    );
}

#[tokio::test]
async fn a_response_without_the_record_is_a_response() {
    let server = expecting(
        "/wms/orders/o1",
        json!({"order_number": "7"}),
        json!({"id": "o1"}),
    )
    .await;
    let order = types::UpdateOrder::default().order_number("7");
    let written = client(&server)
        .update_wms_order("o1", order)
        .send()
        .await
        .unwrap();
    assert_eq!(written.data, None);
    assert!(written.unused_fields.is_empty());
}

#[tokio::test]
async fn an_empty_list_is_sent_since_it_clears() {
    let server = expecting(
        "/wms/orders/o1/trackstar-tags",
        json!({"trackstar_tags": []}),
        json!({"id": "o1"}),
    )
    .await;
    let none: [Value; 0] = [];
    let tags = types::TrackstarTags::default().trackstar_tags(none);
    client(&server)
        .set_wms_order_tags("o1", tags)
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn a_cancel_without_a_body_says_json_all_the_same() {
    let server = MockServer::start_async().await;
    let mock = server
        .mock_async(|when, then| {
            when.method("PUT")
                .path("/wms/orders/o1/cancel")
                .header("content-type", "application/json")
                .is_true(|request: &HttpMockRequest| request.body().is_empty());
            then.status(200).json_body(json!({"id": "o1"}));
        })
        .await;
    client(&server).cancel_wms_order("o1").send().await.unwrap();
    mock.assert_async().await;
}

#[tokio::test]
async fn a_field_that_the_api_refuses_is_named_before_anything_is_sent() {
    let server = MockServer::start_async().await;
    let request = |order: types::CreateOrder| client(&server).create_wms_order(order).send();
    let item = types::CreateOrderLineItems::default();
    for (order, says) in [
        (
            types::CreateOrder::default().order_number(""),
            "`order_number` of the body is an empty text",
        ),
        (
            types::CreateOrder::default().order_number("none"),
            "`order_number` of the body is \"none\"",
        ),
        (
            types::CreateOrder::default().extra("warehouse_id", Value::Null),
            "`warehouse_id` of the body is null",
        ),
        (
            types::CreateOrder::default().line_items([item.clone().sku("A"), item.sku("")]),
            "`line_items.1.sku` of the body is an empty text",
        ),
    ] {
        let error = request(order).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.to_string().contains(says), "{error}");
        assert!(!error.may_have_taken_effect());
    }
}

#[tokio::test]
async fn a_write_that_failed_says_whether_it_may_have_taken_effect() {
    for (status, may) in [
        (400, false),
        (403, false),
        (409, true),
        (422, false),
        (429, false),
        (500, true),
        (501, false),
        (504, true),
    ] {
        let server = MockServer::start_async().await;
        server
            .mock_async(|when, then| {
                when.method("POST");
                then.status(status).json_body(json!({"error": "no"}));
            })
            .await;
        let error = client(&server)
            .create_wms_order(types::CreateOrder::default())
            // A write that is still in progress is waited for.
            .total_timeout(Duration::from_secs(2))
            .send()
            .await
            .unwrap_err();
        assert_eq!(error.may_have_taken_effect(), may, "{status}");
    }
    let nobody = Client::builder()
        .api_key("k")
        .base_url("http://127.0.0.1:9")
        .retry(RetryPolicy::off())
        .build()
        .unwrap()
        .connection("t");
    let error = nobody
        .create_wms_order(types::CreateOrder::default())
        .send()
        .await
        .unwrap_err();
    assert!(!error.may_have_taken_effect(), "never sent");
}

fn holds(request: &HttpMockRequest, parts: &[&str]) -> bool {
    let body = request.body().as_ref().to_vec();
    let text = String::from_utf8_lossy(&body);
    let kind = request.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    kind.starts_with("multipart/form-data; boundary=")
        && parts.iter().all(|part| text.contains(part))
}

#[tokio::test]
async fn a_file_is_attached_as_a_form_from_a_reader_from_memory_or_by_its_address() {
    let server = MockServer::start_async().await;
    for (path, parts) in [
        (
            "/wms/orders/reader/file",
            [
                "name=\"file\"; filename=\"label.pdf\"",
                "from a reader",
                "name=\"kind\"",
            ],
        ),
        (
            "/wms/orders/memory/file",
            ["name=\"file_name\"", "label.pdf", "from memory"],
        ),
        (
            "/wms/orders/url/file",
            [
                "name=\"file_url\"",
                "https://files.example/label.pdf",
                "label.pdf",
            ],
        ),
    ] {
        server
            .mock_async(move |when, then| {
                when.method("POST")
                    .path(path)
                    .header("x-trackstar-access-token", "token")
                    .is_true(move |request: &HttpMockRequest| holds(request, &parts));
                then.status(200)
                    .json_body(json!({"id": "o1", "data": "success", "unused_fields": null}));
            })
            .await;
    }
    let client = client(&server);
    let reader = std::io::Cursor::new(b"from a reader".to_vec());
    for request in [
        client
            .attach_wms_order_file("reader")
            .file("label.pdf", reader)
            .extra("kind", "label"),
        client
            .attach_wms_order_file("memory")
            .bytes("label.pdf", "from memory"),
        client
            .attach_wms_order_file("url")
            .url("label.pdf", "https://files.example/label.pdf"),
    ] {
        let attached = request.await.unwrap();
        assert_eq!(attached.id.as_deref(), Some("o1"));
    }
    let error = client.attach_wms_order_file("x").send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.to_string().contains("there is no file"), "{error}");
}

#[tokio::test]
async fn a_file_that_is_in_memory_is_sent_again_and_one_that_was_read_is_not() {
    let mut asked = 0;
    let server = Server::start_with(move |_| {
        asked += 1;
        match asked {
            2 => Act::Respond(HttpResponse::json(r#"{"id": "o1"}"#)),
            _ => Act::HangUp,
        }
    })
    .await;
    let quick = RetryPolicy::default().initial_delay(Duration::from_millis(1));
    let client = Client::builder().api_key("key").base_url(server.base_url());
    let client = client.retry(quick).build().unwrap().connection("token");
    let request = client
        .attach_wms_order_file("o1")
        .bytes("a.txt", "from memory")
        .idempotency_key("mine");
    request.send().await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    for request in &requests {
        assert_eq!(request.header("idempotency-key"), ["mine"]);
        let body = String::from_utf8_lossy(&request.body);
        assert!(body.contains("from memory"), "{body}");
    }

    let reader = std::io::Cursor::new(b"from a reader".to_vec());
    let request = client.attach_wms_order_file("o1").file("a.txt", reader);
    assert_eq!(request.send().await.unwrap_err().attempts(), 1);
}
