//! Types that are another name for one that needs none.

/// Lets such a type be read as what it stands for.
macro_rules! named {
    ($name:ident($ty:ty)) => {
        impl crate::model::reading::Readable for $name {
            const DOCUMENTED: &'static str = <$ty as crate::model::reading::Readable>::DOCUMENTED;
            const NESTS: bool = <$ty as crate::model::reading::Readable>::NESTS;

            fn read<'de, D: ::serde::Deserializer<'de>>(
                from: D,
            ) -> Result<crate::model::reading::Reading<Self>, D::Error> {
                let reading = <$ty as crate::model::reading::Readable>::read(from)?;
                Ok(reading.map(Self))
            }
        }
    };
}
pub(crate) use named;
