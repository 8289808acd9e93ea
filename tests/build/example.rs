//! From a schema to an example of it, in which everything is set, or one kind of value deviates.

use serde_json::{Map, Value, json};

use super::document::{Document, entries, reference, text};

/// A value that no enum has yet.
const FUTURE_VALUE: &str = "value-from-the-future";

/// The member that is added to every record.
pub const ADDED: &str = "added_later";

/// What differs from an example in which everything is set.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    AllSet,
    NullableNull,
    NullableAbsent,
    OptionalAbsent,
    NullableAndOptionalNull,
    NullableAndOptionalAbsent,
    CollectionsEmpty,
    CollectionsNull,
    EnumsUnknown,
    /// Every record has one more member.
    MembersAdded,
}

/// An example of the named schema.
pub fn example(document: &Document, name: &str, variant: Variant) -> Value {
    let mut maker = Maker {
        document,
        variant,
        within: Vec::new(),
    };
    let example = maker.named(name, "");
    example.expect("only a type within itself has no example")
}

struct Maker<'a> {
    document: &'a Document,
    variant: Variant,
    /// The named schemas around this one.
    within: Vec<&'a str>,
}

impl<'a> Maker<'a> {
    /// None within itself: there the example ends.
    fn named(&mut self, name: &'a str, path: &str) -> Option<Value> {
        if self.within.contains(&name) {
            return None;
        }
        let schema = self.document.schema(name);
        self.within.push(name);
        let value = match schema["type"] == "object" {
            true => Some(self.record(schema, path)),
            false => self.value(schema, path),
        };
        self.within.pop();
        value
    }

    /// Texts say where they stand, so that no two of them are alike.
    fn value(&mut self, schema: &'a Value, path: &str) -> Option<Value> {
        if let Some(name) = reference(schema) {
            return self.named(name, path);
        }
        for branches in ["anyOf", "oneOf"] {
            if let Some(branches) = schema[branches].as_array() {
                return self.value(&branches[0], path);
            }
        }
        if let Some(values) = schema["enum"].as_array() {
            return Some(match self.variant {
                Variant::EnumsUnknown => json!(FUTURE_VALUE),
                _ => values[0].clone(),
            });
        }
        let Some(kind) = schema.get("type") else {
            return Some(json!({"any": [1]}));
        };
        match (text(kind), schema["format"].as_str()) {
            ("string", Some("date-time")) => Some(json!("2025-09-17T15:01:41Z")),
            ("string", Some("decimal")) => Some(json!("1.5")),
            ("string", None) => Some(json!(path)),
            ("integer", _) => Some(json!(7)),
            ("number", _) => Some(json!(1.5)),
            ("boolean", _) => Some(json!(true)),
            ("array", _) => Some(self.list(&schema["items"], path)),
            ("object", _) if schema.get("properties").is_none() => Some(self.map(schema, path)),
            _ => panic!("a schema that is not known here, at {path}: {schema}"),
        }
    }

    fn list(&mut self, items: &'a Value, path: &str) -> Value {
        if self.variant == Variant::CollectionsEmpty {
            return json!([]);
        }
        let items = (0..2).filter_map(|index| self.value(items, &format!("{path}[{index}]")));
        items.collect()
    }

    fn map(&mut self, schema: &'a Value, path: &str) -> Value {
        let values = &schema["additionalProperties"];
        let value = match values {
            _ if self.variant == Variant::CollectionsEmpty => None,
            Value::Object(_) => self.value(values, &format!("{path}.key")),
            _ => Some(json!({"any": [1]})),
        };
        value.map_or_else(|| json!({}), |value| json!({"a key": value}))
    }

    fn record(&mut self, schema: &'a Value, path: &str) -> Value {
        let required = schema["required"].as_array();
        let mut members = Map::new();
        for (name, field) in entries(&schema["properties"]) {
            let is_required = required.is_some_and(|names| names.contains(&json!(name)));
            let path = match path {
                "" => name.clone(),
                path => format!("{path}.{name}"),
            };
            if let Some(value) = self.field(field, is_required, &path) {
                members.insert(name.clone(), value);
            }
        }
        if self.variant == Variant::MembersAdded {
            members.insert(ADDED.to_owned(), json!({"any": [null, "x"]}));
        }
        Value::Object(members)
    }

    fn field(&mut self, schema: &'a Value, is_required: bool, path: &str) -> Option<Value> {
        let is_nullable = schema["nullable"] == true;
        if self.leaves_out(is_nullable, !is_required) {
            return None;
        }
        let is_null = match self.variant {
            Variant::NullableNull => is_nullable,
            Variant::NullableAndOptionalNull => is_nullable || !is_required,
            Variant::CollectionsNull => is_collection(schema),
            _ => false,
        };
        if is_null {
            return Some(Value::Null);
        }
        self.value(schema, path)
    }

    fn leaves_out(&self, is_nullable: bool, is_optional: bool) -> bool {
        match self.variant {
            Variant::NullableAbsent => is_nullable,
            Variant::OptionalAbsent => is_optional,
            Variant::NullableAndOptionalAbsent => is_nullable || is_optional,
            _ => false,
        }
    }
}

/// A list or a map; a record is none.
fn is_collection(schema: &Value) -> bool {
    schema["type"] == "array" || schema["type"] == "object"
}
