//! What the passes need to know about an operation: its parameters, body, response and credentials.

use serde_json::{Value, json};

use super::Error;
use super::document::{entries, flag, named, schema, text, texts};
use super::parameters::{self, Parameter};
use super::profile::{Credentials, Profile};

/// The member of a lowered schema that says which envelope it is: `page`, `record` or `write`.
const ENVELOPE: &str = "x-envelope";
/// The member of a lowered operation that lists the error statuses of the document.
const ERRORS: &str = "x-errors";
/// Where the schema of a body or response is.
const JSON: &str = "/content/application~1json/schema";

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
    /// Query parameters, those of one field as one, and headers.
    pub query_parameters: Vec<Parameter>,
    /// Whether it takes the access token of a connection.
    pub token: Token,
    /// The schema of its JSON body.
    pub body: Option<Value>,
    /// The media type of its body, if it is not plain JSON.
    pub media_type: Option<String>,
    /// Its response.
    pub response: Response,
    /// Whether its records come page by page.
    pub is_paged: bool,
    /// Whether its body goes to the system behind the API as it is.
    pub is_passthrough: bool,
    /// A summary in one line.
    pub summary: Option<String>,
    /// A longer description.
    pub description: Option<String>,
    /// Its page of the vendor's documentation.
    pub page: Option<String>,
    /// What it is about.
    pub tags: Vec<String>,
    /// The error statuses that the document lists.
    pub errors: Vec<String>,
    /// Marked as retired.
    pub is_deprecated: bool,
}

/// A successful response.
pub struct Response {
    /// The envelope of its content.
    pub envelope: Envelope,
    /// The schema of its content: of a page, of a record.
    pub schema: Value,
}

/// The envelope of a response, as the lowering recognised it by its shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Envelope {
    /// Nothing: the response is its content.
    None,
    /// A page of a list.
    Page,
    /// One record under `data`.
    Record,
    /// The response to a write: the id, the record, the unused fields.
    Write,
}

/// Whether an operation takes the access token of a connection.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Token {
    /// It works on the organisation.
    Unused,
    /// It responds with more about the connection if there is one.
    Optional,
    /// It works on a connection.
    Required,
}

impl Operation {
    /// Reads one from the document.
    pub fn read(
        id: &str,
        method: &str,
        path: &str,
        operation: &Value,
        (document, profile): (&Value, &Profile),
    ) -> Result<Self, Error> {
        let declared = operation.get("parameters").and_then(Value::as_array);
        for parameter in declared.into_iter().flatten() {
            let place = text(parameter, "in");
            if !matches!(place.as_deref(), Some("header" | "path" | "query")) {
                return Err(Error::unexpected(
                    id,
                    format!(
                        "parameter `{}` is in {}, only path, query and header are generated",
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
            query_parameters: {
                let headers = parameters::read(operation, "header", profile);
                let mut all = parameters::with_filters(query, profile);
                all.extend(headers);
                all
            },
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
            page: page(operation),
            tags: texts(operation.get("tags")),
            errors: texts(operation.get(ERRORS)),
            is_deprecated: flag(operation, "deprecated"),
        })
    }

    /// Whether it is a write, which the API recognises by its idempotency key.
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
                        "security scheme `{unknown}` is not one the client knows; name the schemes of \
                         its key and its token, and their headers, in the profile (`--profile`)"
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

/// The page of the vendor's documentation about something.
pub fn page(of: &Value) -> Option<String> {
    text(of.get("externalDocs")?, "url")
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
