//! Requests for the records of one kind of one connection.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::Method;
use reqwest::header::DATE;
use serde_json::Value;

use super::listed::Listed;
use crate::client::Client;
use crate::error::Error;
use crate::operation::Operation;
use crate::request::Request;
use crate::response::{Page, Pages, Response};

/// Where the records come from, and how they are asked for.
#[derive(Clone)]
pub(super) struct Source {
    pub(super) client: Client,
    pub(super) list: &'static Operation,
    /// How many records a page has; as many as the API gives if it is not set.
    pub(super) page_size: Option<u32>,
    /// The id of the connection, if the caller knows it.
    pub(super) connection: Option<String>,
}

impl Source {
    /// The first page of what changed from a second on.
    pub(super) fn first_page<R: Listed>(
        &self,
        from: Option<i64>,
    ) -> impl Future<Output = Result<Response<Page<R>>, Error>> + Send + use<R> {
        self.request(from, None).send_page()
    }

    /// All pages of what changed from a second to before another.
    pub(super) fn changed<R: Listed>(&self, from: Option<i64>, to: Option<i64>) -> Pages<R> {
        Pages::new(self.request(from, to))
    }

    /// The records with these ids, as they are now.
    pub(super) fn by_ids<R: Listed>(&self, ids: &[String]) -> Pages<R> {
        let mut request = Request::new(&self.client, self.list);
        request.ids("ids[in]", ids.iter().cloned());
        Pages::new(request)
    }

    /// Whether the first synchronisation of these records has ended, as far as the connection tells: before, a list
    /// is empty whatever there is.
    pub(super) async fn is_synced(&self) -> Result<bool, Error> {
        let Some(id) = &self.connection else {
            return Ok(false);
        };
        let mut segments = self.list.path.split('/').skip(2);
        let name = segments.by_ref().fold("get".to_owned(), |name, segment| {
            format!("{name}_{}", segment.replace('-', "_"))
        });
        let path = "/connections/{connection_id}";
        let path = crate::request::encoding::segment(id)
            .map(|id| path.replace("{connection_id}", &id))
            .unwrap_or_default();
        let response = self
            .client
            .request(Method::GET, &path)
            .send::<Value>()
            .await?;
        let data = response.get("data").unwrap_or(&response);
        let connection = data.get(0).unwrap_or(data);
        let completed = connection.get("historical_sync_completed");
        Ok(completed.and_then(|all| all.get(&name)) == Some(&Value::Bool(true)))
    }

    fn request(&self, from: Option<i64>, to: Option<i64>) -> Box<Request> {
        let mut request = Request::new(&self.client, self.list);
        if let Some(size) = self.page_size {
            request.query("limit", &size);
        }
        for (name, second) in [
            ("trackstar_updated_date[gte]", from),
            ("trackstar_updated_date[lt]", to),
        ] {
            if let Some(time) = second.and_then(|second| DateTime::from_timestamp(second, 0)) {
                request.query(name, &time);
            }
        }
        request
    }
}

/// What time it was at the server when it began with a response that took so long, in seconds since 1970. Without a
/// date of the server, by the clock of this machine.
pub(super) fn begun<T>(response: &Response<T>, elapsed: Duration) -> i64 {
    server_time(response) - i64::try_from(elapsed.as_secs()).unwrap_or(i64::MAX) - 1
}

/// What time it is at the server.
pub(super) fn server_time<T>(response: &Response<T>) -> i64 {
    let date = response
        .headers()
        .get(DATE)
        .and_then(|date| date.to_str().ok());
    let date = date.and_then(|date| httpdate::parse_http_date(date).ok());
    date.map_or_else(Utc::now, DateTime::<Utc>::from)
        .timestamp()
}
