//! Sending a request and decoding its response.

use std::future::poll_fn;

use serde::de::DeserializeOwned;

use super::envelope::{Data, Page};
use super::pages::{Item, Pager};
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

    /// Sends the request and decodes the record of its response.
    pub(crate) async fn send_record<T: DeserializeOwned>(
        self: Box<Self>,
    ) -> Result<Response<T>, Error> {
        let response = self.send::<Data<T>>().await?;
        Ok(response.map(|data| data.0))
    }

    /// Sends the request and decodes the list of its response, which is not given in pages.
    pub(crate) async fn send_list<T: DeserializeOwned>(
        self: Box<Self>,
    ) -> Result<Response<Vec<T>>, Error> {
        let response = self.send::<Page<T>>().await?;
        Ok(response.map(|page| page.data))
    }

    /// Sends the request and decodes its page. For more ids than one request takes, it sends several, and
    /// the page has the records of all.
    pub(crate) async fn send_page<T: Item>(self: Box<Self>) -> Result<Response<Page<T>>, Error> {
        if !self.needs_batches() {
            return self.send().await;
        }
        let mut pager = Pager::new(self.clone());
        let mut all: Option<Response<Page<T>>> = None;
        while let Some(page) = poll_fn(|cx| pager.poll_page(cx)).await {
            let page = page?;
            all = Some(match all {
                Some(before) => page.map(|page| before.into_inner().followed_by(page)),
                None => page,
            });
        }
        match all {
            Some(all) => Ok(all),
            None => self.send().await,
        }
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
