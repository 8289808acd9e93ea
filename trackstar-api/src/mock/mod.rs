//! Mocks of the API for your own tests (feature `mock`), on a server of [`httpmock`].
//!
//! [`MockServerExt`] gives a [`MockServer`] a method for each operation. What a mock asks of a call
//! ([`When`]) has the names and types of the call's own setters, and is compared in the form in which the
//! client sends it. What it answers ([`Then`]) is a value of the operation's own type, or one of the API's
//! errors. Values to answer come from `example()`, which every data type has: change what matters.
//!
//! ```
//! use httpmock::MockServer;
//! use trackstar_api::Client;
//! use trackstar_api::mock::MockServerExt as _;
//! use trackstar_api::types::MagicLinksResponse;
//!
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! let server = MockServer::start_async().await;
//! let mut links = MagicLinksResponse::example();
//! links.magic_links[0].customer_id = Some("customer-7".to_owned());
//! let mock = server.list_magic_links(|when, then| {
//!     when.api_key("a-key");
//!     then.ok(&links);
//! });
//!
//! let client = Client::builder().api_key("a-key").base_url(server.base_url()).build()?;
//! let answer = client.list_magic_links().send().await?;
//! assert_eq!(*answer, links);
//! mock.assert();
//! # Ok::<(), trackstar_api::Error>(())
//! # }).unwrap();
//! ```

#[cfg(feature = "wms")]
mod attach_file;
mod outcomes;
mod pages;
#[allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "which kinds of fields occur depends on the types that are compiled"
)]
pub(crate) mod sample;
mod then;
mod when;

use httpmock::{Mock, MockServer};

use crate::operation::Operation;

pub use crate::generated::mocks::MockServerExt;
pub use pages::PagedMock;
pub use then::Then;
pub use when::When;

/// A builder of the client, as far as its mock has to know it.
pub(crate) trait Mocked {
    const OPERATION: &'static Operation;
    /// Paths of other operations that this one's placeholders would take in.
    const OTHER_PATHS: &'static [&'static str];
    /// Whether its response is a record under `data`.
    const IS_RECORD: bool;
}

/// The server that the methods of [`MockServerExt`] work on.
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
pub(crate) fn operation<O: Mocked, A>(
    server: &MockServer,
    set: impl FnOnce(When<O>, Then<A>),
) -> Mock<'_> {
    server.mock(|when, then| set(When::new(when), Then::new(then, O::IS_RECORD)))
}

/// Mocks a list, a mock for each page.
pub(crate) use pages::pages;

/// Writes what a mock can ask of one operation: for each parameter its name in Rust, its name on the wire,
/// and its kind, a branch of this macro, with its type.
macro_rules! matchers {
    ($builder:ident $operation:ident $(but $($other:literal)*)? { $($rows:tt)* }) => {
        crate::mock::matchers!(@all false $builder $operation $($($other)*)? { $($rows)* });
    };
    ($builder:ident $operation:ident record $(but $($other:literal)*)? { $($rows:tt)* }) => {
        crate::mock::matchers!(@all true $builder $operation $($($other)*)? { $($rows)* });
    };
    (@all $is_record:literal $builder:ident $operation:ident $($other:literal)* {
        $($name:ident $wire:literal $kind:ident($($of:tt)*)),* $(,)?
    }) => {
        impl crate::mock::Mocked for builder::$builder {
            const OPERATION: &'static crate::operation::Operation = &operation::$operation;
            const OTHER_PATHS: &'static [&'static str] = &[$($other),*];
            const IS_RECORD: bool = $is_record;
        }

        impl crate::mock::When<builder::$builder> {
            $(crate::mock::matchers!(@$kind $name $wire $($of)*);)*
        }
    };
    (@path $name:ident $wire:literal $ty:ty) => {
        #[doc = concat!("Asks for this `", $wire, "` in the path.")]
        pub fn $name(self, value: impl Into<$ty>) -> Self {
            self.path($wire, &value.into())
        }
    };
    (@plain $name:ident $wire:literal $ty:ty) => {
        #[doc = concat!("Asks for this value of `", $wire, "`.")]
        pub fn $name(self, value: $ty) -> Self {
            self.query($wire, &value)
        }
    };
    (@into $name:ident $wire:literal $ty:ty) => {
        #[doc = concat!("Asks for this value of `", $wire, "`.")]
        pub fn $name(self, value: impl Into<$ty>) -> Self {
            self.query($wire, &value.into())
        }
    };
    (@filter $name:ident $wire:literal $operators:literal, $ty:ty) => {
        #[doc = concat!("Asks for these conditions on `", $wire, "`, as the client's setter takes them.")]
        pub fn $name(self, filter: impl Into<crate::filter::Filter<$ty>>) -> Self {
            self.filter($wire, $operators, filter.into())
        }
    };
    (@list $name:ident $wire:literal $ty:ty) => {
        #[doc = concat!("Asks for exactly these values of `", $wire, "`, in this order.")]
        pub fn $name(self, values: impl IntoIterator<Item = impl Into<$ty>>) -> Self {
            self.query_list($wire, values.into_iter().map(Into::<$ty>::into))
        }
    };
    (@each $name:ident $wire:literal $ty:ty) => {
        #[doc = concat!("Asks for each of these values of `", $wire, "`.")]
        pub fn $name(self, values: impl IntoIterator<Item = impl Into<$ty>>) -> Self {
            self.query_each($wire, values.into_iter().map(Into::<$ty>::into))
        }
    };
    (@body $name:ident $wire:literal $ty:ty) => {
        /// Asks for this body, with every field that it has and no other.
        pub fn body(self, body: impl Into<$ty>) -> Self {
            self.whole_body::<$ty>(&body.into())
        }

        /// Asks for a body in which every field of this one is as it is here; it may have others.
        pub fn body_includes(self, body: impl Into<$ty>) -> Self {
            self.part_of_body::<$ty>(&body.into())
        }
    };
}
pub(crate) use matchers;

/// Writes the methods of the operations that are written by hand.
macro_rules! by_hand {
    () => {
        /// Mocks [`Client::attach_wms_order_file`](crate::Client::attach_wms_order_file). What is attached
        /// is multipart: ask for it by [`When::http`](crate::mock::When::http).
        #[cfg(feature = "wms")]
        fn attach_wms_order_file(
            &self,
            set: impl FnOnce(
                crate::mock::When<crate::operations::attach_file::AttachWmsOrderFile>,
                crate::mock::Then<crate::types::AttachedFile>,
            ),
        ) -> ::httpmock::Mock<'_> {
            crate::mock::operation(self.server(), set)
        }
    };
}
pub(crate) use by_hand;

/// Writes the methods of one operation: its mock, and that of its pages where it has any.
macro_rules! mocks {
    ($id:ident $builder:ident => $answer:ty) => {
        #[doc = concat!("Mocks [`Client::", stringify!($id), "`](crate::Client::", stringify!($id), ").")]
        fn $id(
            &self,
            set: impl FnOnce(crate::mock::When<builder::$builder>, crate::mock::Then<$answer>),
        ) -> ::httpmock::Mock<'_> {
            crate::mock::operation(self.server(), set)
        }
    };
    ($id:ident $pages:ident $builder:ident => $page:ty, of $record:ty) => {
        crate::mock::mocks!($id $builder => $page);

        #[doc = concat!(
            "Mocks [`Client::", stringify!($id), "`](crate::Client::", stringify!($id),
            ") page by page: each page holds up to `page_size` of the records (0 counts as 1) and names \
            the next one. What `when` asks for is asked for of every page."
        )]
        fn $pages(
            &self,
            when: impl Fn(crate::mock::When<builder::$builder>),
            records: Vec<$record>,
            page_size: usize,
        ) -> crate::mock::PagedMock<'_> {
            crate::mock::pages(self.server(), when, &records, page_size)
        }
    };
}
pub(crate) use mocks;
