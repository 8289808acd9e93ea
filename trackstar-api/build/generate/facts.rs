//! What the passes must know of the document that progenitor's output does not say.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Error;
use super::event_facts::Event;
use super::profile::{Credentials, Profile};

/// Facts by name.
pub struct Facts {
    /// What is known of the vendor.
    pub profile: Profile,
    /// Every operation, by its id.
    pub operations: BTreeMap<String, Operation>,
    /// Every type that a call sends or answers when it succeeds, or that an event carries.
    pub types: BTreeMap<String, TypeFacts>,
    /// What comes in by webhook, by the event's type.
    pub events: BTreeMap<String, Event>,
}

/// Features that an item is compiled with; common if empty.
pub type Areas = BTreeSet<String>;

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
    /// Names of fields that are secrets, wherever they are.
    pub secret_fields: Vec<String>,
}

/// One operation.
pub struct Operation {
    /// The feature that it belongs to; none if it is always there.
    pub area: Option<String>,
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
            profile: Profile::read(document)?,
            operations: BTreeMap::new(),
            types: BTreeMap::new(),
            events: BTreeMap::new(),
        };
        for (path, item) in entries(document.get("paths")) {
            for (method, value) in entries(Some(item)) {
                if let Some(id) = text(value, "operationId") {
                    let profile = &facts.profile;
                    let mut operation =
                        Operation::read(&id, method, path, value, (document, profile))?;
                    facts.add_types(document, value, &mut operation);
                    facts.operations.insert(id, operation);
                }
            }
        }
        facts.add_events(document)?;
        Ok(facts)
    }

    /// The facts of a named schema.
    pub fn type_facts(&mut self, document: &Value, name: String) -> &mut TypeFacts {
        self.types.entry(name).or_insert_with_key(|name| {
            let schema = document.pointer(&format!("/components/schemas/{name}"));
            TypeFacts::of(schema.unwrap_or(&Value::Null), &self.profile)
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
            match &operation.area {
                Some(area) => drop(facts.areas.insert(area.clone())),
                None => facts.is_common = true,
            }
        }
        let page_token = &self.profile.parameters.page_token;
        if let Some(answer) = success_schema(value).and_then(|name| self.types.get_mut(name)) {
            answer.is_answer = true;
            operation.is_paged =
                answer.is_page && operation.query_parameters.contains_key(page_token);
        }
    }
}

impl TypeFacts {
    fn of(schema: &Value, profile: &Profile) -> Self {
        // A few amounts are texts: they stay what they are.
        let is = |field: &Value, key: &str, text: &str| field.get(key).is_some_and(|v| v == text);
        let is_money =
            |field: &Value| is(field, "format", "decimal") && is(field, "type", "number");
        let fields = || entries(schema.get("properties"));
        let has = |name: &str| fields().any(|(field, _)| field == name);
        Self {
            is_page: has(&profile.envelope.data) && has(&profile.envelope.next_token),
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
            secret_fields: profile.secret_fields.clone(),
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
        (document, profile): (&Value, &Profile),
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
            area: area(path, profile),
            method: method.to_uppercase(),
            path: path.to_owned(),
            path_parameters: placeholders(path),
            query_parameters,
            token: Token::read(
                id,
                operation.get("security").or(document.get("security")),
                &profile.credentials,
            )?,
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
    fn read(id: &str, security: Option<&Value>, known: &Credentials) -> Result<Self, Error> {
        let (key, token) = (known.api_key.as_str(), known.access_token.as_str());
        let alternatives = security.and_then(Value::as_array);
        let (mut with, mut without) = (false, false);
        for alternative in alternatives.into_iter().flatten() {
            let schemes: Vec<&str> = entries(Some(alternative))
                .map(|(n, _)| n.as_str())
                .collect();
            if let Some(unknown) = schemes.iter().find(|name| ![key, token].contains(name)) {
                return Err(Error::unexpected(
                    id,
                    format!(
                        "security scheme `{unknown}` is not one the client knows: \
                         it has `{key}` and `{token}`"
                    ),
                ));
            }
            if schemes.contains(&token) {
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
fn area(path: &str, profile: &Profile) -> Option<String> {
    let first = path.split('/').find(|segment| !segment.is_empty())?;
    profile.area(first).cloned()
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
        if let Some(name) = reference(value)
            && names.insert(name.to_owned())
        {
            queue.extend(document.pointer(&format!("/components/schemas/{name}")));
        }
        match value {
            Value::Array(items) => queue.extend(items),
            Value::Object(members) => queue.extend(members.values()),
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
