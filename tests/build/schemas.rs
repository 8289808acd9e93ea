//! A row for each type of response: what the API may send, to be checked against the type's JSON schema.

use std::collections::BTreeSet;

use super::document::{Document, Envelope, reference};
use super::example::example;
use super::responses::VARIANTS;

/// The source of all rows.
pub fn tests(document: &Document) -> String {
    let operations = document.operations();
    let responses = operations.map(|operation| operation.response(document));
    // What is not in an envelope, and the records that are.
    let names: BTreeSet<&str> = responses
        .filter_map(|response| match response.envelope {
            Envelope::None => Some(response.name),
            _ => reference(response.content),
        })
        .collect();
    let rows: String = names
        .iter()
        .map(|name| {
            let responses = VARIANTS.iter().map(|(what, sent, _)| {
                let response = example(document, name, *sent).to_string();
                format!("({what:?}, {response:?}), ")
            });
            let responses: String = responses.collect();
            format!("    ({name:?}, &[{responses}]),\n")
        })
        .collect();
    let types: String = document
        .reached()
        .iter()
        .map(|name| format!("    row!({name}),\n"))
        .collect();
    format!(
        "const RESPONSES: &[(&str, &[(&str, &str)])] = &[\n{rows}];\n\n\
         const TYPES: &[Row] = &[\n{types}];\n"
    )
}
