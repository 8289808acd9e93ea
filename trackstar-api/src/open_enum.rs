//! Enums that the API may add values to.

/// Writes what every open enum can do. The enum itself stands in the generated file; it has the listed
/// variants and `Unknown(String)`.
macro_rules! open_enum {
    ($name:ident { $($variant:ident = $value:literal),* $(,)? }) => {
        crate::per_feature::sampled_enum!($name { $($value),* });
        crate::per_feature::described_enum!($name { $($value),* });

        impl $name {
            /// The value as the API writes it.
            #[inline]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)*
                    Self::Unknown(value) => value,
                }
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
                match value {
                    $($value => Self::$variant,)*
                    other => Self::Unknown(::std::borrow::ToOwned::to_owned(other)),
                }
            }
        }

        impl ::std::convert::From<::std::string::String> for $name {
            #[inline]
            fn from(value: ::std::string::String) -> Self {
                match value.as_str() {
                    $($value => Self::$variant,)*
                    _ => Self::Unknown(value),
                }
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;

            #[inline]

            fn from_str(value: &str) -> ::std::result::Result<Self, Self::Err> {
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
                crate::text::read(deserializer)
            }
        }

        impl crate::request::encoding::Wire for $name {
            #[inline]
            fn write(&self) -> ::std::string::String {
                ::std::borrow::ToOwned::to_owned(self.as_str())
            }
        }
    };
}
pub(crate) use open_enum;

#[cfg(test)]
mod tests {
    #[derive(Clone, Debug, PartialEq, Eq)]
    enum Kind {
        Wms,
        InTransit,
        Unknown(String),
    }
    open_enum!(Kind { Wms = "wms", InTransit = "in-transit" });

    #[test]
    fn known_and_unknown_values_come_back_as_they_came() {
        for (text, kind) in [
            ("wms", Kind::Wms),
            ("in-transit", Kind::InTransit),
            ("yard", Kind::Unknown("yard".to_owned())),
            ("", Kind::Unknown(String::new())),
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
    fn what_is_no_text_is_refused() {
        let error = serde_json::from_str::<Kind>("7").unwrap_err();
        assert!(error.to_string().contains("expected a string"), "{error}");
    }
}
