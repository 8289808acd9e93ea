//! Types that are another name for one that needs none.

/// Lets such a type be read as what it stands for.
macro_rules! named {
    ($name:ident($ty:ty)) => {
        impl crate::model::reading::Readable for $name {
            const DOCUMENTED: &'static str = <$ty as crate::model::reading::Readable>::DOCUMENTED;
            const NESTS: bool = <$ty as crate::model::reading::Readable>::NESTS;

            fn read<'de, D: ::serde::Deserializer<'de>>(
                slot: &mut Option<Self>,
                from: D,
            ) -> Result<crate::model::reading::Reading<()>, D::Error> {
                let mut inner = None;
                let reading = <$ty as crate::model::reading::Readable>::read(&mut inner, from)?;
                *slot = inner.map(Self);
                Ok(reading)
            }
        }
    };
}
pub(crate) use named;
