//! The stream of changes, and how it is set up.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_core::Stream;
use futures_util::stream::{BoxStream, StreamExt as _, unfold};

use super::batch::Batch;
use super::checkpoint::Checkpoint;
use super::listed::Listed;
use super::progress::{Meter, ProgressStream};
use super::run::{Run, Setup};
use super::source::Source;
use crate::client::Client;
use crate::error::Error;

/// How far back each round reads again.
const OVERLAP: Duration = Duration::from_secs(60);
/// How long an event may take.
const GRACE: Duration = Duration::from_secs(5 * 60);

impl Client {
    /// The changes of one kind of record of this connection: everything at first, and then, from the checkpoint of
    /// the last batch that was stored, what has changed since. See [`changes`](crate::changes).
    ///
    /// Needs the access token of a connection ([`Client::connection`]). The stream ends when all that had changed
    /// when it began has been given, unless [`Changes::every`] is set.
    ///
    /// # Errors
    /// After an error the stream ends, unless [`Changes::every`] is set; begin anew with the checkpoint of the last
    /// batch that was stored. Requests are retried before by the client's policy. A checkpoint of another kind of
    /// record is an error of kind [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest).
    pub fn changes<R: Listed>(&self, checkpoint: impl Into<Option<Checkpoint>>) -> Changes<R> {
        let source = Source {
            client: self.clone(),
            list: R::LIST,
            page_size: None,
            connection: None,
        };
        let meter = Arc::<Meter>::default();
        Changes {
            meter: Arc::clone(&meter),
            state: State::Setup(Box::new(Setup {
                source,
                checkpoint: checkpoint.into(),
                overlap: OVERLAP,
                windows: None,
                every: None,
                known: None,
                signals: None,
                grace: GRACE,
                meter,
            })),
        }
    }
}

/// The changes of one kind of record of a connection, as a [`Stream`] of [`Batch`]es: [`Client::changes`].
///
/// Nothing is sent before it is polled. Settings have no effect after that.
#[must_use = "streams do nothing unless polled"]
pub struct Changes<R> {
    state: State<R>,
    meter: Arc<Meter>,
}

enum State<R> {
    Setup(Box<Setup<R>>),
    Running(BoxStream<'static, Result<Batch<R>, Error>>),
    Over,
}

impl<R: Listed> Changes<R> {
    /// How many records a page, and so a batch, has. Default: what the API gives, 1,000; it gives no more.
    pub fn page_size(self, records: u32) -> Self {
        self.set(|setup| setup.source.page_size = Some(records.max(1)))
    }

    /// How far back each round reads again, for records that the server was storing while it was read, and for
    /// servers whose clocks differ. At least a second. Default: a minute.
    pub fn overlap(self, overlap: Duration) -> Self {
        self.set(|setup| setup.overlap = overlap.max(Duration::from_secs(1)))
    }

    /// How many windows are read at once, from 1. Default: as many as are needed to use the rate limit, which depends
    /// on how long a page takes; at most 16.
    pub fn windows(self, count: usize) -> Self {
        self.set(|setup| setup.windows = Some(count.max(1)))
    }

    /// Continues after the last batch: a new round begins so long after the end of the one before. The stream does
    /// not end then, not even after an error.
    pub fn every(self, interval: Duration) -> Self {
        self.set(|setup| setup.every = Some(interval))
    }

    /// The id of the connection. With it, an empty list is believed when the connection says that the first
    /// synchronisation of these records has ended (`historical_sync_completed`), and events of other connections are
    /// ignored.
    ///
    /// Without it an empty list is never believed: it is read whole in the next round, and a sweep that finds it
    /// empty deletes nothing.
    pub fn connection_id(self, id: impl Into<String>) -> Self {
        self.set(|setup| setup.source.connection = Some(id.into()))
    }

    /// Reads everything once more, beside the changes, and gives what the copy lacks and the
    /// [ids](Batch::deleted) that it has too much. How often is up to you; a request for each page is what it costs.
    ///
    /// Pass the id and the `trackstar_updated_date` of each record of the copy; about a hundred bytes of memory are
    /// used for each. The sweep comes before what has changed, or after the first reading if that is not over. What
    /// is on no page is looked up by its id before it counts as deleted.
    pub fn sweep<I: Into<String>>(
        self,
        copy: impl IntoIterator<Item = (I, Option<DateTime<Utc>>)>,
    ) -> Self {
        let known = copy
            .into_iter()
            .map(|(id, time)| (id.into(), time))
            .collect();
        self.set(|setup| setup.known = Some(known))
    }

    /// Gives the records of events too, as soon as they come. Verify and deduplicate events before you send them here.
    ///
    /// A record that is older than one given before is left out, and events of other kinds of records are ignored. An
    /// event that was too large, or whose record cannot be read, makes the record be looked up. Polling goes on, since
    /// an event may get lost: what it finds and no event brings within the [grace](Self::grace) is counted in
    /// [`Progress::missed_events`](super::Progress::missed_events). The checkpoint of such a batch is the one before.
    ///
    /// The events must be those of this connection, unless [`connection_id`](Self::connection_id) is set. With a
    /// receiver for each kind of record, one webhook serves several streams.
    #[cfg(feature = "webhooks")]
    pub fn with_events(
        self,
        receiver: tokio::sync::mpsc::Receiver<crate::webhooks::Event>,
    ) -> Self {
        let signals = |connection| super::received::signals(receiver, connection);
        self.set(|setup| setup.signals = Some(Box::new(signals)))
    }

    /// How long after polling has found a change its event may come, before it counts as missed. Default: 5 minutes.
    #[cfg(feature = "webhooks")]
    pub fn grace(self, grace: Duration) -> Self {
        self.set(|setup| setup.grace = grace)
    }

    /// How far this stream has come, as a stream of its own, for progress bars.
    pub fn progress(&self) -> ProgressStream {
        self.meter.watch()
    }

    fn set(mut self, change: impl FnOnce(&mut Setup<R>)) -> Self {
        if let State::Setup(setup) = &mut self.state {
            change(setup);
        }
        self
    }
}

impl<R: Listed> Stream for Changes<R> {
    type Item = Result<Batch<R>, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            match std::mem::replace(&mut this.state, State::Over) {
                State::Setup(setup) => {
                    let run = unfold(Run::new(*setup), |mut run| async move {
                        let batch = run.next().await?;
                        Some((batch, run))
                    });
                    this.state = State::Running(run.boxed());
                }
                State::Running(mut run) => {
                    let batch = run.poll_next_unpin(cx);
                    if !matches!(batch, Poll::Ready(None)) {
                        this.state = State::Running(run);
                    }
                    return batch;
                }
                State::Over => return Poll::Ready(None),
            }
        }
    }
}

impl<R> Drop for Changes<R> {
    fn drop(&mut self) {
        self.meter.end();
    }
}

impl<R> fmt::Debug for Changes<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_running = !matches!(self.state, State::Setup(_));
        f.debug_struct("Changes")
            .field("is_running", &is_running)
            .finish_non_exhaustive()
    }
}
