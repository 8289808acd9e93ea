//! What only a reading of everything finds.

use futures_util::TryStreamExt as _;
use serde_json::json;
use trackstar_api::changes::{Batch, BatchOrigin, Deleted};
use trackstar_api::emulator::Emulator;
use trackstar_api::types::Order;

use super::copy::Copy;
use super::{Clock, ORDERS, client, client_of, empty_server, order};

/// An emulator with five orders and a copy of them.
async fn copied(clock: &Clock) -> (Emulator, Copy) {
    let emulator = clock.emulator().start().await.unwrap();
    for number in 0..5 {
        let order = order(&format!("o{number}"), clock.now() - 600, 0);
        emulator.put(ORDERS, order).unwrap();
    }
    let mut copy = Copy::default();
    for batch in client(&emulator)
        .changes(None)
        .try_collect::<Vec<_>>()
        .await
        .unwrap()
    {
        copy.store(batch);
    }
    (emulator, copy)
}

/// The batches of a sweep alone.
async fn swept(emulator: &Emulator, copy: &Copy) -> Vec<Batch<Order>> {
    let changes = client(emulator).changes::<Order>(copy.checkpoint());
    let changes = changes.page_size(2).sweep(copy.known());
    let batches: Vec<_> = changes.try_collect().await.unwrap();
    let is_swept = |batch: &Batch<Order>| batch.origin == BatchOrigin::Sweep;
    batches.into_iter().filter(is_swept).collect()
}

#[tokio::test]
async fn a_sweep_gives_what_is_missing_and_what_is_gone_and_nothing_else() {
    let clock = Clock::new();
    let (emulator, mut copy) = copied(&clock).await;
    assert_eq!(swept(&emulator, &copy).await, []);
    // One that is lost, one of which an older version was kept, and one that is gone.
    copy.orders.remove("o1");
    emulator
        .put(ORDERS, order("o2", clock.now() - 500, 7))
        .unwrap();
    emulator.remove(ORDERS, "o3").unwrap();
    let batches = swept(&emulator, &copy).await;
    let ids: Vec<_> = batches
        .iter()
        .flat_map(|batch| &batch.records)
        .map(|order| order.id.as_str())
        .collect();
    assert_eq!(ids, ["o1", "o2"]);
    let deleted: Vec<_> = batches.iter().flat_map(|batch| &batch.deleted).collect();
    assert_eq!(deleted, [&Deleted("o3".to_owned())]);
    assert!(
        batches
            .iter()
            .all(|batch| Some(&batch.checkpoint) == copy.checkpoint().as_ref())
    );
}

#[tokio::test]
async fn a_record_without_a_time_is_found_by_a_sweep() {
    let clock = Clock::new();
    let (emulator, copy) = copied(&clock).await;
    emulator
        .put(ORDERS, json!({"id": "timeless", "order_number": "1"}))
        .unwrap();
    let batches = swept(&emulator, &copy).await;
    assert_eq!(batches[0].records[0].id, "timeless");
}

#[tokio::test]
async fn an_empty_list_deletes_nothing_unless_the_connection_is_synchronised() {
    for (is_synced, expected) in [(false, 0), (true, 1)] {
        let server = empty_server(is_synced).await;
        let changes = client_of(&server).changes::<Order>(None).connection_id("c");
        let batches = changes
            .sweep([("o1", None)])
            .try_collect::<Vec<_>>()
            .await
            .unwrap();
        let deleted: usize = batches.iter().map(|batch| batch.deleted.len()).sum();
        assert_eq!(deleted, expected);
    }
}
