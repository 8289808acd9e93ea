//! A row for each type of answer: what the API may answer, to be held against the type's JSON schema.

use std::collections::BTreeSet;

use super::answers::VARIANTS;
use super::document::{Document, Envelope, reference};
use super::example::example;

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
            let answers = VARIANTS.iter().map(|(what, sent, _)| {
                let answer = example(document, name, *sent).to_string();
                format!("({what:?}, {answer:?}), ")
            });
            let answers: String = answers.collect();
            format!("    ({name:?}, &[{answers}]),\n")
        })
        .collect();
    let types: String = document
        .reached()
        .iter()
        .map(|name| format!("    row!({name}),\n"))
        .collect();
    format!(
        "const ANSWERS: &[(&str, &[(&str, &str)])] = &[\n{rows}];\n\n\
         const TYPES: &[Row] = &[\n{types}];\n"
    )
}
