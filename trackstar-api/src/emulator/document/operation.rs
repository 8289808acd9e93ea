//! The operations of the document: what a request may say, and what it does.

use std::collections::BTreeMap;

use serde_json::Value;

use super::schema::{Schemas, Type, reference};

/// What an operation does to the records.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Effect {
    List,
    Get,
    Create,
    /// The last segment says which change: `update`, `cancel`, `adjust`, `trackstar-tags`.
    Change(String),
    ChangeMany,
    Attach,
    Passthrough,
    /// No records of its own.
    Other,
}

#[derive(Clone, Debug)]
pub(crate) enum Segment {
    Fixed(String),
    Parameter(String),
}

/// What surrounds the records of a response.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Envelope {
    Page,
    Record,
    Write,
    None,
}

#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    pub(crate) of: Type,
    pub(crate) is_required: bool,
    pub(crate) maximum: Option<u64>,
    pub(crate) default: Option<u64>,
}

#[derive(Clone, Debug)]
pub(crate) struct Body {
    pub(crate) of: Type,
    pub(crate) is_required: bool,
    /// The name of its schema.
    pub(crate) name: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    /// What the vendor calls it: `get_orders`, `create_order`.
    pub(crate) action: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) segments: Vec<Segment>,
    pub(crate) effect: Effect,
    /// Where its records are: `wms/orders`.
    pub(crate) collection: Option<String>,
    pub(crate) needs_token: bool,
    /// By name, those of the path as well.
    pub(crate) parameters: BTreeMap<String, Parameter>,
    pub(crate) body: Option<Body>,
    pub(crate) response: Type,
    pub(crate) envelope: Envelope,
    /// The property of the response that holds the record or records; none where the response is the record.
    pub(crate) property: Option<String>,
    pub(crate) is_many: bool,
    /// Schema of one record.
    pub(crate) record: Option<Type>,
}

impl Operation {
    pub(crate) fn is_write(&self) -> bool {
        self.method != "GET"
    }

    pub(crate) fn ends_with_parameter(&self) -> bool {
        matches!(self.segments.last(), Some(Segment::Parameter(_)))
    }

    /// A list at a fixed place, or below one record.
    pub(crate) fn lists_records(&self) -> bool {
        !self.is_write() && self.envelope == Envelope::Page && !self.ends_with_parameter()
    }

    pub(crate) fn is_creation(&self) -> bool {
        self.effect == Effect::Create
    }

    /// The area of the API: `wms`.
    pub(crate) fn area(&self) -> &str {
        match self.segments.first() {
            Some(Segment::Fixed(area)) => area,
            _ => "",
        }
    }

    /// The operation as the document describes it; its effect and its collection follow from all of them.
    pub(crate) fn read(
        schemas: &mut Schemas,
        path: &str,
        method: &str,
        json: &Value,
        whole: &Value,
    ) -> Self {
        let content = &json["responses"]["200"]["content"]["application/json"]["schema"];
        let response = schemas.compiled(content);
        let described =
            reference(content).map_or(content, |name| &whole["components"]["schemas"][name]);
        let envelope = match described["x-envelope"].as_str() {
            Some("page") => Envelope::Page,
            Some("record") => Envelope::Record,
            Some("write") => Envelope::Write,
            _ => Envelope::None,
        };
        let (property, is_many, record) = records_of(schemas, response, envelope);
        let is_by_hand = json["x-by-hand"] == true;
        let id = match is_by_hand {
            true => "attach_wms_order_file",
            false => json["operationId"].as_str().unwrap_or_default(),
        };
        let segments: Vec<Segment> = path
            .trim_start_matches('/')
            .split('/')
            .map(segment)
            .collect();
        let parameters = json["parameters"].as_array().into_iter().flatten();
        let body = &json["requestBody"];
        let schema = &body["content"]["application/json"]["schema"];
        let securities = json["security"].as_array().into_iter().flatten();
        Self {
            action: action(id, segments.first()),
            id: id.to_owned(),
            method: method.to_uppercase(),
            path: path.to_owned(),
            effect: match (is_by_hand, json["x-passthrough"].is_null()) {
                (true, _) => Effect::Attach,
                (false, false) => Effect::Passthrough,
                (false, true) => Effect::Other,
            },
            segments,
            collection: None,
            needs_token: securities
                .map(|security| !security["access_token"].is_null())
                .reduce(|all, one| all && one)
                .unwrap_or_default(),
            parameters: parameters
                .filter(|parameter| parameter["in"] != "header")
                .map(|parameter| {
                    let name = parameter["name"].as_str().unwrap_or_default();
                    (name.to_owned(), self::parameter(schemas, parameter))
                })
                .collect(),
            body: schema.is_object().then(|| Body {
                of: schemas.compiled(schema),
                is_required: body["required"] == true,
                name: reference(schema).map(str::to_owned),
            }),
            response,
            envelope,
            property,
            is_many,
            record,
        }
    }
}

fn parameter(schemas: &mut Schemas, json: &Value) -> Parameter {
    let schema = &json["schema"];
    Parameter {
        of: schemas.compiled(schema),
        is_required: json["required"] == true,
        maximum: schema["maximum"].as_u64().or(schema["maxItems"].as_u64()),
        default: schema["default"].as_u64(),
    }
}

fn segment(text: &str) -> Segment {
    let name = text
        .strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'));
    match name {
        Some(name) => Segment::Parameter(name.to_owned()),
        None => Segment::Fixed(text.to_owned()),
    }
}

/// The vendor's word for an operation: without the area, and `get` for `list`.
fn action(id: &str, area: Option<&Segment>) -> String {
    let area = match area {
        Some(Segment::Fixed(area)) => area.as_str(),
        _ => "",
    };
    let name = id.replacen(&format!("_{area}_"), "_", 1);
    let name = match name.strip_prefix("list_") {
        Some(rest) => format!("get_{rest}"),
        None => name,
    };
    match name.as_str() {
        "get_billing" => "get_bills".to_owned(),
        _ => name,
    }
}

/// Where in a response the records are, whether there are several, and the schema of one.
fn records_of(
    schemas: &Schemas,
    response: Type,
    envelope: Envelope,
) -> (Option<String>, bool, Option<Type>) {
    use super::schema::Schema;
    let object = schemas.object_of(response);
    for property in object.into_iter().flat_map(|object| &object.properties) {
        let is_data = envelope != Envelope::None && property.name == "data";
        match schemas.get(property.of) {
            Schema::List(item) if is_data || has_id(schemas, *item) => {
                return (Some(property.name.clone()), true, Some(*item));
            }
            Schema::List(_) => {}
            _ if is_data || has_id(schemas, property.of) => {
                return (Some(property.name.clone()), false, Some(property.of));
            }
            _ => {}
        }
    }
    (None, false, has_id(schemas, response).then_some(response))
}

fn has_id(schemas: &Schemas, of: Type) -> bool {
    schemas.property(of, "id").is_some()
}
