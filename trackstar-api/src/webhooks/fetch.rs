//! Fetching an event that was too large to send.

use reqwest::{Method, Url};
use serde::de::Error as _;

use super::content::Content;
use super::event::Event;
use crate::client::Client;
use crate::error::{Error, InvalidRequest};
use crate::model::deviation;
use crate::model::json::{self, Mismatch};
use crate::model::record::record;
use crate::operation::{Operation, Token};
use crate::request::Request;

/// The domain of the vendor's hosts.
const VENDOR: &str = "trackstarhq.com";

static FETCH_EVENT: Operation = Operation {
    id: "fetch event",
    method: Method::GET,
    path: "",
    token: Token::Unused,
    is_passthrough: false,
};

/// The response of `data_url`: the address from which the event can be downloaded for 20 minutes.
struct Download {
    download_url: String,
    extra: crate::Extra,
}
record!(Download { download_url "download_url" required } extra);

impl Event {
    /// Fetches the whole of a truncated event: requests its download address from its `data_url` with the
    /// client's API key, and downloads it without the key.
    ///
    /// The key is only sent to the vendor's own hosts over https, or to the client's base URL. The event is
    /// only downloaded over https, or from the client's base URL. Timeouts, retries and the largest response
    /// are those of the client. Redirects are not followed.
    ///
    /// The result has the id and the timestamp of this event.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the event has no `data_url`, or
    /// one on another host: nothing is sent then. See [`ErrorKind`](crate::ErrorKind) for all other errors.
    pub async fn fetch(&self, client: &Client) -> Result<Self, Error> {
        let mut locate = Request::new(client, &FETCH_EVENT);
        match self.data_url().map(Url::parse) {
            Some(Ok(url)) if is_vendors(&url) || client.is_at(&url) => locate.absolute(url),
            Some(_) => locate.refuse(InvalidRequest::DataUrl),
            None => locate.refuse(InvalidRequest::NoDataUrl),
        }
        let response = locate.execute().await?;
        let download = locate.decode(response, json::read::<Download>)?;

        let mut fetch = Request::new(client, &FETCH_EVENT);
        fetch.anonymous();
        match Url::parse(&download.download_url) {
            Ok(url) if is_https(&url) || client.is_at(&url) => fetch.absolute(url),
            _ => fetch.refuse(InvalidRequest::DownloadUrl),
        }
        let response = fetch.execute().await?;
        let body = response.body.clone();
        let (content, found) = deviation::collect(|| whole(&body));
        let content = content.map_err(|mismatch| fetch.mismatch(&response, mismatch))?;
        if !found.list.is_empty() {
            let deviations = &client.shared().deviations;
            deviations.report(FETCH_EVENT.id, &found);
        }
        Ok(Self::new(
            self.id.clone(),
            self.timestamp,
            body,
            content,
            found,
        ))
    }
}

/// Reads a whole event. A response is not signed: without the type of an event it is something else, such as the
/// page of a proxy.
fn whole(body: &[u8]) -> Result<Content, Mismatch> {
    let content = Content::read_map(body)?;
    if content.event_type.is_empty() {
        return Err(Mismatch::Shape {
            path: ".".to_owned(),
            cause: serde_json::Error::missing_field("event_type"),
        });
    }
    Ok(content)
}

fn is_vendors(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let is_within = host.strip_suffix(VENDOR);
    is_https(url)
        && url.port().is_none()
        && is_within.is_some_and(|h| h.is_empty() || h.ends_with('.'))
}

fn is_https(url: &Url) -> bool {
    url.scheme() == "https" && url.username().is_empty() && url.password().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_vendors_hosts_over_https_are_the_vendors() {
        for (url, is_good) in [
            ("https://production.trackstarhq.com/events/1?a=b", true),
            ("https://trackstarhq.com/", true),
            ("https://PRODUCTION.TrackstarHQ.com:443/", true),
            ("http://production.trackstarhq.com/", false),
            ("https://production.trackstarhq.com:8443/", false),
            ("https://eviltrackstarhq.com/", false),
            ("https://trackstarhq.com.example.com/", false),
            ("https://trackstarhq.com@example.com/", false),
            ("https://user:pass@trackstarhq.com/", false),
            ("https://example.com/trackstarhq.com", false),
            ("https://127.0.0.1/", false),
            ("ftp://trackstarhq.com/", false),
            ("file:///trackstarhq.com", false),
        ] {
            assert_eq!(is_vendors(&Url::parse(url).unwrap()), is_good, "{url}");
        }
    }
}
