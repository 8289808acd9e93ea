//! What a round gives, and where the next one begins.

use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _};
use serde_json::{Value, json};
use trackstar_api::ErrorKind;
use trackstar_api::changes::{BatchOrigin, Changes, Checkpoint, changes_of};
use trackstar_api::emulator::Emulator;
use trackstar_api::types::{Order, Product};
use trackstar_tests::server::{Act, HttpResponse, Server};

use super::copy::{Copy, numbers_of};
use super::{Clock, ORDERS, client, client_of, empty_server, order, page};

/// Stores all batches. Gives the ids that came, in their order.
async fn store(copy: &mut Copy, changes: Changes<Order>) -> Vec<String> {
    let mut ids = Vec::new();
    let batches: Vec<_> = changes.try_collect().await.unwrap();
    for batch in batches {
        ids.extend(batch.records.iter().map(|order| order.id.clone()));
        copy.store(batch);
    }
    ids.sort();
    // Those of a window that is split come again.
    ids.dedup();
    ids
}

/// An emulator with so many orders, one a minute.
async fn filled(clock: &Clock, count: i64) -> Emulator {
    let emulator = clock.emulator().start().await.unwrap();
    for number in 0..count {
        let order = order(
            &format!("o{number:04}"),
            clock.now() - 60 * (count - number) - 60,
            0,
        );
        emulator.put(ORDERS, order).unwrap();
    }
    emulator
}

#[tokio::test]
async fn the_first_run_gives_everything_and_the_next_what_has_changed_since() {
    let clock = Clock::new();
    let emulator = filled(&clock, 25).await;
    let (client, mut copy) = (client(&emulator), Copy::default());
    let first = store(&mut copy, client.changes(None).page_size(4).windows(3)).await;
    assert_eq!(first, emulator.ids(ORDERS).unwrap());
    clock.advance(3_600);
    emulator
        .put(ORDERS, order("o0007", clock.now(), 1))
        .unwrap();
    emulator.put(ORDERS, order("new", clock.now(), 1)).unwrap();
    let changes = client.changes(copy.checkpoint());
    assert_eq!(store(&mut copy, changes).await, ["new", "o0007"]);
    assert_eq!(copy.numbers(), numbers_of(&emulator));
}

#[tokio::test]
async fn what_was_stored_late_is_found_within_the_overlap() {
    let clock = Clock::new();
    let emulator = filled(&clock, 1).await;
    let (client, mut copy) = (client(&emulator), Copy::default());
    store(&mut copy, client.changes(None)).await;
    // It counts as changed before the last run, and was not there then.
    emulator
        .put(ORDERS, order("late", clock.now() - 30, 1))
        .unwrap();
    clock.advance(300);
    let short = client
        .changes(copy.checkpoint())
        .overlap(Duration::from_secs(10));
    assert_eq!(store(&mut copy.clone(), short).await, Vec::<String>::new());
    let changes = client
        .changes(copy.checkpoint())
        .overlap(Duration::from_secs(40));
    assert_eq!(store(&mut copy, changes).await, ["late"]);
}

#[tokio::test]
async fn a_run_that_dies_continues_with_the_windows_that_are_left() {
    let clock = Clock::new();
    let emulator = filled(&clock, 100).await;
    let (client, mut copy) = (client(&emulator), Copy::default());
    let mut changes = client.changes::<Order>(None).page_size(2).windows(2);
    for _ in 0..40 {
        copy.store(changes.next().await.unwrap().unwrap());
    }
    drop(changes);
    let before = copy.orders.len();
    assert!((60..100).contains(&before), "{before}");
    let changes = client.changes(copy.checkpoint()).page_size(2);
    let rest = store(&mut copy, changes).await;
    assert_eq!(copy.numbers(), numbers_of(&emulator));
    assert!(rest.len() < 70, "{} of 100 were given again", rest.len());
}

#[tokio::test]
async fn an_empty_list_is_read_whole_again_until_the_connection_says_that_it_is_synchronised() {
    for (is_synced, expected) in [(false, 0), (true, 1)] {
        let server = empty_server(is_synced).await;
        let changes = client_of(&server).changes::<Order>(None).connection_id("c");
        let batches: Vec<_> = changes.try_collect().await.unwrap();
        assert_eq!(
            batches.len(),
            expected,
            "none without a checkpoint to store"
        );
        assert!(batches.iter().all(|batch| batch.checkpoint.is_complete()));
    }
}

#[tokio::test]
async fn a_checkpoint_is_refused_if_it_is_of_other_records_or_of_another_version() {
    let clock = Clock::new();
    let emulator = filled(&clock, 1).await;
    let client = client(&emulator);
    let batch = client.changes::<Order>(None).next().await.unwrap().unwrap();
    let stored = serde_json::to_value(&batch.checkpoint).unwrap();
    assert!(stored.to_string().len() < 200, "{stored}");
    let error = client
        .changes::<Product>(batch.checkpoint)
        .next()
        .await
        .unwrap()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.to_string().contains("list_wms_orders"), "{error}");
    for (field, value, message) in [
        ("version", json!(2), "version 2"),
        ("until", json!("tomorrow"), "tomorrow"),
        ("open", json!([[5, 3]]), "begin without a checkpoint"),
        (
            "open",
            json!([[3, 5], [4, 6]]),
            "begin without a checkpoint",
        ),
    ] {
        let mut other: Value = stored.clone();
        other[field] = value;
        let error = serde_json::from_value::<Checkpoint>(other)
            .unwrap_err()
            .to_string();
        assert!(error.contains(message), "{error}");
    }
    let again: Checkpoint = serde_json::from_value(stored.clone()).unwrap();
    assert_eq!(serde_json::to_value(again).unwrap(), stored);
}

#[tokio::test]
async fn the_clock_of_the_server_counts() {
    let server = Server::start_with(|_| Act::Respond(page(json!([{"id": "a"}]), 1_000_000))).await;
    let client = client_of(&server);
    let batch = client.changes::<Order>(None).next().await.unwrap().unwrap();
    drop(client.changes::<Order>(batch.checkpoint).next().await);
    let target = &server.requests()[1].target;
    // 1970-01-12T13:46:40Z, less a second and the minute of the overlap.
    assert!(
        target.contains("trackstar_updated_date%5Bgte%5D=1970-01-12T13%3A45%3A39Z"),
        "{target}"
    );
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_given_with_its_json() {
    let server =
        Server::start_with(|_| Act::Respond(page(json!([{"id": "a"}, {"status": "open"}]), 0)))
            .await;
    let batch = client_of(&server)
        .changes::<Order>(None)
        .next()
        .await
        .unwrap()
        .unwrap();
    assert_eq!((batch.records.len(), batch.unreadable.len()), (1, 1));
    assert_eq!(batch.unreadable[0].json()["status"], "open");
}

#[tokio::test]
async fn an_error_ends_a_run_but_not_one_that_is_repeated() {
    let mut failures = 2;
    let server = Server::start_with(move |_| {
        failures -= i32::from(failures > 0);
        Act::Respond(match failures {
            0 => page(json!([{"id": "a"}]), 0),
            _ => HttpResponse::error(501, "not implemented"),
        })
    })
    .await;
    let client = client_of(&server);
    let mut changes = client
        .changes::<Order>(None)
        .every(Duration::from_millis(1));
    let error = changes.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotImplemented);
    assert_eq!(
        changes.next().await.unwrap().unwrap().origin,
        BatchOrigin::Backfill
    );
    assert_eq!(
        changes.next().await.unwrap().unwrap().origin,
        BatchOrigin::Changed
    );

    let server = Server::start_with(|_| Act::Respond(HttpResponse::error(501, "no"))).await;
    let mut changes = client_of(&server).changes::<Order>(None);
    assert!(changes.next().await.unwrap().is_err());
    assert!(changes.next().await.is_none());
}

#[tokio::test]
async fn a_connection_that_fails_does_not_stop_the_others() {
    let clock = Clock::new();
    let emulator = clock
        .emulator()
        .access_token("right")
        .start()
        .await
        .unwrap();
    for number in 0..20 {
        emulator
            .put(ORDERS, order(&format!("o{number}"), clock.now() - 60, 0))
            .unwrap();
    }
    let client = client(&emulator);
    let of = |token: &'static str| {
        (
            token,
            client.connection(token).changes::<Order>(None).page_size(2),
        )
    };
    let results: Vec<_> = changes_of([of("wrong"), of("right")]).collect().await;
    let (right, wrong): (Vec<_>, Vec<_>) = results
        .into_iter()
        .partition(|(token, _)| *token == "right");
    let ids = right
        .into_iter()
        .map(|(_, batch)| batch.unwrap().records.len());
    assert_eq!(ids.sum::<usize>(), 20);
    let [(_, Err(error))] = &wrong[..] else {
        panic!("{wrong:?}")
    };
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
}

#[tokio::test]
async fn progress_is_a_stream_of_its_own() {
    let clock = Clock::new();
    let emulator = filled(&clock, 100).await;
    let changes = client(&emulator)
        .changes::<Order>(None)
        .page_size(5)
        .windows(2);
    let progress = changes.progress();
    let (batches, progress) = tokio::join!(
        changes.try_collect::<Vec<_>>(),
        progress.collect::<Vec<_>>()
    );
    let last = progress.last().unwrap();
    assert!(last.done >= 100 && last.rate > 0.0, "{last:?}");
    assert_eq!(last.estimated, Some(last.done));
    assert!(batches.unwrap().len() >= progress.len());
}
