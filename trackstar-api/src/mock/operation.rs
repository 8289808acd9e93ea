//! The mock of one operation: what the generated code is written with.

/// Writes what a mock can ask of one operation: for each parameter its name in Rust, its name on the wire,
/// and its kind, a branch of this macro, with its type.
macro_rules! matchers {
    ($builder:ident $operation:ident $(but $($other:literal)*)? { $($rows:tt)* }) => {
        crate::mock::operation::matchers!(@all false $builder $operation $($($other)*)? { $($rows)* });
    };
    ($builder:ident $operation:ident record $(but $($other:literal)*)? { $($rows:tt)* }) => {
        crate::mock::operation::matchers!(@all true $builder $operation $($($other)*)? { $($rows)* });
    };
    (@all $is_record:literal $builder:ident $operation:ident $($other:literal)* {
        $($name:ident $wire:literal $kind:ident($($of:tt)*)),* $(,)?
    }) => {
        impl crate::mock::mocked::Mocked for builder::$builder {
            const OPERATION: &'static crate::operation::Operation = &operation::$operation;
            const OTHER_PATHS: &'static [&'static str] = &[$($other),*];
            const IS_RECORD: bool = $is_record;
        }

        impl crate::mock::When<builder::$builder> {
            $(crate::mock::operation::matchers!(@$kind $name $wire $($of)*);)*
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
    (@joined $name:ident $wire:literal $separator:literal, $ty:ty) => {
        #[doc = concat!("Asks for exactly these values of `", $wire, "`, in this order.")]
        pub fn $name(self, values: impl IntoIterator<Item = impl Into<$ty>>) -> Self {
            self.query_joined($wire, $separator, values.into_iter().map(Into::<$ty>::into))
        }
    };
    (@each $name:ident $wire:literal $ty:ty) => {
        #[doc = concat!("Asks for each of these values of `", $wire, "`.")]
        pub fn $name(self, values: impl IntoIterator<Item = impl Into<$ty>>) -> Self {
            self.query_each($wire, values.into_iter().map(Into::<$ty>::into))
        }
    };
    (@header $name:ident $wire:literal $ty:ty) => {
        #[doc = concat!("Asks for this value of the header `", $wire, "`.")]
        pub fn $name(self, value: impl Into<$ty>) -> Self {
            self.header($wire, &crate::request::encoding::Wire::write(&value.into()))
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
                crate::mock::When<crate::by_hand::attach_file::AttachWmsOrderFile>,
                crate::mock::Then<crate::WriteResponse<String>>,
            ),
        ) -> ::httpmock::Mock<'_> {
            crate::mock::mocked::mock(self.server(), set)
        }
    };
}
pub(crate) use by_hand;

/// Writes the methods of one operation: its mock, and that of its pages where it has any.
macro_rules! mocks {
    ($id:ident $builder:ident => $response:ty) => {
        #[doc = concat!("Mocks [`Client::", stringify!($id), "`](crate::Client::", stringify!($id), ").")]
        fn $id(
            &self,
            set: impl FnOnce(crate::mock::When<builder::$builder>, crate::mock::Then<$response>),
        ) -> ::httpmock::Mock<'_> {
            crate::mock::mocked::mock(self.server(), set)
        }
    };
    ($id:ident $pages:ident $builder:ident => $page:ty, of $record:ty) => {
        crate::mock::operation::mocks!($id $builder => $page);

        #[doc = concat!(
            "Mocks [`Client::", stringify!($id), "`](crate::Client::", stringify!($id),
            ") page by page: each page holds up to `page_size` of the records (0 counts as 1) and names \
            the next one. The conditions of `when` apply to every page."
        )]
        fn $pages(
            &self,
            when: impl Fn(crate::mock::When<builder::$builder>),
            records: Vec<$record>,
            page_size: usize,
        ) -> crate::mock::PagedMock<'_> {
            crate::mock::pages::pages(self.server(), when, &records, page_size)
        }
    };
}
pub(crate) use mocks;
