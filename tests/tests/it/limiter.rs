//! Properties of a limiter, for any sequence of requests that come and are dropped, on a clock that stands still between events.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use tokio::time::{Instant, sleep, timeout};
use trackstar_api::{Admission, Client, ErrorKind, LimitClass, LimitKey, Limiter, LocalLimiter};

/// Somebody who comes to the line.
#[derive(Clone, Debug)]
struct Arrival {
    /// Milliseconds after the one before.
    after: u64,
    does: Does,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Does {
    Wait,
    /// Goes away if it is not its turn after so many milliseconds.
    Leave(u64),
    /// Is polled for so many milliseconds, and then no more.
    Freeze(u64),
}

/// When somebody came and when they could send, in milliseconds.
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

/// Refuses all requests, and records their keys.
#[derive(Default)]
struct Refuse(Mutex<Option<LimitKey>>);

impl Limiter for Refuse {
    fn admit<'a>(&'a self, key: &'a LimitKey, _: LimitClass) -> Admission<'a> {
        *self.0.lock().unwrap() = Some(*key);
        Box::pin(async { Err("refused".into()) })
    }
}

/// The key of some access token: only a client makes them.
async fn key() -> LimitKey {
    let refuse = Arc::new(Refuse::default());
    let client = Client::builder().api_key("key").limiter(refuse.clone());
    let client = client.build().unwrap().connection("token");
    let error = client.get_wms_order("o1").send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limiter);
    refuse.0.lock().unwrap().take().unwrap()
}

/// Lets all of them come, and waits until those who stay have sent.
async fn run(arrivals: Vec<Arrival>) -> Vec<Sent> {
    let key = key().await;
    let limiter = Arc::new(LocalLimiter::new());
    let start = Instant::now();
    let log = Arc::new(Mutex::new(Vec::new()));
    let mut tasks = Vec::new();
    for (number, comer) in arrivals.into_iter().enumerate() {
        if comer.after > 0 {
            sleep(Duration::from_millis(comer.after)).await;
        }
        let (limiter, log) = (Arc::clone(&limiter), Arc::clone(&log));
        let came = start.elapsed().as_millis();
        let enter = async move {
            limiter.admit(&key, LimitClass::Reads).await.unwrap();
            let sent = start.elapsed().as_millis();
            log.lock().unwrap().push(Sent { number, came, sent });
        };
        let task = tokio::spawn(async move {
            match comer.does {
                Does::Wait => enter.await,
                Does::Leave(patience) => {
                    let _ = timeout(Duration::from_millis(patience), enter).await;
                }
                Does::Freeze(patience) => {
                    let mut enter = Box::pin(enter);
                    if timeout(Duration::from_millis(patience), &mut enter)
                        .await
                        .is_err()
                    {
                        sleep(Duration::from_secs(1_000)).await;
                    }
                }
            }
        });
        // Let it line up before the next one comes.
        tokio::task::yield_now().await;
        if !matches!(comer.does, Does::Freeze(_)) {
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
    fn never_more_than_ten_in_a_second_in_order_and_every_request_is_admitted(arrivals in arrivals()) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap();
        let nobody_freezes = arrivals.iter().all(|comer| !matches!(comer.does, Does::Freeze(_)));
        let patient: Vec<usize> = arrivals
            .iter()
            .enumerate()
            .filter(|(_, comer)| comer.does == Does::Wait)
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
            if nobody_freezes {
                prop_assert!(this.sent <= this.came.max(opening) + 3, "{this:?} of {log:?}");
            }
            // Ten are called each time that somebody looks, and that is a window later at most.
            let turn = this.came + 2 * 1_050 * (this.number as u128 / 10 + 1);
            prop_assert!(this.sent <= turn, "{this:?} of {log:?}");
        }
        // Who is polled first of those whose turn comes in the same moment is up to the runtime.
        let mut in_order = log.clone();
        in_order.sort_by_key(|sent| (sent.sent, sent.number));
        prop_assert!(in_order.is_sorted_by_key(|sent| sent.number), "out of order: {log:?}");
        let sent: Vec<usize> = log.iter().map(|sent| sent.number).collect();
        prop_assert!(patient.iter().all(|number| sent.contains(number)));
    }
}
