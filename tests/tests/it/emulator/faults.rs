//! Faults: the client against an API in which things go wrong.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use trackstar_api::deviation::Deviation;
use trackstar_api::emulator::{Emulator, Fault, Faults, ListOrder};
use trackstar_api::types::CreateOrder;
use trackstar_api::{Client, Error, ErrorKind, RetryPolicy};

use super::{an_order, get, unlimited, write};

fn client(emulator: &Emulator, retry: RetryPolicy) -> Client {
    let builder = Client::builder()
        .api_key("key")
        .base_url(emulator.base_url());
    let builder = builder.retry(retry.initial_delay(Duration::from_millis(2)));
    let builder = builder
        .attempt_timeout(Duration::from_millis(500))
        .rate_limiting(false);
    builder.build().unwrap().connection("token")
}

async fn with(fault: Fault) -> Emulator {
    let faults = Faults::new()
        .with(fault, 1.0)
        .slow_by(Duration::from_millis(100));
    unlimited().faults(faults).start().await.unwrap()
}

async fn create(client: &Client) -> Result<(), Error> {
    let order = CreateOrder::default().order_number("1042");
    client.create_wms_order(order).send().await.map(drop)
}

#[tokio::test]
async fn each_fault_is_what_it_is_called_before_or_after_the_effect() {
    for (fault, kind, written) in [
        (Fault::ServerErrorBefore, Some(ErrorKind::Server), 0),
        (Fault::ServerErrorAfter, Some(ErrorKind::Server), 1),
        (Fault::GatewayBefore, Some(ErrorKind::Server), 0),
        (Fault::GatewayAfter, Some(ErrorKind::Server), 1),
        (Fault::IntegrationError, Some(ErrorKind::BadRequest), 0),
        (Fault::CutBody, Some(ErrorKind::Interrupted), 1),
        (Fault::RateLimitStorm, Some(ErrorKind::RateLimited), 0),
        (Fault::Slow, None, 1),
        (Fault::MovedRecords, None, 1),
        (Fault::ClockJump, None, 1),
    ] {
        let emulator = with(fault).await;
        let client = client(&emulator, RetryPolicy::off());
        let error = create(&client).await.err();
        assert_eq!(error.map(|error| error.kind()), kind, "{fault:?}");
        let orders = emulator.ids("wms/orders").unwrap().len();
        assert_eq!(orders, 20 + written, "{fault:?}");
    }
    let emulator = with(Fault::Hang).await;
    let client = client(&emulator, RetryPolicy::off());
    let error = create(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
}

#[tokio::test]
async fn the_same_seed_gives_the_same_faults() {
    let statuses = async |seed: u64| {
        let faults = Faults::new().with(Fault::GatewayBefore, 0.5).seed(seed);
        let emulator = unlimited().faults(faults).start().await.unwrap();
        let mut statuses = Vec::new();
        for _ in 0..20 {
            statuses.push(get(&emulator, "/wms/orders?limit=1").await.status);
        }
        statuses
    };
    let first = statuses(1).await;
    assert_eq!(statuses(1).await, first);
    assert_ne!(statuses(2).await, first);
}

#[tokio::test]
async fn a_storm_goes_on_for_some_requests() {
    let emulator = with(Fault::RateLimitStorm).await;
    let first = get(&emulator, "/wms/orders").await;
    assert_eq!(
        (first.status, &first.headers["retry-after"]),
        (429, &"1".parse().unwrap())
    );
    emulator.set_faults(Faults::new());
    assert_eq!(get(&emulator, "/wms/orders").await.status, 429);
    let mut left = 20;
    while get(&emulator, "/wms/orders").await.status == 429 {
        left -= 1;
        assert!(left > 0, "it never ends");
    }
}

#[tokio::test]
async fn a_write_whose_key_a_server_error_releases_is_made_twice() {
    let emulator = with(Fault::ServerErrorAfter).await;
    assert_eq!(write(&emulator, "k", &an_order()).await.status, 500);
    emulator.set_faults(Faults::new().with(Fault::GatewayAfter, 1.0));
    let gateway = write(&emulator, "k", &an_order()).await;
    assert_eq!(
        (gateway.status, &gateway.headers["content-type"]),
        (502, &"text/html".parse().unwrap())
    );
    emulator.set_faults(Faults::new());
    let replayed = write(&emulator, "k", &an_order()).await;
    assert_eq!(replayed.headers["idempotent-replayed"], "true");
    assert_eq!(emulator.ids("wms/orders").unwrap().len(), 22);
}

#[tokio::test]
async fn odd_values_cost_no_more_than_themselves() {
    let faults = Faults::new().with(Fault::OddValues, 1.0);
    let emulator = unlimited().records(30).faults(faults);
    let emulator = emulator.start().await.unwrap();
    let deviations = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&deviations);
    let client = Client::builder()
        .api_key("key")
        .base_url(emulator.base_url());
    let client = client
        .rate_limiting(false)
        .on_deviation(move |_: &str, _: &Deviation| {
            counted.fetch_add(1, Ordering::SeqCst);
        });
    let client = client.build().unwrap().connection("token");
    for number in 0..200 {
        let id = format!("order-{:06}", number % 30);
        match client.list_wms_orders().ids([&*id]).send().await {
            Ok(page) => assert!(page.data.len() + page.unreadable.len() <= 1),
            Err(error) => assert_eq!(error.message(), Some("The integration is down"), "{error}"),
        }
    }
    let deviations = deviations.load(Ordering::SeqCst);
    assert!(deviations > 50, "{deviations}");
}

#[tokio::test]
async fn records_move_between_the_pages_where_changes_give_the_order() {
    let faults = Faults::new().with(Fault::MovedRecords, 1.0).seed(3);
    let emulator = unlimited()
        .records(100)
        .order(ListOrder::Updated)
        .faults(faults);
    let emulator = emulator.start().await.unwrap();
    let orders = client(&emulator, RetryPolicy::off())
        .list_wms_orders()
        .limit(5)
        .stream();
    let orders: Vec<_> = orders.try_collect().await.unwrap();
    let mut seen = HashMap::<_, usize>::new();
    for order in orders {
        *seen.entry(order.id.clone()).or_default() += 1;
    }
    assert_eq!(seen.len(), 100, "none is missed");
    assert!(seen.values().any(|times| *times > 1), "some are seen twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_writes_under_faults_happen_once_if_they_succeed_and_never_twice() {
    const WRITES: usize = 10_000;
    // All but an error of the API after the effect, for which the vendor's keys are of no help.
    let faults = Faults::new()
        .with(Fault::ServerErrorBefore, 0.01)
        .with(Fault::GatewayBefore, 0.01)
        .with(Fault::GatewayAfter, 0.02)
        .with(Fault::CutBody, 0.05)
        .with(Fault::OddValues, 0.02)
        .with(Fault::Slow, 0.02)
        .slow_by(Duration::from_millis(20))
        .seed(20_251_013);
    let emulator = unlimited().records(0).faults(faults).start().await.unwrap();
    let client = client(&emulator, RetryPolicy::default());
    let results: Vec<(String, Result<(), Error>)> = stream::iter(0..WRITES)
        .map(|number| {
            let (client, number) = (client.clone(), number.to_string());
            async move {
                let order = CreateOrder::default().order_number(number.as_str());
                let result = client.create_wms_order(order).send().await;
                (number, result.map(drop))
            }
        })
        .buffer_unordered(32)
        .collect()
        .await;

    let mut written = HashMap::<String, usize>::new();
    for id in emulator.ids("wms/orders").unwrap() {
        let order = emulator.record("wms/orders", &id).unwrap();
        let number = order["order_number"].as_str().unwrap().to_owned();
        *written.entry(number).or_default() += 1;
    }
    let mut succeeded = 0;
    for (number, result) in results {
        let written = written.get(&number).copied().unwrap_or_default();
        assert!(written <= 1, "{number} was written {written} times");
        match result {
            Ok(()) => {
                succeeded += 1;
                assert_eq!(written, 1, "{number} succeeded");
            }
            Err(error) if !error.may_have_taken_effect() => {
                assert_eq!(written, 0, "{number}: {error}");
            }
            Err(_) => {}
        }
    }
    assert!(
        succeeded > WRITES * 9 / 10,
        "{succeeded} of {WRITES} succeeded"
    );
}
