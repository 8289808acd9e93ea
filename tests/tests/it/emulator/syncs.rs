//! Syncs: scheduled, forced and on demand, as the clock goes on.

use std::time::Duration;

use serde_json::{Value, json};
use trackstar_api::emulator::{Emulator, EmulatorBuilder};

use super::{SetClock, call, get, unlimited};

/// Where each sync takes a minute.
fn slow(clock: &SetClock) -> EmulatorBuilder {
    unlimited()
        .clock(clock.read())
        .sync(Duration::from_secs(60))
}

async fn schedule(emulator: &Emulator, function: &str) -> Value {
    let connections = get(emulator, "/connections").await.body;
    let schedules = connections["data"][0]["sync_schedules"]
        .as_array()
        .unwrap()
        .iter();
    let mut schedules = schedules.filter(|schedule| schedule["function_name"] == function);
    schedules.next().unwrap().clone()
}

async fn status(emulator: &Emulator, function: &str) -> Value {
    schedule(emulator, function).await["sync_status"].clone()
}

#[tokio::test]
async fn a_function_runs_by_its_schedule() {
    let clock = SetClock::new();
    let emulator = slow(&clock).start().await.unwrap();
    for (function, hours) in [
        ("get_orders", 1),
        ("get_warehouses", 12),
        ("get_invoice_line_items", 24),
    ] {
        let frequency = &schedule(&emulator, function).await["sync_frequency"];
        assert_eq!(*frequency, hours * 3600, "{function}");
    }
    clock.advance(2 * 3600 + 30);
    let running = schedule(&emulator, "get_orders").await;
    assert_eq!(running["sync_status"], "sync_in_progress");
    assert_eq!(running["last_crawl_start"], "2027-01-15T10:00:00Z");
    assert_eq!(running["last_crawl_end"], "2027-01-15T09:01:00Z");
    clock.advance(60);
    let ended = schedule(&emulator, "get_orders").await;
    assert_eq!(
        (&ended["sync_status"], &ended["last_crawl_end"]),
        (&json!("enabled"), &json!("2027-01-15T10:01:00Z"))
    );
}

#[tokio::test]
async fn a_paused_schedule_does_not_run_until_it_is_resumed() {
    let clock = SetClock::new();
    let emulator = slow(&clock).start().await.unwrap();
    let pause = async |path: &str, paused: bool| {
        let sent = call(&emulator, "PATCH", path, json!({"paused": paused})).await;
        assert_eq!(sent.status, 200, "{}", sent.body);
    };
    pause("/schedules/get_orders/toggle", true).await;
    clock.advance(5 * 3600);
    let paused = schedule(&emulator, "get_orders").await;
    assert_eq!(
        (&paused["sync_status"], &paused["last_crawl_end"]),
        (&json!("disabled"), &json!("2027-01-15T08:00:00Z"))
    );
    assert_eq!(
        schedule(&emulator, "get_returns").await["last_crawl_start"],
        "2027-01-15T13:00:00Z"
    );
    pause("/schedules/get_orders/toggle", false).await;
    assert_eq!(status(&emulator, "get_orders").await, "sync_in_progress");
    pause("/schedules/toggle-all", true).await;
    assert_eq!(status(&emulator, "get_returns").await, "disabled");
    let unknown = call(
        &emulator,
        "PATCH",
        "/schedules/get_else/toggle",
        json!({"paused": true}),
    )
    .await;
    assert_eq!(unknown.status, 404);
}

#[tokio::test]
async fn a_forced_sync_runs_what_does_not_run_already() {
    let clock = SetClock::new();
    let emulator = slow(&clock).start().await.unwrap();
    let force = |functions: Value| call(&emulator, "POST", "/connections/sync", functions);
    let wanted = json!({"functions_to_sync": ["get_orders", "get_returns"]});
    assert_eq!(
        force(wanted.clone()).await.body["functions_to_sync"],
        wanted["functions_to_sync"]
    );
    assert_eq!(status(&emulator, "get_orders").await, "sync_in_progress");
    assert_eq!(status(&emulator, "get_products").await, "enabled");
    assert_eq!(force(wanted).await.body["functions_to_sync"], json!([]));
    clock.advance(60);
    assert_eq!(status(&emulator, "get_orders").await, "enabled");
    // Without a body it is everything.
    let all = force(Value::Null).await.body;
    assert_eq!(
        (&all["syncing"], &all["functions_to_sync"]),
        (&json!(true), &json!([]))
    );
    assert_eq!(status(&emulator, "get_products").await, "sync_in_progress");
}

async fn create_job(emulator: &Emulator, function: &str) -> super::Sent {
    let body = json!({
        "function_name": function, "start_time": "2026-01-01T00:00:00Z", "end_time": "2026-02-01T00:00:00Z",
    });
    call(emulator, "POST", "/connections/on-demand-syncs", body).await
}

#[tokio::test]
async fn an_on_demand_sync_is_open_then_completed_and_only_open_ones_can_be_cancelled() {
    let clock = SetClock::new();
    let emulator = slow(&clock).start().await.unwrap();
    let job = create_job(&emulator, "get_orders").await.body;
    assert_eq!(
        (&job["status"], &job["function_name"]),
        (&json!("open"), &json!("get_orders"))
    );
    let path = format!(
        "/connections/on-demand-syncs/{}",
        job["id"].as_str().unwrap()
    );
    let cancel = |path: &str| {
        let path = format!("{path}/cancel");
        let emulator = &emulator;
        async move { call(emulator, "POST", &path, Value::Null).await }
    };
    clock.advance(60);
    assert_eq!(get(&emulator, &path).await.body["status"], "completed");
    assert_eq!(cancel(&path).await.status, 400);
    let job = create_job(&emulator, "get_orders").await.body;
    let path = format!(
        "/connections/on-demand-syncs/{}",
        job["id"].as_str().unwrap()
    );
    assert_eq!(cancel(&path).await.body["status"], "cancelled");
    clock.advance(60);
    assert_eq!(get(&emulator, &path).await.body["status"], "cancelled");
    assert_eq!(
        get(&emulator, "/connections/on-demand-syncs/none")
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn an_on_demand_sync_that_is_not_enabled_gives_400() {
    let emulator = unlimited().start().await.unwrap();
    let refused = create_job(&emulator, "get_inventory").await;
    let message = "On-demand sync is not enabled for get_inventory";
    assert_eq!(
        (refused.status, &refused.body["error"]),
        (400, &json!(message))
    );
}

#[tokio::test]
async fn an_on_demand_sync_can_get_stuck() {
    let clock = SetClock::new();
    let emulator = slow(&clock).stuck_syncs(true).start().await.unwrap();
    let job = create_job(&emulator, "get_returns").await.body;
    let path = format!(
        "/connections/on-demand-syncs/{}",
        job["id"].as_str().unwrap()
    );
    clock.advance(60);
    assert_eq!(get(&emulator, &path).await.body["status"], "stuck");
}

#[tokio::test]
async fn an_open_job_holds_back_the_schedule_of_its_function() {
    let clock = SetClock::new();
    let emulator = unlimited()
        .clock(clock.read())
        .sync(Duration::from_secs(2 * 3600));
    let emulator = emulator.start().await.unwrap();
    create_job(&emulator, "get_orders").await;
    clock.advance(3600 + 30);
    assert_eq!(status(&emulator, "get_orders").await, "enabled");
    assert_eq!(status(&emulator, "get_returns").await, "sync_in_progress");
}
