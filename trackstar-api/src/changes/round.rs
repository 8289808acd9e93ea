//! One reading of what has changed: first a request for all of it, then, if that is more than a page, its windows.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream as _;
use tokio::time::Instant;

use super::listed::Listed;
use super::plan::{Plan, Sample};
use super::source::{Source, begun, server_time};
use super::window::Window;
use crate::error::Error;
use crate::rate_limit::LimitClass;
use crate::response::{Page, Pages, Response};

/// The most windows that are read at once.
const MAX_AT_ONCE: usize = 16;
/// After how many pages it is judged whether enough windows are read at once.
const PAGES_TO_JUDGE: u32 = 20;

/// One reading. What it gives can be awaited any number of times, and dropped meanwhile.
pub(super) struct Round<R> {
    source: Source,
    /// The first request, while what has to be read is not known.
    whole: Option<Whole<R>>,
    plan: Plan,
    /// What changed before this second is read; none while the server's time is not known.
    upper: Option<i64>,
    walks: Vec<Walk<R>>,
    /// How many windows are read at once: set by the caller, or found from how long a page takes.
    at_once: Option<usize>,
    is_fixed: bool,
    /// How long was waited for so many pages.
    waited: (Duration, u32),
    /// Where polling starts, so that no window comes first always.
    turn: usize,
}

/// The request for everything from a second on.
struct Whole<R> {
    from: Option<i64>,
    since: Option<Instant>,
    page: Pin<Box<dyn Future<Output = Fetched<R>> + Send>>,
}

/// The reading of a window.
struct Walk<R> {
    window: Window,
    pages: Pages<R>,
    read: usize,
    records: usize,
    /// When the first page was asked for.
    since: Option<Instant>,
    sample: Sample,
}

/// What a round gives.
pub(super) struct Piece<R> {
    pub(super) page: Page<R>,
    /// What has to be read still. Empty after the last page of a round.
    pub(super) open: Vec<Window>,
    /// All that changed before this second has been read, but for what is open.
    pub(super) until: i64,
}

type Fetched<R> = Result<Response<Page<R>>, Error>;

type Arrived<R> = (usize, Option<Fetched<R>>);

impl<R: Listed> Round<R> {
    /// A reading of what changed from this second on.
    pub(super) fn since(source: Source, from: Option<i64>, at_once: Option<usize>) -> Self {
        let whole = Whole {
            from,
            since: None,
            page: Box::pin(source.first_page(from)),
        };
        Self {
            whole: Some(whole),
            ..Self::of(source, Vec::new(), None, at_once)
        }
    }

    /// The rest of a reading of what changed before `upper`.
    pub(super) fn rest(
        source: Source,
        open: Vec<Window>,
        upper: i64,
        at_once: Option<usize>,
    ) -> Self {
        Self::of(source, open, Some(upper), at_once)
    }

    fn of(source: Source, open: Vec<Window>, upper: Option<i64>, at_once: Option<usize>) -> Self {
        Self {
            source,
            whole: None,
            plan: Plan::new(open),
            upper,
            walks: Vec::new(),
            at_once,
            is_fixed: at_once.is_some(),
            waited: (Duration::ZERO, 0),
            turn: 0,
        }
    }

    /// The next page; none when all has been read.
    pub(super) async fn next(&mut self) -> Option<Result<Piece<R>, Error>> {
        if self.whole.is_some() {
            match self.all_in_one().await {
                Ok(Some(piece)) => return Some(Ok(piece)),
                Ok(None) => {}
                Err(error) => return Some(Err(error)),
            }
        }
        loop {
            self.start_walks();
            if self.walks.is_empty() {
                return None;
            }
            let began = Instant::now();
            let (index, page) = poll_fn(|cx| self.poll_walks(cx)).await;
            self.judge(began.elapsed());
            match page {
                Some(Ok(response)) => {
                    if let Some(piece) = self.arrived(index, response) {
                        return Some(Ok(piece));
                    }
                }
                Some(Err(error)) => return Some(Err(error)),
                None => drop(self.walks.swap_remove(index)),
            }
        }
    }

    /// Asks for everything, whatever it is. If it is one page, that is all of it as it was at one time; otherwise it
    /// is read in windows up to the server's time, which is known now.
    async fn all_in_one(&mut self) -> Result<Option<Piece<R>>, Error> {
        let Some(whole) = &mut self.whole else {
            return Ok(None);
        };
        let since = *whole.since.get_or_insert_with(Instant::now);
        let response = whole.page.as_mut().await;
        let from = whole.from;
        self.whole = None;
        let response = response?;
        let elapsed = since.elapsed();
        if is_last(&response) {
            return Ok(Some(Piece {
                until: begun(&response, elapsed),
                open: Vec::new(),
                page: response.into_inner(),
            }));
        }
        let upper = server_time(&response);
        self.upper = Some(upper);
        let all = Window { from, to: upper };
        self.plan = Plan::new(
            Some(all)
                .filter(|all| !all.is_empty())
                .into_iter()
                .collect(),
        );
        self.learn(&sample(&response), elapsed);
        Ok(None)
    }

    fn learn(&mut self, sample: &Sample, elapsed: Duration) {
        let at_once = *self.at_once.get_or_insert_with(|| at_once(elapsed));
        self.plan.learn(sample, at_once);
    }

    /// Reads as many windows as can be read at once.
    fn start_walks(&mut self) {
        let at_once = self.at_once.unwrap_or(1);
        loop {
            while self.walks.len() < at_once
                && let Some(window) = self.plan.take(at_once)
            {
                self.start(window);
            }
            // One that has much before it makes work for the others.
            let mut indexes = 0..self.walks.len();
            if !indexes.any(|index| self.split(index)) {
                return;
            }
        }
    }

    /// Splits a window if more could be read at once than there are windows. Its parts are read from their starts.
    fn split(&mut self, index: usize) -> bool {
        let at_once = self.at_once.unwrap_or(1);
        let is_idle = self.walks.len() < at_once;
        let walk = self
            .walks
            .get(index)
            .filter(|walk| walk.read > 0 && is_idle);
        let is_split = walk.is_some_and(|walk| {
            self.plan
                .split(walk.window, walk.read, &walk.sample, at_once)
        });
        if is_split {
            self.walks.swap_remove(index);
        }
        is_split
    }

    fn start(&mut self, window: Window) {
        let pages = self.source.changed(window.from, Some(window.to));
        self.walks.push(Walk::new(window, pages));
    }

    fn poll_walks(&mut self, cx: &mut Context<'_>) -> Poll<Arrived<R>> {
        let count = self.walks.len();
        self.turn = self.turn.wrapping_add(1);
        for offset in 0..count {
            let index = self.turn.wrapping_add(offset) % count;
            if let Some(walk) = self.walks.get_mut(index) {
                walk.since.get_or_insert_with(Instant::now);
                if let Poll::Ready(page) = Pin::new(&mut walk.pages).poll_next(cx) {
                    return Poll::Ready((index, page));
                }
            }
        }
        Poll::Pending
    }

    /// What a page means for the windows. Nothing is given of a window that is split.
    fn arrived(&mut self, index: usize, response: Response<Page<R>>) -> Option<Piece<R>> {
        let walk = self.walks.get_mut(index)?;
        walk.read += 1;
        walk.records += response.data.len() + response.unreadable.len();
        let (window, records) = (walk.window, walk.records);
        if is_last(&response) {
            self.walks.swap_remove(index);
            self.plan.finish(window, records);
        } else {
            if walk.read == 1 {
                walk.sample = sample(&response);
                let (sample, since) = (walk.sample.clone(), walk.since);
                self.learn(
                    &sample,
                    since.map_or(Duration::ZERO, |since| since.elapsed()),
                );
                if self.plan.is_all_taken() && self.split(index) {
                    return None;
                }
            }
            self.plan.grows(window, records);
        }
        Some(Piece {
            page: response.into_inner(),
            open: self.plan.open().to_vec(),
            until: self.upper.unwrap_or_default(),
        })
    }

    /// How many records there are in all, if these have been given.
    pub(super) fn estimate(&self, given: u64) -> Option<u64> {
        self.plan.estimate(given)
    }

    /// Reads one more window at once if those there are do not use up the allowance.
    fn judge(&mut self, waited: Duration) {
        self.waited.0 += waited;
        self.waited.1 += 1;
        if self.waited.1 < PAGES_TO_JUDGE {
            return;
        }
        let (time, pages) = std::mem::take(&mut self.waited);
        let is_idle = time > per_request() * pages * 11 / 10;
        if let Some(at_once) = self.at_once.as_mut().filter(|_| is_idle && !self.is_fixed) {
            *at_once = (*at_once + 1).min(MAX_AT_ONCE);
        }
    }
}

impl<R: Listed> Walk<R> {
    fn new(window: Window, pages: Pages<R>) -> Self {
        Self {
            window,
            pages,
            read: 0,
            records: 0,
            since: None,
            sample: Sample::default(),
        }
    }
}

fn is_last<R>(response: &Response<Page<R>>) -> bool {
    response.next_token.as_ref().is_none_or(String::is_empty)
}

fn sample<R: Listed>(response: &Response<Page<R>>) -> Sample {
    let times = response.data.iter().filter_map(R::trackstar_updated_date);
    times.map(|time| time.timestamp()).collect()
}

/// How many requests have to be under way to use what the API allows, and half as many again, since they do not
/// come evenly.
fn at_once(latency: Duration) -> usize {
    let needed = latency.as_secs_f64() / per_request().as_secs_f64();
    // A float that is too large becomes the largest integer.
    let needed = (needed * 1.5).ceil() as usize;
    needed.clamp(1, MAX_AT_ONCE)
}

fn per_request() -> Duration {
    let class = LimitClass::Reads;
    let requests = u32::try_from(class.max_requests()).unwrap_or(1).max(1);
    class.window() / requests
}
