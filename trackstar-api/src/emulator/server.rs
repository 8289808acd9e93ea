//! The API over HTTP.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request as HttpRequest, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::Response as HttpResponse;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_core::Stream;

use super::api::Api;
use super::api::http::{Delivery, Request, Response};
use super::events::Stored;
use super::own_paths;
use super::rules::refusal::Refusal;

/// The largest body that is read.
const MAX_BODY: usize = 16 << 20;
const OWN_PATHS: &str = "/_emulator/";
/// In how many pieces a slow response comes.
const PIECES: u32 = 4;

struct Server {
    api: Arc<Api>,
    events: Stored,
    requests: AtomicU64,
}

pub(super) fn router(api: Arc<Api>, events: Stored) -> Router {
    let server = Server {
        api,
        events,
        requests: AtomicU64::new(1),
    };
    Router::new().fallback(serve).with_state(Arc::new(server))
}

async fn serve(
    State(server): State<Arc<Server>>,
    request: HttpRequest,
) -> Result<HttpResponse, Infallible> {
    let number = server.requests.fetch_add(1, Ordering::Relaxed);
    let (head, body) = request.into_parts();
    let response = match to_bytes(body, MAX_BODY).await {
        Err(_) => Refusal::new(413, "The body is too large").into(),
        Ok(body) => {
            let request = Request {
                method: head.method.to_string(),
                path: head.uri.path().to_owned(),
                query: head.uri.query().unwrap_or_default().to_owned(),
                api_key: value(&head.headers, "x-trackstar-api-key"),
                access_token: value(&head.headers, "x-trackstar-access-token"),
                idempotency_key: Some(value(&head.headers, "idempotency-key"))
                    .filter(|key| !key.is_empty()),
                content_type: value(&head.headers, "content-type"),
                body,
            };
            match request.path.strip_prefix(OWN_PATHS) {
                Some(path) => own_paths::respond(&server.api, &server.events, path, &request),
                None => server.api.respond(&request).await,
            }
        }
    };
    if let Delivery::Slow(delay) = response.delivery {
        tokio::time::sleep(delay / 2).await;
    }
    if response.delivery == Delivery::Never {
        std::future::pending::<()>().await;
    }
    Ok(written(response, number, server.api.now()))
}

fn written(response: Response, number: u64, now: DateTime<Utc>) -> HttpResponse {
    let length = response.body.len();
    let body = match response.delivery {
        Delivery::Cut => Body::from_stream(Pieces::cut(response.body)),
        Delivery::Slow(delay) => Body::from_stream(Pieces::slow(response.body, delay / 2)),
        Delivery::Whole | Delivery::Never => Body::from(response.body),
    };
    let mut written = HttpResponse::new(body);
    *written.status_mut() =
        StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut set = |name: &'static str, value: String| {
        if let Ok(value) = HeaderValue::from_str(&value) {
            written
                .headers_mut()
                .insert(HeaderName::from_static(name), value);
        }
    };
    set("content-length", length.to_string());
    let content_type = if response.is_html {
        "text/html"
    } else {
        "application/json"
    };
    set("content-type", content_type.to_owned());
    set("date", httpdate::fmt_http_date(now.into()));
    set("x-request-id", format!("emulated-{number}"));
    if response.is_replayed {
        set("idempotent-replayed", "true".to_owned());
    }
    if let Some(allow) = response.allow {
        set("allow", allow);
    }
    if let Some(quota) = response.quota {
        set("x-ratelimit-limit", quota.limit.to_string());
        set("x-ratelimit-remaining", quota.remaining.to_string());
        set("x-ratelimit-reset", quota.reset.to_string());
    }
    let retry_after = response.quota.and_then(|quota| quota.retry_after);
    if let (429, seconds) = (response.status, retry_after.unwrap_or(1)) {
        set("retry-after", seconds.to_string());
    }
    written
}

fn value(headers: &HeaderMap, name: &str) -> String {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().to_owned()
}

/// A body in pieces, with a delay before each, which may end before its end.
struct Pieces {
    left: Bytes,
    size: usize,
    delay: Duration,
    timer: Option<Pin<Box<tokio::time::Sleep>>>,
    is_cut: bool,
}

impl Pieces {
    fn cut(body: Bytes) -> Self {
        let left = body.slice(..body.len() / 2);
        Self {
            size: left.len().max(1),
            left,
            delay: Duration::ZERO,
            timer: None,
            is_cut: true,
        }
    }

    fn slow(body: Bytes, takes: Duration) -> Self {
        let size = body.len() / PIECES as usize + 1;
        Self {
            left: body,
            size,
            delay: takes / PIECES,
            timer: None,
            is_cut: false,
        }
    }
}

impl Stream for Pieces {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let delay = this.delay;
        let timer = this
            .timer
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(delay)));
        if timer.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        this.timer = None;
        Poll::Ready(match (this.left.is_empty(), this.is_cut) {
            (false, _) => {
                let size = this.size.min(this.left.len());
                Some(Ok(this.left.split_to(size)))
            }
            (true, true) => Some(Err(std::io::Error::other("the body is cut"))),
            (true, false) => None,
        })
    }
}
