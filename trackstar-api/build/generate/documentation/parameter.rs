//! What a parameter does.

use serde_json::Value;

use super::sentence;
use crate::generate::parameters::{BARE, OPERATORS, Parameter, ParameterKind};
use crate::generate::rust_types::bounds;

/// The description of the document, and what the parameter takes.
pub fn parameter(parameter: &Parameter) -> String {
    let said = match &parameter.description {
        Some(text) => sentence(text),
        None => format!("`{}`, as the API's documentation names it.", parameter.wire),
    };
    let takes = match &parameter.kind {
        ParameterKind::Filter(operators) => Some(format!("Takes {}.", functions(operators))),
        ParameterKind::Ids => Some(
            "The client takes any number of them, and sends a request for each hundred.".to_owned(),
        ),
        ParameterKind::One => bounds(&parameter.schema)
            .map(|(least, greatest)| format!("From {least} to {greatest}.")),
        ParameterKind::Header => Some("Sent as a header.".to_owned()),
        ParameterKind::List | ParameterKind::Joined(_) | ParameterKind::Each => None,
    };
    let default = parameter.schema.get("default").filter(|it| !it.is_null());
    let default = default.map(|default| match default {
        Value::String(text) => format!("Default: `{text}`."),
        other => format!("Default: {other}."),
    });
    let more: Vec<String> = takes.into_iter().chain(default).collect();
    match &more[..] {
        [] => said,
        more => format!("{said}\n\n{}", more.join(" ")),
    }
}

/// The functions of the client that make these operators, as links.
fn functions(operators: &[String]) -> String {
    let has = |name: &str| operators.iter().any(|operator| operator == name);
    let functions = OPERATORS.iter().filter(|(operator, _)| has(operator));
    let mut all: Vec<String> = functions
        .map(|(_, name)| format!("[`{name}`](crate::filter::{name})"))
        .collect();
    if has(BARE) {
        all.insert(0, "a value".to_owned());
    }
    if has("gte") && has("lt") {
        all.insert(1.min(all.len()), "a range".to_owned());
    }
    match all.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}
