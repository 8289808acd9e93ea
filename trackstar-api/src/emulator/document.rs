//! The lowered document: which operation a request is for, and what its response looks like.

use std::collections::BTreeMap;

use serde_json::Value;

const DOCUMENT: &str = include_str!("../../openapi-3.0.json");

/// What an operation does to the records.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Effect {
    List,
    Get,
    Create,
    /// The last segment says which change: `update`, `cancel`, `adjust`, `trackstar-tags`.
    Change(String),
    ChangeMany,
    Delete,
    Attach,
    Passthrough,
    /// No records of its own: the response is made from its schema.
    Describe,
}

#[derive(Clone, Debug)]
pub(super) struct Operation {
    pub(super) id: String,
    pub(super) method: String,
    pub(super) segments: Vec<String>,
    pub(super) effect: Effect,
    /// Where its records are: `wms/orders`.
    pub(super) collection: Option<String>,
    pub(super) needs_token: bool,
    /// Query parameters by name, with their schemas.
    pub(super) query: BTreeMap<String, Value>,
    pub(super) response: Value,
    /// The property of the response that holds the record or records; none where the response is the record.
    pub(super) property: Option<String>,
    pub(super) many: bool,
    /// Schema of one record.
    pub(super) record: Value,
}

impl Operation {
    pub(super) fn is_write(&self) -> bool {
        self.method != "GET"
    }

    pub(super) fn has_envelope(&self, kind: &str) -> bool {
        self.response["x-envelope"] == kind
    }
}

pub(super) struct Document {
    pub(super) operations: Vec<Operation>,
    /// Schema of one record, by collection.
    pub(super) collections: BTreeMap<String, Value>,
    schemas: Value,
}

impl Document {
    pub(super) fn embedded() -> Result<Self, serde_json::Error> {
        let json: Value = serde_json::from_str(DOCUMENT)?;
        let mut document = Self {
            operations: Vec::new(),
            collections: BTreeMap::new(),
            schemas: json["components"]["schemas"].clone(),
        };
        let mut operations = Vec::new();
        for paths in [&json["paths"], &json["x-by-hand"]] {
            for (path, methods) in paths.as_object().into_iter().flatten() {
                for (method, operation) in methods.as_object().into_iter().flatten() {
                    operations.push(document.operation(path, method, operation));
                }
            }
        }
        for operation in &operations {
            let holds_records = match operation.method.as_str() {
                "GET" => operation.many && !ends_with_parameter(&operation.segments),
                _ => false,
            };
            if holds_records {
                let path = literals(&operation.segments);
                document.collections.insert(path, operation.record.clone());
            }
        }
        // What is created and never listed has a collection of its own.
        for operation in &operations {
            let is_new = operation.method == "POST"
                && operation.property.is_none()
                && !operation.record.is_null()
                && !operation
                    .segments
                    .iter()
                    .any(|segment| is_parameter(segment));
            if is_new {
                let path = literals(&operation.segments);
                document.collections.insert(path, operation.record.clone());
            }
        }
        for mut operation in operations {
            operation.collection = document.collection_of(&operation);
            operation.effect = effect(&operation);
            document.operations.push(operation);
        }
        Ok(document)
    }

    fn operation(&self, path: &str, method: &str, json: &Value) -> Operation {
        let content = &json["responses"]["200"]["content"]["application/json"];
        let response = self.resolve(&content["schema"]).clone();
        let (property, many, record) = self.records_of(&response);
        let parameters = json["parameters"].as_array().into_iter().flatten();
        let is_by_hand = json["x-by-hand"] == true;
        let securities = json["security"].as_array().into_iter().flatten();
        Operation {
            id: match is_by_hand {
                true => "attach_wms_order_file".to_owned(),
                false => text(&json["operationId"]),
            },
            method: method.to_uppercase(),
            segments: segments(path).map(str::to_owned).collect(),
            effect: match (is_by_hand, json["x-passthrough"].is_null()) {
                (true, _) => Effect::Attach,
                (false, false) => Effect::Passthrough,
                (false, true) => Effect::Describe,
            },
            collection: None,
            needs_token: securities
                .map(|security| !security["access_token"].is_null())
                .reduce(|all, one| all && one)
                .unwrap_or_default(),
            query: parameters
                .filter(|parameter| parameter["in"] == "query")
                .map(|parameter| (text(&parameter["name"]), parameter["schema"].clone()))
                .collect(),
            response,
            property,
            many,
            record,
        }
    }

    /// Where in a response the records are, and their schema.
    fn records_of(&self, response: &Value) -> (Option<String>, bool, Value) {
        let has_envelope = response.get("x-envelope").is_some();
        for (name, schema) in response["properties"].as_object().into_iter().flatten() {
            let of_one = self.resolve(schema);
            let of_many = self.resolve(&schema["items"]);
            let is_data = has_envelope && name == "data";
            if schema["type"] == "array"
                && (has_id(of_many) || response["x-envelope"] == "page" && is_data)
            {
                return (Some(name.clone()), true, of_many.clone());
            }
            if is_data || has_id(of_one) {
                return (Some(name.clone()), false, of_one.clone());
            }
        }
        match has_id(response) {
            true => (None, false, response.clone()),
            false => (None, false, Value::Null),
        }
    }

    fn collection_of(&self, operation: &Operation) -> Option<String> {
        let last = operation
            .segments
            .iter()
            .rposition(|segment| is_parameter(segment));
        let own = literals(&operation.segments);
        if self.collections.contains_key(&own) {
            return Some(own);
        }
        let parent = last.map(|last| literals(operation.segments.get(..last).unwrap_or_default()));
        parent
            .filter(|parent| self.collections.contains_key(parent))
            .or_else(|| {
                let same = |(_, schema): &(&String, &Value)| **schema == operation.record;
                let found = self.collections.iter().find(same);
                found.map(|(path, _)| path.clone())
            })
    }

    /// A schema itself in the place of a reference to it.
    pub(super) fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let mut found = schema;
        loop {
            let name = found["$ref"]
                .as_str()
                .and_then(|path| path.rsplit('/').next());
            let any = [&found["allOf"][0], &found["anyOf"][0]];
            found = match (name, any) {
                (Some(name), _) => &self.schemas[name],
                (None, [one, _]) if !one.is_null() => one,
                (None, [_, one]) if !one.is_null() => one,
                _ => return found,
            };
        }
    }

    /// The operation that a request is for, and the values of its path. Fixed segments come before parameters.
    pub(super) fn find<'a>(
        &'a self,
        method: &str,
        path: &str,
    ) -> Option<(&'a Operation, Vec<(String, String)>)> {
        let given: Vec<String> = segments(path).map(decode).collect();
        let fits = |operation: &&Operation| {
            operation.method == method
                && operation.segments.len() == given.len()
                && operation
                    .segments
                    .iter()
                    .zip(&given)
                    .all(|(segment, given)| {
                        is_parameter(segment) && !given.is_empty() || segment == given
                    })
        };
        let parameters = |operation: &&Operation| -> Vec<bool> {
            operation
                .segments
                .iter()
                .map(|segment| is_parameter(segment))
                .collect()
        };
        let found = self.operations.iter().filter(fits).min_by_key(parameters)?;
        let values = found
            .segments
            .iter()
            .zip(given)
            .filter(|(segment, _)| is_parameter(segment));
        let values =
            values.map(|(segment, value)| (segment.trim_matches(['{', '}']).to_owned(), value));
        Some((found, values.collect()))
    }
}

fn effect(operation: &Operation) -> Effect {
    if operation.effect != Effect::Describe || operation.collection.is_none() {
        return operation.effect.clone();
    }
    let ends_with_id = ends_with_parameter(&operation.segments);
    let parent_is_id = operation
        .segments
        .iter()
        .rev()
        .nth(1)
        .is_some_and(|segment| is_parameter(segment));
    let last = operation.segments.last().cloned().unwrap_or_default();
    match operation.method.as_str() {
        "GET" if ends_with_id => Effect::Get,
        "GET" if operation.many => Effect::List,
        "GET" => Effect::Describe,
        "DELETE" if ends_with_id => Effect::Delete,
        "PUT" | "PATCH" if ends_with_id => Effect::Change("update".to_owned()),
        _ if parent_is_id => Effect::Change(last),
        "PUT" if operation.many => Effect::ChangeMany,
        "POST" if !ends_with_id => Effect::Create,
        _ => Effect::Describe,
    }
}

/// What tells a record from the others.
pub(super) fn id_field(schema: &Value) -> &'static str {
    let is_connection =
        schema["properties"]["id"].is_null() && !schema["properties"]["times_used"].is_null();
    if is_connection { "connection_id" } else { "id" }
}

fn has_id(schema: &Value) -> bool {
    !schema["properties"][id_field(schema)].is_null()
}

pub(super) fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.trim_start_matches('/').split('/')
}

fn literals(segments: &[String]) -> String {
    let fixed = segments.iter().filter(|segment| !is_parameter(segment));
    fixed.cloned().collect::<Vec<_>>().join("/")
}

fn is_parameter(segment: &str) -> bool {
    segment.starts_with('{')
}

fn ends_with_parameter(segments: &[String]) -> bool {
    segments.last().is_some_and(|segment| is_parameter(segment))
}

pub(super) fn decode(text: &str) -> String {
    let bytes = percent_encoding::percent_decode_str(text);
    bytes.decode_utf8_lossy().into_owned()
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
