//! The emulator responds as the document says, and has the vendor's rules.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::TryStreamExt as _;
use reqwest::Method;
use serde_json::{Value, json};
use trackstar_api::emulator::{Emulator, EmulatorBuilder, ListOrder, PageTokens};
use trackstar_api::filter::one_of;
use trackstar_api::types::{CreateOrder, OrderStatus};
use trackstar_api::{Client, ErrorKind};

const DOCUMENT: &str = include_str!("../../../trackstar-api/openapi-3.0.json");

fn unlimited() -> EmulatorBuilder {
    Emulator::builder().seed(1).rate_limits(false)
}

fn client(emulator: &Emulator) -> Client {
    let client = Client::builder()
        .api_key("key")
        .base_url(emulator.base_url());
    client.build().unwrap().connection("token")
}

struct Sent {
    status: u16,
    headers: reqwest::header::HeaderMap,
    body: Value,
}

fn request(emulator: &Emulator, method: &str, path: &str) -> reqwest::RequestBuilder {
    let url = format!("{}{path}", emulator.base_url());
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    reqwest::Client::new()
        .request(method, url)
        .header("x-trackstar-api-key", "key")
        .header("x-trackstar-access-token", "token")
}

async fn send(request: reqwest::RequestBuilder) -> Sent {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    Sent {
        status,
        headers,
        body,
    }
}

async fn get(emulator: &Emulator, path: &str) -> Sent {
    send(request(emulator, "GET", path)).await
}

fn body(request: reqwest::RequestBuilder, body: &Value) -> reqwest::RequestBuilder {
    request
        .header("content-type", "application/json")
        .body(body.to_string())
}

async fn write(emulator: &Emulator, key: &str, order: &Value) -> Sent {
    let request = request(emulator, "POST", "/wms/orders").header("idempotency-key", key);
    send(body(request, order)).await
}

/// Schemas as JSON Schema has them: null is a type of its own there.
fn without_nullable(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let mut members = members.clone();
            let is_nullable = members.get("nullable") == Some(&Value::Bool(true));
            for member in members.values_mut() {
                *member = without_nullable(member);
            }
            match is_nullable {
                true => json!({"anyOf": [members, {"type": "null"}]}),
                false => Value::Object(members),
            }
        }
        Value::Array(items) => items.iter().map(without_nullable).collect(),
        other => other.clone(),
    }
}

#[tokio::test]
async fn every_operation_responds_as_the_document_says() {
    let emulator = unlimited().start().await.unwrap();
    let document: Value = serde_json::from_str(DOCUMENT).unwrap();
    let components = without_nullable(&document["components"]);
    let mut problems = Vec::new();
    let mut count = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        // What is deleted would be missed by the others.
        let mut operations: Vec<_> = operations.as_object().unwrap().iter().collect();
        operations.sort_by_key(|(method, _)| method.as_str() == "delete");
        for (method, operation) in operations {
            count += 1;
            let path = with_ids(&emulator, path);
            let call = request(&emulator, &method.to_uppercase(), &path);
            let call = match operation["requestBody"].is_null() {
                true => call,
                false => body(call, &json!({"trackstar_tags": ["a"], "line_items": []})),
            };
            let sent = send(call).await;
            if sent.status != 200 {
                problems.push(format!("{method} {path}: {} {}", sent.status, sent.body));
                continue;
            }
            let content = &operation["responses"]["200"]["content"]["application/json"];
            let mut schema = content["schema"].clone();
            schema["components"] = components.clone();
            let options = jsonschema::draft202012::options().should_validate_formats(true);
            let validator = options.build(&schema).unwrap();
            for error in validator.iter_errors(&sent.body).take(3) {
                let place = error.instance_path().to_string();
                problems.push(format!("{method} {path}: {place}: {error:.300}"));
            }
        }
    }
    assert!(count > 140, "{count}");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// The path with the id of a record for each parameter.
fn with_ids(emulator: &Emulator, path: &str) -> String {
    let mut filled: Vec<String> = Vec::new();
    for segment in path.split('/') {
        let given = match segment.strip_prefix('{') {
            None => segment.to_owned(),
            Some("integration_type}") => "wms".to_owned(),
            Some(_) => {
                let parent = filled.join("/").trim_start_matches('/').to_owned();
                let parent = match parent.as_str() {
                    "wms/kits" => "wms/products".to_owned(),
                    "sandbox/simulate/orders" => "wms/orders".to_owned(),
                    nested if nested.starts_with("wms/warehouses/") => {
                        "wms/warehouses/locations".to_owned()
                    }
                    _ => parent,
                };
                let id = emulator
                    .ids(&parent)
                    .ok()
                    .and_then(|ids| ids.first().cloned());
                if let (Some(id), "wms/warehouses/locations") = (&id, parent.as_str()) {
                    let warehouse = json!({"warehouse_id": filled[3]});
                    emulator.change(&parent, id, &warehouse).unwrap();
                }
                id.unwrap_or_else(|| "some".to_owned())
            }
        };
        filled.push(given);
    }
    filled.join("/")
}

#[tokio::test]
async fn the_same_seed_gives_the_same_records() {
    let (one, same) = (unlimited().start().await, unlimited().start().await);
    let (one, same) = (one.unwrap(), same.unwrap());
    let other = unlimited().seed(2).start().await.unwrap();
    let path = "/wms/orders";
    let first = get(&one, path).await.body;
    assert_eq!(first, get(&same, path).await.body);
    assert_ne!(first, get(&other, path).await.body);
    let line = &first["data"][0]["line_items"][0];
    let product = line["product_id"].as_str().unwrap();
    let product = one.record("wms/products", product).unwrap();
    assert_eq!(line["sku"], product["sku"]);
}

#[tokio::test]
async fn lists_are_filtered_by_every_operator() {
    let emulator = unlimited().records(0).start().await.unwrap();
    for (id, status, day, tags) in [
        ("a", "open", "01", json!(["x"])),
        ("b", "cancelled", "02", json!([])),
        ("c", "open", "03", json!(["x", "y"])),
    ] {
        let record = json!({
            "id": id, "status": status, "order_number": format!("No-{id}"),
            "created_date": format!("2026-01-{day}T00:00:00Z"), "trackstar_tags": tags,
        });
        emulator.put("wms/orders", record).unwrap();
    }
    for (query, expected) in [
        ("", "abc"),
        ("ids[in]=a,c", "ac"),
        ("status=open", "ac"),
        ("status[eq]=open", "ac"),
        ("status[neq]=open", "b"),
        ("status[in]=open,cancelled", "abc"),
        ("status[nin]=open", "b"),
        ("created_date[gt]=2026-01-02T00:00:00Z", "c"),
        ("created_date[gte]=2026-01-02T00:00:00Z", "bc"),
        ("created_date[lt]=2026-01-02T00:00:00Z", "a"),
        ("created_date[lte]=2026-01-02T00:00:00Z", "ab"),
        ("trackstar_tags[contains]=y", "c"),
        ("trackstar_tags[not_contains]=y", "ab"),
        ("order_number[eq-insensitive]=NO-A", "a"),
        ("order_number[in-insensitive]=NO-A,no-b", "ab"),
        ("order_number[contains-insensitive]=O-C", "c"),
        ("status=open&created_date[gt]=2026-01-02T00:00:00Z", "c"),
    ] {
        let page = get(&emulator, &format!("/wms/orders?{query}")).await.body;
        let ids = page["data"].as_array().unwrap().iter();
        let ids: String = ids.map(|order| order["id"].as_str().unwrap()).collect();
        assert_eq!(ids, expected, "{query}");
    }
}

#[tokio::test]
async fn pages_hold_every_record_once_in_each_order_and_with_each_token() {
    for order in [ListOrder::Id, ListOrder::Created, ListOrder::Updated] {
        for tokens in [PageTokens::Keyset, PageTokens::Offset] {
            let emulator = unlimited().records(25).order(order).page_tokens(tokens);
            let emulator = emulator.start().await.unwrap();
            let orders = client(&emulator).list_wms_orders().limit(10).stream();
            let orders: Vec<_> = orders.try_collect().await.unwrap();
            let mut ids: Vec<_> = orders.iter().map(|order| order.id.clone()).collect();
            ids.sort();
            assert_eq!(
                ids,
                emulator.ids("wms/orders").unwrap(),
                "{order:?} {tokens:?}"
            );
        }
    }
}

#[tokio::test]
async fn the_client_lists_creates_gets_and_cancels() {
    let emulator = unlimited().start().await.unwrap();
    let client = client(&emulator);
    let created = client
        .create_wms_order(
            CreateOrder::default()
                .order_number("1042")
                .reference_id("r"),
        )
        .send()
        .await
        .unwrap();
    let id = created.id.clone().unwrap();
    let order = client.get_wms_order(&id).send().await.unwrap();
    assert_eq!(order.order_number.as_deref(), Some("1042"));
    client.cancel_wms_order(&id).send().await.unwrap();
    let cancelled = client
        .list_wms_orders()
        .status(one_of([OrderStatus::Cancelled]))
        .send()
        .await
        .unwrap();
    assert!(cancelled.data.iter().any(|order| order.id == id));
    let error = client.get_wms_order("none-such").send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(error.missing_id(), Some("none-such"));
}

#[tokio::test]
async fn stock_is_adjusted() {
    let emulator = unlimited().start().await.unwrap();
    let id = emulator.ids("wms/inventory").unwrap().remove(0);
    emulator
        .change("wms/inventory", &id, &json!({"onhand": 5}))
        .unwrap();
    let adjust = request(&emulator, "PUT", &format!("/wms/inventory/{id}/adjust"));
    let sent = send(body(
        adjust,
        &json!({"quantity": 3, "adjustment_type": "increase"}),
    ))
    .await;
    assert_eq!(
        (sent.status, &sent.body["data"]["onhand"]),
        (200, &json!(8))
    );
}

#[tokio::test]
async fn records_are_read_and_set_past_all_rules() {
    let emulator = unlimited().start().await.unwrap();
    let record = json!({"id": "odd", "status": 3, "order_number": null});
    let put = request(&emulator, "PUT", "/_emulator/wms/orders");
    assert_eq!(send(body(put, &record)).await.body, json!({"id": "odd"}));
    assert_eq!(get(&emulator, "/wms/orders/odd").await.body["data"], record);
    let change = request(&emulator, "PATCH", "/_emulator/wms/orders/odd");
    send(body(change, &json!({"status": "open"}))).await;
    assert_eq!(
        emulator.record("wms/orders", "odd").unwrap()["status"],
        "open"
    );
    assert!(emulator.put("wms/nothing", json!({})).is_err());
    emulator.remove("wms/orders", "odd").unwrap();
    assert_eq!(get(&emulator, "/wms/orders/odd").await.status, 404);
    assert!(emulator.remove("wms/orders", "odd").is_err());
}

#[tokio::test]
async fn wrong_credentials_give_401() {
    let emulator = unlimited().api_key("key").access_token("other");
    let emulator = emulator.start().await.unwrap();
    assert_eq!(get(&emulator, "/wms/orders").await.status, 401);
    assert_eq!(get(&emulator, "/magic-links").await.status, 200);
    let emulator = unlimited().api_key("other").start().await.unwrap();
    assert_eq!(get(&emulator, "/magic-links").await.status, 401);
}

#[tokio::test]
async fn operations_that_are_missing_or_disabled_give_501_and_403() {
    let emulator = unlimited()
        .not_implemented("create_wms_order")
        .disabled("list_wms_orders");
    let emulator = emulator.start().await.unwrap();
    assert_eq!(write(&emulator, "k", &json!({})).await.status, 501);
    assert_eq!(get(&emulator, "/wms/orders").await.status, 403);
}

#[tokio::test]
async fn what_the_api_refuses_gives_422_with_its_field() {
    let emulator = unlimited().start().await.unwrap();
    let many = format!("ids[in]={}", vec!["a"; 101].join(","));
    for (query, field) in [
        ("colour=red", "colour"),
        ("status[like]=open", "status[like]"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("page_token=odd", "page_token"),
        ("created_date[gt]=yesterday", "created_date[gt]"),
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
    for value in [Value::Null, json!(""), json!("none")] {
        let sent = write(&emulator, "k", &json!({"line_items": [{"sku": value}]})).await;
        assert_eq!(sent.status, 422, "{value}");
        assert!(
            sent.body["detail"]["json"]["sku"].is_array(),
            "{}",
            sent.body
        );
    }
}

/// A clock that stands still until it is set.
fn set_clock() -> (
    Arc<AtomicI64>,
    impl Fn() -> DateTime<Utc> + Send + Sync + 'static,
) {
    let seconds = Arc::new(AtomicI64::new(1_800_000_000));
    let read = Arc::clone(&seconds);
    let clock = move || DateTime::from_timestamp(read.load(Ordering::SeqCst), 0).unwrap();
    (seconds, clock)
}

#[tokio::test]
async fn too_many_requests_give_429_until_the_next_window() {
    let (seconds, clock) = set_clock();
    let emulator = Emulator::builder().clock(clock).start().await.unwrap();
    for (path, limit, window) in [
        ("/wms/warehouses?limit=1", 10, 1),
        ("/integrations/wms", 1, 60),
    ] {
        for left in (0..limit).rev() {
            let sent = get(&emulator, path).await;
            assert_eq!(sent.status, 200);
            assert_eq!(sent.headers["x-ratelimit-remaining"], left.to_string());
            assert!(sent.headers.contains_key("x-request-id"));
        }
        let refused = get(&emulator, path).await;
        assert_eq!(refused.status, 429);
        assert!(refused.headers.contains_key("retry-after"));
        seconds.fetch_add(window, Ordering::SeqCst);
        assert_eq!(get(&emulator, path).await.status, 200);
    }
    for _ in 0..50 {
        assert_eq!(write(&emulator, "same", &json!({})).await.status, 200);
    }
    assert_eq!(write(&emulator, "same", &json!({})).await.status, 429);
}

#[tokio::test]
async fn a_repeated_write_is_replayed_for_a_day() {
    let (seconds, clock) = set_clock();
    let emulator = unlimited().clock(clock).start().await.unwrap();
    let order = json!({"order_number": "1", "reference_id": "r"});
    let first = write(&emulator, "k", &order).await;
    assert!(!first.headers.contains_key("idempotent-replayed"));
    let again = write(
        &emulator,
        "k",
        &json!({"reference_id": "r", "order_number": "1"}),
    )
    .await;
    assert_eq!(again.headers["idempotent-replayed"], "true");
    assert_eq!(again.body, first.body);
    assert_eq!(
        write(&emulator, "k", &json!({"order_number": "2"}))
            .await
            .status,
        400
    );
    assert_eq!(emulator.ids("wms/orders").unwrap().len(), 21);
    seconds.fetch_add(24 * 60 * 60, Ordering::SeqCst);
    let later = write(&emulator, "k", &order).await;
    assert_ne!(later.body["id"], first.body["id"]);
}

#[tokio::test]
async fn a_key_is_taken_while_its_write_runs_and_free_after_an_error() {
    let emulator = unlimited().latency(Duration::from_millis(300));
    let emulator = emulator.start().await.unwrap();
    let order = json!({"order_number": "1"});
    let second = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        write(&emulator, "k", &order).await
    };
    let (first, second) = tokio::join!(write(&emulator, "k", &order), second);
    assert_eq!((first.status, second.status), (200, 409));
    let cancel = |id: &str| {
        let request = request(&emulator, "PUT", &format!("/wms/orders/{id}/cancel"));
        send(request.header("idempotency-key", "other"))
    };
    assert_eq!(cancel("missing").await.status, 404);
    let id = first.body["id"].as_str().unwrap();
    assert_eq!(cancel(id).await.status, 200);
}
