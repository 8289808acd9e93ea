//! The records: made from a seed, kept when they change, listed by filters.

pub(crate) mod filter;
pub(crate) mod generate;
pub(crate) mod list;
pub(crate) mod store;
mod texts;
pub(crate) mod write;
