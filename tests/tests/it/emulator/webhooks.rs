//! Events that the emulator sends, as a program receives them.

use std::collections::HashSet;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use trackstar_api::emulator::{Emulator, EmulatorBuilder, Webhooks};
use trackstar_api::webhooks::{Event, Webhook};
use trackstar_tests::server::{Act, HttpResponse, Request, Server};

use super::{an_order, call, unlimited, write};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// An endpoint, which refuses the first events.
struct Endpoint {
    server: Server,
}

impl Endpoint {
    async fn start(refused: usize) -> Self {
        let mut left = refused;
        let server = Server::start_with(move |_: &Request| {
            let is_refused = left > 0;
            left = left.saturating_sub(1);
            Act::Respond(match is_refused {
                true => HttpResponse::error(500, "no"),
                false => HttpResponse::json("{}"),
            })
        });
        Self {
            server: server.await,
        }
    }

    fn webhooks(&self) -> Webhooks {
        Webhooks::new(self.server.base_url(), SECRET)
            .retry_delays([Duration::from_millis(10), Duration::from_millis(10)])
    }

    /// So many events, verified, in the order in which they come.
    async fn events(&self, count: usize) -> Vec<Event> {
        let requests = self.requests(count).await;
        let webhook = Webhook::new(SECRET).unwrap();
        let verified = |request: &Request| {
            let names = ["svix-id", "svix-timestamp", "svix-signature"];
            let headers = names.map(|name| {
                let value = request.header(name)[0].parse().unwrap();
                (HeaderName::from_static(name), value)
            });
            let headers = HeaderMap::<HeaderValue>::from_iter(headers);
            webhook.verify(&headers, &request.body).unwrap()
        };
        requests.iter().map(verified).collect()
    }

    /// What has come once there are so many requests.
    async fn requests(&self, count: usize) -> Vec<Request> {
        for _ in 0..500 {
            if self.server.requests().len() >= count {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.server.requests()
    }
}

async fn emulator(endpoint: &Endpoint, webhooks: impl FnOnce(Webhooks) -> Webhooks) -> Emulator {
    started(unlimited(), webhooks(endpoint.webhooks())).await
}

async fn started(builder: EmulatorBuilder, webhooks: Webhooks) -> Emulator {
    builder.webhooks(webhooks).start().await.unwrap()
}

fn types(events: &[Event]) -> Vec<&str> {
    events.iter().map(Event::event_type).collect()
}

#[tokio::test]
async fn a_write_sends_its_event_with_what_was_there_before() {
    let endpoint = Endpoint::start(0).await;
    let emulator = emulator(&endpoint, |webhooks| webhooks).await;
    let written = write(&emulator, "k", &an_order()).await.body;
    let id = written["id"].as_str().unwrap();
    call(
        &emulator,
        "PUT",
        &format!("/wms/orders/{id}/cancel"),
        Value::Null,
    )
    .await;
    call(
        &emulator,
        "POST",
        &format!("/wms/orders/{id}/shipments"),
        json!({}),
    )
    .await;
    let events = endpoint.events(3).await;
    assert_eq!(
        types(&events),
        ["order.created", "order.updated", "order.shipment.created"]
    );
    let created: Value = serde_json::from_slice(events[0].body()).unwrap();
    assert_eq!(created["data"], written["data"]);
    assert_eq!(events[0].connection_id(), Some("connection-000000"));
    assert!(events[0].previous_attributes().is_none());
    let previous = events[1].previous_attributes().unwrap();
    assert_eq!(previous.get("status"), Some(&json!("open")));
    assert_eq!(previous.get("order_number"), None);
}

#[tokio::test]
async fn a_change_in_the_connected_system_sends_its_event() {
    let endpoint = Endpoint::start(0).await;
    let emulator = emulator(&endpoint, |webhooks| webhooks).await;
    emulator
        .change("wms/products", "product-000001", &json!({"name": "Mug"}))
        .unwrap();
    emulator.put("cart/orders", json!({"id": "new"})).unwrap();
    let events = endpoint.events(2).await;
    assert_eq!(types(&events), ["product.updated", "cart-order.created"]);
}

#[tokio::test]
async fn an_event_that_is_not_taken_comes_again_with_the_same_id() {
    let endpoint = Endpoint::start(2).await;
    let emulator = emulator(&endpoint, |webhooks| webhooks).await;
    write(&emulator, "k", &an_order()).await;
    let events = endpoint.events(3).await;
    let ids: HashSet<&str> = events.iter().map(Event::id).collect();
    assert_eq!((events.len(), ids.len()), (3, 1));
}

#[tokio::test]
async fn duplicates_have_the_same_id() {
    let endpoint = Endpoint::start(0).await;
    let emulator = emulator(&endpoint, |webhooks| webhooks.duplicates(1.0)).await;
    write(&emulator, "k", &an_order()).await;
    let events = endpoint.events(2).await;
    assert_eq!(events[0].id(), events[1].id());
}

#[tokio::test]
async fn events_can_come_out_of_order() {
    let endpoint = Endpoint::start(0).await;
    let emulator = emulator(&endpoint, |webhooks| webhooks.out_of_order(1.0)).await;
    write(&emulator, "k", &an_order()).await;
    call(&emulator, "POST", "/wms/returns", json!({})).await;
    let events = endpoint.events(2).await;
    assert_eq!(types(&events), ["return.created", "order.created"]);
}

#[tokio::test]
async fn what_is_too_large_is_fetched() {
    let endpoint = Endpoint::start(0).await;
    let emulator = emulator(&endpoint, |webhooks| webhooks.max_bytes(300)).await;
    let written = write(&emulator, "k", &an_order()).await.body;
    let event = endpoint.events(1).await.remove(0);
    assert!(event.is_truncated());
    let client = super::client(&emulator);
    let whole = event.fetch(&client).await.unwrap();
    assert!(!whole.is_truncated());
    let body: Value = serde_json::from_slice(whole.body()).unwrap();
    assert_eq!(body["data"], written["data"]);
}

#[tokio::test]
async fn a_connection_sends_its_beginning_its_syncs_and_its_end() {
    let clock = super::SetClock::new();
    let mut seen = Vec::new();
    let endpoint = Endpoint::start(0).await;
    let builder = unlimited()
        .clock(clock.read())
        .initial_sync(Duration::from_secs(60));
    let builder = builder.sync(Duration::from_secs(30));
    let emulator = started(builder, endpoint.webhooks()).await;
    let link = call(&emulator, "POST", "/link/token", json!({})).await.body;
    let code = emulator.finish_link(link["link_token"].as_str().unwrap(), "freight", "sandbox");
    let exchange = json!({"auth_code": code.unwrap()});
    let token = call(&emulator, "POST", "/link/exchange", exchange)
        .await
        .body["access_token"]
        .clone();
    let token = token.as_str().unwrap();
    let own = |method: &'static str, path: &'static str, body: Value| {
        let emulator = &emulator;
        async move { super::send_as(emulator, token, method, path, &body).await }
    };
    clock.advance(60);
    own(
        "POST",
        "/connections/sync",
        json!({"functions_to_sync": ["get_shipments"]}),
    )
    .await;
    clock.advance(30);
    own("GET", "/freight/shipments", Value::Null).await;
    own("DELETE", "/connections", Value::Null).await;
    for request in endpoint.requests(4).await {
        let event: Value = serde_json::from_slice(&request.body).unwrap();
        seen.push(event["event_type"].as_str().unwrap().to_owned());
        if event["event_type"] == "connection.created" {
            assert_eq!(event["data"]["access_token"], token);
        }
    }
    assert_eq!(
        seen,
        [
            "connection.created",
            "connection.historical-sync-completed",
            "connection.force-sync-completed",
            "connection.deleted"
        ]
    );
}

#[tokio::test]
async fn a_whole_event_can_be_downloaded_for_twenty_minutes() {
    let clock = super::SetClock::new();
    let endpoint = Endpoint::start(0).await;
    let builder = unlimited().clock(clock.read());
    let emulator = started(builder, endpoint.webhooks().max_bytes(300)).await;
    write(&emulator, "k", &an_order()).await;
    let event = endpoint.requests(1).await.remove(0);
    let event: Value = serde_json::from_slice(&event.body).unwrap();
    let path = |url: &Value| {
        let url = url.as_str().unwrap();
        url.strip_prefix(emulator.base_url()).unwrap().to_owned()
    };
    let data_url = path(&event["data_url"]);
    let located = super::get(&emulator, &data_url).await.body;
    let download = path(&located["download_url"]);
    assert_eq!(super::get(&emulator, &download).await.status, 200);
    clock.advance(20 * 60);
    assert_eq!(super::get(&emulator, &download).await.status, 403);
    let url = format!("{}{data_url}", emulator.base_url());
    assert_eq!(reqwest::get(url).await.unwrap().status(), 401);
}

#[tokio::test]
async fn the_end_of_an_on_demand_sync_is_an_event() {
    let clock = super::SetClock::new();
    let endpoint = Endpoint::start(0).await;
    let emulator = started(unlimited().clock(clock.read()), endpoint.webhooks()).await;
    let job = json!({
        "function_name": "get_orders", "start_time": "2026-01-01T00:00:00Z", "end_time": "2026-02-01T00:00:00Z",
    });
    let job = call(&emulator, "POST", "/connections/on-demand-syncs", job)
        .await
        .body;
    // Nobody asks: the emulator looks at its clock.
    clock.advance(2);
    let event = endpoint.requests(1).await.remove(0);
    let event: Value = serde_json::from_slice(&event.body).unwrap();
    assert_eq!(event["event_type"], "connection.sync-job-completed");
    assert_eq!(
        (&event["data"]["id"], &event["data"]["status"]),
        (&job["id"], &json!("completed"))
    );
}

#[tokio::test]
async fn a_connection_can_have_the_events_of_its_records_disabled() {
    let endpoint = Endpoint::start(0).await;
    let emulator = emulator(&endpoint, |webhooks| webhooks).await;
    let disable = |disabled: bool| {
        let body = json!({"webhooks_disabled": disabled});
        call(&emulator, "PATCH", "/connections", body)
    };
    disable(true).await;
    write(&emulator, "k", &an_order()).await;
    disable(false).await;
    call(&emulator, "POST", "/wms/returns", json!({})).await;
    let events = endpoint.events(1).await;
    assert_eq!(types(&events), ["return.created"]);
}

#[tokio::test]
async fn an_invalid_secret_is_refused_at_the_start() {
    let webhooks = Webhooks::new("http://127.0.0.1:1", "whsec_no base64");
    assert!(unlimited().webhooks(webhooks).start().await.is_err());
}
