//! The steps of a stream of changes: sweeps, rounds and pauses, and the events in between.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, FutureExt as _, select};
use futures_util::stream::{StreamExt as _, TryStreamExt as _};
use tokio::time::{Instant, sleep_until};

use super::batch::{Batch, BatchOrigin};
use super::checkpoint::Checkpoint;
use super::events::{Log, MakeSignals, Signal, Signals};
use super::listed::Listed;
use super::progress::Meter;
use super::round::{Piece, Round};
use super::source::Source;
use super::sweep::{Known, Sweep};
use crate::error::{Cause, Error, InvalidRequest};
use crate::response::Page;

/// How many events are put into one batch.
const MAX_EVENTS: usize = 100;

/// How the changes are read.
pub(super) struct Setup<R> {
    pub(super) source: Source,
    pub(super) checkpoint: Option<Checkpoint>,
    pub(super) overlap: Duration,
    pub(super) windows: Option<usize>,
    pub(super) every: Option<Duration>,
    pub(super) known: Option<Known>,
    pub(super) signals: Option<MakeSignals<R>>,
    pub(super) grace: Duration,
    pub(super) meter: Arc<Meter>,
}

/// A stream of changes that has begun.
pub(super) struct Run<R> {
    source: Source,
    position: Checkpoint,
    overlap: i64,
    windows: Option<usize>,
    every: Option<Duration>,
    signals: Option<Signals<R>>,
    log: Log,
    meter: Arc<Meter>,
    /// Why nothing can be read.
    invalid: Option<Error>,
    steps: VecDeque<Step<R>>,
}

/// What is done one after the other; the first step is being done.
enum Step<R> {
    Sweep(Box<Sweep<R>>),
    /// A round that has not begun yet.
    Begin,
    Round(Box<Round<R>>, BatchOrigin),
    Pause(Instant),
}

impl<R: Listed> Run<R> {
    pub(super) fn new(setup: Setup<R>) -> Self {
        let list = R::LIST.id;
        let position = setup.checkpoint.unwrap_or_else(|| Checkpoint::new(list));
        let is_other = position.list != list;
        let why = || InvalidRequest::Checkpoint(position.list.clone());
        let invalid =
            is_other.then(|| Error::new(R::LIST, Cause::InvalidRequest(vec![why()].into())));
        let mut run = Self {
            overlap: i64::try_from(setup.overlap.as_secs()).unwrap_or(i64::MAX),
            windows: setup.windows,
            every: setup.every,
            signals: setup
                .signals
                .map(|make| make(setup.source.connection.clone())),
            log: Log::new(setup.grace),
            meter: setup.meter,
            invalid,
            steps: VecDeque::new(),
            source: setup.source,
            position,
        };
        run.plan_rounds();
        if let Some(known) = setup.known {
            let sweep = Step::Sweep(Box::new(Sweep::new(run.source.clone(), known)));
            match run.position.is_complete() {
                true => run.steps.push_front(sweep),
                false => run.steps.push_back(sweep),
            }
        }
        run
    }

    /// The next batch; none at the end.
    pub(super) async fn next(&mut self) -> Option<Result<Batch<R>, Error>> {
        self.meter.begin();
        if let Some(error) = self.invalid.take() {
            self.steps.clear();
            return Some(Err(error));
        }
        loop {
            match self.step().await {
                Ok(Some(batch)) => return Some(Ok(batch)),
                Ok(None) if self.steps.is_empty() => return None,
                Ok(None) => {}
                Err(error) => {
                    self.steps.clear();
                    self.pause();
                    return Some(Err(error));
                }
            }
        }
    }

    /// Goes on by a bit, which may give nothing.
    async fn step(&mut self) -> Result<Option<Batch<R>>, Error> {
        if let Some(signal) = self.signal_now() {
            return self.of_events(signal).await;
        }
        self.log.expire(Instant::now());
        let Some(step) = self.steps.front_mut() else {
            return Ok(None);
        };
        match step {
            Step::Begin => {
                let round = self.round();
                self.steps.pop_front();
                self.steps.push_front(round);
            }
            Step::Sweep(sweep) => match sweep.next().await? {
                Some(found) => {
                    let page = Page {
                        unreadable: found.unreadable,
                        ..Page::new(found.records)
                    };
                    let batch = self.batch(BatchOrigin::Sweep, page, None);
                    return Ok(Some(Batch {
                        deleted: found.deleted,
                        ..batch
                    }));
                }
                None => self.end_step(),
            },
            Step::Round(round, origin) => {
                let origin = *origin;
                let piece = match first(&mut self.signals, round.next()).await {
                    Woken::Signal(signal) => return self.of_events(signal).await,
                    Woken::Work(piece) => piece,
                };
                match piece.transpose()? {
                    Some(piece) => return self.of_piece(origin, piece).await,
                    None => self.end_step(),
                }
            }
            Step::Pause(until) => match first(&mut self.signals, sleep_until(*until)).await {
                Woken::Signal(signal) => return self.of_events(signal).await,
                Woken::Work(()) => self.end_step(),
            },
        }
        Ok(None)
    }

    /// Rounds for all there is: what a round before has left, and what has changed since.
    fn plan_rounds(&mut self) {
        if !self.position.open.is_empty() {
            self.steps.push_back(Step::Begin);
        }
        self.steps.push_back(Step::Begin);
    }

    fn end_step(&mut self) {
        self.steps.pop_front();
        if self.steps.is_empty() {
            self.pause();
        }
    }

    /// Waits for the next round, if there is one.
    fn pause(&mut self) {
        let Some(interval) = self.every else {
            return;
        };
        let now = Instant::now();
        let until = now
            .checked_add(interval)
            .unwrap_or(now + Duration::from_secs(24 * 60 * 60));
        self.steps.push_back(Step::Pause(until));
        self.plan_rounds();
    }

    fn round(&self) -> Step<R> {
        let origin = match self.position.is_complete() {
            true => BatchOrigin::Changed,
            false => BatchOrigin::Backfill,
        };
        let (source, windows) = (self.source.clone(), self.windows);
        let round = match self.position.until {
            Some(until) if !self.position.open.is_empty() => {
                Round::rest(source, self.position.open.clone(), until, windows)
            }
            until => {
                let from = until.map(|until| until.saturating_sub(self.overlap));
                Round::since(source, from, windows)
            }
        };
        Step::Round(Box::new(round), origin)
    }

    async fn of_piece(
        &mut self,
        origin: BatchOrigin,
        piece: Piece<R>,
    ) -> Result<Option<Batch<R>>, Error> {
        let page = piece.page;
        let is_empty = page.data.is_empty() && page.unreadable.is_empty();
        let is_first = self.position.until.is_none() && piece.open.is_empty();
        if is_empty && is_first && !self.source.is_synced().await? {
            return Ok(None);
        }
        self.position.until = Some(piece.until);
        self.position.open = piece.open;
        if self.signals.is_some() {
            self.log.listen(piece.until);
            if self.position.open.is_empty() {
                self.log
                    .forget_before(piece.until.saturating_sub(self.overlap));
            }
            let now = Instant::now();
            page.data
                .iter()
                .for_each(|record| self.log.polled(record, now));
        }
        let estimated = match self.steps.front() {
            Some(Step::Round(round, _)) => {
                round.estimate(self.meter.done() + page.data.len() as u64)
            }
            _ => None,
        };
        Ok(Some(self.batch(origin, page, estimated)))
    }

    fn batch(&mut self, origin: BatchOrigin, page: Page<R>, estimated: Option<u64>) -> Batch<R> {
        let (mut records, until) = (page.data, self.position.until);
        if self.signals.is_some() {
            records.retain(|record| !self.log.is_stale(record, until));
        }
        self.meter.add(records.len(), estimated, self.log.missed());
        Batch {
            origin,
            records,
            deleted: Vec::new(),
            unreadable: page.unreadable,
            checkpoint: self.position.clone(),
        }
    }

    /// An event that has come, if there is one.
    fn signal_now(&mut self) -> Option<Signal<R>> {
        let signals = self.signals.as_mut()?;
        signals.next().now_or_never().flatten()
    }

    /// A batch of an event and those that have come with it.
    async fn of_events(&mut self, first: Signal<R>) -> Result<Option<Batch<R>>, Error> {
        let (mut records, mut ids): (Vec<R>, Vec<String>) = (Vec::new(), Vec::new());
        let mut next = Some(first);
        while let Some(signal) = next {
            match signal {
                Signal::Record(record) => records.push(*record),
                Signal::Changed(id) => ids.push(id),
            }
            next = match records.len() + ids.len() < MAX_EVENTS {
                true => self.signal_now(),
                false => None,
            };
        }
        records.iter().for_each(|record| self.log.event(record));
        // What polling has read, or is about to read, is not older than what an event says of that time.
        let until = self.position.until;
        let is_read = |record: &R| {
            let time = record.trackstar_updated_date();
            time.zip(until)
                .is_some_and(|(time, until)| time.timestamp() < until)
        };
        records.retain(|record| !is_read(record));
        let mut page = Page::new(records);
        if !ids.is_empty() {
            let mut found = self.source.by_ids::<R>(&ids);
            while let Some(found) = found.try_next().await? {
                let found = found.into_inner();
                found.data.iter().for_each(|record| self.log.event(record));
                page.data.extend(found.data);
                page.unreadable.extend(found.unreadable);
            }
        }
        let batch = self.batch(BatchOrigin::Events, page, None);
        let is_empty = batch.records.is_empty() && batch.unreadable.is_empty();
        Ok(Some(batch).filter(|_| !is_empty))
    }
}

/// What came first.
enum Woken<R, T> {
    Signal(Signal<R>),
    Work(T),
}

/// Waits for an event or for something else, whichever comes first; the other can be waited for again.
async fn first<R, T>(
    signals: &mut Option<Signals<R>>,
    work: impl Future<Output = T>,
) -> Woken<R, T> {
    let signal = async {
        match signals {
            Some(open) => match open.next().await {
                Some(signal) => signal,
                // Nobody sends events any more.
                None => std::future::pending().await,
            },
            None => std::future::pending().await,
        }
    };
    match select(pin!(signal), pin!(work)).await {
        Either::Left((signal, _)) => Woken::Signal(signal),
        Either::Right((work, _)) => Woken::Work(work),
    }
}
