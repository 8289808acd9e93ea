//! The schemas of the document, compiled once: nothing is looked up by name when a request is served.

use std::collections::HashMap;

use serde_json::Value;

/// Refers to a schema of [`Schemas`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Type {
    index: usize,
    is_nullable: bool,
}

impl Type {
    /// Whether both have the same schema, whether or not they may be null.
    pub(crate) fn is_same(self, other: Self) -> bool {
        self.index == other.index
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) enum Schema {
    #[default]
    Any,
    Text,
    Time,
    /// A number as text.
    Decimal,
    Integer,
    Number,
    Boolean,
    Enum(Vec<String>),
    List(Type),
    Object(Object),
    AnyOf(Vec<Type>),
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Object {
    /// By name.
    pub(crate) properties: Vec<Property>,
    /// What other members are, where the document says so.
    pub(crate) others: Option<Type>,
}

#[derive(Clone, Debug)]
pub(crate) struct Property {
    pub(crate) name: String,
    pub(crate) of: Type,
    pub(crate) is_required: bool,
    pub(crate) is_deprecated: bool,
    /// Tells it from its siblings where values are made from a seed.
    pub(crate) seed: u64,
}

impl Object {
    pub(crate) fn property(&self, name: &str) -> Option<&Property> {
        self.properties
            .iter()
            .find(|property| property.name == name)
    }
}

#[derive(Debug, Default)]
pub(crate) struct Schemas {
    all: Vec<(Schema, bool)>,
    names: HashMap<String, usize>,
}

const ANY: &Schema = &Schema::Any;

impl Schemas {
    /// From `components.schemas`.
    pub(crate) fn compile(components: &Value) -> Self {
        let mut schemas = Self {
            all: vec![(Schema::Any, true)],
            names: HashMap::new(),
        };
        let members = || components.as_object().into_iter().flatten();
        for (name, _) in members() {
            schemas.names.insert(name.clone(), schemas.all.len());
            schemas.all.push((Schema::Any, true));
        }
        for (index, (_, json)) in members().enumerate() {
            let schema = schemas.schema(json);
            if let Some(place) = schemas.all.get_mut(index + 1) {
                *place = (schema, json["nullable"] == true);
            }
        }
        schemas
    }

    /// Where a schema stands: a reference, or the schema itself.
    pub(crate) fn compiled(&mut self, json: &Value) -> Type {
        let is_nullable = json["nullable"] == true;
        let of = |index| Type { index, is_nullable };
        if let Some(name) = reference(json) {
            return of(self.names.get(name).copied().unwrap_or_default());
        }
        // A description beside a reference makes it the only part of an `allOf`.
        if let Some([part]) = json["allOf"].as_array().map(Vec::as_slice) {
            let part = self.compiled(part);
            return Type {
                is_nullable: is_nullable || part.is_nullable,
                ..part
            };
        }
        match json.as_object() {
            None => Type::default(),
            Some(_) => {
                let schema = self.schema(json);
                self.all.push((schema, is_nullable));
                of(self.all.len() - 1)
            }
        }
    }

    fn schema(&mut self, json: &Value) -> Schema {
        for one_of in [&json["allOf"], &json["anyOf"]] {
            if let Some(alternatives) = one_of.as_array() {
                let alternatives = alternatives.iter().map(|json| self.compiled(json));
                return Schema::AnyOf(alternatives.collect());
            }
        }
        if let Some(values) = json["enum"].as_array() {
            let texts = values.iter().filter_map(Value::as_str);
            return Schema::Enum(texts.map(str::to_owned).collect());
        }
        match json["type"].as_str() {
            Some("string") => match json["format"].as_str() {
                Some("date-time") => Schema::Time,
                Some("decimal") => Schema::Decimal,
                _ => Schema::Text,
            },
            Some("integer") => Schema::Integer,
            Some("number") => Schema::Number,
            Some("boolean") => Schema::Boolean,
            Some("array") => Schema::List(self.compiled(&json["items"])),
            Some("object") => Schema::Object(self.object(json)),
            _ => Schema::Any,
        }
    }

    fn object(&mut self, json: &Value) -> Object {
        let required = json["required"].as_array();
        let is_required =
            |name: &str| required.is_some_and(|all| all.iter().any(|one| one == name));
        let mut properties: Vec<Property> = json["properties"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, json)| Property {
                of: self.compiled(json),
                is_required: is_required(name),
                is_deprecated: json["deprecated"] == true,
                seed: seed_of(name),
                name: name.clone(),
            })
            .collect();
        properties.sort_by(|one, other| one.name.cmp(&other.name));
        let others = &json["additionalProperties"];
        Object {
            properties,
            others: others.is_object().then(|| self.compiled(others)),
        }
    }

    /// The schema that a type refers to. Of several that a value may have, the first.
    pub(crate) fn get(&self, of: Type) -> &Schema {
        match self.all.get(of.index) {
            Some((Schema::AnyOf(alternatives), _)) => {
                alternatives.first().map_or(ANY, |first| self.get(*first))
            }
            Some((schema, _)) => schema,
            None => ANY,
        }
    }

    /// All schemas that a value may have.
    pub(crate) fn alternatives(&self, of: Type) -> Vec<&Schema> {
        match self.all.get(of.index) {
            Some((Schema::AnyOf(all), _)) => {
                all.iter().flat_map(|one| self.alternatives(*one)).collect()
            }
            Some((schema, _)) => vec![schema],
            None => vec![ANY],
        }
    }

    pub(crate) fn is_nullable(&self, of: Type) -> bool {
        of.is_nullable
            || self
                .all
                .get(of.index)
                .is_some_and(|(_, nullable)| *nullable)
    }

    pub(crate) fn object_of(&self, of: Type) -> Option<&Object> {
        match self.get(of) {
            Schema::Object(object) => Some(object),
            _ => None,
        }
    }

    pub(crate) fn property(&self, of: Type, name: &str) -> Option<&Property> {
        self.object_of(of)?.property(name)
    }
}

/// The name of the schema that this refers to, directly or as its only part.
pub(crate) fn reference(json: &Value) -> Option<&str> {
    json["$ref"].as_str()?.rsplit('/').next()
}

/// FNV-1a.
pub(crate) fn seed_of(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |mix, byte| {
        (mix ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
