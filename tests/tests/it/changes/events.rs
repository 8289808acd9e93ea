//! Events beside polling.

use std::time::{Duration, SystemTime};

use futures_util::{FutureExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::sync::mpsc::{self, Sender};
use trackstar_api::changes::{Batch, BatchOrigin, Changes};
use trackstar_api::emulator::Emulator;
use trackstar_api::types::Order;
use trackstar_api::webhooks::{Event, Webhook, testing};

use super::{Clock, ORDERS, client, order};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn event(event: Value) -> Event {
    let body = event.to_string();
    let signed = testing::sign(SECRET, "msg_1", SystemTime::now(), &body).unwrap();
    Webhook::new(SECRET)
        .unwrap()
        .verify(&signed, &body)
        .unwrap()
}

fn updated(data: Value) -> Event {
    event(json!({"event_type": "order.updated", "connection_id": "c", "data": data}))
}

/// Changes with events that have given the five orders there are.
async fn begun(clock: &Clock) -> (Emulator, Sender<Event>, Changes<Order>) {
    let emulator = clock.emulator().start().await.unwrap();
    for number in 0..5 {
        let order = order(&format!("o{number}"), clock.now() - 600, 0);
        emulator.put(ORDERS, order).unwrap();
    }
    let (sender, receiver) = mpsc::channel(10);
    let changes = client(&emulator)
        .changes(None)
        .connection_id("c")
        .with_events(receiver);
    let mut changes = changes
        .every(Duration::from_millis(50))
        .grace(Duration::ZERO);
    assert_eq!(next(&mut changes).await.records.len(), 5);
    (emulator, sender, changes)
}

async fn next(changes: &mut Changes<Order>) -> Batch<Order> {
    changes.next().await.unwrap().unwrap()
}

/// The next batch of events, if one comes before polling has gone round twice.
async fn next_of_events(changes: &mut Changes<Order>) -> Option<Batch<Order>> {
    for _ in 0..2 {
        let batch = next(changes).await;
        if batch.origin == BatchOrigin::Events {
            return Some(batch);
        }
    }
    None
}

#[tokio::test]
async fn the_record_of_an_event_is_given_at_once() {
    let clock = Clock::new();
    let (_emulator, sender, mut changes) = begun(&clock).await;
    sender
        .send(updated(order("o1", clock.now() + 1, 7)))
        .await
        .unwrap();
    let batch = next(&mut changes).now_or_never().unwrap();
    assert_eq!(batch.origin, BatchOrigin::Events);
    assert_eq!(batch.records[0].order_number.as_deref(), Some("7"));
}

#[tokio::test]
async fn an_event_that_is_late_or_about_something_else_gives_nothing() {
    let clock = Clock::new();
    let (_emulator, sender, mut changes) = begun(&clock).await;
    let mut foreign = json!({"event_type": "order.updated", "connection_id": "other"});
    foreign["data"] = order("o1", clock.now(), 7);
    for event in [
        updated(order("o1", clock.now() - 300, 7)),
        event(foreign),
        event(json!({"event_type": "product.updated", "connection_id": "c", "data": {"id": "p1"}})),
        event(json!({"event_type": "connection.created", "connection_id": "c", "data": {}})),
    ] {
        sender.send(event).await.unwrap();
    }
    assert_eq!(next_of_events(&mut changes).await, None);
}

#[tokio::test]
async fn the_newest_version_wins_whatever_comes_last() {
    let clock = Clock::new();
    let (emulator, sender, mut changes) = begun(&clock).await;
    sender
        .send(updated(order("o1", clock.now() + 9, 9)))
        .await
        .unwrap();
    sender
        .send(updated(order("o1", clock.now() + 8, 8)))
        .await
        .unwrap();
    let batch = next_of_events(&mut changes).await.unwrap();
    assert_eq!(batch.records.len(), 1);
    assert_eq!(batch.records[0].order_number.as_deref(), Some("9"));
    // Polling still finds the version before.
    emulator
        .put(ORDERS, order("o1", clock.now() + 7, 7))
        .unwrap();
    let batch = next(&mut changes).await;
    assert_eq!(
        (batch.origin, batch.records.len()),
        (BatchOrigin::Changed, 0)
    );
}

#[tokio::test]
async fn the_record_of_an_event_that_was_too_large_or_odd_is_looked_up() {
    let clock = Clock::new();
    let (_emulator, sender, mut changes) = begun(&clock).await;
    let mut truncated = json!({"event_type": "order.updated", "connection_id": "c"});
    truncated["data"] = json!({"id": "o2"});
    truncated["data_truncated"] = json!(true);
    sender.send(event(truncated)).await.unwrap();
    sender.send(updated(json!({"id": "o3"}))).await.unwrap();
    let batch = next_of_events(&mut changes).await.unwrap();
    let ids: Vec<_> = batch
        .records
        .iter()
        .map(|order| order.id.as_str())
        .collect();
    assert_eq!(ids, ["o2", "o3"]);
}

#[tokio::test]
async fn a_change_that_no_event_brought_is_counted_once() {
    let clock = Clock::new();
    let (emulator, sender, mut changes) = begun(&clock).await;
    let mut progress = changes.progress();
    emulator.put(ORDERS, order("o1", clock.now(), 1)).unwrap();
    sender
        .send(updated(order("o1", clock.now(), 1)))
        .await
        .unwrap();
    emulator.put(ORDERS, order("o2", clock.now(), 2)).unwrap();
    for _ in 0..6 {
        next(&mut changes).await;
    }
    assert_eq!(progress.next().await.unwrap().missed_events, 1);
}
