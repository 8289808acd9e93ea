//! One attempt of a request: it is sent, and its response is read within bounds.

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use super::body::{self, End};
use super::http_response::HttpResponse;
use super::permit::Permit;
use super::tracing as spans;
use crate::error::{ApiMessage, Cause, Error, HttpFailure, one_line};
use crate::model::json::Mismatch;
use crate::request::Request;

pub(crate) const REQUEST_ID: &str = "x-request-id";

/// How much of a request id is kept; the vendor's are UUIDs.
const MAX_REQUEST_ID_CHARS: usize = 128;

impl Request {
    /// Sends the HTTP request once; any status but a success is an error.
    pub(super) fn attempt(
        &self,
        http: reqwest::Request,
        permit: Option<Permit<'_>>,
    ) -> impl Future<Output = Result<HttpResponse, Error>> + Send {
        // Handed to `reqwest` here, so that the future does not reserve space for it.
        let response = self.client().shared().http.execute(http);
        self.receive(response, permit)
    }

    async fn receive(
        &self,
        response: impl Future<Output = reqwest::Result<reqwest::Response>>,
        permit: Option<Permit<'_>>,
    ) -> Result<HttpResponse, Error> {
        let mut response = response.await.map_err(|error| self.broken(error))?;
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        if let Some(permit) = permit {
            permit.learn(status, &headers);
        }
        let limit = self.client().shared().max_response_bytes;
        if !status.is_success() {
            // If the body breaks off, the status still says more than the broken connection.
            let body = body::read(&mut response, limit).await;
            return Err(self.rejected(status, &headers, body.bytes));
        }
        let body = body::read(&mut response, limit).await;
        let response = HttpResponse {
            status,
            request_id: self.request_id(&headers),
            headers,
            body: body.bytes,
            idempotency_key: self.key().map(str::to_owned),
            span: tracing::Span::none(),
        };
        match body.end {
            End::Complete => Ok(response),
            End::Truncated => Err(self.unusable(Cause::TooLarge { limit }, &response)),
            End::Broken(error) => Err(self
                .broken(error)
                .with_status(response.status, response.request_id)
                .with_body(response.body)),
        }
    }

    /// The connection broke.
    fn broken(&self, error: reqwest::Error) -> Error {
        // The URL contains filter values; the host is enough.
        let host = error.url().map_or_else(String::new, |url| {
            let host = url.host_str().unwrap_or_default();
            url.port_or_known_default()
                .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
        });
        let limit = match error.is_connect() {
            true => self.client().shared().connect_timeout,
            false => self.attempt_timeout(),
        };
        let error = error.without_url();
        Error::new(
            self.operation(),
            Cause::Http(HttpFailure { error, host, limit }),
        )
    }

    /// The response has an error status.
    fn rejected(&self, status: StatusCode, headers: &HeaderMap, body: Bytes) -> Error {
        let message = ApiMessage::read(headers, &body, |text| self.client().redact(text));
        Error::new(self.operation(), Cause::Status)
            .with_status(status, self.request_id(headers))
            .with_message(message)
            .with_body(body)
    }

    /// The response has a success status, and a body that the operation does not give.
    pub(crate) fn mismatch(&self, response: &HttpResponse, mismatch: Mismatch) -> Error {
        let message = ApiMessage::read(&response.headers, &response.body, |text| {
            self.client().redact(text)
        });
        if message.message.is_some() {
            // The API reports an error, whatever the status says.
            let error = Error::new(self.operation(), Cause::Status)
                .with_status(response.status, response.request_id.clone())
                .with_message(message);
            spans::failed(&response.span, &error);
            return error;
        }
        let error = self.unusable(Cause::Mismatch(mismatch), response);
        spans::failed(&response.span, &error);
        error
    }

    fn unusable(&self, cause: Cause, response: &HttpResponse) -> Error {
        let start = ApiMessage::unread(&response.body, |text| self.client().redact(text));
        Error::new(self.operation(), cause)
            .with_status(response.status, response.request_id.clone())
            .with_message(start)
            .with_body(response.body.clone())
            .with_idempotency_key(response.idempotency_key.clone())
    }

    /// The vendor's id of this request, as far as it can be shown.
    fn request_id(&self, headers: &HeaderMap) -> Option<String> {
        let id = headers.get(REQUEST_ID)?.to_str().ok()?;
        Some(one_line(&self.client().redact(id), MAX_REQUEST_ID_CHARS))
    }
}
