//! The limits of the API, over real sockets and in real time.

#[cfg(changes_of_orders)]
mod changes;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use reqwest::Method;
use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::timeout;
use trackstar_api::emulator::Emulator;
use trackstar_api::{
    Admission, Client, ClientBuilder, Error, ErrorKind, LimitClass, LimitKey, LimitReport, Limiter,
    RetryPolicy,
};
use trackstar_tests::server::{Act, HttpResponse, Server};

fn builder(server: &Server) -> ClientBuilder {
    let builder = Client::builder().api_key("key").base_url(server.base_url());
    builder.retry(RetryPolicy::off())
}

fn order() -> HttpResponse {
    HttpResponse::json(r#"{"data": {"id": "o1"}}"#)
}

async fn get(client: &Client) -> Result<(), Error> {
    client.get_wms_order("o1").send().await.map(drop)
}

/// A server that gives this response the first time, and an order from then on.
async fn first(response: HttpResponse) -> Server {
    let mut responses = vec![response];
    Server::start_with(move |_| Act::Respond(responses.pop().unwrap_or_else(order))).await
}

#[tokio::test]
async fn twenty_clients_with_one_token_use_the_limit_fully_and_are_never_refused() {
    // Two hundred do so for half a minute in `it/emulator/rules.rs`, on a clock that needs none.
    const CLIENTS: usize = 20;
    const TIME: Duration = Duration::from_secs(3);
    let emulator = Emulator::builder().start().await.unwrap();
    let organisation = Client::builder().api_key("key");
    let organisation = organisation.base_url(emulator.base_url());
    let organisation = organisation.retry(RetryPolicy::off()).build().unwrap();
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let client = organisation.connection("token");
        clients.spawn(async move {
            let mut requests = 0;
            let calling = async {
                loop {
                    // One too many in a second would be refused.
                    client.get_wms_order("order-000001").send().await.unwrap();
                    requests += 1;
                }
            };
            let _: Result<(), _> = timeout(TIME, calling).await;
            requests
        });
    }
    let requests: Vec<usize> = clients.join_all().await;
    let average = requests.iter().sum::<usize>() as f64 / TIME.as_secs_f64();
    println!("{average:.2} per second on average");
    assert!(average >= 9.5, "{average} per second");
}

#[tokio::test]
async fn a_429_makes_the_others_with_the_same_token_wait_too() {
    let server = first(HttpResponse::error(429, "too many").header("retry-after", "2")).await;
    let client = builder(&server).build().unwrap();
    let refused = get(&client.connection("token")).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::RateLimited);
    let start = Instant::now();
    get(&client.connection("token")).await.unwrap();
    assert!(start.elapsed() > Duration::from_millis(1_500));
}

#[tokio::test]
async fn nothing_is_sent_before_the_reset_if_others_have_used_up_the_limit() {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let reset = now.unwrap().as_secs() + 4;
    let none_left = order()
        .header("X-RateLimit-Remaining", "0")
        .header("X-RateLimit-Reset", &reset.to_string());
    let server = first(none_left).await;
    let client = builder(&server).build().unwrap().connection("token");
    get(&client).await.unwrap();
    get(&client).await.unwrap();
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    assert!(now.unwrap().as_secs() >= reset);
}

/// Records what it is asked and what is reported to it, and refuses if it is to.
#[derive(Default)]
struct Recorder {
    refuses: bool,
    asked: Mutex<Vec<(LimitKey, LimitClass)>>,
    reported: Mutex<Vec<(LimitKey, LimitClass, LimitReport)>>,
}

impl Limiter for Recorder {
    fn admit<'a>(&'a self, key: &'a LimitKey, class: LimitClass) -> Admission<'a> {
        self.asked.lock().unwrap().push((*key, class));
        Box::pin(async move {
            if self.refuses {
                return Err("the store is away".into());
            }
            Ok(())
        })
    }

    fn learn(&self, key: &LimitKey, class: LimitClass, report: &LimitReport) {
        let mut reported = self.reported.lock().unwrap();
        reported.push((*key, class, report.clone()));
    }
}

#[tokio::test]
async fn a_custom_limiter_is_asked_before_each_attempt_and_gets_a_report_of_each_response() {
    let server = first(HttpResponse::error(503, "no").header("x-ratelimit-remaining", "4")).await;
    let recorder = Arc::new(Recorder::default());
    let quick = RetryPolicy::default().initial_delay(Duration::ZERO);
    let builder = builder(&server).retry(quick).limiter(recorder.clone());
    let client = builder.build().unwrap();

    get(&client.connection("token")).await.unwrap();
    let asked = recorder.asked.lock().unwrap().clone();
    let token = asked[0].0;
    assert_eq!(asked, [(token, LimitClass::Reads); 2], "two attempts");
    let reported = recorder.reported.lock().unwrap().clone();
    let remaining: Vec<_> = reported
        .iter()
        .map(|(.., report)| report.remaining())
        .collect();
    assert_eq!(remaining, [Some(4), None]);
    assert!(reported.iter().all(|(key, ..)| *key == token));
}

#[tokio::test]
async fn every_kind_of_request_asks_with_the_credential_that_it_carries() {
    let server = Server::start(HttpResponse::json(r#"{"id": "o1", "data": null}"#)).await;
    let recorder = Arc::new(Recorder::default());
    let builder = builder(&server).limiter(recorder.clone());
    let organisation = builder.build().unwrap();
    let client = organisation.connection("token");
    let asked = || recorder.asked.lock().unwrap().pop().unwrap();

    client.cancel_wms_order("o1").send().await.unwrap();
    let (token, class) = asked();
    assert_eq!(class, LimitClass::Writes);
    let file = client.attach_wms_order_file("o1");
    file.bytes("a.txt", "a").send().await.unwrap();
    assert_eq!(asked(), (token, LimitClass::Writes));
    let raw = |client: &Client, path| client.request(Method::GET, path).send::<Value>();
    raw(&client, "/new").await.unwrap();
    assert_eq!(asked(), (token, LimitClass::Reads));
    raw(&client, "/integrations/wms/shiphero").await.unwrap();
    assert_eq!(asked(), (token, LimitClass::Integrations));

    raw(&organisation, "/new").await.unwrap();
    let (key, class) = asked();
    assert_eq!(class, LimitClass::Reads);
    assert_ne!(key, token);
    // It takes no token, even from a client that has one.
    let _ = client.list_magic_links().send().await;
    assert_eq!(asked(), (key, LimitClass::Reads));
    let other = organisation.connection("another");
    raw(&other, "/new").await.unwrap();
    assert_ne!(asked().0, token);

    assert_eq!(
        server.requests().len(),
        recorder.reported.lock().unwrap().len()
    );
}

#[tokio::test]
async fn if_the_limiter_fails_nothing_is_sent_and_the_error_says_so() {
    let server = Server::start(order()).await;
    let recorder = Arc::new(Recorder {
        refuses: true,
        ..Recorder::default()
    });
    let builder = builder(&server).retry(RetryPolicy::default());
    let client = builder.limiter(recorder.clone()).build().unwrap();
    let client = client.connection("token");
    let failed = client.cancel_wms_order("o1").send().await.unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::Limiter);
    assert!(!failed.may_have_taken_effect());
    assert_eq!(failed.attempts(), 0);
    assert_eq!(
        failed.to_string(),
        "cancel_wms_order failed: the limiter failed, and nothing was sent: the store is away"
    );
    let store = failed.underlying().unwrap();
    assert_eq!(store.to_string(), "the store is away");
    assert!(server.requests().is_empty());
    assert_eq!(
        recorder.asked.lock().unwrap().len(),
        1,
        "it is not repeated"
    );
}

#[tokio::test]
async fn a_request_that_runs_out_of_time_in_the_queue_was_never_sent() {
    let server = first(HttpResponse::error(429, "too many").header("retry-after", "9")).await;
    let client = builder(&server).build().unwrap().connection("token");
    let request = client.cancel_wms_order("o1");
    request.clone().send().await.unwrap_err();
    let late = request
        .total_timeout(Duration::from_millis(20))
        .send()
        .await;
    let late = late.unwrap_err();
    assert_eq!(late.kind(), ErrorKind::Timeout);
    assert_eq!(late.attempts(), 0);
    assert!(!late.may_have_taken_effect());
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_request_that_is_refused_before_it_is_sent_takes_no_permit() {
    let server = Server::start(order()).await;
    let recorder = Arc::new(Recorder::default());
    let client = builder(&server).limiter(recorder.clone()).build().unwrap();
    assert!(get(&client).await.is_err(), "there is no token");
    assert!(recorder.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn limits_are_off_by_one_switch() {
    let server = Server::start(order()).await;
    let recorder = Arc::new(Recorder::default());
    let builder = builder(&server).rate_limiting(false);
    let client = builder.clone().limiter(recorder.clone()).build().unwrap();
    get(&client.connection("token")).await.unwrap();
    assert!(recorder.asked.lock().unwrap().is_empty());

    let client = builder.build().unwrap().connection("token");
    let start = Instant::now();
    for _ in 0..100 {
        get(&client).await.unwrap();
    }
    assert!(start.elapsed() < Duration::from_secs(9), "ten in a second");
}
