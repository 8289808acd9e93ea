//! Amounts of money: exact decimals, read from numbers and from texts.

use std::fmt::Write as _;

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

use super::deviation::Found;
use super::reading::{Readable, Reading, absent_if_blank};

/// An amount of money, in the currency of its record: an exact decimal.
///
/// JSON numbers reach every reader as `f64`. An amount is the shortest decimal that such a number stands for, which
/// is what was written if it has no more than 15 digits. An amount that comes as a text is exact in all its
/// 28 digits.
///
/// An amount is written as a number, or as a text if no number represents it exactly.
pub type Money = Decimal;

/// An amount in its JSON form.
#[derive(Debug)]
pub(crate) struct Amount(pub(crate) Money);

impl Readable for Money {
    const DOCUMENTED: &'static str = "number";

    #[inline]
    fn from_i64(value: i64) -> Reading<Self> {
        Reading::Is(value.into())
    }

    #[inline]
    fn from_u64(value: u64) -> Reading<Self> {
        Reading::Is(value.into())
    }

    #[inline]
    fn from_f64(value: f64) -> Reading<Self> {
        match short(value).or_else(|| shortest(value)) {
            Some(amount) => Reading::Is(amount),
            None => Reading::kept(value),
        }
    }

    fn from_text(text: &str) -> Reading<Self> {
        match from_digits(text.trim()) {
            Some(amount) => Reading::Converted(amount, Found::Text),
            None => absent_if_blank(text),
        }
    }
}

/// The decimal of a number that has few digits, as almost every amount has: found without writing it down.
///
/// `digits / 10^scale` is the number that JSON's reader would give for these digits, since both are exact and
/// a division rounds correctly. Of 15 digits or fewer no others give the same number.
#[inline]
fn short(value: f64) -> Option<Money> {
    const POWERS: [f64; 7] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6];
    const MAX_DIGITS: u64 = 1_000_000_000_000_000;
    for (scale, power) in (0..).zip(POWERS) {
        let scaled = value * power;
        let digits = (scaled + 0.5_f64.copysign(scaled)) as i64;
        if digits.unsigned_abs() < MAX_DIGITS && digits as f64 / power == value {
            return Some(Money::new(digits, scale));
        }
    }
    None
}

/// The shortest decimal of any other number.
#[cold]
fn shortest(value: f64) -> Option<Money> {
    /// Room for the digits of any number: no memory is asked for.
    struct Digits([u8; 32], usize);

    impl std::fmt::Write for Digits {
        fn write_str(&mut self, text: &str) -> std::fmt::Result {
            let end = self.1 + text.len();
            let room = self.0.get_mut(self.1..end).ok_or(std::fmt::Error)?;
            room.copy_from_slice(text.as_bytes());
            self.1 = end;
            Ok(())
        }
    }

    let mut digits = Digits([0; 32], 0);
    match value.abs() {
        1e-6..1e18 => write!(digits, "{value}"),
        _ => write!(digits, "{value:e}"),
    }
    .ok()?;
    from_digits(std::str::from_utf8(digits.0.get(..digits.1)?).ok()?)
}

/// The exact value of the digits; `None` if that is not a decimal.
fn from_digits(text: &str) -> Option<Money> {
    let is_digit = |c: char| c.is_ascii_digit() || ".+-eE".contains(c);
    if !text.chars().all(is_digit) {
        return None;
    }
    let exact = Money::from_str_exact(text).ok();
    let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    exact.or_else(|| scaled(Money::from_str_exact(digits).ok()?, exponent.parse().ok()?))
}

/// An amount times a power of ten.
fn scaled(amount: Money, exponent: i32) -> Option<Money> {
    let amount = amount.normalize();
    let scale = i32::try_from(amount.scale()).ok()?.checked_sub(exponent)?;
    let (digits, scale) = match u32::try_from(scale) {
        Ok(scale) => (amount.mantissa(), scale),
        Err(_) => {
            let power = 10_i128.checked_pow(scale.unsigned_abs())?;
            (amount.mantissa().checked_mul(power)?, 0)
        }
    };
    Money::try_from_i128_with_scale(digits, scale).ok()
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let amount = self.0.normalize();
        if amount.scale() == 0
            && let Ok(whole) = i64::try_from(amount.mantissa())
        {
            return to.serialize_i64(whole);
        }
        match amount.to_string().parse::<f64>() {
            Ok(number) if short(number).or_else(|| shortest(number)) == Some(amount) => {
                to.serialize_f64(number)
            }
            _ => to.collect_str(&amount),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Money;
    use crate::model::record::record;

    #[derive(Clone, Debug, PartialEq)]
    struct Bill {
        amount: Money,
        tax: Option<Money>,
        extra: crate::model::extra::Extra,
    }
    record!(Bill { amount "amount" money, tax "tax" optional_money } extra);

    #[test]
    fn amounts_come_back_as_they_came_and_null_is_absence() {
        for (json, back) in [
            (
                r#"{"amount":12.5,"tax":0.25}"#,
                r#"{"amount":12.5,"tax":0.25}"#,
            ),
            (r#"{"amount":12.50,"tax":null}"#, r#"{"amount":12.5}"#),
            (r#"{"amount":-12.5}"#, r#"{"amount":-12.5}"#),
            (r#"{"amount":10.00,"tax":0}"#, r#"{"amount":10,"tax":0}"#),
            (
                r#"{"amount":"1234567890123456789.01","tax":""}"#,
                r#"{"amount":"1234567890123456789.01"}"#,
            ),
            (
                r#"{"amount":1,"tax":"12,50 EUR"}"#,
                r#"{"amount":1,"tax":"12,50 EUR"}"#,
            ),
        ] {
            let bill: Bill = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::to_string(&bill).unwrap(), back);
            let value = serde_json::to_value(&bill).unwrap();
            assert_eq!(serde_json::from_value::<Bill>(value).unwrap(), bill);
        }
    }

    #[test]
    fn an_amount_that_nothing_can_be_read_without_is_an_amount() {
        for json in [
            r#"{"amount":null}"#,
            r#"{"amount":"12,5"}"#,
            r#"{"amount":true}"#,
            "{}",
        ] {
            assert!(serde_json::from_str::<Bill>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn an_amount_is_exact() {
        for (json, amount) in [
            ("0.1", "0.1"),
            ("-0", "0"),
            ("19.99", "19.99"),
            ("1.015", "1.015"),
            ("0.000001", "0.000001"),
            ("0.00000001", "0.00000001"),
            ("123456789012.345", "123456789012.345"),
            ("1234567890.12345", "1234567890.12345"),
            ("1e2", "100"),
            ("1e20", "100000000000000000000"),
            ("18446744073709551615", "18446744073709551615"),
            ("\"12.50\"", "12.50"),
            ("\" 12.50 \"", "12.50"),
            ("\"1.25E2\"", "125"),
            ("\"12.5e-3\"", "0.0125"),
            (
                "\"1234567890123456789.0123456789\"",
                "1234567890123456789.0123456789",
            ),
        ] {
            let bill: Bill = serde_json::from_str(&format!("{{\"amount\":{json}}}")).unwrap();
            assert_eq!(bill.amount, amount.parse().unwrap(), "{json}");
        }
    }

    #[test]
    fn what_is_no_decimal_is_kept() {
        for tax in [
            json!("1_000"),
            json!("1.234.567"),
            json!("e5"),
            json!("1e99"),
            json!(1e99),
            json!("0.00000000000000000000000000000000001"),
            json!(true),
            json!([1]),
            json!({"amount": "12.50", "currency": "EUR"}),
        ] {
            let sent = json!({"amount": 1, "tax": tax});
            let bill: Bill = serde_json::from_value(sent.clone()).unwrap();
            assert_eq!(bill.tax, None, "{sent}");
            assert_eq!(serde_json::to_value(&bill).unwrap(), sent);
        }
    }

    /// Neither asks for the text of a number, as a `RawValue` would.
    #[test]
    fn an_amount_can_be_read_within_what_buffers() {
        #[derive(serde::Deserialize)]
        #[serde(untagged)]
        enum Document {
            Bill(Bill),
        }
        #[derive(serde::Deserialize)]
        struct Stored {
            at: u8,
            #[serde(flatten)]
            bill: Bill,
        }
        let Document::Bill(bill) = serde_json::from_str(r#"{"amount":0.10,"tax":"7.00"}"#).unwrap();
        assert_eq!(bill.amount, "0.1".parse().unwrap());
        let stored: Stored = serde_json::from_str(r#"{"at":1,"amount":0.30,"new":[1]}"#).unwrap();
        assert_eq!((stored.at, stored.bill.amount), (1, "0.3".parse().unwrap()));
    }
}
