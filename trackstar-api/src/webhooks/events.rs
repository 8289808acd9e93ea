//! The data of events, by type.

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::model::json::{self, Mismatch};
use crate::model::repair;

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
                ///
                /// ```no_run
                /// # use trackstar_api::{types, webhooks::{Event, EventData}};
                #[doc = concat!("# fn store(_: types::", stringify!($data), ") {}")]
                /// # fn handle(event: Event) {
                #[doc = concat!("if let EventData::", stringify!($name), "(data) = event.into_data() {")]
                #[doc = concat!("    store(*data); // a `types::", stringify!($data), "`")]
                /// }
                /// # }
                /// ```
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
        Self { id: id(json.get()) }
    }

    /// The id of the record that the event is about.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}

/// The id of a record, if it has one that can be read.
fn id(json: &str) -> Option<String> {
    match json::read::<Value>(json.as_bytes()).ok()?.get("id")? {
        Value::String(id) if !id.is_empty() => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    }
}

/// Data that this version of the client cannot read as a type: because it does not know the type of the event,
/// or because the data is not what the document says. [`problem`](Self::problem) tells the two apart.
#[derive(Clone, PartialEq, Eq)]
pub struct Unknown {
    json: String,
    field: Option<String>,
    problem: Option<String>,
}

impl Unknown {
    pub(crate) fn new(json: &RawValue) -> Self {
        Self {
            json: json.get().to_owned(),
            field: None,
            problem: None,
        }
    }

    pub(super) fn unreadable(json: String, mismatch: &Mismatch) -> Self {
        Self {
            json,
            field: mismatch.field(),
            problem: Some(mismatch.to_string()),
        }
    }

    /// Reads the data as its type; if that fails, keeps its JSON and the reason.
    pub(crate) fn unless_read<T: DeserializeOwned>(
        json: &RawValue,
        variant: fn(Box<T>) -> super::EventData,
    ) -> super::EventData {
        match json::read(json.get().as_bytes()) {
            Ok(data) => variant(Box::new(data)),
            Err(mismatch) => {
                let json = json.get().to_owned();
                super::EventData::Unknown(Self::unreadable(json, &mismatch))
            }
        }
    }

    /// The JSON of the data, as the API wrote it. If the body of the event is not a JSON map, the text of the
    /// whole body.
    pub fn json(&self) -> &str {
        &self.json
    }

    /// Reads the data as your own type.
    ///
    /// # Errors
    /// If the JSON cannot be read as that type.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        match serde_json::from_str(&self.json) {
            // A half of a surrogate pair, say: it is replaced, as in data that is read as its type.
            Err(error) if !error.is_data() => match repair::repair(self.json.as_bytes()) {
                Some(repaired) => serde_json::from_slice(&repaired),
                None => Err(error),
            },
            read => read,
        }
    }

    /// The id of the record that the event is about, if it has one that can be read.
    pub fn id(&self) -> Option<String> {
        id(&self.json)
    }

    /// The field that is missing or cannot be read, if that is the problem.
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// What is not as documented, and where. `None` if this version does not know the type of the event.
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
