//! The documentation of operations and parameters, from the descriptions of the document.

use super::operation_facts::{Operation, Token};
use super::parameters::{BARE, OPERATORS, Parameter, ParameterKind};
use super::rust_types::bounds;

/// Summary and description of the document, the request line, the credentials, and where to read on.
pub fn operation(operation: &Operation) -> String {
    let Operation {
        method,
        path,
        summary,
        description,
        token,
        ..
    } = operation;
    let credentials = match token {
        Token::Unused => "Needs the API key.",
        Token::Optional => {
            "Needs the API key; says more with the access token of a connection \
             ([`Client::connection`](crate::Client::connection))."
        }
        Token::Required => {
            "Needs the API key and the access token of a connection \
             ([`Client::connection`](crate::Client::connection))."
        }
    };
    let mut paragraphs: Vec<String> = Vec::new();
    if let Some(summary) = summary {
        paragraphs.push(sentence(summary));
    }
    if let Some(description) = description {
        let said = summary.as_deref().map(sentence);
        if said.as_deref() != Some(sentence(description).as_str()) {
            paragraphs.push(sentence(description));
        }
    }
    paragraphs.push(format!("`{method} {path}`. {credentials}"));
    if let Some(page) = &operation.page {
        paragraphs.push(format!("[The vendor's documentation]({page})"));
    }
    paragraphs.join("\n\n")
}

fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?', ':']) || text.is_empty() {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

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
    match takes {
        Some(takes) => format!("{said}\n\n{takes}"),
        None => said,
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
