//! Texts, numbers and truth values.

use serde_json::{Number, Value};

use super::deviation::Found;
use super::reading::{Readable, Reading, absent_if_blank};

impl Readable for String {
    const DOCUMENTED: &'static str = "string";

    fn from_bool(value: bool) -> Reading<Self> {
        Reading::Converted(value.to_string(), Found::Boolean)
    }

    fn from_i64(value: i64) -> Reading<Self> {
        Reading::Converted(value.to_string(), Found::Integer)
    }

    fn from_u64(value: u64) -> Reading<Self> {
        Reading::Converted(value.to_string(), Found::Integer)
    }

    fn from_f64(value: f64) -> Reading<Self> {
        match Number::from_f64(value) {
            Some(number) => Reading::Converted(number.to_string(), Found::Number),
            None => Reading::Absent(Found::NotANumber),
        }
    }

    #[inline]
    fn from_text(text: &str) -> Reading<Self> {
        Reading::Is(text.to_owned())
    }
}

impl Readable for bool {
    const DOCUMENTED: &'static str = "boolean";

    #[inline]
    fn from_bool(value: bool) -> Reading<Self> {
        Reading::Is(value)
    }

    fn from_i64(value: i64) -> Reading<Self> {
        match value {
            0 => Reading::Converted(false, Found::Integer),
            1 => Reading::Converted(true, Found::Integer),
            _ => Reading::kept(value),
        }
    }

    fn from_u64(value: u64) -> Reading<Self> {
        match value {
            0 | 1 => Reading::Converted(value == 1, Found::Integer),
            _ => Reading::kept(value),
        }
    }

    fn from_f64(value: f64) -> Reading<Self> {
        match value {
            0.0 | 1.0 => Reading::Converted(value == 1.0, Found::Number),
            _ => Reading::kept(value),
        }
    }

    fn from_text(text: &str) -> Reading<Self> {
        for (word, value) in [("true", true), ("false", false), ("1", true), ("0", false)] {
            if text.trim().eq_ignore_ascii_case(word) {
                return Reading::Converted(value, Found::Text);
            }
        }
        absent_if_blank(text)
    }
}

/// The whole number that a number is, if it is one and no digit of it is in doubt.
fn whole(value: f64) -> Option<i64> {
    const FIRST_INEXACT: f64 = 9_007_199_254_740_992.0;
    (value.fract() == 0.0 && value.abs() < FIRST_INEXACT).then_some(value as i64)
}

macro_rules! integers {
    ($($ty:ty),*) => {
        $(impl Readable for $ty {
            const DOCUMENTED: &'static str = "integer";

            #[inline]
            fn from_i64(value: i64) -> Reading<Self> {
                Self::try_from(value).map_or_else(|_| Reading::kept(value), Reading::Is)
            }

            #[inline]
            fn from_u64(value: u64) -> Reading<Self> {
                Self::try_from(value).map_or_else(|_| Reading::kept(value), Reading::Is)
            }

            fn from_f64(value: f64) -> Reading<Self> {
                match whole(value).and_then(|whole| Self::try_from(whole).ok()) {
                    Some(whole) => Reading::Converted(whole, Found::Number),
                    None => Reading::kept(value),
                }
            }

            fn from_text(text: &str) -> Reading<Self> {
                let digits = text.trim();
                let exact = || digits.parse().ok();
                let rounded = || Self::try_from(whole(digits.parse().ok()?)?).ok();
                match exact().or_else(rounded) {
                    Some(value) => Reading::Converted(value, Found::Text),
                    None => absent_if_blank(text),
                }
            }
        })*
    };
}
integers!(i8, i16, i32, i64, u8, u16, u32, u64);

macro_rules! numbers {
    ($($ty:ty),*) => {
        $(impl Readable for $ty {
            const DOCUMENTED: &'static str = "number";

            #[inline]
            fn from_i64(value: i64) -> Reading<Self> {
                Reading::Is(value as Self)
            }

            #[inline]
            fn from_u64(value: u64) -> Reading<Self> {
                Reading::Is(value as Self)
            }

            #[inline]
            fn from_f64(value: f64) -> Reading<Self> {
                Reading::Is(value as Self)
            }

            fn from_text(text: &str) -> Reading<Self> {
                match text.trim().parse::<Self>() {
                    Ok(value) if value.is_finite() => Reading::Converted(value, Found::Text),
                    _ => absent_if_blank(text),
                }
            }
        })*
    };
}
numbers!(f32, f64);

/// Any JSON is what the document says.
impl Readable for Value {
    const DOCUMENTED: &'static str = "any";

    fn null() -> Option<Self> {
        Some(Self::Null)
    }

    fn read<'de, D: serde::Deserializer<'de>>(
        slot: &mut Option<Self>,
        from: D,
    ) -> Result<Reading<()>, D::Error> {
        Ok(match <Self as serde::Deserialize>::deserialize(from)? {
            Self::Null => Reading::Null,
            value => {
                *slot = Some(value);
                Reading::Is(())
            }
        })
    }
}
