//! What a program that records all tracing learns of its requests, and what it does not. One test: the
//! subscriber is that of the whole process, so that it also records the crates below.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tracing_subscriber::fmt::format::FmtSpan;
use trackstar_api::{
    Admission, Client, ErrorKind, LimitClass, LimitKey, LimitReport, Limiter, RetryPolicy, types,
};
use trackstar_tests::server::{Act, HttpResponse, Server};

const KEY: &str = "s3cr3t-key";
const TOKEN: &str = "s3cr3t-token";
const FILTER: &str = "s3cr3t-channel";
const BODY: &str = "s3cr3t-number";
const RESPONSE: &str = "s3cr3t-response";

/// How long each attempt waits for its turn.
const TURN: Duration = Duration::from_millis(20);

/// Admits a request after a while.
struct Slow;

impl Limiter for Slow {
    fn admit<'a>(&'a self, _: &'a LimitKey, _: LimitClass) -> Admission<'a> {
        Box::pin(async {
            tokio::time::sleep(TURN).await;
            Ok(())
        })
    }

    fn learn(&self, _: &LimitKey, _: LimitClass, _: &LimitReport) {}
}

/// Everything that was written.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn take(&self) -> String {
        let mut bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8(std::mem::take(&mut bytes)).unwrap()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        log.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_request_is_a_span_a_retry_is_an_event_and_no_secret_is_in_either() {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_span_events(FmtSpan::FULL)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .init();

    let mut asked = 0;
    let server = Server::start_with(move |request| {
        asked += 1;
        let response = match (request.method.as_str(), asked) {
            ("GET", 1) => HttpResponse::error(503, RESPONSE),
            ("GET", _) => HttpResponse::json(r#"{"data": [], "next_token": null}"#),
            _ => HttpResponse::error(422, &format!("{KEY} {BODY}")),
        };
        // Even a server that repeats the request discloses nothing.
        let id = format!("req-{asked}-{KEY}");
        Act::Respond(response.header("x-request-id", &id))
    })
    .await;
    let client = Client::builder()
        .api_key(KEY)
        .base_url(server.base_url())
        .retry(RetryPolicy::default().initial_delay(Duration::from_millis(2)))
        .limiter(Arc::new(Slow))
        .build()
        .unwrap()
        .connection(TOKEN);

    let orders = client.list_wms_orders().channel(FILTER);
    orders.send().await.unwrap();
    let read = log.take();
    let body = types::CreateOrder::default().order_number(BODY);
    let error = client.create_wms_order(body).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Validation);
    let written = log.take();

    let ours = |log: &str, says: &str| {
        let mut lines = log.lines().filter(|line| line.contains("trackstar_api::"));
        // The span of the request ends after those of its attempts.
        let found = lines.rfind(|line| line.contains(says)).map(str::to_owned);
        found.unwrap_or_else(|| panic!("no line of ours says {says:?}:\n{log}"))
    };
    let retry = ours(&read, "the request is retried");
    for says in [
        "WARN",
        "attempt=1",
        "error=Server",
        "status=503",
        "delay_ms=",
        "request_id=\"req-1-[redacted]\"",
    ] {
        assert!(retry.contains(says), "{says}: {retry}");
    }
    let end = ours(&read, "close");
    for says in [
        "INFO",
        "operation=\"list_wms_orders\"",
        "http.request.method=\"GET\"",
        "url.template=\"/wms/orders\"",
        "http.response.status_code=200",
        "attempts=2",
        "duration_ms=",
        "request_id=\"req-2-[redacted]\"",
    ] {
        assert!(end.contains(says), "{says}: {end}");
    }
    let (_, waited) = end.split_once("waited_ms=").unwrap();
    let waited: u128 = waited.split(' ').next().unwrap().parse().unwrap();
    assert!(waited >= 2 * TURN.as_millis(), "two turns: {end}");
    let end = ours(&written, "close");
    for says in [
        "operation=\"create_wms_order\"",
        "url.template=\"/wms/orders\"",
        "http.response.status_code=422",
        "attempts=1",
        "error.type=Validation",
    ] {
        assert!(end.contains(says), "{says}: {end}");
    }

    let all = read + &written;
    assert!(
        all.contains("TRACE"),
        "the crates below were listened to as well:\n{all}"
    );
    for secret in [KEY, TOKEN, FILTER, BODY, RESPONSE] {
        assert!(!all.contains(secret), "{secret} is in:\n{all}");
    }
}
