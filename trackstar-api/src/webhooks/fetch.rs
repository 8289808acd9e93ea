//! Getting an event whole that was too large to send.

use reqwest::{Method, Url};

use super::event::Event;
use crate::call::{Call, Problem};
use crate::client::Client;
use crate::error::Error;
use crate::model::record::record;
use crate::operation::{Operation, Token};

/// The domain that the vendor's hosts are in.
const VENDOR: &str = "trackstarhq.com";

static FETCH_EVENT: Operation = Operation {
    id: "fetch event",
    method: Method::GET,
    path: "",
    token: Token::Unused,
    is_passthrough: false,
};

/// What the address of an event answers: where the event lies, for 20 minutes.
struct Download {
    download_url: String,
    extra: crate::Extra,
}
record!(Download { download_url "download_url" required } extra);

impl Event {
    /// Gets an event whole that came truncated: asks its `data_url` with the client's API key where the
    /// event lies, and reads it from there without.
    ///
    /// The key goes to the vendor's own hosts over https, or to the client's base URL, and nowhere else. The
    /// event lies where that answer says; it is read over https alone (or from the client's base URL).
    /// Time limits, retries and the largest answer are the client's. No redirect is followed, unless by a
    /// `reqwest` client of your own.
    ///
    /// The event that comes back has the id and the time of this one.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the event has no `data_url`, or
    /// one that leads elsewhere: nothing is sent then. See [`ErrorKind`](crate::ErrorKind) for everything
    /// else.
    pub async fn fetch(&self, client: &Client) -> Result<Self, Error> {
        let mut ask = Call::new(client, &FETCH_EVENT);
        match self.data_url().map(Url::parse) {
            Some(Ok(url)) if is_vendors(&url) || client.is_at(&url) => ask.absolute(url),
            Some(_) => ask.refuse(Problem::DataUrl),
            None => ask.refuse(Problem::NoDataUrl),
        }
        let answer = ask.exec().await?;
        let download = ask.decode::<Download>(answer)?;

        let mut get = Call::new(client, &FETCH_EVENT);
        get.anonymous();
        match Url::parse(&download.download_url) {
            Ok(url) if is_https(&url) || client.is_at(&url) => get.absolute(url),
            _ => get.refuse(Problem::DownloadUrl),
        }
        let answer = get.exec().await?;
        Self::read(self.id.clone(), self.timestamp, &answer.body)
            .map_err(|mismatch| get.unreadable(answer, mismatch))
    }
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
