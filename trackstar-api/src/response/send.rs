//! Sending a request and decoding its response.

use serde::de::DeserializeOwned;

use super::{Response, decode};
use crate::error::Error;
use crate::request::Request;
use crate::transport::HttpResponse;

#[allow(
    dead_code,
    reason = "which of them are used depends on the operations that are compiled"
)]
impl Request {
    /// Sends the request and decodes its response.
    pub(crate) async fn send<T: DeserializeOwned>(
        mut self: Box<Self>,
    ) -> Result<Response<T>, Error> {
        self.mint_key();
        let response = self.execute().await?;
        self.decode(response)
    }

    /// Decodes a response to the request.
    pub(crate) fn decode<T: DeserializeOwned>(
        &self,
        response: HttpResponse,
    ) -> Result<Response<T>, Error> {
        match decode::json(&response.body) {
            Ok(value) => Ok(Response::new(value, response)),
            Err(mismatch) => Err(self.mismatch(&response, mismatch)),
        }
    }
}
