//! What holds for a queue whatever requests come and go, on a clock that stands still between events.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use tokio::time::{Instant, sleep, timeout};

use super::class::LimitClass;
use super::queue::Queue;

/// A request that comes to the queue.
#[derive(Clone, Debug)]
struct Arrival {
    /// Milliseconds after the previous request.
    after: u64,
    does: Does,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Does {
    Wait,
    /// Is dropped if it was not admitted after so many milliseconds.
    Leave(u64),
    /// Is polled for so many milliseconds, and then not any more.
    Freeze(u64),
}

/// When a request came and when it was sent, in milliseconds.
#[derive(Clone, Copy, Debug)]
struct Sent {
    number: usize,
    came: u128,
    sent: u128,
}

fn arrivals() -> impl Strategy<Value = Vec<Arrival>> {
    let does = prop_oneof![
        4 => Just(Does::Wait),
        2 => (0..3_000u64).prop_map(Does::Leave),
        1 => (0..3_000u64).prop_map(Does::Freeze),
    ];
    let after = prop_oneof![Just(0u64), 0..50u64, 0..1_500u64];
    vec(
        (after, does).prop_map(|(after, does)| Arrival { after, does }),
        1..80,
    )
}

/// Runs all of them, and waits until those that stay were sent.
async fn run(arrivals: Vec<Arrival>) -> Vec<Sent> {
    let queue = Arc::new(Queue::new(LimitClass::Reads));
    let start = Instant::now();
    let log = Arc::new(Mutex::new(Vec::new()));
    let mut tasks = Vec::new();
    for (number, arrival) in arrivals.into_iter().enumerate() {
        if arrival.after > 0 {
            sleep(Duration::from_millis(arrival.after)).await;
        }
        let (queue, log) = (Arc::clone(&queue), Arc::clone(&log));
        let came = start.elapsed().as_millis();
        let send = async move {
            queue.acquire().await.sent();
            let sent = start.elapsed().as_millis();
            log.lock().unwrap().push(Sent { number, came, sent });
        };
        let task = tokio::spawn(async move {
            match arrival.does {
                Does::Wait => send.await,
                Does::Leave(patience) => {
                    let _ = timeout(Duration::from_millis(patience), send).await;
                }
                Does::Freeze(patience) => {
                    let mut send = Box::pin(send);
                    if timeout(Duration::from_millis(patience), &mut send)
                        .await
                        .is_err()
                    {
                        sleep(Duration::from_secs(1_000)).await;
                    }
                }
            }
        });
        // Let it queue before the next one comes.
        tokio::task::yield_now().await;
        if !matches!(arrival.does, Does::Freeze(_)) {
            tasks.push(task);
        }
    }
    for task in tasks {
        task.await.unwrap();
    }
    let log = log.lock().unwrap();
    log.clone()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn at_most_ten_are_sent_in_a_second_in_order_and_none_waits_in_vain(arrivals in arrivals()) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let none_freezes = arrivals.iter().all(|arrival| !matches!(arrival.does, Does::Freeze(_)));
        let patient: Vec<usize> = arrivals
            .iter()
            .enumerate()
            .filter(|(_, arrival)| arrival.does == Does::Wait)
            .map(|(number, _)| number)
            .collect();
        let log = runtime.block_on(run(arrivals));

        for (index, this) in log.iter().enumerate() {
            if let Some(tenth) = log.get(index + 10) {
                prop_assert!(tenth.sent - this.sent >= 1_000, "eleven in a second: {log:?}");
            }
            let window = |sent: &Sent| sent.sent + 1_050;
            let opening = index.checked_sub(10).map_or(0, |before| window(&log[before]));
            // The timer rounds up to milliseconds.
            if none_freezes {
                prop_assert!(this.sent <= this.came.max(opening) + 3, "{this:?} of {log:?}");
            }
            // Ten are admitted at each check, and the checks are a window apart at most.
            let latest = this.came + 2 * 1_050 * (this.number as u128 / 10 + 1);
            prop_assert!(this.sent <= latest, "{this:?} of {log:?}");
        }
        // Which one is polled first of those admitted in the same moment is up to the runtime.
        let mut in_order = log.clone();
        in_order.sort_by_key(|sent| (sent.sent, sent.number));
        prop_assert!(in_order.is_sorted_by_key(|sent| sent.number), "out of order: {log:?}");
        let sent: Vec<usize> = log.iter().map(|sent| sent.number).collect();
        prop_assert!(patient.iter().all(|number| sent.contains(number)));
    }
}
