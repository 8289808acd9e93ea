//! The parameters of an operation. Those that filter by one field are one parameter of the client.

use std::collections::BTreeMap;

use quote::ToTokens as _;
use serde_json::Value;

use super::document::{flag, text};
use super::profile::Profile;
use super::rust_types::rust_type;

/// The operator of a filter whose parameter has the name of its field alone.
pub const BARE: &str = "=";
/// The operators of filters that the client has functions for, each with the function's name.
pub const OPERATORS: [(&str, &str); 13] = [
    ("eq", "eq"),
    ("neq", "not"),
    ("gt", "gt"),
    ("gte", "gte"),
    ("lt", "lt"),
    ("lte", "lte"),
    ("in", "one_of"),
    ("nin", "none_of"),
    ("contains", "contains"),
    ("not_contains", "not_contains"),
    ("eq-insensitive", "eq_ignoring_case"),
    ("in-insensitive", "one_of_ignoring_case"),
    ("contains-insensitive", "contains_ignoring_case"),
];
/// Operators that take a part of a text, whatever the type of the field is.
const OF_TEXT: [&str; 3] = ["contains", "not_contains", "contains-insensitive"];

/// One parameter of the client.
pub struct Parameter {
    /// Its name on the wire, for a filter that of its field.
    pub wire: String,
    /// Its name in Rust.
    pub name: String,
    /// The schema of its value; of an item if it is a list.
    pub schema: Value,
    /// How it is written.
    pub kind: ParameterKind,
    /// What it does.
    pub description: Option<String>,
    /// Whether the operation needs it.
    pub is_required: bool,
}

/// How a parameter is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParameterKind {
    /// One value.
    One,
    /// A list, as one comma-separated value.
    List,
    /// A list, as one value with another separator.
    Joined(&'static str),
    /// A list, a value at a time.
    Each,
    /// The ids to look up.
    Ids,
    /// Conditions on a field, by its operators on the wire.
    Filter(Vec<String>),
    /// One value, in a header.
    Header,
}

/// The parameters in one place of a request, in the order of the document: `header`, `path` or `query`.
pub fn read(operation: &Value, place: &str, profile: &Profile) -> Vec<Parameter> {
    let parameters = operation.get("parameters").and_then(Value::as_array);
    let here = parameters.into_iter().flatten();
    here.filter(|parameter| parameter.get("in").is_some_and(|name| name == place))
        .map(|parameter| Parameter::read(parameter, profile))
        .collect()
}

/// The same parameters, those that filter by one field as one. They come by name.
pub fn with_filters(parameters: Vec<Parameter>, profile: &Profile) -> Vec<Parameter> {
    let mut fields: BTreeMap<String, Vec<(String, Parameter)>> = BTreeMap::new();
    for parameter in parameters {
        let (field, operator) = parameter.field_and_operator(&profile.filters.operators);
        fields.entry(field).or_default().push((operator, parameter));
    }
    let mut all: Vec<Parameter> = Vec::new();
    for (field, mut parameters) in fields {
        match one_filter(&field, &parameters) {
            Some(filter) => all.push(filter),
            None => all.extend(parameters.drain(..).map(|(_, parameter)| parameter)),
        }
    }
    all
}

/// The filter that these parameters are, if a field has several or one that only an operator makes of it.
fn one_filter(field: &str, parameters: &[(String, Parameter)]) -> Option<Parameter> {
    let is_filter = |(operator, parameter): &(String, Parameter)| {
        operator != BARE && parameter.kind != ParameterKind::Ids
    };
    let takes_values = |(operator, _): &&(String, Parameter)| !OF_TEXT.contains(&operator.as_str());
    let (_, typed) = parameters
        .iter()
        .find(takes_values)
        .or(parameters.first())?;
    // A bound on one of them makes no other parameter of it.
    let rust = |parameter: &Parameter| rust_type(&parameter.schema).to_token_stream().to_string();
    let is_alike = parameters
        .iter()
        .all(|of| !takes_values(&of) || rust(&of.1) == rust(typed));
    let is_one = parameters.iter().any(is_filter)
        && is_alike
        && parameters
            .iter()
            .all(|(_, parameter)| !parameter.is_required);
    is_one.then(|| Parameter {
        wire: field.to_owned(),
        name: rust_name(field),
        schema: typed.schema.clone(),
        kind: ParameterKind::Filter(parameters.iter().map(|(name, _)| name.clone()).collect()),
        description: what_they_share(parameters),
        is_required: false,
    })
}

/// The words in which the descriptions of one field's parameters begin.
fn what_they_share(parameters: &[(String, Parameter)]) -> Option<String> {
    let mut texts = parameters.iter().map(|(_, p)| p.description.as_deref());
    let mut shared: Vec<&str> = texts.next()??.split(' ').collect();
    if parameters.len() > 1 {
        for text in texts {
            let words = text?.split(' ');
            let same = shared.iter().zip(words).take_while(|(a, b)| **a == *b);
            shared.truncate(same.count());
        }
        // What is left of "Created at or after" and "Created at or before" is no sentence.
        let end = shared.iter().rposition(|word| word.len() > 2)?;
        shared.truncate(end + 1);
    }
    let text = shared.join(" ");
    let text = text.trim_end_matches([':', ',', '.']);
    (!text.is_empty()).then(|| format!("{text}."))
}

impl Parameter {
    fn read(parameter: &Value, profile: &Profile) -> Self {
        let wire = text(parameter, "name").unwrap_or_default();
        let schema = parameter.get("schema").cloned().unwrap_or_default();
        let is_list = text(&schema, "type").as_deref() == Some("array");
        let is_joined = parameter.get("explode") == Some(&Value::Bool(false));
        let separator = match text(parameter, "style").as_deref() {
            Some("spaceDelimited") => Some(" "),
            Some("pipeDelimited") => Some("|"),
            _ => None,
        };
        let separator = separator.filter(|_| !flag(parameter, "explode"));
        let is_header = text(parameter, "in").as_deref() == Some("header");
        let kind = match (is_list, is_joined) {
            _ if is_header => ParameterKind::Header,
            (false, _) => ParameterKind::One,
            _ if separator.is_some() => ParameterKind::Joined(separator.unwrap_or(" ")),
            (true, false) => ParameterKind::Each,
            (true, true) if field(&wire) == profile.parameters.ids => ParameterKind::Ids,
            (true, true) => ParameterKind::List,
        };
        let name = match kind {
            ParameterKind::Ids => rust_name(field(&wire)),
            _ => rust_name(&wire),
        };
        Self {
            name,
            schema: if is_list {
                schema.get("items").cloned().unwrap_or_default()
            } else {
                schema
            },
            kind,
            description: text(parameter, "description").filter(|text| !text.is_empty()),
            is_required: flag(parameter, "required"),
            wire,
        }
    }

    /// `created_date` and `gte` of `created_date[gte]`. What is not written like that is a field by itself.
    fn field_and_operator(&self, known: &[String]) -> (String, String) {
        if let Some((field, operator)) = parts(&self.wire)
            && known.iter().any(|known| known == operator)
            && OPERATORS.iter().any(|(known, _)| *known == operator)
            && self.kind != ParameterKind::Ids
        {
            return (field.to_owned(), operator.to_owned());
        }
        (self.wire.clone(), BARE.to_owned())
    }
}

/// `created_date` and `gte` of `created_date[gte]`.
fn parts(wire: &str) -> Option<(&str, &str)> {
    wire.strip_suffix(']')?.split_once('[')
}

/// `created_date` of `created_date[gte]`.
fn field(wire: &str) -> &str {
    parts(wire).map_or(wire, |(field, _)| field)
}

/// `created_date[gte]` → `created_date_gte`, `in` → `in_`.
fn rust_name(wire: &str) -> String {
    let mut name = String::new();
    let mut is_after_small = false;
    for letter in wire.chars() {
        if !letter.is_ascii_alphanumeric() {
            is_after_small = false;
            if !name.is_empty() && !name.ends_with('_') {
                name.push('_');
            }
            continue;
        }
        if letter.is_ascii_uppercase() && is_after_small {
            name.push('_');
        }
        is_after_small = letter.is_ascii_lowercase() || letter.is_ascii_digit();
        name.push(letter.to_ascii_lowercase());
    }
    let mut name = name.trim_end_matches('_').to_owned();
    if name.starts_with(|first: char| first.is_ascii_digit()) || name.is_empty() {
        name.insert(0, 'n');
    }
    match syn::parse_str::<syn::Ident>(&name) {
        Ok(_) => name,
        Err(_) => format!("{name}_"),
    }
}
