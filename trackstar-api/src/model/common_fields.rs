//! What the records of all resources have in common.

use std::fmt::Debug;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A record of the API: an order, a product, a shipment. Code that is generic over resources uses it.
///
/// Each type with an id that a list or a write returns implements it. Other crates cannot implement it.
///
/// ```
/// use trackstar_api::Record;
///
/// /// The record that changed last, by the clock of the vendor.
/// fn latest<R: Record>(records: &[R]) -> Option<&R> {
///     records.iter().max_by_key(|record| record.trackstar_updated_date())
/// }
///
/// /// Prints the ids of any list.
/// async fn print_ids<R: Record>(mut records: trackstar_api::Items<R>) -> Result<(), trackstar_api::Error> {
///     use futures_util::TryStreamExt as _;
///     while let Some(record) = records.try_next().await? {
///         println!("{}", record.id());
///     }
///     Ok(())
/// }
/// ```
pub trait Record:
    sealed::Sealed
    + Clone
    + Debug
    + PartialEq
    + Serialize
    + DeserializeOwned
    + Send
    + Sync
    + Unpin
    + 'static
{
    /// The id of the record, unique among those of its kind in its connection.
    fn id(&self) -> &str;

    /// When the connected system made the record.
    fn created_date(&self) -> Option<DateTime<Utc>> {
        None
    }

    /// When the connected system changed the record last.
    fn updated_date(&self) -> Option<DateTime<Utc>> {
        None
    }

    /// When Trackstar first saw the record.
    fn trackstar_created_date(&self) -> Option<DateTime<Utc>> {
        None
    }

    /// When Trackstar's copy of the record changed last. Incremental reads filter by it.
    fn trackstar_updated_date(&self) -> Option<DateTime<Utc>> {
        None
    }
}

pub(crate) mod sealed {
    use crate::model::reading::Readable;

    #[allow(private_bounds, reason = "how it is read is the client's own affair")]
    pub trait Sealed: Readable {}
}

/// Makes a type a record, with those of the common dates that it has.
macro_rules! common_fields {
    ($name:ident { $($date:ident),* $(,)? }) => {
        impl crate::model::common_fields::sealed::Sealed for $name {}

        impl crate::model::common_fields::Record for $name {
            #[inline]
            fn id(&self) -> &str {
                &self.id
            }
            $(
                #[inline]
                fn $date(&self) -> Option<::chrono::DateTime<::chrono::Utc>> {
                    self.$date.into()
                }
            )*
        }
    };
}
#[allow(
    unused_imports,
    reason = "used by the generated types, if any of them is a record"
)]
pub(crate) use common_fields;
