//! What a stream of changes gives.

use super::checkpoint::Checkpoint;
use crate::model::unreadable::UnreadableRecord;

/// Records to store together with a checkpoint, in one transaction.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Batch<R> {
    /// Where they come from.
    pub origin: BatchOrigin,
    /// Records that are new or have changed. A record can come again as it is stored, and one that changed while
    /// everything was read comes again as it is now: store each by its id, unless the stored one has a later
    /// `trackstar_updated_date`.
    pub records: Vec<R>,
    /// Records that are gone; only a [sweep](super::Changes::sweep) finds them.
    pub deleted: Vec<Deleted>,
    /// Records that cannot be read, with their JSON. They do not come again before they change.
    pub unreadable: Vec<UnreadableRecord>,
    /// How far the copy has come when this batch is stored.
    pub checkpoint: Checkpoint,
}

/// Where the records of a [`Batch`] come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BatchOrigin {
    /// The first reading of everything.
    Backfill,
    /// What has changed since the reading before.
    Changed,
    /// A sweep: what the copy lacked, or had too much.
    Sweep,
    /// Events.
    Events,
}

/// The id of a record that is gone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Deleted(pub String);
