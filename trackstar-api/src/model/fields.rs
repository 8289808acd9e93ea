//! The kinds of fields: how each is read, which value it has when it is absent, and how it is written.

use std::marker::PhantomData;

use chrono::{DateTime, Utc};
use serde::de::{self, MapAccess};
use serde::ser::{self, Serialize, SerializeMap};

use super::collections::Collection;
use super::deviation;
use super::extra::Extra;
use super::members::Members;
use super::money::{Amount, Money};
use super::reading::{Readable, Reading, Required, Tolerant};
use super::times::written;

/// A field without which its record cannot be read.
pub(crate) mod required {
    use super::*;

    pub(crate) const REQUIRES: bool = true;

    pub(crate) fn read<'de, T: Readable, A: MapAccess<'de>>(
        slot: &mut Option<T>,
        map: &mut A,
        name: &'static str,
        _: &mut Extra,
    ) -> Result<(), A::Error> {
        let before = deviation::count();
        *slot = Some(map.next_value_seed(Required(PhantomData))?);
        if deviation::count() != before {
            deviation::within(before, name);
        }
        Ok(())
    }

    pub(crate) fn finish<T, E: de::Error>(slot: Option<T>, name: &'static str) -> Result<T, E> {
        slot.ok_or_else(|| E::missing_field(name))
    }

    pub(crate) fn write<T: Serialize, M: SerializeMap>(
        members: &mut Members<'_, M>,
        name: &'static str,
        field: &T,
    ) -> Result<(), M::Error> {
        members.write(name, field)
    }
}

/// A field for which `null` and absence are the same; neither is written.
pub(crate) mod optional {
    use super::*;

    pub(crate) const REQUIRES: bool = false;

    pub(crate) fn read<'de, T: Readable, A: MapAccess<'de>>(
        slot: &mut Option<T>,
        map: &mut A,
        name: &'static str,
        extra: &mut Extra,
    ) -> Result<(), A::Error> {
        let before = if T::NESTS { deviation::count() } else { 0 };
        let reading = map.next_value_seed(Tolerant(&mut *slot))?;
        if T::NESTS && deviation::count() != before {
            deviation::within(before, name);
        }
        let has_value = match reading {
            Reading::Is(()) => true,
            Reading::Null => false,
            reading => reading.settle(name, T::DOCUMENTED, extra),
        };
        if !has_value {
            *slot = None;
        }
        Ok(())
    }

    pub(crate) fn finish<T, E>(slot: Option<T>, _: &'static str) -> Result<Option<T>, E> {
        Ok(slot)
    }

    pub(crate) fn write<T: Serialize, M: SerializeMap>(
        members: &mut Members<'_, M>,
        name: &'static str,
        field: &Option<T>,
    ) -> Result<(), M::Error> {
        match field {
            Some(value) => members.write(name, value),
            None => Ok(()),
        }
    }
}

/// A list or a map for which `null`, absence and an empty one are the same.
pub(crate) mod list {
    pub(crate) use super::optional::{REQUIRES, read};
    use super::*;

    pub(crate) fn finish<T: Collection, E>(slot: Option<T>, _: &'static str) -> Result<T, E> {
        Ok(slot.unwrap_or_default())
    }

    pub(crate) fn write<T: Serialize + Collection, M: SerializeMap>(
        members: &mut Members<'_, M>,
        name: &'static str,
        field: &T,
    ) -> Result<(), M::Error> {
        if field.is_empty() {
            return Ok(());
        }
        members.write_collection(name, field)
    }
}

/// A list or a map of a request: an empty one has a meaning of its own, so it differs from absence.
pub(crate) mod optional_list {
    pub(crate) use super::optional::{REQUIRES, finish, read};
    use super::*;

    pub(crate) fn write<T: Serialize + Collection, M: SerializeMap>(
        members: &mut Members<'_, M>,
        name: &'static str,
        field: &Option<T>,
    ) -> Result<(), M::Error> {
        match field {
            Some(value) => members.write_collection(name, value),
            None => Ok(()),
        }
    }
}

/// A list or a map that is the content of a response: `null` is an empty one, and absence is an error.
pub(crate) mod required_list {
    pub(crate) use super::required::REQUIRES;
    use super::*;

    pub(crate) fn read<'de, T: Readable, A: MapAccess<'de>>(
        slot: &mut Option<Option<T>>,
        map: &mut A,
        name: &'static str,
        extra: &mut Extra,
    ) -> Result<(), A::Error> {
        optional::read(slot.insert(None), map, name, extra)
    }

    pub(crate) fn finish<T: Collection, E: de::Error>(
        slot: Option<Option<T>>,
        name: &'static str,
    ) -> Result<T, E> {
        Ok(super::required::finish(slot, name)?.unwrap_or_default())
    }

    pub(crate) fn write<T: Serialize + Collection, M: SerializeMap>(
        members: &mut Members<'_, M>,
        name: &'static str,
        field: &T,
    ) -> Result<(), M::Error> {
        if field.is_empty() && members.keeps(name) {
            return Ok(());
        }
        members.write_collection(name, field)
    }
}

/// The records of a page: `null` is an empty list. Absence is an error, and so is a record that cannot be read.
pub(crate) mod page_records {
    pub(crate) use super::required::{REQUIRES, write};
    use super::*;

    pub(crate) fn read<'de, T: Readable, A: MapAccess<'de>>(
        slot: &mut Option<Option<Vec<T>>>,
        map: &mut A,
        name: &'static str,
        _: &mut Extra,
    ) -> Result<(), A::Error> {
        let before = deviation::count();
        *slot = Some(map.next_value_seed(super::super::records::Records(PhantomData))?);
        if deviation::count() != before {
            deviation::within(before, name);
        }
        Ok(())
    }

    pub(crate) fn finish<T, E: de::Error>(
        slot: Option<Option<Vec<T>>>,
        name: &'static str,
    ) -> Result<Vec<T>, E> {
        Ok(super::required::finish(slot, name)?.unwrap_or_default())
    }
}

/// An amount of money that is always there.
pub(crate) mod money {
    pub(crate) use super::required::{REQUIRES, finish, read};
    use super::*;

    pub(crate) fn write<M: SerializeMap>(
        members: &mut Members<'_, M>,
        name: &'static str,
        field: &Money,
    ) -> Result<(), M::Error> {
        members.write(name, &Amount(*field))
    }
}

/// A time that is written in the only form that the API accepts.
pub(crate) mod time {
    pub(crate) use super::required::{REQUIRES, finish, read};
    use super::*;

    pub(crate) fn write<M: SerializeMap>(
        members: &mut Members<'_, M>,
        name: &'static str,
        field: &DateTime<Utc>,
    ) -> Result<(), M::Error> {
        members.write(name, &written(*field))
    }
}

/// A field of a request that has to be set by its setter.
pub(crate) mod needed {
    pub(crate) use super::optional::{REQUIRES, finish, read};
    use super::*;

    pub(crate) fn write<T: Serialize, M: SerializeMap>(
        members: &mut Members<'_, M>,
        name: &'static str,
        field: &Option<T>,
    ) -> Result<(), M::Error> {
        match field {
            Some(value) => members.write(name, value),
            None => Err(<M::Error as ser::Error>::custom(format_args!(
                "`{name}` is missing, which the API requires"
            ))),
        }
    }
}

/// A field that may be empty, written like another kind after its value is converted.
macro_rules! converted {
    ($name:ident: $value:ty, $kind:ident of $convert:path) => {
        pub(crate) mod $name {
            pub(crate) use super::optional::{REQUIRES, finish, read};
            use super::*;

            pub(crate) fn write<M: SerializeMap>(
                members: &mut Members<'_, M>,
                name: &'static str,
                field: &Option<$value>,
            ) -> Result<(), M::Error> {
                $kind::write(members, name, &field.map($convert))
            }
        }
    };
}
converted!(optional_money: Money, optional of Amount);
converted!(optional_time: DateTime<Utc>, optional of written);
converted!(needed_money: Money, needed of Amount);
converted!(needed_time: DateTime<Utc>, needed of written);
