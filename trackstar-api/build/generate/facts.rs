//! What the passes must know of the document that progenitor's output does not say.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Error;
use super::document::{entries, flag, named, reach, schema, string_enum, text, texts};
use super::parameters::{self, Parameter};
use super::profile::{Credentials, Profile};

/// The member of a lowered schema that says which envelope it is: `page`, `record` or `write`.
const ENVELOPE: &str = "x-envelope";
/// Where the schema of a body or response is.
const JSON: &str = "/content/application~1json/schema";

/// Facts by name.
pub struct Facts {
    /// What is known of the vendor.
    pub profile: Profile,
    /// Every operation, by its id.
    pub operations: BTreeMap<String, Operation>,
    /// Every type that a request sends, that a response of success holds, or that an event carries.
    pub types: BTreeMap<String, TypeFacts>,
    /// What comes in by webhook, by the event's type: see `event_facts`.
    pub events: BTreeMap<String, Event>,
}

/// One type of event.
pub struct Event {
    /// The features that it is compiled with; always if empty.
    pub areas: Areas,
    /// The schema of its data.
    pub data: String,
    /// One line on what happened.
    pub summary: Option<String>,
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
    /// Whether it is a whole response.
    pub is_response: bool,
    /// Whether operations give it in an envelope: in pages, alone, or after a write.
    pub is_resource: bool,
    /// Whether it is what an operation or an event is about: a resource, a whole response, the data of an event.
    /// What is only within others is none.
    pub is_record: bool,
    /// Whether it is one type of a union, told from the others by what it requires.
    pub is_branch: bool,
    /// Of a union, what tells its types apart.
    pub branches: Vec<Branch>,
    /// Whether more is in it than the document describes.
    pub is_open: bool,
    /// Whether it is a map of which no field is described.
    pub has_no_fields: bool,
    /// The fields that the document requires, in its order.
    pub required: Vec<String>,
    /// The wire values of a string enum, in document order.
    pub values: Option<Vec<String>>,
    /// Fields that are amounts of money.
    pub money: BTreeSet<String>,
    /// Fields that only responses have.
    pub read_only: BTreeSet<String>,
    /// Fields that only requests have.
    pub write_only: BTreeSet<String>,
    /// What the document gives as an example of a field.
    pub examples: BTreeMap<String, Value>,
    /// Names of fields that are secrets, wherever they are.
    pub secret_fields: Vec<String>,
}

/// One type of a union, and what tells it from the others.
pub struct Branch {
    /// The variant's name.
    pub name: String,
    /// The schema of its value.
    pub schema: Value,
    /// Whether it holds the union itself, so that its value has to be in a box.
    pub is_boxed: bool,
    /// Fields that have to be there.
    pub required: Vec<String>,
    /// Fields that have to have one of some values.
    pub tags: Vec<(String, Vec<String>)>,
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
    pub path_parameters: Vec<Parameter>,
    /// Query parameters, those of one field as one.
    pub query_parameters: Vec<Parameter>,
    /// Whether it takes the access token of a connection.
    pub token: Token,
    /// The schema of its JSON body.
    pub body: Option<Value>,
    /// The media type of its body, if it is not plain JSON.
    pub media_type: Option<String>,
    /// What its response holds.
    pub response: Response,
    /// Whether its records come page by page.
    pub is_paged: bool,
    /// Whether its body goes to the system behind the API as it is.
    pub is_passthrough: bool,
    /// One line on what it does.
    pub summary: Option<String>,
    /// More on what it does.
    pub description: Option<String>,
    /// The page of the vendor's documentation, or its first one.
    pub page: Option<String>,
    /// Marked as retired.
    pub is_deprecated: bool,
}

/// What a response of success holds.
pub struct Response {
    /// What is around its content.
    pub envelope: Envelope,
    /// The schema of its content: of a page, of a record.
    pub schema: Value,
}

/// What a response has around its content, as the lowering recognised it by its shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Envelope {
    /// Nothing: the response is its content.
    None,
    /// A page of a list.
    Page,
    /// One record under `data`.
    Record,
    /// What a write gives: the id, the record, the fields that were not used.
    Write,
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
    /// Reads those of the operations from a lowered document.
    pub fn of_operations(document: &Value) -> Result<Self, Error> {
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
                    let operation = Operation::read(&id, method, path, value, (document, profile))?;
                    facts.add_types(document, value, &operation);
                    facts.operations.insert(id, operation);
                }
            }
        }
        Ok(facts)
    }

    /// The facts of a named schema.
    pub fn type_facts(&mut self, document: &Value, name: String) -> &mut TypeFacts {
        self.types
            .entry(name)
            .or_insert_with_key(|name| TypeFacts::of(schema(document, name), &self.profile))
    }

    fn add_types(&mut self, document: &Value, value: &Value, operation: &Operation) {
        let mut written = BTreeSet::new();
        if let Some(body) = &operation.body {
            reach(document, body, &mut written);
        }
        let mut all = written.clone();
        reach(document, &operation.response.schema, &mut all);
        reach(
            document,
            value.get("parameters").unwrap_or(&Value::Null),
            &mut all,
        );
        for name in all {
            let is_written = written.contains(&name);
            let facts = self.type_facts(document, name);
            facts.is_written |= is_written;
            match &operation.area {
                Some(area) => drop(facts.areas.insert(area.clone())),
                None => facts.is_common = true,
            }
        }
        let content = &operation.response.schema;
        if let Some(facts) = named(content).and_then(|name| self.types.get_mut(name)) {
            facts.is_record = true;
            match operation.response.envelope {
                Envelope::None => facts.is_response = true,
                _ => facts.is_resource = true,
            }
        }
    }
}

impl TypeFacts {
    /// Whether a field, if the document requires it, has to be there.
    pub fn keeps_required(&self) -> bool {
        self.is_written || self.is_branch || self.is_record
    }

    fn of(schema: &Value, profile: &Profile) -> Self {
        // A few amounts are texts: they stay what they are.
        let is = |field: &Value, key: &str, text: &str| field.get(key).is_some_and(|v| v == text);
        let is_money =
            |field: &Value| is(field, "format", "decimal") && is(field, "type", "number");
        let fields = || entries(schema.get("properties"));
        let flagged = |key: &str| {
            fields()
                .filter(|(_, field)| flag(field, key))
                .map(|(name, _)| name.clone())
                .collect()
        };
        Self {
            is_open: schema.get("additionalProperties") == Some(&Value::Bool(true)),
            has_no_fields: fields().next().is_none(),
            required: texts(schema.get("required")),
            values: string_enum(schema),
            money: fields()
                .filter(|(_, field)| is_money(field))
                .map(|(name, _)| name.clone())
                .collect(),
            read_only: flagged("readOnly"),
            write_only: flagged("writeOnly"),
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
        let declared = operation.get("parameters").and_then(Value::as_array);
        for parameter in declared.into_iter().flatten() {
            let place = text(parameter, "in");
            if !matches!(place.as_deref(), Some("path" | "query")) {
                return Err(Error::unexpected(
                    id,
                    format!(
                        "parameter `{}` is in {}, only path and query are generated: credentials \
                         belong in `security`, others need a hand-written operation",
                        text(parameter, "name").unwrap_or_default(),
                        place.as_deref().unwrap_or("no place")
                    ),
                ));
            }
        }
        let mut in_path = parameters::read(operation, "path", profile);
        let order = placeholders(path);
        in_path.retain(|parameter| order.contains(&parameter.wire));
        in_path.sort_by_key(|parameter| order.iter().position(|name| *name == parameter.wire));
        if in_path.len() != order.len() {
            return Err(Error::unexpected(
                id,
                format!("each placeholder of `{path}` needs a parameter that is in the path"),
            ));
        }
        let body = operation.get("requestBody");
        let query = parameters::read(operation, "query", profile);
        let response = Response::read(operation, document, profile);
        let page_token = &profile.parameters.page_token;
        let is_paged =
            response.envelope == Envelope::Page && query.iter().any(|it| it.wire == *page_token);
        Ok(Self {
            area: area(path, profile),
            method: method.to_uppercase(),
            path: path.to_owned(),
            path_parameters: in_path,
            query_parameters: parameters::with_filters(query),
            is_paged,
            token: Token::read(
                id,
                operation.get("security").or(document.get("security")),
                &profile.credentials,
            )?,
            body: body.map(|body| body.pointer(JSON).cloned().unwrap_or_default()),
            media_type: body.and_then(|body| text(body, "x-media-type")),
            response,
            is_passthrough: flag(operation, "x-passthrough"),
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

impl Response {
    fn read(operation: &Value, document: &Value, profile: &Profile) -> Self {
        let successes = entries(operation.get("responses"));
        let mut successes = successes.filter(|(status, _)| status.starts_with('2'));
        let whole = successes.find_map(|(_, response)| response.pointer(JSON));
        // A response without a body is `null`.
        let whole = whole.cloned().unwrap_or(json!({"enum": [null]}));
        let resolved = named(&whole).map_or(&whole, |name| schema(document, name));
        let properties = resolved.get("properties");
        let data = properties
            .and_then(|it| it.get(&profile.envelope.data))
            .cloned();
        let (envelope, content) = match text(resolved, ENVELOPE).as_deref() {
            Some("page") => (Envelope::Page, data.and_then(|it| it.get("items").cloned())),
            Some("record") => match data.as_ref().and_then(|it| it.get("items")) {
                // A list without a token is a page as well, the only one.
                Some(items) => (Envelope::Page, Some(items.clone())),
                None => (Envelope::Record, data),
            },
            Some("write") => (Envelope::Write, data),
            _ => (Envelope::None, Some(whole.clone())),
        };
        Self {
            envelope,
            schema: content.unwrap_or_default(),
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

/// The names between braces, in order, each once.
fn placeholders(path: &str) -> Vec<String> {
    let names = path.split('{').skip(1);
    let names = names.filter_map(|rest| Some(rest.split_once('}')?.0.to_owned()));
    let mut found: Vec<String> = Vec::new();
    for name in names {
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}
