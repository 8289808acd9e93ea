//! Amounts of money: `f64`, or with the feature `decimal` an exact decimal, read from the number's text.

/// An amount of money, in the currency of its record.
///
/// `f64` by default; `rust_decimal::Decimal` with the feature `decimal`, so that `0.1` is 0.1.
#[cfg(not(feature = "decimal"))]
pub type Money = f64;

/// An amount of money, in the currency of its record, read from the digits that the API wrote.
#[cfg(feature = "decimal")]
pub type Money = rust_decimal::Decimal;

#[cfg(not(feature = "decimal"))]
mod number {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Money;

    pub(super) fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Money>, D::Error> {
        Option::deserialize(from)
    }

    pub(super) fn write<S: Serializer>(value: &Money, to: S) -> Result<S::Ok, S::Error> {
        value.serialize(to)
    }
}

#[cfg(feature = "decimal")]
mod number {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
    use serde_json::value::RawValue;

    use super::Money;

    pub(super) fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Money>, D::Error> {
        let raw = Option::<Box<RawValue>>::deserialize(from)?;
        let Some(text) = raw
            .as_ref()
            .map(|raw| raw.get())
            .filter(|text| *text != "null")
        else {
            return Ok(None);
        };
        let parsed = Money::from_str_exact(text).or_else(|_| Money::from_scientific(text));
        parsed
            .map(Some)
            .map_err(|cause| de::Error::custom(format!("{text} is no decimal number: {cause}")))
    }

    pub(super) fn write<S: Serializer>(value: &Money, to: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(value.to_string())
            .map_err(ser::Error::custom)?
            .serialize(to)
    }
}

/// For fields that are always there.
#[allow(
    dead_code,
    reason = "used by the generated types, if any of them has such a field"
)]
pub(crate) mod required {
    use serde::{Deserializer, Serializer, de};

    use super::Money;

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Money, D::Error> {
        super::number::read(from)?
            .ok_or_else(|| de::Error::custom("expected an amount, found null"))
    }

    pub(crate) fn serialize<S: Serializer>(value: &Money, to: S) -> Result<S::Ok, S::Error> {
        super::number::write(value, to)
    }
}

/// For fields that may be left out.
#[allow(
    dead_code,
    reason = "used by the generated types, if any of them has such a field"
)]
pub(crate) mod optional {
    use serde::{Deserializer, Serializer};

    use super::Money;

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Money>, D::Error> {
        super::number::read(from)
    }

    pub(crate) fn serialize<S: Serializer>(
        value: &Option<Money>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => super::number::write(value, to),
            None => to.serialize_none(),
        }
    }
}
