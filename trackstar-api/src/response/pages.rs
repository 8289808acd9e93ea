//! Lists that come page by page.

use std::collections::HashSet;
use std::fmt;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use serde::de::DeserializeOwned;

use super::Response;
use crate::error::{Cause, Error, ErrorKind};
use crate::request::Request;

/// One page of a list: its records, and the token of the page after it.
pub trait Page: DeserializeOwned + Send + Unpin + 'static {
    /// A record.
    type Item: Send + Unpin;

    /// The token that asks for the next page; `None` on the last one.
    fn next_token(&self) -> Option<&str>;

    /// The records, in the order of the API.
    fn into_items(self) -> Vec<Self::Item>;
}

/// Makes a generated list answer a page.
macro_rules! page {
    ($page:ident of $item:ty) => {
        impl crate::response::pages::Page for $page {
            type Item = $item;

            #[inline]

            fn next_token(&self) -> Option<&str> {
                self.next_token.as_deref()
            }

            #[inline]

            fn into_items(self) -> Vec<$item> {
                self.data
            }
        }
    };
}
#[allow(
    unused_imports,
    reason = "used by the generated types, if any of them is a page"
)]
pub(crate) use page;

/// All pages of a list, as a [`Stream`].
///
/// Each page is asked for with the same filters. The walk ends where a page names no next one; an empty
/// page in between does not end it. While one page is used the next one is fetched: no more than one is
/// held ahead. After an error the stream ends; [`Pages::next_token`] and the operation's `page_token` then
/// go on where it stopped.
#[must_use = "streams do nothing unless polled"]
pub struct Pages<P: Page>(Pager<P>);

/// All records of a list, as a [`Stream`]: what [`Pages`] gives, page by page taken apart.
#[must_use = "streams do nothing unless polled"]
pub struct Items<P: Page> {
    pager: Pager<P>,
    items: std::vec::IntoIter<P::Item>,
    /// How many items may be left when the next page is asked for.
    ahead: usize,
}

impl<P: Page> Pages<P> {
    pub(crate) fn new(request: Box<Request>) -> Self {
        Self(Pager::new(request))
    }

    /// The token of the page that comes next: save it to go on later. `None` before the first page, and
    /// after the last.
    pub fn next_token(&self) -> Option<&str> {
        self.0.next_token.as_deref()
    }
}

impl<P: Page> Items<P> {
    pub(crate) fn new(request: Box<Request>) -> Self {
        Self {
            pager: Pager::new(request),
            items: Vec::new().into_iter(),
            ahead: 0,
        }
    }

    /// The token of the page after the one whose records come now. `None` on the first page before it is
    /// there, and on the last.
    pub fn next_token(&self) -> Option<&str> {
        self.pager.next_token.as_deref()
    }
}

impl<P: Page> Stream for Pages<P> {
    type Item = Result<Response<P>, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let pager = &mut self.get_mut().0;
        let page = ready!(pager.poll_page(cx));
        pager.fetch_ahead(cx);
        Poll::Ready(page)
    }
}

impl<P: Page> Stream for Items<P> {
    type Item = Result<P::Item, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(item) = this.items.next() {
                if this.items.len() == this.ahead {
                    this.pager.fetch_ahead(cx);
                }
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(this.pager.poll_page(cx)) {
                Some(Ok(page)) => {
                    this.items = page.into_inner().into_items().into_iter();
                    // Someone who takes a few records only is spared the second page.
                    this.ahead = this.items.len() / 2;
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

type Fetch<P> = Pin<Box<dyn Future<Output = Result<Response<P>, Error>> + Send>>;

/// Asks for one page after the other.
struct Pager<P: Page> {
    request: Box<Request>,
    next_token: Option<String>,
    /// Every token that has been followed: one that comes again would go round for ever.
    followed: HashSet<u64>,
    fetch: Option<Fetch<P>>,
    /// Whether the page in flight was asked for before anybody waited for it.
    is_ahead: bool,
    is_done: bool,
}

impl<P: Page> Pager<P> {
    fn new(request: Box<Request>) -> Self {
        Self {
            request,
            next_token: None,
            followed: HashSet::new(),
            fetch: None,
            is_ahead: false,
            is_done: false,
        }
    }

    fn poll_page(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Response<P>, Error>>> {
        loop {
            if self.is_done {
                return Poll::Ready(None);
            }
            let fetch = self
                .fetch
                .get_or_insert_with(|| Box::pin(self.request.clone().send()));
            let result = ready!(fetch.as_mut().poll(cx));
            self.fetch = None;
            let was_ahead = std::mem::take(&mut self.is_ahead);
            let page = match result {
                Ok(page) => page,
                // It may have waited for its reader longer than a call may take.
                Err(error) if was_ahead && is_transient(&error) => continue,
                Err(error) => return self.fail(error),
            };
            let token = page
                .next_token()
                .filter(|token| !token.is_empty())
                .map(str::to_owned);
            if let Some(token) = &token {
                if !self.followed.insert(fingerprint(token)) {
                    return self.fail(Error::new(self.request.operation(), Cause::RepeatedPage));
                }
                self.request.query("page_token", token);
            }
            self.is_done = token.is_none();
            self.next_token = token;
            return Poll::Ready(Some(Ok(page)));
        }
    }

    fn fail(&mut self, error: Error) -> Poll<Option<Result<Response<P>, Error>>> {
        self.is_done = true;
        Poll::Ready(Some(Err(error)))
    }

    /// Sends for the next page, and leaves it to arrive.
    fn fetch_ahead(&mut self, cx: &mut Context<'_>) {
        if self.is_done || self.fetch.is_some() {
            return;
        }
        let request = self.request.clone();
        let mut fetch: Fetch<P> = Box::pin(async move { request.send().await });
        // A future that is ready at once must not be polled again: it is wrapped to keep its result.
        if let Poll::Ready(result) = fetch.as_mut().poll(cx) {
            fetch = Box::pin(std::future::ready(result));
        }
        self.is_ahead = true;
        self.fetch = Some(fetch);
    }
}

fn is_transient(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Timeout | ErrorKind::Interrupted)
}

fn fingerprint(token: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    token.hash(&mut hasher);
    hasher.finish()
}

impl<P: Page> fmt::Debug for Pages<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pages").field(&self.0.request).finish()
    }
}

impl<P: Page> fmt::Debug for Items<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Items").field(&self.pager.request).finish()
    }
}
