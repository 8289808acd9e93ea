//! JSON schemas of the data types (feature `schemars`), of the 2020-12 draft.
//!
//! Every data type is a [`JsonSchema`]: `schemars::schema_for!(Order)` is the schema of what the client
//! reads as an order. In it an optional field may be null, an enum may have other values, and a record may
//! have other fields. With [`SchemaSettings::for_serialize`](schemars::generate::SchemaSettings) it is the
//! schema of what the client writes, in which nothing is null. The descriptions of types and fields come
//! from the documents that the client is generated from.
//!
//! ```
//! use trackstar_api::types::MagicLink;
//!
//! let schema = schemars::schema_for!(MagicLink);
//! assert_eq!(schema.get("title").and_then(|title| title.as_str()), Some("MagicLink"));
//! ```

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::model::schema::All;
use crate::response::{Page, WriteResponse};

/// The schemas of all compiled data types, by name. Each is complete in itself.
pub fn all() -> BTreeMap<&'static str, Schema> {
    let mut all = All::default();
    crate::generated::add_schemas(&mut all);
    all.0
}

/// A page of records.
impl<T: JsonSchema> JsonSchema for Page<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("PageOf{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "properties": {
                "data": {"type": ["array", "null"], "items": generator.subschema_for::<T>()},
                "next_token": {"type": ["string", "null"]},
                "total_count": {"type": ["integer", "null"]},
            },
            "required": ["data"],
        })
    }
}

/// The response to a write.
impl<T: JsonSchema> JsonSchema for WriteResponse<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("WriteResponseOf{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "properties": {
                "data": generator.subschema_for::<Option<T>>(),
                "id": {"type": ["string", "null"]},
                "unused_fields": {"type": ["array", "null"], "items": {"type": "string"}},
            },
        })
    }
}
