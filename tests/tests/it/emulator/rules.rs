//! The rules that hold for all operations: credentials, validation, rate limits, idempotency.

use std::pin::pin;
use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use futures_util::future::{Either, select};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use trackstar_api::emulator::Emulator;
use trackstar_api::{Client, RetryPolicy};

use super::{
    Sent, SetClock, an_order, call, client, get, request, send, send_as, unlimited, write,
};

#[tokio::test]
async fn wrong_credentials_give_401() {
    let emulator = unlimited().api_key("key").access_token("other");
    let emulator = emulator.start().await.unwrap();
    assert_eq!(get(&emulator, "/wms/orders").await.status, 401);
    assert_eq!(get(&emulator, "/magic-links").await.status, 200);
    let known = send_as(&emulator, "other", "GET", "/wms/orders", &Value::Null).await;
    assert_eq!(known.status, 200);
    let emulator = unlimited().api_key("other").start().await.unwrap();
    assert_eq!(get(&emulator, "/magic-links").await.status, 401);
}

#[tokio::test]
async fn operations_that_are_missing_or_disabled_give_501_and_403() {
    let emulator = unlimited()
        .not_implemented("create_wms_order")
        .disabled("create_return");
    let emulator = emulator.start().await.unwrap();
    let missing = write(&emulator, "k", &json!({})).await;
    assert_eq!(
        (missing.status, &missing.body["origin"]),
        (501, &json!("integration"))
    );
    let message = "Endpoint create_order is not implemented for sandbox";
    assert_eq!(missing.body["error"], message);
    let disabled = call(&emulator, "POST", "/wms/returns", json!({})).await;
    assert_eq!(disabled.status, 403);
    let message = "create_return is disabled for this connection";
    assert_eq!(disabled.body["error"], message);
}

#[tokio::test]
async fn every_response_has_a_request_id() {
    let emulator = unlimited().start().await.unwrap();
    for (method, path, status) in [
        ("GET", "/wms/orders", 200),
        ("GET", "/nowhere", 404),
        ("TRACE", "/wms/orders", 405),
        ("GET", "/wms/orders?colour=red", 422),
    ] {
        let sent = call(&emulator, method, path, Value::Null).await;
        assert_eq!(sent.status, status, "{method} {path}");
        assert!(sent.headers.contains_key("x-request-id"), "{method} {path}");
    }
}

#[tokio::test]
async fn another_method_gives_405_with_those_that_there_are() {
    let emulator = unlimited().start().await.unwrap();
    let sent = call(&emulator, "PATCH", "/wms/orders", json!({})).await;
    assert_eq!(
        (sent.status, &sent.headers["allow"]),
        (405, &"GET, POST".parse().unwrap())
    );
}

#[tokio::test]
async fn a_query_that_the_api_does_not_take_gives_422_with_its_field() {
    let emulator = unlimited().start().await.unwrap();
    let many = format!("ids[in]={}", vec!["a"; 101].join(","));
    for (query, field) in [
        ("colour=red", "colour"),
        ("status[like]=open", "status[like]"),
        ("status=odd", "status"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("page_token=odd", "page_token"),
        ("created_date[gt]=yesterday", "created_date[gt]"),
        // Filters take times to the second.
        (
            "created_date[gt]=2026-01-01T00:00:00.5Z",
            "created_date[gt]",
        ),
        (&many, "ids[in]"),
    ] {
        let sent = get(&emulator, &format!("/wms/orders?{query}")).await;
        assert_eq!(sent.status, 422, "{query}");
        assert!(
            sent.body["detail"]["query"][field].is_array(),
            "{}",
            sent.body
        );
    }
}

#[tokio::test]
async fn a_body_that_the_api_does_not_take_gives_422_with_its_fields() {
    let emulator = unlimited().start().await.unwrap();
    for (order, field) in [
        (json!({"line_items": [{"sku": null}]}), "line_items.0.sku"),
        (json!({"line_items": [{"sku": ""}]}), "line_items.0.sku"),
        (json!({"line_items": [{"sku": "none"}]}), "line_items.0.sku"),
        (
            json!({"trackstar_tags": [{"a": null}]}),
            "trackstar_tags.0.a",
        ),
        (json!({"unknown": {"deep": [""]}}), "unknown.deep.0"),
        (json!({"order_number": 3}), "order_number"),
        (
            json!({"line_items": [{"quantity": "3"}]}),
            "line_items.0.quantity",
        ),
        (json!({"line_items": {}}), "line_items"),
        (json!([]), "_schema"),
    ] {
        let sent = write(&emulator, "k", &order).await;
        assert_eq!(sent.status, 422, "{order}");
        assert!(
            sent.body["detail"]["json"][field].is_array(),
            "{}",
            sent.body
        );
    }
    let missing = call(
        &emulator,
        "POST",
        "/wms/passthrough",
        json!({"method": "GET"}),
    )
    .await;
    let fields = json!({"json": {"path": ["Missing data for required field."]}});
    assert_eq!((missing.status, &missing.body["detail"]), (422, &fields));
}

#[tokio::test]
async fn a_body_of_another_type_gives_415() {
    let emulator = unlimited().start().await.unwrap();
    let request = request(&emulator, "POST", "/wms/orders")
        .header("x-trackstar-access-token", "token")
        .header("content-type", "text/plain");
    assert_eq!(send(request.body("{}")).await.status, 415);
}

#[tokio::test]
async fn too_many_requests_give_429_until_there_are_fewer_in_the_last_second_or_minute() {
    let clock = SetClock::new();
    let emulator = Emulator::builder()
        .clock(clock.read())
        .start()
        .await
        .unwrap();
    for (path, limit, window) in [
        ("/wms/warehouses?limit=1", 10, 1),
        ("/integrations/wms", 1, 60),
        ("/integrations/wms/sandbox", 1, 60),
    ] {
        clock.advance(60);
        for left in (0..limit).rev() {
            let sent = get(&emulator, path).await;
            assert_eq!(sent.status, 200);
            assert_eq!(sent.headers["x-ratelimit-limit"], limit.to_string());
            assert_eq!(sent.headers["x-ratelimit-remaining"], left.to_string());
            assert!(sent.headers.contains_key("x-ratelimit-reset"));
        }
        let refused = get(&emulator, path).await;
        assert_eq!(refused.status, 429);
        assert_eq!(refused.headers["retry-after"], window.to_string());
        let other = send_as(&emulator, "another", "GET", path, &Value::Null).await;
        assert_eq!(other.status, 200, "tokens are counted apart");
        clock.advance(window);
        assert_eq!(get(&emulator, path).await.status, 200);
    }
    for _ in 0..50 {
        assert_eq!(write(&emulator, "same", &json!({})).await.status, 200);
    }
    assert_eq!(write(&emulator, "same", &json!({})).await.status, 429);
}

#[tokio::test(start_paused = true)]
async fn two_hundred_clients_with_one_token_use_the_limit_fully_and_are_never_refused() {
    const CLIENTS: usize = 200;
    const TIME: Duration = Duration::from_secs(30);
    let start = Instant::now();
    let clock = move || DateTime::UNIX_EPOCH + TimeDelta::from_std(start.elapsed()).unwrap();
    let emulator = Emulator::builder().clock(clock);
    let emulator = emulator.latency(Duration::from_millis(20));
    let emulator = emulator.start().await.unwrap();
    let organisation = Client::builder().api_key("key");
    let organisation = organisation.base_url(emulator.base_url());
    let organisation = organisation.retry(RetryPolicy::off()).build().unwrap();
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        // Half are clones, half are made anew with the same token.
        let client = match number % 2 {
            0 => organisation.connection("token").clone(),
            _ => organisation.connection("token"),
        };
        clients.spawn(async move {
            let mut requests = 0;
            let calling = async {
                loop {
                    // One too many in a second would be refused.
                    client.get_wms_order("order-000001").send().await.unwrap();
                    requests += 1;
                }
            };
            let _: Result<(), _> = timeout(TIME, calling).await;
            requests
        });
    }
    let requests: Vec<usize> = clients.join_all().await;
    let average = requests.iter().sum::<usize>() as f64 / TIME.as_secs_f64();
    assert!(average >= 9.5, "{average} per second");
    // First come, first served: nobody has a second turn before everybody had a first.
    let is_fair = requests.iter().all(|requests| (1..=2).contains(requests));
    assert!(is_fair, "{requests:?}");
}

#[tokio::test]
async fn a_repeated_write_is_replayed_for_a_day() {
    let clock = SetClock::new();
    let emulator = unlimited().clock(clock.read()).start().await.unwrap();
    let first = write(&emulator, "k", &an_order()).await;
    assert!(!first.headers.contains_key("idempotent-replayed"));
    let turned = json!({"reference_id": "r", "order_number": "1042"});
    let again = write(&emulator, "k", &turned).await;
    assert_eq!(again.headers["idempotent-replayed"], "true");
    assert_eq!(again.body, first.body);
    let other = write(&emulator, "k", &json!({"order_number": "2"})).await;
    assert_eq!(other.status, 400);
    assert_eq!(emulator.ids("wms/orders").unwrap().len(), 21);
    clock.advance(24 * 60 * 60);
    let later = write(&emulator, "k", &an_order()).await;
    assert_ne!(later.body["id"], first.body["id"]);
    assert_eq!(
        write(&emulator, &"k".repeat(256), &an_order()).await.status,
        400
    );
}

#[tokio::test]
async fn keys_of_different_connections_have_nothing_to_do_with_each_other() {
    let emulator = unlimited().start().await.unwrap();
    let first = write(&emulator, "k", &an_order()).await;
    let other = request(&emulator, "POST", "/wms/orders")
        .header("x-trackstar-access-token", "another")
        .header("idempotency-key", "k")
        .header("content-type", "application/json");
    let other = send(other.body(an_order().to_string())).await;
    assert_ne!(other.body["id"], first.body["id"]);
}

/// Sends the same write twice at once, and does something while one of them runs. Gives the response that came at
/// once, and the one that took its time.
async fn twice(emulator: &Emulator, meanwhile: impl AsyncFnOnce()) -> (Sent, Sent) {
    let order = an_order();
    let (one, other) = (
        pin!(write(emulator, "k", &order)),
        pin!(write(emulator, "k", &order)),
    );
    let (refused, running) = match select(one, other).await {
        Either::Left(both) | Either::Right(both) => both,
    };
    meanwhile().await;
    (refused, running.await)
}

#[tokio::test(start_paused = true)]
async fn a_key_is_taken_while_its_write_runs_and_free_after_an_error() {
    let emulator = unlimited().latency(Duration::from_secs(10));
    let emulator = emulator.start().await.unwrap();
    let (refused, written) = twice(&emulator, async || {}).await;
    assert_eq!((refused.status, written.status), (409, 200));
    let cancel = |id: &str| {
        let request = request(&emulator, "PUT", &format!("/wms/orders/{id}/cancel"));
        let request = request.header("x-trackstar-access-token", "token");
        send(request.header("idempotency-key", "other"))
    };
    assert_eq!(cancel("missing").await.status, 404);
    let id = written.body["id"].as_str().unwrap();
    assert_eq!(cancel(id).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn a_write_that_has_not_ended_after_fifteen_minutes_is_made_anew() {
    let clock = SetClock::new();
    let emulator = unlimited()
        .clock(clock.read())
        .latency(Duration::from_secs(10));
    let emulator = emulator.start().await.unwrap();
    let mut anew = Value::Null;
    let (refused, written) = twice(&emulator, async || {
        clock.advance(15 * 60);
        anew = write(&emulator, "k", &an_order()).await.body;
    })
    .await;
    assert_eq!((refused.status, written.status), (409, 200));
    assert!(anew["id"].is_string(), "{anew}");
    assert_ne!(anew["id"], written.body["id"]);
}

#[tokio::test]
async fn a_passthrough_takes_no_idempotency_key() {
    let emulator = unlimited().start().await.unwrap();
    let client = client(&emulator);
    for _ in 0..2 {
        let request = client.request(Method::POST, "/wms/passthrough");
        let body = json!({"method": "GET", "path": "/orders"});
        let response = request.json(&body).send::<Value>().await.unwrap();
        assert!(!response.headers().contains_key("idempotent-replayed"));
    }
}
