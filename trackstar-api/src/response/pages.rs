//! Lists that come page by page.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use tokio::runtime::{Handle, Id};

use super::Response;
use super::envelope::{IntoRecords, Page, page};
use crate::error::{Cause, Error, ErrorKind};
use crate::model::reading::Readable;
use crate::model::unreadable::UnreadableRecord;
use crate::operation::Operation;
use crate::request::{PAGE_TOKEN, Request};

/// What a list can hold.
pub(crate) trait Item: Readable + Send + Unpin + 'static {}

impl<T: Readable + Send + Unpin + 'static> Item for T {}

/// All pages of a list, as a [`Stream`].
///
/// Each page is requested with the same filters. The walk ends at a page without a next token; an empty page
/// does not end it. While one page is used, the next one is fetched: at most one is held ahead. After an
/// error the stream ends; [`Pages::next_token`] and the operation's `page_token` continue where it stopped. In
/// another `tokio` runtime than before, the page that was being fetched is requested again.
///
/// A walk over more ids than one request takes is several lists, one after the other. A page token belongs
/// to one of them, so such a walk is continued with the ids that are left.
#[must_use = "streams do nothing unless polled"]
pub struct Pages<T>(Pager<T>);

/// All records of a list, as a [`Stream`]: the records of [`Pages`], one by one.
#[must_use = "streams do nothing unless polled"]
pub struct Items<T> {
    pager: Pager<T>,
    records: Option<IntoRecords<T>>,
    on_unreadable: Option<OnUnreadable>,
    total_count: Option<i64>,
    /// The next page is requested when this many items are left.
    ahead: usize,
}

#[allow(private_bounds, reason = "all types of the API can be in a list")]
impl<T: Item> Pages<T> {
    pub(crate) fn new(request: Box<Request>) -> Self {
        Self(Pager::new(request))
    }

    /// The token of the page that comes next: save it to continue later. `None` before the first page, unless
    /// the walk started with a token, and after the last page.
    pub fn next_token(&self) -> Option<&str> {
        self.0.next_token.as_deref()
    }

    /// The number of records that the last page reported: [`Page::total_count`].
    pub fn total_count(&self) -> Option<i64> {
        self.0.total_count
    }
}

#[allow(private_bounds, reason = "all types of the API can be in a list")]
impl<T: Item> Items<T> {
    pub(crate) fn new(request: Box<Request>) -> Self {
        Self {
            pager: Pager::new(request),
            records: None,
            on_unreadable: None,
            total_count: None,
            ahead: 0,
        }
    }

    /// Gives records that cannot be read to a function, and leaves them out of the stream. Otherwise each is an
    /// error of kind [`ErrorKind::UnreadableRecord`] in its place, and the stream continues after it.
    pub fn on_unreadable(mut self, handle: impl FnMut(UnreadableRecord) + Send + 'static) -> Self {
        self.on_unreadable = Some(Box::new(handle));
        self
    }

    /// The token of the page after the one whose records come now. `None` on the last page, and before the
    /// first one unless the walk started with a token.
    pub fn next_token(&self) -> Option<&str> {
        self.pager.next_token.as_deref()
    }

    /// The number of records that the page of the last record reported: [`Page::total_count`].
    pub fn total_count(&self) -> Option<i64> {
        self.total_count
    }
}

impl<T: Item> Stream for Pages<T> {
    type Item = Result<Response<Page<T>>, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let pager = &mut self.get_mut().0;
        let page = ready!(pager.poll_page(cx));
        pager.fetch_ahead(cx);
        Poll::Ready(page)
    }
}

impl<T: Item> Stream for Items<T> {
    type Item = Result<T, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(records) = &mut this.records {
                match records.next() {
                    Some(record) => {
                        if records.len() == this.ahead {
                            this.pager.fetch_ahead(cx);
                        }
                        match (record, &mut this.on_unreadable) {
                            (Ok(record), _) => return Poll::Ready(Some(Ok(record))),
                            (Err(record), Some(handle)) => handle(record),
                            (Err(record), None) => {
                                let error = this.pager.unreadable(record);
                                return Poll::Ready(Some(Err(error)));
                            }
                        }
                        continue;
                    }
                    None => this.records = None,
                }
            }
            match ready!(this.pager.poll_page(cx)) {
                Some(Ok(page)) => {
                    this.total_count = page.total_count;
                    let records = page.into_inner().into_records();
                    // A caller that takes a few records only does not cause the second page to be fetched.
                    this.ahead = records.len() / 2;
                    this.records = Some(records);
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

type OnUnreadable = Box<dyn FnMut(UnreadableRecord) + Send>;

type PageResult<T> = Result<Response<Page<T>>, Error>;

/// The request of a page, in flight.
struct Fetch<T> {
    page: Pin<Box<dyn Future<Output = PageResult<T>> + Send>>,
    /// The runtime whose clock and sockets it uses.
    runtime: Option<Id>,
    /// Whether it was requested before it was waited for.
    is_ahead: bool,
}

impl<T: Item> Fetch<T> {
    fn new(request: &Request, is_ahead: bool) -> Self {
        Self {
            page: Box::pin(Box::new(request.clone()).send_with(page)),
            runtime: current_runtime(),
            is_ahead,
        }
    }
}

fn current_runtime() -> Option<Id> {
    Handle::try_current().ok().map(|runtime| runtime.id())
}

/// Requests one page after the other.
pub(super) struct Pager<T> {
    operation: &'static Operation,
    /// The lists that are left, the current one first.
    requests: VecDeque<Box<Request>>,
    next_token: Option<String>,
    total_count: Option<i64>,
    /// Every token of the current list that has been followed: to follow it again would never end.
    followed: HashSet<u64>,
    fetch: Option<Fetch<T>>,
    /// Whether the last page led back to one that has been read.
    is_repeated: bool,
}

impl<T: Item> Pager<T> {
    pub(super) fn new(request: Box<Request>) -> Self {
        Self {
            operation: request.operation(),
            next_token: request.page_token().map(str::to_owned),
            requests: request.in_batches(),
            total_count: None,
            followed: HashSet::new(),
            fetch: None,
            is_repeated: false,
        }
    }

    pub(super) fn poll_page(&mut self, cx: &mut Context<'_>) -> Poll<Option<PageResult<T>>> {
        loop {
            let Some(request) = self.requests.front_mut() else {
                return Poll::Ready(None);
            };
            if self.is_repeated {
                let error = Error::new(request.operation(), Cause::RepeatedPage);
                return self.fail(error);
            }
            // In another runtime it would wait for a clock and a socket that nobody may drive any more.
            let runtime = current_runtime();
            self.fetch.take_if(|fetch| fetch.runtime != runtime);
            let fetch = self.fetch.get_or_insert_with(|| Fetch::new(request, false));
            let result = ready!(fetch.page.as_mut().poll(cx));
            let was_ahead = fetch.is_ahead;
            self.fetch = None;
            let page = match result {
                Ok(page) => page,
                // The caller may have taken longer to ask for it than a request may take.
                Err(error) if was_ahead && is_transient(&error) => continue,
                Err(error) => return self.fail(error),
            };
            let token = page.next_token.clone().filter(|token| !token.is_empty());
            match &token {
                Some(token) => {
                    self.is_repeated = !self.followed.insert(fingerprint(token));
                    request.query(PAGE_TOKEN, token);
                }
                None => {
                    self.requests.pop_front();
                    self.followed.clear();
                }
            }
            self.total_count = page.total_count;
            self.next_token = token;
            return Poll::Ready(Some(Ok(page)));
        }
    }

    /// A record of the last page that cannot be read.
    fn unreadable(&self, record: UnreadableRecord) -> Error {
        Error::new(self.operation, Cause::UnreadableRecord(Box::new(record)))
    }

    fn fail(&mut self, error: Error) -> Poll<Option<PageResult<T>>> {
        self.requests.clear();
        Poll::Ready(Some(Err(error)))
    }

    /// Requests the next page, and leaves it to arrive.
    fn fetch_ahead(&mut self, cx: &mut Context<'_>) {
        let Some(request) = self.requests.front() else {
            return;
        };
        if self.fetch.is_some() || self.is_repeated {
            return;
        }
        let mut fetch = Fetch::new(request, true);
        // A future that is ready at once must not be polled again: it is wrapped to keep its result.
        if let Poll::Ready(result) = fetch.page.as_mut().poll(cx) {
            fetch.page = Box::pin(std::future::ready(result));
        }
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

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pages")
            .field(&self.0.requests.front())
            .finish()
    }
}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Items")
            .field(&self.pager.requests.front())
            .finish()
    }
}
