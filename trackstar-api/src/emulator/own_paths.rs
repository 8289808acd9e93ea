//! `/_emulator/…`: records read and set past all rules, links finished, events fetched.

use std::sync::PoisonError;

use serde_json::{Value, json};

use super::api::Api;
use super::api::http::{Request, Response};
use super::document::decode;
use super::events::Stored;
use super::rules::refusal::Refusal;

/// How long a whole event can be downloaded, in seconds.
const DOWNLOAD: i64 = 20 * 60;

/// The response to a request below `/_emulator/`, `path` being the rest.
pub(super) fn respond(api: &Api, events: &Stored, path: &str, request: &Request) -> Response {
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    let result = match (first, rest.split_once('/')) {
        ("link", None) => of_link(api, rest, &request.query),
        ("events", None) => of_event(api, events, rest, request),
        ("events", Some((id, "download"))) => match download(api, events, id, &request.query) {
            Ok(whole) => return Response::new(200, whole),
            Err(refusal) => Err(refusal),
        },
        _ => of_records(api, &decode(path), request),
    };
    match result {
        Ok(body) => Response::new(200, body.to_string()),
        Err(refusal) => refusal.into(),
    }
}

/// `GET /_emulator/link/{token}?integration_type=cart&integration_name=shopify`
fn of_link(api: &Api, token: &str, query: &str) -> Result<Value, Refusal> {
    let value = |name: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs
            .find(|(other, _)| *other == name)
            .map(|(_, value)| decode(value))
    };
    let integration_type = value("integration_type").unwrap_or_else(|| "wms".to_owned());
    let integration_name = value("integration_name").unwrap_or_else(|| "sandbox".to_owned());
    api.finish_link(&decode(token), &integration_type, &integration_name)
}

/// `GET /_emulator/events/{id}`: where the event can be downloaded, with the API key.
fn of_event(api: &Api, events: &Stored, id: &str, request: &Request) -> Result<Value, Refusal> {
    let known = api.settings.api_key.as_ref();
    if request.api_key.is_empty() || known.is_some_and(|key| *key != request.api_key) {
        return Err(Refusal::new(401, "Invalid API key"));
    }
    whole(events, id)?;
    let until = api.now().timestamp().saturating_add(DOWNLOAD);
    let url = format!(
        "{}/_emulator/events/{id}/download?until={until}",
        api.base_url
    );
    Ok(json!({"download_url": url}))
}

fn download(api: &Api, events: &Stored, id: &str, query: &str) -> Result<String, Refusal> {
    let until = query
        .strip_prefix("until=")
        .and_then(|until| until.parse().ok());
    match until.is_some_and(|until: i64| api.now().timestamp() < until) {
        true => whole(events, id),
        false => Err(Refusal::new(403, "The address has expired")),
    }
}

fn whole(events: &Stored, id: &str) -> Result<String, Refusal> {
    let events = events.lock().unwrap_or_else(PoisonError::into_inner);
    let found = events.iter().find(|(other, _)| other == id);
    found
        .map(|(_, event)| event.clone())
        .ok_or_else(|| Refusal::not_found(id))
}

/// Of the connection whose access token is sent, or of the one that there is from the beginning:
/// `GET /_emulator/wms/orders`, `GET /_emulator/wms/orders/1`, `PUT /_emulator/wms/orders`,
/// `PATCH /_emulator/wms/orders/1`, `DELETE /_emulator/wms/orders/1`.
fn of_records(api: &Api, path: &str, request: &Request) -> Result<Value, Refusal> {
    let body = || {
        let parsed = serde_json::from_slice::<Value>(&request.body);
        parsed.map_err(|error| Refusal::new(400, &format!("the body is no JSON: {error}")))
    };
    let connection = api.connection_of(&request.access_token);
    let connection = connection.as_deref();
    let unknown = || Refusal::new(404, &format!("{path} is neither a collection nor a record"));
    let found = match (
        request.method.as_str(),
        api.document.collections.contains_key(path),
        path.rsplit_once('/'),
    ) {
        ("GET", true, _) => api
            .all(connection, path)
            .map(|records| json!({"data": records})),
        ("PUT" | "POST", true, _) => api
            .put(connection, path, body()?)
            .map(|id| json!({"id": id})),
        ("GET", false, Some((path, id))) => api.record(connection, path, id),
        ("PATCH", false, Some((path, id))) => api.change(connection, path, id, &body()?),
        ("DELETE", false, Some((path, id))) => {
            api.remove(connection, path, id).then(|| json!({"id": id}))
        }
        _ => None,
    };
    found.ok_or_else(unknown)
}
