//! What a mock knows of the operation that it stands for.

use httpmock::{Mock, MockServer};

use super::{Then, When};
use crate::operation::Operation;

/// A builder of the client, as far as its mock has to know it.
pub(crate) trait Mocked {
    const OPERATION: &'static Operation;
    /// Paths of other operations that this one's placeholders would take in.
    const OTHER_PATHS: &'static [&'static str];
    /// Whether its response is a record under `data`.
    const IS_RECORD: bool;
}

/// The server that the methods of [`MockServerExt`](crate::mock::MockServerExt) work on.
pub trait HasServer {
    /// It.
    #[doc(hidden)]
    fn server(&self) -> &MockServer;
}

impl HasServer for MockServer {
    fn server(&self) -> &MockServer {
        self
    }
}

/// Mocks one operation.
pub(crate) fn mock<O: Mocked, A>(
    server: &MockServer,
    set: impl FnOnce(When<O>, Then<A>),
) -> Mock<'_> {
    server.mock(|when, then| set(When::new(when), Then::new(then, O::IS_RECORD)))
}
