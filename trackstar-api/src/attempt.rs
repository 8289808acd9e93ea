//! One attempt of a call: sent over the network, and what comes back is read within bounds.

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use crate::answer::ErrorAnswer;
use crate::call::Call;
use crate::chunks::Chunks;
use crate::decode::Mismatch;
use crate::error::{Cause, Error};
use crate::limit::Turn;

pub(crate) const REQUEST_ID: &str = "x-request-id";

/// How much of an answer that reports an error is read.
const ERROR_BODY_BYTES: usize = 64 << 10;

/// How much of a request id is kept; the vendor's are UUIDs.
const LONGEST_REQUEST_ID: usize = 128;

/// An answer with a status of success.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) request_id: Option<String>,
    pub(crate) body: Bytes,
}

impl Call {
    /// Sends the call once, as a request; anything but a success is an error.
    pub(crate) fn attempt(
        &self,
        request: reqwest::Request,
        turn: Option<Turn<'_>>,
    ) -> impl Future<Output = Result<Answer, Error>> + Send {
        // Taken over by `reqwest` here, so that the future does not keep a place for it.
        let response = self.client().shared().http.execute(request);
        self.answered(response, turn)
    }

    async fn answered(
        &self,
        response: impl Future<Output = reqwest::Result<reqwest::Response>>,
        turn: Option<Turn<'_>>,
    ) -> Result<Answer, Error> {
        let mut response = response.await.map_err(|error| self.broken(error, None))?;
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        if let Some(turn) = turn {
            turn.answered(status, &headers);
        }
        if !status.is_success() {
            let (body, _) = self.read(&mut response, ERROR_BODY_BYTES, &headers).await?;
            return Err(self.refused(status, &headers, &body));
        }
        let limit = self.client().shared().max_answer_bytes;
        let (body, is_whole) = self.read(&mut response, limit, &headers).await?;
        let answer = Answer {
            status,
            request_id: self.request_id(&headers),
            headers,
            body,
        };
        if is_whole {
            Ok(answer)
        } else {
            Err(self.with_answer(Cause::TooLarge { limit }, &answer))
        }
    }

    /// Reads at most `limit` bytes; says whether that was all. An answer that breaks off while an error
    /// is read is that error still: its status says more than the broken pipe.
    async fn read(
        &self,
        response: &mut reqwest::Response,
        limit: usize,
        headers: &HeaderMap,
    ) -> Result<(Bytes, bool), Error> {
        let mut body = Chunks::default();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if chunk.len() > limit - body.len() => {
                    body.push(chunk.slice(..limit - body.len()), None);
                    return Ok((body.join(), false));
                }
                Ok(Some(chunk)) => body.push(chunk, response.content_length()),
                Ok(None) => return Ok((body.join(), true)),
                Err(_) if !response.status().is_success() => return Ok((body.join(), false)),
                Err(error) => {
                    return Err(self.broken(error, Some((response.status(), headers))));
                }
            }
        }
    }

    /// No whole answer arrived.
    fn broken(&self, error: reqwest::Error, answer: Option<(StatusCode, &HeaderMap)>) -> Error {
        // The URL holds filter values; the operation says as much.
        let error = Error::new(self.operation(), Cause::Http(error.without_url()));
        match answer {
            Some((status, headers)) => error.answered(status, self.request_id(headers)),
            None => error,
        }
    }

    /// The server answered with an error.
    fn refused(&self, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Error {
        let answer = ErrorAnswer::read(headers, body, |text| self.client().redact(text));
        Error::new(self.operation(), Cause::Status)
            .answered(status, self.request_id(headers))
            .explained(answer)
    }

    /// The server answered with success, and with something that the operation does not give.
    pub(crate) fn unreadable(&self, answer: Answer, mismatch: Mismatch) -> Error {
        self.with_answer(Cause::Mismatch(mismatch), &answer)
    }

    fn with_answer(&self, cause: Cause, answer: &Answer) -> Error {
        let start = ErrorAnswer::unread(&answer.body, |text| self.client().redact(text));
        Error::new(self.operation(), cause)
            .answered(answer.status, answer.request_id.clone())
            .explained(start)
    }

    /// What the vendor calls this request, as far as it is fit to be shown.
    fn request_id(&self, headers: &HeaderMap) -> Option<String> {
        let id = headers.get(REQUEST_ID)?.to_str().ok()?;
        let mut id = self.client().redact(id);
        if let Some((end, _)) = id.char_indices().nth(LONGEST_REQUEST_ID) {
            id.truncate(end);
        }
        Some(id)
    }
}
