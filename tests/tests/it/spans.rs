//! What OpenTelemetry makes of the spans of a request.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::Duration;

use opentelemetry::trace::{SpanKind, Status, TraceContextExt as _, TracerProvider as _};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use tracing::Dispatch;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::layer::SubscriberExt as _;
use trackstar_api::reexports::http::HeaderValue;
use trackstar_api::{Client, ErrorKind, RetryPolicy};
use trackstar_tests::server::{Act, HttpResponse, Server};

/// With a single subscriber, `tracing` decides by whichever thread comes first whether a span is of interest to
/// any: these make it ask all.
static OTHERS: OnceLock<[Dispatch; 2]> = OnceLock::new();

/// Hears the spans of this thread while the guard lives.
fn listen() -> (InMemorySpanExporter, impl Sized) {
    let other = || Dispatch::new(tracing_subscriber::registry());
    OTHERS.get_or_init(|| [other(), other()]);
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone());
    let tracer = provider.build().tracer("tests");
    let layer = tracing_opentelemetry::layer().with_tracer(tracer);
    let guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
    (exporter, guard)
}

/// The spans of this client that have ended, in the order in which they began.
fn ended(exporter: &InMemorySpanExporter) -> Vec<SpanData> {
    let mut spans = exporter.get_finished_spans().unwrap();
    spans.retain(|span| attributes(span).contains_key("url.template"));
    spans.sort_by_key(|span| span.start_time);
    spans
}

fn attributes(span: &SpanData) -> BTreeMap<String, String> {
    let all = span.attributes.iter();
    all.map(|kv| (kv.key.to_string(), kv.value.to_string()))
        .collect()
}

fn client(server: &Server) -> Client {
    let quick = RetryPolicy::default().initial_delay(Duration::from_millis(2));
    let builder = Client::builder().api_key("key").base_url(server.base_url());
    let builder = builder.retry(quick).on_request(|headers| {
        let context = tracing::Span::current().context();
        let span = context.span().span_context().span_id().to_string();
        headers.insert("x-span", span.parse().unwrap());
        headers.insert("x-trackstar-api-key", HeaderValue::from_static("other"));
    });
    builder.build().unwrap().connection("s3cr3t-token")
}

#[tokio::test]
async fn a_request_is_a_span_and_each_attempt_a_span_within_it() {
    let (exporter, _guard) = listen();
    let order = HttpResponse::json(r#"{"data": {"id": "o1"}}"#);
    let server = Server::script([HttpResponse::error(503, "busy"), order].map(Act::Respond)).await;
    client(&server).get_wms_order("o1").send().await.unwrap();

    let spans = ended(&exporter);
    let [request, first, second] = &spans[..] else {
        panic!("{spans:#?}");
    };
    assert_eq!(request.name, "get_wms_order");
    assert_eq!(request.span_kind, SpanKind::Internal);
    assert_eq!(request.status, Status::Unset);
    let of_request = attributes(request);
    for (name, value) in [
        ("operation", "get_wms_order"),
        ("http.request.method", "GET"),
        ("http.response.status_code", "200"),
        ("url.template", "/wms/orders/{order_id}"),
        ("attempts", "2"),
    ] {
        assert_eq!(of_request[name], value);
    }
    assert_eq!(of_request["connection"].len(), 32);

    for (span, status, resent) in [(first, "503", None), (second, "200", Some("1"))] {
        assert_eq!(span.parent_span_id, request.span_context.span_id());
        assert_eq!(span.name, "GET /wms/orders/{order_id}");
        assert_eq!(span.span_kind, SpanKind::Client);
        let of_attempt = attributes(span);
        assert_eq!(of_attempt["http.response.status_code"], status);
        assert_eq!(of_attempt["server.address"], "127.0.0.1");
        assert!(server.base_url().ends_with(&of_attempt["server.port"]));
        let resend_count = of_attempt.get("http.request.resend_count");
        assert_eq!(resend_count.map(String::as_str), resent);
    }
    assert_eq!(attributes(first)["error.type"], "Server");
    assert!(matches!(first.status, Status::Error { .. }));
    assert!(!format!("{spans:?}").contains("s3cr3t-token"));

    // The headers of the caller's function are made in the span of the attempt, and replace none.
    for (sent, span) in server.requests().iter().zip([first, second]) {
        let id = span.span_context.span_id().to_string();
        assert_eq!(sent.header("x-span"), [id.as_str()]);
        assert_eq!(sent.header("x-trackstar-api-key"), ["key"]);
    }
}

#[tokio::test]
async fn a_response_that_cannot_be_decoded_is_an_error_of_the_span() {
    let (exporter, _guard) = listen();
    let server = Server::start(HttpResponse::json("<html>")).await;
    let call = client(&server).get_wms_order("o1");
    assert_eq!(call.send().await.unwrap_err().kind(), ErrorKind::NotJson);
    let spans = ended(&exporter);
    assert_eq!(attributes(&spans[0])["error.type"], "NotJson");
    assert!(matches!(spans[0].status, Status::Error { .. }));
    assert_eq!(spans[1].status, Status::Unset, "the attempt went well");
}

#[tokio::test]
async fn a_connection_that_fails_names_host_and_port_and_a_timeout_its_limit() {
    let client = |url: &str| {
        let builder = Client::builder().api_key("key").base_url(url);
        let builder = builder.attempt_timeout(Duration::from_millis(150));
        builder.retry(RetryPolicy::off()).build().unwrap()
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let call = client(&format!("http://{host}")).list_magic_links();
    let late = call.clone().send().await.unwrap_err().to_string();
    assert!(
        late.contains(&host) && late.contains("within 150ms"),
        "{late}"
    );
    drop(listener);
    let refused = call.send().await.unwrap_err().to_string();
    assert!(refused.contains(&host), "{refused}");
}
