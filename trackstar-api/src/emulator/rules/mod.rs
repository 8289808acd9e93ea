//! The rules of the API that hold whatever the records are.

pub(crate) mod idempotency;
pub(crate) mod quota;
pub(crate) mod refusal;
