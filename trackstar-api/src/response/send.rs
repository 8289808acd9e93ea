//! Sending a request and decoding its response.

use std::future::poll_fn;

use serde::de::DeserializeOwned;

use super::envelope::{Data, Page, WriteResponse, page, write};
use super::pages::{Item, Pager};
use super::{Response, decode};
use crate::error::Error;
use crate::model::deviation;
use crate::model::json::Mismatch;
use crate::model::reading::Readable;
use crate::request::Request;
use crate::transport::HttpResponse;

#[allow(
    dead_code,
    reason = "which of them are used depends on the operations that are compiled"
)]
impl Request {
    /// Sends the request and decodes its response.
    pub(crate) async fn send<T: DeserializeOwned>(self: Box<Self>) -> Result<Response<T>, Error> {
        self.send_with(decode::json).await
    }

    /// Sends the request and decodes the record of its response.
    pub(crate) async fn send_record<T: Readable>(self: Box<Self>) -> Result<Response<T>, Error> {
        let response = self.send::<Data<T>>().await?;
        Ok(response.map(|data| data.0))
    }

    /// Sends a write and decodes its response.
    pub(crate) async fn send_write<T: Readable>(
        self: Box<Self>,
    ) -> Result<Response<WriteResponse<T>>, Error> {
        self.send_with(write).await
    }

    /// Sends the request and decodes its page. For more ids than one request takes, it sends several, and
    /// the page has the records of all.
    pub(crate) async fn send_page<T: Item>(self: Box<Self>) -> Result<Response<Page<T>>, Error> {
        if !self.needs_batches() {
            return self.send_with(page).await;
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
            None => self.send_with(page).await,
        }
    }

    /// Sends the request and decodes its response by this function.
    pub(crate) async fn send_with<T>(
        mut self: Box<Self>,
        read: fn(&[u8]) -> Result<T, Mismatch>,
    ) -> Result<Response<T>, Error> {
        self.mint_key();
        let response = self.execute().await?;
        self.decode(response, read)
    }

    /// Decodes a response to the request.
    pub(crate) fn decode<T>(
        &self,
        response: HttpResponse,
        read: fn(&[u8]) -> Result<T, Mismatch>,
    ) -> Result<Response<T>, Error> {
        let (value, found) = deviation::collect(|| read(&response.body));
        if !found.list.is_empty() {
            let deviations = &self.client().shared().deviations;
            deviations.report(self.operation().id, &found);
        }
        match value {
            Ok(value) => Ok(Response::new(value, response)),
            Err(mismatch) => Err(self.mismatch(&response, mismatch)),
        }
    }
}
