//! Amounts of money: `f64`, or with the feature `decimal` an exact decimal, read from the number's text.

/// An amount of money, in the currency of its record.
///
/// `f64` by default; `rust_decimal::Decimal` with the feature `decimal`, so that `0.1` is 0.1.
#[cfg(not(feature = "decimal"))]
pub type Money = f64;

/// An amount of money, in the currency of its record, read from the digits that the API wrote.
#[cfg(feature = "decimal")]
pub type Money = rust_decimal::Decimal;

/// An amount as it stands in JSON.
#[derive(Debug)]
pub(crate) struct Amount(pub(crate) Money);

#[cfg(not(feature = "decimal"))]
mod number {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{Amount, Money};

    impl<'de> Deserialize<'de> for Amount {
        fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            Money::deserialize(from).map(Self)
        }
    }

    impl Serialize for Amount {
        fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            self.0.serialize(to)
        }
    }
}

#[cfg(feature = "decimal")]
mod number {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
    use serde_json::value::RawValue;

    use super::{Amount, Money};

    impl<'de> Deserialize<'de> for Amount {
        fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            let raw = Box::<RawValue>::deserialize(from)?;
            let text = raw.get();
            let parsed = Money::from_str_exact(text).or_else(|_| Money::from_scientific(text));
            parsed
                .map(Self)
                .map_err(|cause| de::Error::custom(format!("{text} is no decimal number: {cause}")))
        }
    }

    impl Serialize for Amount {
        fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            RawValue::from_string(self.0.to_string())
                .map_err(ser::Error::custom)?
                .serialize(to)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Money;
    use crate::record::record;

    #[derive(Debug, PartialEq)]
    struct Bill {
        amount: Money,
        tax: Option<Money>,
    }
    record!(Bill { amount "amount" money, tax "tax" optional_money });

    #[test]
    fn amounts_come_back_as_they_came_and_null_is_absence() {
        for (json, back) in [
            (
                r#"{"amount":12.5,"tax":0.25}"#,
                r#"{"amount":12.5,"tax":0.25}"#,
            ),
            (r#"{"amount":12.5,"tax":null}"#, r#"{"amount":12.5}"#),
            (r#"{"amount":-12.5}"#, r#"{"amount":-12.5}"#),
        ] {
            let bill: Bill = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::to_string(&bill).unwrap(), back);
            let value = serde_json::to_value(&bill).unwrap();
            assert_eq!(serde_json::from_value::<Bill>(value).unwrap(), bill);
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for json in [
            r#"{"amount":null}"#,
            r#"{"amount":"12.5"}"#,
            r#"{"amount":true}"#,
            "{}",
        ] {
            assert!(serde_json::from_str::<Bill>(json).is_err(), "{json}");
        }
    }

    #[cfg(feature = "decimal")]
    #[test]
    fn a_decimal_is_read_from_the_digits() {
        for (digits, written) in [
            ("0.1", "0.1"),
            ("1234567890123456789.01", "1234567890123456789.01"),
            ("10.00", "10.00"),
            ("1e2", "100"),
        ] {
            let bill: Bill = serde_json::from_str(&format!("{{\"amount\":{digits}}}")).unwrap();
            assert_eq!(bill.amount.to_string(), written);
            let json = serde_json::to_string(&bill).unwrap();
            assert_eq!(json, format!("{{\"amount\":{written}}}"));
        }
    }

    /// An order as it is decoded from an answer, whose amounts lie deep.
    #[cfg(all(feature = "decimal", feature = "wms"))]
    #[test]
    fn the_amounts_of_an_answer_are_decimals_however_deep_they_lie() {
        let answer = br#"{"data": [{"id": "o", "total_price": 0.30, "line_items": [
            {"sku": "a", "product_id": "p", "quantity": 1, "unit_price": 1234567890.0123456789, "is_picked": false, "discount_amount": null}]}]}"#;
        let page: crate::types::WmsOrdersListEndpoint =
            crate::response::decode::json(answer).unwrap();
        let order = &page.data[0];
        assert_eq!(order.total_price.unwrap().to_string(), "0.30");
        assert_eq!(
            order.line_items[0].unit_price.unwrap().to_string(),
            "1234567890.0123456789"
        );
    }
}
