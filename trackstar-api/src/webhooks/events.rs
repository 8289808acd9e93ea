//! The data of events, by type.

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::response::decode;

/// Writes the enum of the types of events: for each its variant, its wire name, its documentation, the type
/// of its data, and the features of the crate that it needs.
macro_rules! events {
    ($($name:ident $wire:literal $doc:literal $data:ident $([$($area:literal),*])?;)*) => {
        /// The data of an event: a variant for each type of event that this version knows.
        ///
        /// The types of an area need the area's feature; without it such an event is `Unknown`. `Debug` only
        /// shows the name of the variant, because the data may contain access tokens and addresses.
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        pub enum EventData {
            $(
                #[doc = $doc]
                $(#[cfg(any($(feature = $area),*))])?
                $name(Box<$data>),
            )*
            /// The event was too large to send:
            /// [`Event::fetch`](crate::webhooks::Event::fetch) gets the whole event.
            Truncated(crate::webhooks::Truncated),
            /// An event of a type that this version does not know, or whose data is not as documented.
            Unknown(crate::webhooks::Unknown),
        }

        impl EventData {
            /// Reads the data of an event that was not truncated.
            pub(crate) fn read(event_type: &str, json: &::serde_json::value::RawValue) -> Self {
                match event_type {
                    $(
                        $(#[cfg(any($(feature = $area),*))])?
                        $wire => crate::webhooks::Unknown::unless_read(json, Self::$name),
                    )*
                    _ => Self::Unknown(crate::webhooks::Unknown::new(json)),
                }
            }

            fn variant(&self) -> &'static str {
                match self {
                    $(
                        $(#[cfg(any($(feature = $area),*))])?
                        Self::$name(_) => stringify!($name),
                    )*
                    Self::Truncated(_) => "Truncated",
                    Self::Unknown(_) => "Unknown",
                }
            }
        }

        impl ::std::fmt::Debug for EventData {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                write!(f, "{}(..)", self.variant())
            }
        }
    };
}
pub(crate) use events;

/// What is left of an event that was too large to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Truncated {
    id: Option<String>,
}

impl Truncated {
    pub(super) fn read(json: &RawValue) -> Self {
        let data: Value = serde_json::from_str(json.get()).unwrap_or_default();
        Self {
            id: data.get("id").and_then(Value::as_str).map(str::to_owned),
        }
    }

    /// The id of the record that the event is about.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}

/// Data that this version of the client cannot read as a type.
#[derive(Clone, PartialEq, Eq)]
pub struct Unknown {
    json: String,
    problem: Option<String>,
}

impl Unknown {
    pub(crate) fn new(json: &RawValue) -> Self {
        Self {
            json: json.get().to_owned(),
            problem: None,
        }
    }

    /// Reads the data as its type; if that fails, keeps its JSON and the reason.
    pub(crate) fn unless_read<T: DeserializeOwned>(
        json: &RawValue,
        variant: fn(Box<T>) -> super::EventData,
    ) -> super::EventData {
        match decode::json(json.get().as_bytes()) {
            Ok(data) => variant(Box::new(data)),
            Err(mismatch) => super::EventData::Unknown(Self {
                problem: Some(mismatch.to_string()),
                ..Self::new(json)
            }),
        }
    }

    /// The JSON of the data, as the API wrote it.
    pub fn json(&self) -> &str {
        &self.json
    }

    /// Reads the data as your own type.
    ///
    /// # Errors
    /// If the JSON cannot be read as that type.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(&self.json)
    }

    /// For an event of a type that this version knows: which field is not as documented, and why.
    pub fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }
}

impl fmt::Debug for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unknown")
            .field("problem", &self.problem)
            .finish_non_exhaustive()
    }
}
