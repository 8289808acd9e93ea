//! The records that can be read by when they changed.

use crate::model::common_fields::Record;

/// A record whose list can be filtered by `trackstar_updated_date`, so that its
/// [changes](crate::Client::changes) can be read.
///
/// The types of the API that have such a list implement it. Other crates cannot implement it.
#[allow(private_bounds, reason = "how it is listed is the client's own affair")]
pub trait Listed: Record + sealed::Listed {}

pub(crate) mod sealed {
    use crate::operation::Operation;

    pub(crate) trait Listed {
        /// The operation that lists it.
        const LIST: &'static Operation;
        /// The types of the events whose data it is.
        #[allow(dead_code, reason = "only read where events come in")]
        const EVENTS: &'static [&'static str];
    }
}

/// Makes a type listed: by an operation, and by the events whose data it is.
#[allow(unused_macros, reason = "without an area there is no list")]
macro_rules! listed {
    ($record:ty, $list:path, [$($event:literal),* $(,)?]) => {
        impl crate::changes::sealed::Listed for $record {
            const LIST: &'static crate::operation::Operation = &$list;
            const EVENTS: &'static [&'static str] = &[$($event),*];
        }
        impl crate::changes::Listed for $record {}
    };
}
#[allow(
    unused_imports,
    reason = "used by the generated client, if any record is listed so"
)]
pub(crate) use listed;
