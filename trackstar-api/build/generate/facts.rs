//! What the passes must know of the document that progenitor's output does not say.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Error;
use super::event_facts::Event;

/// The scheme that stands for the key of the organisation.
const KEY_SCHEME: &str = "api_key";
/// The scheme that stands for the token of one connection.
const TOKEN_SCHEME: &str = "access_token";
/// The area of what belongs to none of the others, and is always compiled.
const COMMON_AREA: &str = "admin";
/// Areas that are features of the crate: the first words of their paths.
pub const AREAS: [&str; 6] = ["carrier", "cart", "erp", "freight", "sandbox", "wms"];

/// Facts by name.
pub struct Facts {
    /// Every operation, by its id.
    pub operations: BTreeMap<String, Operation>,
    /// Every type that a call sends or answers when it succeeds, or that an event carries.
    pub types: BTreeMap<String, TypeFacts>,
    /// What comes in by webhook, by the event's type.
    pub events: BTreeMap<String, Event>,
}

/// Features that an item is compiled with; common if empty.
pub type Areas = BTreeSet<&'static str>;

/// One named schema.
#[derive(Default)]
pub struct TypeFacts {
    /// The features that reach it.
    pub areas: Areas,
    /// Whether an operation of no feature reaches it.
    pub is_common: bool,
    /// The features of the events that reach it.
    pub event_areas: Areas,
    /// Whether an event of no feature reaches it.
    pub is_in_common_event: bool,
    /// Whether a request body reaches it.
    pub is_written: bool,
    /// Whether it is a whole answer.
    pub is_answer: bool,
    /// Whether it is what an operation or an event is about: an item of a page, the data of an answer or of an
    /// event, or an answer without data. What is only within others is none.
    pub is_record: bool,
    /// Whether it is an answer around a record.
    pub is_envelope: bool,
    /// Whether it is one type of a union, told from the others by what it requires.
    pub is_branch: bool,
    /// Of a union, what tells its types apart.
    pub branches: Vec<Branch>,
    /// Whether its data is a list of records.
    pub has_record_list: bool,
    /// Whether it is a page: a list, and the token of the page after it.
    pub is_page: bool,
    /// Whether more is in it than the document describes.
    pub is_open: bool,
    /// Whether it is a map of which no field is described.
    pub has_no_fields: bool,
    /// The wire values of a string enum, in document order.
    pub values: Option<Vec<String>>,
    /// Fields that are amounts of money.
    pub money: BTreeSet<String>,
    /// What the document gives as an example of a field.
    pub examples: BTreeMap<String, Value>,
}

/// What tells one type of a union from the others.
#[derive(Default)]
pub struct Branch {
    /// Fields that have to be there.
    pub required: Vec<String>,
    /// Fields that have to have one value.
    pub tags: Vec<(String, String)>,
}

/// One operation.
pub struct Operation {
    /// The feature that it belongs to; none if it is always there.
    pub area: Option<&'static str>,
    /// `GET`, `POST`, ...
    pub method: String,
    /// With placeholders: `/wms/orders/{order_id}`.
    pub path: String,
    /// The path's placeholders, in the order of the path.
    pub path_parameters: Vec<String>,
    /// Query parameters by wire name.
    pub query_parameters: BTreeMap<String, QueryParameter>,
    /// Whether it takes the access token of a connection.
    pub token: Token,
    /// Whether it has a JSON body.
    pub has_body: bool,
    /// Whether its body goes to the system behind the API as it is.
    pub is_passthrough: bool,
    /// Whether it answers page by page.
    pub is_paged: bool,
    /// One line on what it does.
    pub summary: Option<String>,
    /// More on what it does.
    pub description: Option<String>,
    /// The page of the vendor's documentation, or its first one.
    pub page: Option<String>,
    /// Marked as retired.
    pub is_deprecated: bool,
}

/// One query parameter.
pub struct QueryParameter {
    /// What it does.
    pub description: Option<String>,
    /// Whether the operation needs it.
    pub is_required: bool,
    /// A list that is written as one comma-separated value.
    pub is_comma_separated: bool,
}

/// Whether an operation takes the access token of a connection.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Token {
    /// It works on the organisation.
    Unused,
    /// It says more about the connection if there is one.
    Optional,
    /// It works on a connection.
    Required,
}

impl Facts {
    /// Reads them from a lowered document.
    pub fn read(document: &Value) -> Result<Self, Error> {
        let mut facts = Self {
            operations: BTreeMap::new(),
            types: BTreeMap::new(),
            events: BTreeMap::new(),
        };
        for (path, item) in entries(document.get("paths")) {
            for (method, value) in entries(Some(item)) {
                if let Some(id) = text(value, "operationId") {
                    let mut operation = Operation::read(&id, method, path, value, document)?;
                    facts.add_types(document, value, &mut operation);
                    facts.operations.insert(id, operation);
                }
            }
        }
        facts.add_events(document)?;
        facts.add_branches(document);
        facts.add_records(document);
        Ok(facts)
    }

    /// The facts of a named schema.
    pub fn type_facts(&mut self, document: &Value, name: String) -> &mut TypeFacts {
        self.types.entry(name).or_insert_with_key(|name| {
            let schema = document.pointer(&format!("/components/schemas/{name}"));
            TypeFacts::of(schema.unwrap_or(&Value::Null))
        })
    }

    fn add_types(&mut self, document: &Value, value: &Value, operation: &mut Operation) {
        let mut written = BTreeSet::new();
        if let Some(body) = value.get("requestBody") {
            reach(document, body, &mut written);
        }
        let mut all = written.clone();
        for part in parts(value) {
            reach(document, part, &mut all);
        }
        for name in all {
            let is_written = written.contains(&name);
            let facts = self.type_facts(document, name);
            facts.is_written |= is_written;
            match operation.area {
                Some(area) => drop(facts.areas.insert(area)),
                None => facts.is_common = true,
            }
        }
        if let Some(answer) = success_schema(value).and_then(|name| self.types.get_mut(name)) {
            answer.is_answer = true;
            operation.is_paged =
                answer.is_page && operation.query_parameters.contains_key("page_token");
        }
    }
}

impl Facts {
    /// What tells the types of unions apart.
    fn add_branches(&mut self, document: &Value) {
        let names: Vec<String> = self.types.keys().cloned().collect();
        for name in names {
            let schema = schema(document, &name);
            let types: Vec<&Value> = ["anyOf", "oneOf"]
                .iter()
                .filter_map(|key| schema.get(*key)?.as_array())
                .flatten()
                .collect();
            for branch in types.iter().filter_map(|branch| reference(branch)) {
                if let Some(facts) = self.types.get_mut(branch) {
                    facts.is_branch = true;
                }
            }
            if let Some(facts) = self.types.get_mut(&name) {
                facts.branches = types.iter().map(|t| Branch::of(document, t)).collect();
            }
        }
    }

    /// What operations and events are about.
    fn add_records(&mut self, document: &Value) {
        let answers = self.types.iter().filter(|(_, facts)| facts.is_answer);
        let answers: Vec<String> = answers.map(|(name, _)| name.clone()).collect();
        let mut records: BTreeSet<String> = self
            .events
            .values()
            .map(|event| event.data.clone())
            .collect();
        for name in answers {
            let data = schema(document, &name).pointer("/properties/data");
            let record = data.and_then(named);
            if let Some(facts) = self.types.get_mut(&name) {
                facts.is_envelope = data.is_some();
            }
            records.insert(name);
            records.extend(record.map(str::to_owned));
        }
        for name in &records {
            let items = schema(document, name).pointer("/properties/data/items");
            if let Some(facts) = self.types.get_mut(name) {
                facts.is_record = true;
                facts.has_record_list = items.and_then(reference).is_some();
            }
        }
    }
}

impl Branch {
    fn of(document: &Value, branch: &Value) -> Self {
        let of = reference(branch).map_or(branch, |name| schema(document, name));
        let required = of.get("required").and_then(Value::as_array);
        let required = required.into_iter().flatten().filter_map(Value::as_str);
        let tag = |field: &Value| {
            let field = named(field).map_or(field, |name| schema(document, name));
            match string_enum(field)?.as_slice() {
                [only] => Some(only.clone()),
                _ => None,
            }
        };
        Self {
            required: required.map(str::to_owned).collect(),
            tags: entries(of.get("properties"))
                .filter_map(|(name, field)| Some((name.clone(), tag(field)?)))
                .collect(),
        }
    }
}

/// The schema of this name.
fn schema<'a>(document: &'a Value, name: &str) -> &'a Value {
    let schema = document.pointer(&format!("/components/schemas/{name}"));
    schema.unwrap_or(&Value::Null)
}

/// The name of a schema, of that of the items of a list, or of the one that is wrapped for a word of its own.
fn named(schema: &Value) -> Option<&str> {
    let wrapped = schema.get("items").or(schema.pointer("/allOf/0"));
    reference(schema).or_else(|| reference(wrapped?))
}

impl TypeFacts {
    /// Whether a field of this name, which the document requires, has to be there.
    pub fn requires(&self, name: &str) -> bool {
        match (self.is_written || self.is_branch, self.is_envelope) {
            (true, _) => true,
            (false, true) => ["data", "id"].contains(&name),
            (false, false) => self.is_record,
        }
    }

    fn of(schema: &Value) -> Self {
        // A few amounts are texts: they stay what they are.
        let is = |field: &Value, key: &str, text: &str| field.get(key).is_some_and(|v| v == text);
        let is_money =
            |field: &Value| is(field, "format", "decimal") && is(field, "type", "number");
        let fields = || entries(schema.get("properties"));
        let has = |name: &str| fields().any(|(field, _)| field == name);
        Self {
            is_page: has("data") && has("next_token"),
            is_open: schema.get("additionalProperties") == Some(&Value::Bool(true)),
            has_no_fields: fields().next().is_none(),
            values: string_enum(schema),
            money: fields()
                .filter(|(_, field)| is_money(field))
                .map(|(name, _)| name.clone())
                .collect(),
            examples: fields()
                .filter_map(|(name, field)| Some((name.clone(), field.get("example")?.clone())))
                .collect(),
            ..Self::default()
        }
    }

    /// The features whose operations reach it; nothing if it is common.
    pub fn features(&self) -> Areas {
        if self.is_common {
            Areas::new()
        } else {
            self.areas.clone()
        }
    }
}

impl Operation {
    fn read(
        id: &str,
        method: &str,
        path: &str,
        operation: &Value,
        document: &Value,
    ) -> Result<Self, Error> {
        let mut query_parameters = BTreeMap::new();
        let parameters = operation.get("parameters").and_then(Value::as_array);
        for parameter in parameters.into_iter().flatten() {
            let name = text(parameter, "name").unwrap_or_default();
            match text(parameter, "in").as_deref() {
                Some("path") => {}
                Some("query") => {
                    query_parameters.insert(name, QueryParameter::read(parameter));
                }
                place => {
                    return Err(Error::unexpected(
                        id,
                        format!(
                            "parameter `{name}` is in {}, only path and query are generated: \
                             credentials belong in `security`, others need a hand-written operation",
                            place.unwrap_or("no place")
                        ),
                    ));
                }
            }
        }
        Ok(Self {
            area: area(path),
            method: method.to_uppercase(),
            path: path.to_owned(),
            path_parameters: placeholders(path),
            query_parameters,
            token: Token::read(id, operation.get("security").or(document.get("security")))?,
            has_body: operation.get("requestBody").is_some(),
            is_passthrough: flag(operation, "x-passthrough"),
            is_paged: false,
            summary: text(operation, "summary"),
            description: text(operation, "description"),
            page: [operation, document]
                .iter()
                .find_map(|holder| text(holder.get("externalDocs")?, "url")),
            is_deprecated: flag(operation, "deprecated"),
        })
    }
}

impl Operation {
    /// Whether it is a write that the API knows again by its key.
    pub fn takes_key(&self) -> bool {
        self.method != "GET" && !self.is_passthrough
    }
}

impl QueryParameter {
    fn read(parameter: &Value) -> Self {
        let schema = parameter.get("schema");
        let is_list = schema.and_then(|s| text(s, "type")).as_deref() == Some("array");
        Self {
            description: text(parameter, "description"),
            is_required: flag(parameter, "required"),
            is_comma_separated: is_list && parameter.get("explode") == Some(&Value::Bool(false)),
        }
    }
}

impl Token {
    fn read(id: &str, security: Option<&Value>) -> Result<Self, Error> {
        let alternatives = security.and_then(Value::as_array);
        let (mut with, mut without) = (false, false);
        for alternative in alternatives.into_iter().flatten() {
            let schemes: Vec<&str> = entries(Some(alternative))
                .map(|(n, _)| n.as_str())
                .collect();
            if let Some(unknown) = schemes
                .iter()
                .find(|name| ![KEY_SCHEME, TOKEN_SCHEME].contains(name))
            {
                return Err(Error::unexpected(
                    id,
                    format!(
                        "security scheme `{unknown}` is not one the client knows: \
                         it has `{KEY_SCHEME}` and `{TOKEN_SCHEME}`"
                    ),
                ));
            }
            if schemes.contains(&TOKEN_SCHEME) {
                with = true;
            } else {
                without = true;
            }
        }
        Ok(match (with, without) {
            (true, false) => Self::Required,
            (true, true) => Self::Optional,
            (false, _) => Self::Unused,
        })
    }
}

/// The feature that a path belongs to.
fn area(path: &str) -> Option<&'static str> {
    let first = path.split('/').find(|segment| !segment.is_empty())?;
    area_named(first)
}

/// The feature of this name, if it stands for an area.
pub fn area_named(word: &str) -> Option<&'static str> {
    AREAS
        .iter()
        .find(|area| **area == word)
        .copied()
        .filter(|area| *area != COMMON_AREA)
}

/// The names between braces, in order.
fn placeholders(path: &str) -> Vec<String> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// What an operation sends, and what it answers when it succeeds.
fn parts(operation: &Value) -> impl Iterator<Item = &Value> {
    let answers = entries(operation.get("responses"));
    let successes = answers.filter(|(status, _)| status.starts_with('2'));
    let sent = ["parameters", "requestBody"].into_iter();
    sent.filter_map(|key| operation.get(key))
        .chain(successes.map(|(_, answer)| answer))
}

/// The named schema of the 2xx answer.
fn success_schema(operation: &Value) -> Option<&str> {
    entries(operation.get("responses"))
        .filter(|(status, _)| status.starts_with('2'))
        .find_map(|(_, answer)| reference(answer.pointer("/content/application~1json/schema")?))
}

/// Adds the names of all schemas that `value` refers to, directly or through others.
pub fn reach(document: &Value, value: &Value, names: &mut BTreeSet<String>) {
    let mut queue = vec![value];
    while let Some(value) = queue.pop() {
        match (reference(value), value) {
            (Some(name), _) => {
                let schema = document.pointer(&format!("/components/schemas/{name}"));
                if let (true, Some(schema)) = (names.insert(name.to_owned()), schema) {
                    queue.push(schema);
                }
            }
            (None, Value::Array(items)) => queue.extend(items),
            (None, Value::Object(members)) => queue.extend(members.values()),
            _ => {}
        }
    }
}

/// The schema name of a reference.
pub fn reference(value: &Value) -> Option<&str> {
    value
        .get("$ref")?
        .as_str()?
        .strip_prefix("#/components/schemas/")
}

/// The wire values, if the schema is an enum of strings.
pub fn string_enum(schema: &Value) -> Option<Vec<String>> {
    let values = schema.get("enum")?.as_array()?;
    values
        .iter()
        .map(|value| value.as_str().map(str::to_owned))
        .collect()
}

/// The members of a map; none of anything else.
pub fn entries(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

/// A member that is a text.
pub fn text(value: &Value, key: &str) -> Option<String> {
    Some(value.get(key)?.as_str()?.to_owned())
}

fn flag(value: &Value, key: &str) -> bool {
    value.get(key) == Some(&Value::Bool(true))
}
