//! The JSON schemas of the data types, by the rows of `record!`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use super::money::Amount;

/// Collects the schemas of the generated types.
#[derive(Default)]
pub(crate) struct All(pub(crate) BTreeMap<&'static str, Schema>);

impl All {
    pub(crate) fn add<T: JsonSchema>(&mut self, name: &'static str) {
        self.0.insert(name, schemars::schema_for!(T));
    }
}

/// The document that the client is generated from, for its descriptions of types and fields.
static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../openapi-3.0.json")).unwrap_or_default()
});

/// Adds what the document says about a type or one of its fields.
fn annotate(schema: &mut Schema, record: &str, field: Option<&str>) {
    let mut described = &DOCUMENT["components"]["schemas"][record];
    if let Some(field) = field {
        described = &described["properties"][field];
    }
    for keyword in ["description", "deprecated"] {
        if let Some(value) = described.get(keyword) {
            schema.insert(keyword.to_owned(), value.clone());
        }
    }
    if let Some(example) = described.get("example") {
        schema.insert("examples".to_owned(), json!([example]));
    }
}

/// The schema of a record, field by field.
pub(crate) struct Fields<'g> {
    record: &'static str,
    generator: &'g mut SchemaGenerator,
    properties: Map<String, Value>,
    required: Vec<&'static str>,
}

impl<'g> Fields<'g> {
    pub(crate) fn new(record: &'static str, generator: &'g mut SchemaGenerator) -> Self {
        Self {
            record,
            generator,
            properties: Map::new(),
            required: Vec::new(),
        }
    }

    /// Whether this is the schema of what is read.
    fn is_read(&self) -> bool {
        self.generator.contract().is_deserialize()
    }

    fn add<T: JsonSchema>(&mut self, name: &'static str, is_required: bool, is_nullable: bool) {
        let mut schema = if is_nullable {
            self.generator.subschema_for::<Option<T>>()
        } else {
            self.generator.subschema_for::<T>()
        };
        annotate(&mut schema, self.record, Some(name));
        self.properties.insert(name.to_owned(), schema.to_value());
        if is_required {
            self.required.push(name);
        }
    }

    /// The whole; `is_open` if the type keeps what is not described.
    pub(crate) fn finish(self, is_open: bool) -> Schema {
        let mut schema = json_schema!({"type": "object", "properties": self.properties});
        if !self.required.is_empty() {
            schema.insert("required".to_owned(), json!(self.required));
        }
        if is_open {
            schema.insert("additionalProperties".to_owned(), json!(true));
        }
        annotate(&mut schema, self.record, None);
        schema
    }
}

/// An open enum: the known values, and any other text.
pub(crate) fn open_enum(name: &str, known: &[&str]) -> Schema {
    let mut schema = json_schema!({
        "anyOf": [
            {"type": "string", "enum": known},
            {"type": "string", "description": "A value that this version of the client does not know."},
        ],
    });
    annotate(&mut schema, name, None);
    schema
}

impl JsonSchema for Amount {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Amount".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "number"})
    }
}

/// A field that is always there.
pub(crate) mod required {
    use super::*;

    pub(crate) fn describe<R, T: JsonSchema>(
        fields: &mut Fields<'_>,
        name: &'static str,
        _: fn(&R) -> &T,
    ) {
        fields.add::<T>(name, true, false);
    }
}
pub(crate) use required as time;

/// A field for which null and absence are the same; neither is written.
pub(crate) mod optional {
    use super::*;

    pub(crate) fn describe<R, T: JsonSchema>(
        fields: &mut Fields<'_>,
        name: &'static str,
        _: fn(&R) -> &Option<T>,
    ) {
        fields.add::<T>(name, false, fields.is_read());
    }
}
pub(crate) use optional as optional_list;
pub(crate) use optional as optional_time;

/// A field that goes out and has to be set.
pub(crate) mod needed {
    use super::*;

    pub(crate) fn describe<R, T: JsonSchema>(
        fields: &mut Fields<'_>,
        name: &'static str,
        _: fn(&R) -> &Option<T>,
    ) {
        fields.add::<T>(name, !fields.is_read(), fields.is_read());
    }
}
pub(crate) use needed as needed_time;

/// The same for an amount of money.
pub(crate) mod needed_money {
    use super::*;

    pub(crate) fn describe<R, T>(fields: &mut Fields<'_>, name: &'static str, _: fn(&R) -> &T) {
        fields.add::<Amount>(name, !fields.is_read(), fields.is_read());
    }
}

/// A list or a map for which null, absence and an empty one are the same.
pub(crate) mod list {
    use super::*;

    pub(crate) fn describe<R, T: JsonSchema>(
        fields: &mut Fields<'_>,
        name: &'static str,
        _: fn(&R) -> &T,
    ) {
        fields.add::<T>(name, false, fields.is_read());
    }
}

/// The records of a page: null is an empty list, and absence is an error.
pub(crate) mod page_records {
    use super::*;

    pub(crate) fn describe<R, T: JsonSchema>(
        fields: &mut Fields<'_>,
        name: &'static str,
        _: fn(&R) -> &T,
    ) {
        fields.add::<T>(name, true, fields.is_read());
    }
}

pub(crate) use page_records as required_list;

/// An amount of money that is always there.
pub(crate) mod money {
    use super::*;

    pub(crate) fn describe<R, T>(fields: &mut Fields<'_>, name: &'static str, _: fn(&R) -> &T) {
        fields.add::<Amount>(name, true, false);
    }
}

/// An amount of money that may be left out.
pub(crate) mod optional_money {
    use super::*;

    pub(crate) fn describe<R, T>(fields: &mut Fields<'_>, name: &'static str, _: fn(&R) -> &T) {
        fields.add::<Amount>(name, false, fields.is_read());
    }
}

/// What every schema of a type has in common.
macro_rules! schema_of {
    ($name:ident, $generator:ident => $schema:expr) => {
        impl ::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn schema_id() -> ::std::borrow::Cow<'static, str> {
                concat!(module_path!(), "::", stringify!($name)).into()
            }

            fn json_schema($generator: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                $schema
            }
        }
    };
}
pub(crate) use schema_of;

/// Gives a record its schema, by the rows of `record!`.
macro_rules! described {
    ($name:ident { $($field:ident $wire:literal $kind:ident),* } $($extra:ident)?) => {
        crate::model::schema::schema_of!($name, generator => {
            #[allow(unused_mut, reason = "not every record has a field")]
            let mut fields = crate::model::schema::Fields::new(stringify!($name), generator);
            $(crate::model::schema::$kind::describe(&mut fields, $wire, |record: &Self| &record.$field);)*
            fields.finish(crate::model::schema::is_open!($($extra)?))
        });
    };
}
pub(crate) use described;

macro_rules! is_open {
    () => {
        false
    };
    ($extra:ident) => {
        true
    };
}
pub(crate) use is_open;

/// Gives an open enum its schema.
macro_rules! described_enum {
    ($name:ident { $($value:literal),* }) => {
        crate::model::schema::schema_of!($name, _generator => {
            crate::model::schema::open_enum(stringify!($name), &[$($value),*])
        });
    };
}
pub(crate) use described_enum;

/// Gives a union its schema.
macro_rules! described_union {
    ($name:ident { $($ty:ty),* }) => {
        crate::model::schema::schema_of!($name, generator => {
            ::schemars::json_schema!({"anyOf": [$(generator.subschema_for::<$ty>()),*]})
        });
    };
}
pub(crate) use described_union;
