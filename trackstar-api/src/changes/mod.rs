//! What changes in the records of a connection: a copy of them that loses none.
//!
//! [`Client::changes`](crate::Client::changes) gives batches of records, each with a [`Checkpoint`]. Store both in one
//! transaction: whenever the process dies, the next one continues with the checkpoint and nothing is lost. There is no
//! storage here, and a batch may hold a record that the copy has already: store records by their ids, unless the copy
//! has a later `trackstar_updated_date`.
//!
//! ```no_run
//! # #[cfg(feature = "wms")]
//! # async fn run(
//! #     client: trackstar_api::Client,
//! #     checkpoint: Option<trackstar_api::changes::Checkpoint>,
//! # ) -> Result<(), trackstar_api::Error> {
//! use futures_util::TryStreamExt as _; // futures-util = "0.3"
//! use trackstar_api::{changes::Checkpoint, types::Order};
//!
//! # struct Copy;
//! # impl Copy { fn store(&self, _: &[Order], _: &Checkpoint) {} }
//! # let copy = Copy;
//! let mut changes = client.connection("the-access-token").changes::<Order>(checkpoint);
//! while let Some(batch) = changes.try_next().await? {
//!     copy.store(&batch.records, &batch.checkpoint); // in one transaction
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # How it reads
//!
//! - **What changed** is found by `trackstar_updated_date`, which moves whenever the vendor's copy of a record does.
//!   The API filters by whole seconds, so a window is a number of them. All times are the server's: they come from
//!   the `Date` of its responses.
//! - **A round** begins with a request for everything since the round before, less an overlap for what the server was
//!   about to store then. One page is a reading of one moment, and ends the round. If there is more, the time of that
//!   response is the upper bound of the round, and everything below it is read in windows.
//! - **The first round** has no lower bound. While a list is empty it does not count as read, because a list is empty
//!   until the first synchronisation of a connection has ended: see [`Changes::connection_id`].
//! - **Windows** are read at once, as many as it takes to use the rate limit at the latency there is. They get shorter
//!   where they hold much and longer where they hold little, and one that keeps the others idle is split. The order
//!   of a list makes a difference to these guesses only; what has been read is counted by whole windows. Of each
//!   window at most two pages are held: one that came, and one that is fetched ahead.
//! - **A checkpoint** has the windows that are not read whole. A window that was being read is read again from its
//!   start, because what a page token means to another process is not known.
//! - **A sweep** ([`Changes::sweep`]) finds what no filter by time can: records that are gone, records without a time,
//!   and those that moved to a page that had been read already, where page tokens count records.
//! - **Events** (`Changes::with_events`, feature `webhooks`) come in between the batches of polling, which goes on, and
//!   notices those that are missing.

mod batch;
mod checkpoint;
mod events;
mod listed;
mod many;
mod plan;
mod progress;
#[cfg(feature = "webhooks")]
mod received;
mod round;
mod run;
mod source;
mod stream;
mod sweep;
mod window;

pub use batch::{Batch, BatchOrigin, Deleted};
pub use checkpoint::Checkpoint;
pub use listed::Listed;
#[allow(unused_imports, reason = "without an area there is no list")]
pub(crate) use listed::{listed, sealed};
pub use many::{ChangesOf, changes_of};
pub use progress::{Progress, ProgressStream};
pub use stream::Changes;
