//! The API over HTTP, and beside it `/_emulator/…`, which reads and sets records past all rules.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request as HttpRequest, State};
use axum::http::response::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response as HttpResponse;
use serde_json::{Value, json};

use super::document::decode;
use super::records;
use super::refusal::Refusal;
use super::respond::{Api, Request, Response};

/// The largest body that is read.
const MAX_BODY: usize = 16 << 20;
const OWN_PATHS: &str = "/_emulator/";

struct Server {
    api: Arc<Api>,
    requests: AtomicU64,
}

pub(super) fn router(api: Arc<Api>) -> Router {
    let server = Arc::new(Server {
        api,
        requests: AtomicU64::new(1),
    });
    Router::new().fallback(serve).with_state(server)
}

async fn serve(State(server): State<Arc<Server>>, request: HttpRequest) -> HttpResponse {
    let number = server.requests.fetch_add(1, Ordering::Relaxed);
    let (head, body) = request.into_parts();
    let response = match to_bytes(body, MAX_BODY).await {
        Err(_) => failed(Refusal::new(413, "The body is too large")),
        Ok(body) => {
            let request = Request {
                method: head.method.to_string(),
                path: head.uri.path().to_owned(),
                query: head.uri.query().unwrap_or_default().to_owned(),
                api_key: value(&head.headers, "x-trackstar-api-key"),
                access_token: value(&head.headers, "x-trackstar-access-token"),
                idempotency_key: Some(value(&head.headers, "idempotency-key"))
                    .filter(|key| !key.is_empty()),
                body: body.to_vec(),
            };
            match request.path.strip_prefix(OWN_PATHS) {
                Some(path) => of_records(&server.api, &decode(path), &request),
                None => server.api.respond(&request).await,
            }
        }
    };
    written(response, number, &server.api)
}

/// `GET /_emulator/wms/orders`, `GET /_emulator/wms/orders/1`, `PUT /_emulator/wms/orders`,
/// `PATCH /_emulator/wms/orders/1`.
fn of_records(api: &Api, path: &str, request: &Request) -> Response {
    let body = || serde_json::from_slice::<Value>(&request.body);
    let invalid =
        |error: serde_json::Error| Refusal::new(400, &format!("the body is no JSON: {error}"));
    let unknown = || Refusal::new(404, &format!("{path} is neither a collection nor a record"));
    let is_collection = api.document.collections.contains_key(path);
    let result = match (
        request.method.as_str(),
        is_collection,
        path.rsplit_once('/'),
    ) {
        ("GET", true, _) => records::all(api, path)
            .map(|records| json!({"data": records}))
            .ok_or_else(unknown),
        ("PUT" | "POST", true, _) => body().map_err(invalid).and_then(|record| {
            records::put(api, path, record)
                .map(|id| json!({"id": id}))
                .ok_or_else(unknown)
        }),
        ("GET", false, Some((path, id))) => records::get(api, path, id).ok_or_else(unknown),
        ("PATCH", false, Some((path, id))) => body()
            .map_err(invalid)
            .and_then(|fields| records::change(api, path, id, &fields).ok_or_else(unknown)),
        _ => Err(unknown()),
    };
    match result {
        Ok(body) => Response {
            status: 200,
            body,
            quota: None,
            is_replayed: false,
        },
        Err(refusal) => failed(refusal),
    }
}

fn failed(refusal: Refusal) -> Response {
    Response {
        status: refusal.status,
        body: refusal.body,
        quota: None,
        is_replayed: false,
    }
}

fn written(response: Response, number: u64, api: &Api) -> HttpResponse {
    let (mut head, body): (Parts, Body) =
        HttpResponse::new(Body::from(response.body.to_string())).into_parts();
    head.status =
        StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    head.headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    let mut set = |name: &'static str, value: String| {
        if let Ok(value) = HeaderValue::from_str(&value) {
            head.headers.insert(HeaderName::from_static(name), value);
        }
    };
    set(
        "date",
        httpdate::fmt_http_date((api.settings.clock)().into()),
    );
    set("x-request-id", format!("emulated-{number}"));
    if response.is_replayed {
        set("idempotent-replayed", "true".to_owned());
    }
    if let Some(quota) = response.quota {
        set("x-ratelimit-limit", quota.limit.to_string());
        set("x-ratelimit-remaining", quota.remaining.to_string());
        set("x-ratelimit-reset", quota.reset.to_string());
        if quota.is_exceeded {
            let seconds = quota.reset - (api.settings.clock)().timestamp();
            set("retry-after", seconds.max(1).to_string());
        }
    }
    HttpResponse::from_parts(head, body)
}

fn value(headers: &HeaderMap, name: &str) -> String {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().to_owned()
}
