//! Enums that the API may add values to.

use std::fmt;

/// A value of an enum that this version of the client does not know.
///
/// Only the enum creates it, from the text that the API sent. So no `match` can name the text, and none breaks when
/// a later version of the client knows the value.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnknownValue(String);

impl UnknownValue {
    pub(crate) fn new(text: String) -> Self {
        Self(text)
    }

    /// The value as the API sent it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An enum that any text can be read as.
pub(crate) trait OpenEnum {
    fn text(&self) -> &str;
}

/// Implements an open enum. The enum itself is in the generated file; it has the listed variants and
/// `Unknown(UnknownValue)`.
macro_rules! open_enum {
    ($name:ident { $($variant:ident = $value:literal),* $(,)? }) => {
        crate::model::per_feature::sampled_enum!($name { $($value),* });
        crate::model::per_feature::described_enum!($name { $($value),* });

        impl $name {
            /// The value as the API writes it.
            #[inline]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)*
                    Self::Unknown(value) => value.as_str(),
                }
            }

            /// All values that this version of the client knows, in the order of the API's documentation.
            #[inline]
            pub fn known_values() -> &'static [Self] {
                const KNOWN: &[$name] = &[$($name::$variant),*];
                KNOWN
            }

            fn known(value: &str) -> ::std::option::Option<Self> {
                match value {
                    $($value => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }

        impl crate::model::open_enum::OpenEnum for $name {
            fn text(&self) -> &str {
                self.as_str()
            }
        }

        impl ::std::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ::std::convert::From<&str> for $name {
            #[inline]
            fn from(value: &str) -> Self {
                Self::known(value).unwrap_or_else(|| Self::from(value.to_owned()))
            }
        }

        impl ::std::convert::From<::std::string::String> for $name {
            #[inline]
            fn from(value: ::std::string::String) -> Self {
                Self::known(&value).unwrap_or_else(|| {
                    Self::Unknown(crate::model::open_enum::UnknownValue::new(value))
                })
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;

            #[inline]
            fn from_str(value: &str) -> ::std::result::Result<Self, ::std::convert::Infallible> {
                ::std::result::Result::Ok(Self::from(value))
            }
        }

        impl ::serde::Serialize for $name {
            #[inline]
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            #[inline]
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                crate::model::reading::Readable::read_required(deserializer)
            }
        }

        /// A value that is not a text is converted to one, as for any field that is a text.
        impl crate::model::reading::Readable for $name {
            const DOCUMENTED: &'static str = "string";

            fn from_bool(value: bool) -> crate::model::reading::Reading<Self> {
                ::std::string::String::from_bool(value).map(Self::from)
            }

            fn from_i64(value: i64) -> crate::model::reading::Reading<Self> {
                ::std::string::String::from_i64(value).map(Self::from)
            }

            fn from_u64(value: u64) -> crate::model::reading::Reading<Self> {
                ::std::string::String::from_u64(value).map(Self::from)
            }

            fn from_f64(value: f64) -> crate::model::reading::Reading<Self> {
                ::std::string::String::from_f64(value).map(Self::from)
            }

            #[inline]
            fn from_text(text: &str) -> crate::model::reading::Reading<Self> {
                crate::model::reading::Reading::Is(Self::from(text))
            }
        }
    };
}
pub(crate) use open_enum;

#[cfg(test)]
mod tests {
    use super::UnknownValue;

    #[derive(Clone, Debug, PartialEq, Eq)]
    enum Kind {
        Wms,
        InTransit,
        Unknown(UnknownValue),
    }
    open_enum!(Kind { Wms = "wms", InTransit = "in-transit" });

    #[test]
    fn known_and_unknown_values_come_back_as_they_came() {
        let unknown = |text: &str| Kind::Unknown(UnknownValue::new(text.to_owned()));
        for (text, kind) in [
            ("wms", Kind::Wms),
            ("in-transit", Kind::InTransit),
            ("yard", unknown("yard")),
            ("", unknown("")),
        ] {
            let json = serde_json::to_string(text).unwrap();
            let read: Kind = serde_json::from_str(&json).unwrap();
            assert_eq!(read, kind);
            assert_eq!(serde_json::to_string(&read).unwrap(), json);
            assert_eq!(read.to_string(), text);
            assert_eq!(text.parse::<Kind>(), Ok(kind));
        }
    }

    #[test]
    fn a_number_is_an_unknown_value() {
        for (json, text) in [("7", "7"), ("-7", "-7"), ("1.5", "1.5"), ("true", "true")] {
            let read: Kind = serde_json::from_str(json).unwrap();
            assert_eq!(format!("{read:?}"), format!("Unknown({text:?})"));
        }
    }

    #[test]
    fn what_has_no_text_is_refused() {
        for json in ["null", "[]", "{}"] {
            let error = serde_json::from_str::<Kind>(json).unwrap_err().to_string();
            assert!(error.contains("expected string"), "{error}");
        }
    }

    #[test]
    fn the_known_values_are_listed() {
        assert_eq!(Kind::known_values(), [Kind::Wms, Kind::InTransit]);
    }
}
