//! What the API puts around records: pages, and the responses to writes.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap as _, Serializer};

/// One page of a list.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// The records, in the order of the API.
    pub data: Vec<T>,
    /// Asks for the next page, as the operation's `page_token`; `None` on the last one.
    pub next_token: Option<String>,
    /// How many records the API counts. Its documentation does not say whether that is of this page or of
    /// the whole list.
    pub total_count: Option<i64>,
}

/// The response to a write.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct WriteResponse<T> {
    /// The record after the write, if the API gives it.
    pub data: Option<T>,
    /// The id of the record that was written.
    pub id: String,
    /// Fields that were sent, and that the integration did not use.
    pub unused_fields: Vec<String>,
}

/// A single record, which stands under `data`.
pub(crate) struct Data<T>(pub(crate) T);

impl<T> Page<T> {
    /// A page of these records, the last of its list.
    pub fn new(data: Vec<T>) -> Self {
        Self {
            data,
            next_token: None,
            total_count: None,
        }
    }

    /// The records of both pages. They are counted here, since the API counted them page by page.
    pub(crate) fn followed_by(mut self, next: Self) -> Self {
        self.data.extend(next.data);
        self.next_token = next.next_token;
        self.total_count = i64::try_from(self.data.len()).ok();
        self
    }
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl<T> WriteResponse<T> {
    /// The response to a write of the record with this id, which used all fields.
    pub fn new(id: impl Into<String>, data: Option<T>) -> Self {
        Self {
            data,
            id: id.into(),
            unused_fields: Vec::new(),
        }
    }
}

/// Reads and writes an envelope by its fields: what reads each, what it is if it is absent.
macro_rules! envelope {
    ($name:ident { $($field:ident: $ty:ty, $wire:literal $presence:ident;)* } $build:expr) => {
        impl<'de, T: Deserialize<'de>> Deserialize<'de> for $name<T> {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                struct Fields<T>(PhantomData<T>);

                impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
                    type Value = $name<T>;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str(concat!("a map that is a ", stringify!($name)))
                    }

                    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<$name<T>, A::Error> {
                        $(let mut $field: Option<Option<$ty>> = None;)*
                        while let Some(key) = map.next_key::<std::borrow::Cow<'de, str>>()? {
                            match key.as_ref() {
                                $($wire => $field = Some(map.next_value()?),)*
                                _ => drop(map.next_value::<IgnoredAny>()?),
                            }
                        }
                        $(let $field = envelope!(@$presence $field $wire);)*
                        Ok($build)
                    }
                }

                from.deserialize_map(Fields(PhantomData))
            }
        }
    };
    // Absence is an error, `null` is an empty one.
    (@needed $field:ident $wire:literal) => {
        $field
            .ok_or_else(|| serde::de::Error::missing_field($wire))?
            .unwrap_or_default()
    };
    // Absence and `null` are errors.
    (@required $field:ident $wire:literal) => {
        $field
            .flatten()
            .ok_or_else(|| serde::de::Error::missing_field($wire))?
    };
    (@optional $field:ident $wire:literal) => {
        $field.flatten()
    };
}

envelope!(Page {
    data: Vec<T>, "data" needed;
    next_token: String, "next_token" optional;
    total_count: i64, "total_count" optional;
} Page { data, next_token, total_count });

envelope!(WriteResponse {
    data: T, "data" optional;
    id: String, "id" required;
    unused_fields: Vec<String>, "unused_fields" optional;
} WriteResponse { data, id, unused_fields: unused_fields.unwrap_or_default() });

envelope!(Data { data: T, "data" required; } Data(data));

impl<T: Serialize> Serialize for Page<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("data", &self.data)?;
        if let Some(token) = &self.next_token {
            map.serialize_entry("next_token", token)?;
        }
        if let Some(count) = self.total_count {
            map.serialize_entry("total_count", &count)?;
        }
        map.end()
    }
}

impl<T: Serialize> Serialize for WriteResponse<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        if let Some(data) = &self.data {
            map.serialize_entry("data", data)?;
        }
        map.serialize_entry("id", &self.id)?;
        if !self.unused_fields.is_empty() {
            map.serialize_entry("unused_fields", &self.unused_fields)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_needs_its_list_and_nothing_else() {
        let page: Page<u8> =
            serde_json::from_str(r#"{"total_count":2,"new":[],"data":[1,2],"next_token":"n"}"#)
                .unwrap();
        assert_eq!(page.data, [1, 2]);
        assert_eq!(page.next_token.as_deref(), Some("n"));
        assert_eq!(page.total_count, Some(2));
        let page: Page<u8> = serde_json::from_str(r#"{"data":null}"#).unwrap();
        assert_eq!(page, Page::default());
        let error = serde_json::from_str::<Page<u8>>("{}")
            .unwrap_err()
            .to_string();
        assert!(error.contains("missing field `data`"), "{error}");
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut page = Page::new(vec![1]);
        page.next_token = Some("n".to_owned());
        let json = serde_json::to_string(&page).unwrap();
        assert_eq!(serde_json::from_str::<Page<u8>>(&json).unwrap(), page);
        let write = WriteResponse::new("7", Some(1));
        let json = serde_json::to_string(&write).unwrap();
        assert_eq!(
            serde_json::from_str::<WriteResponse<u8>>(&json).unwrap(),
            write
        );
    }

    #[test]
    fn a_record_that_is_null_is_no_record() {
        assert!(serde_json::from_str::<Data<u8>>(r#"{"data":null}"#).is_err());
        assert_eq!(
            serde_json::from_str::<Data<u8>>(r#"{"data":7}"#).unwrap().0,
            7
        );
    }
}
