//! The changes of many connections.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::stream::{BoxStream, SelectAll, StreamExt as _};

use super::batch::Batch;
use super::listed::Listed;
use super::stream::Changes;
use crate::error::Error;

/// The changes of many connections at once: a [`Stream`] of the key of a connection with its next batch, or with
/// what went wrong.
///
/// Whichever has something comes next, and none can keep the others waiting: each is polled when it is woken, and the
/// rate limit of each access token is its own. An error ends the changes of its connection, or makes them wait if they
/// are [watched](Changes::every); the others go on.
///
/// ```no_run
/// # #[cfg(feature = "cart")]
/// # async fn run(client: trackstar_api::Client, connections: Vec<(u32, String)>) {
/// use futures_util::StreamExt as _; // futures-util = "0.3"
/// use trackstar_api::{changes::changes_of, types::CartOrder};
///
/// let all = connections.into_iter().map(|(number, token)| {
///     (number, client.connection(token).changes::<CartOrder>(None))
/// });
/// let mut all = changes_of(all);
/// while let Some((number, batch)) = all.next().await {
///     match batch {
///         Ok(batch) => println!("connection {number}: {} orders", batch.records.len()),
///         Err(error) => eprintln!("connection {number}: {error}"),
///     }
/// }
/// # }
/// ```
pub fn changes_of<K, R>(connections: impl IntoIterator<Item = (K, Changes<R>)>) -> ChangesOf<K, R>
where
    K: Clone + Send + 'static,
    R: Listed,
{
    let streams = connections.into_iter().map(|(key, changes)| {
        let keyed = changes.map(move |batch| (key.clone(), batch));
        keyed.boxed()
    });
    ChangesOf(streams.collect())
}

/// What [`changes_of`] gives.
#[must_use = "streams do nothing unless polled"]
pub struct ChangesOf<K, R>(SelectAll<BoxStream<'static, Keyed<K, R>>>);

/// The key of a connection, with its next batch or what went wrong.
type Keyed<K, R> = (K, Result<Batch<R>, Error>);

impl<K, R> Stream for ChangesOf<K, R> {
    type Item = (K, Result<Batch<R>, Error>);

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().0.poll_next_unpin(cx)
    }
}

impl<K, R> fmt::Debug for ChangesOf<K, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChangesOf")
            .field("connections", &self.0.len())
            .finish()
    }
}
