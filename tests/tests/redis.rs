//! Limits and events that several machines share, with a real Redis and in real time.
//!
//! Where there is no `redis-server`, each test says that it is skipped. They run one after the other, since each counts
//! milliseconds.

use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use redis::aio::ConnectionManager;
use tempfile::TempDir;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use trackstar_api::redis::{RedisDeduplicator, RedisLimiter};
use trackstar_api::reexports::http::{HeaderMap, HeaderValue};
use trackstar_api::reexports::redis;
use trackstar_api::webhooks::{Deduplicator, Delivery};
use trackstar_api::{
    Client, ErrorKind, LimitClass, LimitKey, LimitReport, Limiter as _, RetryPolicy, StatusCode,
};
use trackstar_tests::server::{Act, HttpResponse, Server};

const SECOND: Duration = Duration::from_secs(1);

static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// A Redis of its own, without what was stored before. It ends with this.
struct Redis {
    _alone: tokio::sync::MutexGuard<'static, ()>,
    process: Child,
    port: u16,
    directory: TempDir,
}

impl Redis {
    /// Nothing if this machine has none.
    async fn start(options: &[&str]) -> Option<Self> {
        let alone = ALONE.lock().await;
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let directory = tempfile::tempdir().unwrap();
        let Some(process) = Self::run(port, &directory, options) else {
            eprintln!("skipped: there is no redis-server");
            return None;
        };
        let redis = Self {
            _alone: alone,
            process,
            port,
            directory,
        };
        redis.connection().await;
        Some(redis)
    }

    fn run(port: u16, directory: &TempDir, options: &[&str]) -> Option<Child> {
        let mut command = Command::new("redis-server");
        command.args(["--bind", "127.0.0.1", "--save", "", "--port"]);
        command.arg(port.to_string()).args(options);
        command.arg("--dir").arg(directory.path());
        command.stdout(Stdio::null()).spawn().ok()
    }

    fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    async fn restart(&mut self) {
        self.process = Self::run(self.port, &self.directory, &[]).unwrap();
        self.connection().await;
    }

    async fn connection(&self) -> ConnectionManager {
        connection(self.port).await
    }

    /// A limiter as each machine has one.
    async fn limiter(&self) -> Arc<RedisLimiter<ConnectionManager>> {
        Arc::new(RedisLimiter::new(self.connection().await))
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A connection, as soon as somebody is there.
async fn connection(port: u16) -> ConnectionManager {
    let client = redis::Client::open(format!("redis://127.0.0.1:{port}/")).unwrap();
    for _ in 0..100 {
        if let Ok(connection) = client.get_connection_manager().await {
            return connection;
        }
        sleep(Duration::from_millis(50)).await;
    }
    panic!("Redis does not respond");
}

fn key() -> LimitKey {
    LimitKey::of_credential("token")
}

/// The largest number of times in any one second.
fn fullest_second(times: &[Instant]) -> usize {
    let mut times = times.to_vec();
    times.sort_unstable();
    let in_a_second = |index: usize| {
        let from = times[index];
        let later = times[index..].iter();
        later.take_while(|time| **time - from < SECOND).count()
    };
    (0..times.len()).map(in_a_second).max().unwrap_or(0)
}

/// Has each machine send with eight tasks for some time, and gives when each of them sent.
async fn send(
    machines: &[Arc<RedisLimiter<ConnectionManager>>],
    time: Duration,
) -> Vec<Vec<Instant>> {
    let mut sending = Vec::new();
    for machine in machines {
        let mut tasks = JoinSet::new();
        for _ in 0..8 {
            let machine = Arc::clone(machine);
            tasks.spawn(async move {
                let mut sent = Vec::new();
                let requests = async {
                    loop {
                        machine.admit(&key(), LimitClass::Reads).await.unwrap();
                        sent.push(Instant::now());
                        sleep(Duration::from_millis(5)).await;
                    }
                };
                let _: Result<(), _> = timeout(time, requests).await;
                sent
            });
        }
        sending.push(tasks);
    }
    let mut sent = Vec::new();
    for tasks in sending {
        sent.push(tasks.join_all().await.concat());
    }
    sent
}

#[tokio::test]
async fn machines_with_one_token_share_its_limit_and_none_of_them_starves() {
    let Some(redis) = Redis::start(&[]).await else {
        return;
    };
    let machines = [redis.limiter().await, redis.limiter().await];
    let sent = send(&machines, 5 * SECOND).await;
    let all = sent.concat();
    assert!(
        fullest_second(&all) <= 10,
        "{} in a second",
        fullest_second(&all)
    );
    assert!(all.len() >= 45, "{} in 5 seconds", all.len());
    for machine in &sent {
        assert!(
            machine.len() > all.len() / 4,
            "{} of {}",
            machine.len(),
            all.len()
        );
    }
}

#[tokio::test]
async fn on_a_machine_it_is_first_come_first_served() {
    let Some(redis) = Redis::start(&[]).await else {
        return;
    };
    let machine = redis.limiter().await;
    let order = Arc::new(Mutex::new(Vec::new()));
    let mut tasks = JoinSet::new();
    for number in 0..25 {
        let (machine, order) = (Arc::clone(&machine), Arc::clone(&order));
        tasks.spawn(async move {
            machine.admit(&key(), LimitClass::Reads).await.unwrap();
            order.lock().unwrap().push(number);
        });
        sleep(Duration::from_millis(2)).await;
    }
    tasks.join_all().await;
    let order = order.lock().unwrap();
    assert!(order.is_sorted(), "{order:?}");
}

#[tokio::test]
async fn a_request_that_is_not_polled_or_dropped_blocks_no_other() {
    let Some(redis) = Redis::start(&[]).await else {
        return;
    };
    let (machine, other) = (redis.limiter().await, redis.limiter().await);
    let key = key();
    let mut frozen = machine.admit(&key, LimitClass::Reads);
    let polled = timeout(Duration::ZERO, &mut frozen).await;
    assert!(polled.is_err(), "Redis takes longer");
    let mut sent = Vec::new();
    for number in 0..30 {
        let leaving = machine.admit(&key, LimitClass::Reads);
        let _ = timeout(Duration::from_micros(number * 50), leaving).await;
        other.admit(&key, LimitClass::Reads).await.unwrap();
        sent.push(Instant::now());
    }
    assert!(fullest_second(&sent) <= 10);
    timeout(3 * SECOND, frozen).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_429_makes_all_machines_wait() {
    let Some(redis) = Redis::start(&[]).await else {
        return;
    };
    let [one, two] = [redis.limiter().await, redis.limiter().await];
    one.admit(&key(), LimitClass::Reads).await.unwrap();
    let headers = HeaderMap::from_iter([(
        "retry-after".parse().unwrap(),
        HeaderValue::from_static("2"),
    )]);
    let status = StatusCode::TOO_MANY_REQUESTS;
    let report = LimitReport::from_response(Duration::ZERO, status, &headers);
    one.learn(&key(), LimitClass::Reads, &report);
    sleep(Duration::from_millis(100)).await;
    let started = Instant::now();
    two.admit(&key(), LimitClass::Reads).await.unwrap();
    let waited = started.elapsed();
    assert!(waited > Duration::from_millis(1_700), "{waited:?}");
    assert!(waited < 4 * SECOND, "{waited:?}");
    two.admit(&key(), LimitClass::Writes).await.unwrap();
}

#[tokio::test]
async fn requests_that_waited_for_a_connection_count_from_their_response() {
    let Some(redis) = Redis::start(&[]).await else {
        return;
    };
    let [one, two] = [redis.limiter().await, redis.limiter().await];
    for _ in 0..10 {
        one.admit(&key(), LimitClass::Reads).await.unwrap();
    }
    let elapsed = Duration::from_millis(500);
    sleep(elapsed).await;
    let report = LimitReport::from_response(elapsed, StatusCode::OK, &HeaderMap::new());
    let arrived = Instant::now();
    for _ in 0..10 {
        one.learn(&key(), LimitClass::Reads, &report);
    }
    sleep(Duration::from_millis(50)).await;
    two.admit(&key(), LimitClass::Reads).await.unwrap();
    assert!(arrived.elapsed() >= SECOND, "{:?}", arrived.elapsed());
}

#[tokio::test]
async fn after_redis_was_killed_and_started_again_the_limits_hold_and_no_request_hangs() {
    let Some(mut redis) = Redis::start(&[]).await else {
        return;
    };
    let machines = [redis.limiter().await, redis.limiter().await];
    let sending = {
        let machines = machines.clone();
        tokio::spawn(async move { send(&machines, 7 * SECOND).await })
    };
    sleep(2 * SECOND).await;
    let killed = Instant::now();
    redis.kill();
    sleep(2 * SECOND).await;
    redis.restart().await;
    let back = Instant::now() + 2 * SECOND;
    let sent = sending.await.unwrap();
    for machine in &sent {
        assert!(fullest_second(machine) <= 10, "on one machine");
        let away = machine.iter().filter(|time| (killed..back).contains(*time));
        assert!(away.count() > 10, "each goes on by itself");
    }
    let again: Vec<Instant> = sent
        .concat()
        .into_iter()
        .filter(|time| *time > back)
        .collect();
    assert!(again.len() > 5, "{}", again.len());
    assert!(fullest_second(&again) <= 10, "{}", fullest_second(&again));
}

#[tokio::test]
async fn a_limiter_that_fails_closed_sends_nothing_without_redis() {
    let Some(mut redis) = Redis::start(&[]).await else {
        return;
    };
    let server = Server::start(HttpResponse::json(r#"{"data": {"id": "o1"}}"#)).await;
    let limiter = RedisLimiter::new(redis.connection().await).fail_open(false);
    let client = Client::builder().api_key("key").base_url(server.base_url());
    let client = client.limiter(Arc::new(limiter.timeout(SECOND / 2)));
    let client = client.build().unwrap().connection("token");
    client.get_wms_order("o1").await.unwrap();
    redis.kill();
    let started = Instant::now();
    let error = client.get_wms_order("o1").await.unwrap_err();
    assert!(started.elapsed() < 3 * SECOND);
    assert_eq!(error.kind(), ErrorKind::Limiter, "{error}");
    assert!(error.to_string().contains("Redis"), "{error}");
    assert_eq!(server.requests().len(), 1);
    redis.restart().await;
    for _ in 0..20 {
        if client.get_wms_order("o1").await.is_ok() {
            return;
        }
        sleep(SECOND / 4).await;
    }
    panic!("it does not work again");
}

#[tokio::test]
async fn all_keys_of_a_token_are_in_one_slot_of_a_cluster() {
    let Some(redis) = Redis::start(&["--cluster-enabled", "yes"]).await else {
        return;
    };
    let mut connection = redis.connection().await;
    let command = |words: &[&str]| {
        let mut command = redis::cmd(words[0]);
        for word in &words[1..] {
            command.arg(*word);
        }
        command
    };
    let slots = command(&["CLUSTER", "ADDSLOTSRANGE", "0", "16383"]);
    slots.query_async::<()>(&mut connection).await.unwrap();
    sleep(2 * SECOND).await;
    let limiter = RedisLimiter::new(redis.connection().await)
        .fail_open(false)
        .prefix("ours");
    for class in [
        LimitClass::Reads,
        LimitClass::Writes,
        LimitClass::Integrations,
    ] {
        limiter.admit(&key(), class).await.unwrap();
    }
    let keys: Vec<String> = command(&["KEYS", "*"])
        .query_async(&mut connection)
        .await
        .unwrap();
    assert_eq!(keys.len(), 3, "{keys:?}");
    let mut slots = Vec::new();
    for key in &keys {
        assert!(key.starts_with("ours:{"), "{key}");
        let slot = command(&["CLUSTER", "KEYSLOT", key]);
        slots.push(slot.query_async::<u16>(&mut connection).await.unwrap());
    }
    assert!(slots.iter().all(|slot| *slot == slots[0]), "{slots:?}");
}

#[tokio::test]
async fn of_all_machines_one_handles_an_event() {
    let Some(mut redis) = Redis::start(&[]).await else {
        return;
    };
    let store = |connection| RedisDeduplicator::new(connection).claim_timeout(SECOND);
    let [one, two] = [redis.connection().await, redis.connection().await]
        .map(|connection| Deduplicator::with_store(store(connection)));
    let begin = async |seen: &Deduplicator, id: &str| seen.begin(id).await.unwrap();

    let Delivery::New(handling) = begin(&one, "a").await else {
        panic!("it is new");
    };
    assert!(matches!(begin(&two, "a").await, Delivery::InProgress));
    handling.finish().await.unwrap();
    assert!(matches!(begin(&two, "a").await, Delivery::Done));

    // Its handling fails.
    drop(begin(&one, "b").await);
    sleep(Duration::from_millis(100)).await;
    let Delivery::New(late) = begin(&two, "b").await else {
        panic!("it is new again");
    };
    // Its machine has stopped, or is very late: it finishes all the same, and forgets nothing of others.
    sleep(SECOND + Duration::from_millis(200)).await;
    let Delivery::New(handling) = begin(&one, "b").await else {
        panic!("the claim has expired");
    };
    drop(late);
    sleep(Duration::from_millis(100)).await;
    assert!(matches!(begin(&two, "b").await, Delivery::InProgress));
    handling.finish().await.unwrap();

    redis.kill();
    let error = one.begin("c").await.unwrap_err();
    assert!(error.to_string().contains("Redis"), "{error}");
}

/// What each of four processes does, if the test below runs this: it sends as much as it may, and says how much
/// that was.
#[tokio::test]
async fn inner() {
    let Ok(port) = std::env::var("TRACKSTAR_TEST_REDIS") else {
        return;
    };
    let limiter = RedisLimiter::new(connection(port.parse().unwrap()).await).fail_open(false);
    let builder = Client::builder().api_key("key").retry(RetryPolicy::off());
    let builder = builder.base_url(std::env::var("TRACKSTAR_TEST_AT").unwrap());
    let client = builder
        .limiter(Arc::new(limiter))
        .build()
        .unwrap()
        .connection("token");
    let mut tasks = JoinSet::new();
    for _ in 0..8 {
        let client = client.clone();
        tasks.spawn(async move {
            let mut sent = 0;
            let requests = async {
                loop {
                    client.get_wms_order("o1").await.unwrap();
                    sent += 1;
                }
            };
            let _: Result<(), _> = timeout(30 * SECOND, requests).await;
            sent
        });
    }
    println!("<{}>", tasks.join_all().await.iter().sum::<usize>());
}

#[tokio::test(flavor = "multi_thread")]
async fn four_processes_share_a_token_evenly_and_never_exceed_its_limit() {
    let Some(redis) = Redis::start(&[]).await else {
        return;
    };
    let arrivals = Arc::new(Mutex::new(Vec::<Instant>::new()));
    let log = Arc::clone(&arrivals);
    let server = Server::start_with(move |_| {
        let mut log = log.lock().unwrap();
        let now = Instant::now();
        let recent = log
            .iter()
            .rev()
            .take_while(|time| now - **time < SECOND)
            .count();
        log.push(now);
        Act::Respond(match recent < 10 {
            true => HttpResponse::json(r#"{"data": {"id": "o1"}}"#),
            false => HttpResponse::error(429, "too many"),
        })
    })
    .await;
    let mut processes = JoinSet::new();
    for _ in 0..4 {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "inner", "--nocapture"]);
        command.env("TRACKSTAR_TEST_REDIS", redis.port.to_string());
        command.env("TRACKSTAR_TEST_AT", server.base_url());
        processes.spawn_blocking(move || command.output().unwrap());
    }
    let mut sent = Vec::new();
    for output in processes.join_all().await {
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "a 429, or an error: {output:?}");
        let count = text
            .split_once('<')
            .and_then(|(_, rest)| rest.split_once('>'));
        sent.push(count.unwrap().0.parse::<usize>().unwrap());
    }
    let arrivals = arrivals.lock().unwrap();
    let time = *arrivals.last().unwrap() - arrivals[0];
    let all: usize = sent.iter().sum();
    let average = arrivals.len() as f64 / time.as_secs_f64();
    println!(
        "{average:.2} a second, {} in the fullest, {sent:?}",
        fullest_second(&arrivals)
    );
    assert!(fullest_second(&arrivals) <= 10);
    assert!((9.0..=10.0).contains(&average), "{average} a second");
    for count in sent {
        let share = count as f64 / all as f64;
        assert!((0.15..=0.35).contains(&share), "{share}");
    }
}
