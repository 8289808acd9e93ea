//! What the data types can do with some features only. Without these, none of it is compiled.

#[cfg(feature = "mock")]
pub(crate) use crate::mock::sample::{sampled, sampled_enum, sampled_union};

#[cfg(feature = "schemars")]
pub(crate) use crate::model::schema::{described, described_enum, described_union};

#[cfg(not(all(feature = "mock", feature = "schemars")))]
macro_rules! nothing {
    ($($rest:tt)*) => {};
}
#[cfg(not(feature = "schemars"))]
pub(crate) use nothing as described;
#[cfg(not(feature = "schemars"))]
pub(crate) use nothing as described_enum;
#[cfg(not(feature = "schemars"))]
pub(crate) use nothing as described_union;
#[cfg(not(feature = "mock"))]
pub(crate) use nothing as sampled;
#[cfg(not(feature = "mock"))]
pub(crate) use nothing as sampled_enum;
#[cfg(not(feature = "mock"))]
pub(crate) use nothing as sampled_union;
