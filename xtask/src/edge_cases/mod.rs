//! Small documents, each with one edge case that real documents hold. Each gives a client with a certain
//! text in it, or is refused by name and place.

mod all_problems;
mod compiled;
mod neighbours;
mod operations;
mod proptests;
mod schemas;
mod texts;

use serde_json::{Value, json};

use crate::commands::pipeline::{Lowered, Output};
use crate::input::overlay::Unmatched;
use crate::input::{Document, Profile};

/// What is expected of a document.
enum Expected {
    /// A client that holds this text.
    Client(&'static str),
    /// A refusal that holds these texts: where, and what.
    Refused(&'static str, &'static str),
}

use Expected::{Client, Refused};

fn profile() -> Profile {
    Profile::of_this_repository()
}

/// Merges, lowers and generates.
pub fn output(document: Value) -> Result<Output, String> {
    let document = Document::new("edge.json", document);
    let overlay = json!({"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "actions": [
        {"target": "$.info", "description": "why", "update": {"title": "t"}},
    ]});
    let overlay = Document::new("overlay.yaml", overlay);
    Lowered::of(
        vec![document],
        Some(&overlay),
        &profile(),
        Unmatched::Needless,
    )
    .and_then(Lowered::generate)
    .map_err(|problem| problem.to_string())
}

fn check(what: &str, document: Value, expected: &Expected) {
    match (output(document), expected) {
        (Ok(output), Client(says)) => {
            // Lines are broken by length: what is asked for is not.
            let code = without_space(&output.code);
            assert!(
                code.contains(&without_space(says)),
                "{what}: no {says:?} in\n{}",
                output.code
            );
        }
        (Err(problem), Refused(place, says)) => {
            let place = format!("edge.json at {place}: ");
            assert!(problem.starts_with(&place), "{what}: {problem}");
            assert!(problem.contains(says), "{what}: {problem}");
            assert!(problem.contains("what to do: "), "{what}: {problem}");
        }
        (Ok(output), Refused(..)) => panic!("{what} is not refused:\n{}", output.code),
        (Err(problem), Client(_)) => panic!("{what} is refused: {problem}"),
    }
}

/// How the code is broken into lines plays no part.
fn without_space(code: &str) -> String {
    code.split_whitespace().collect()
}

/// A document of these paths and schemas.
pub fn document(paths: Value, schemas: Value) -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    })
}

/// Responses that hold this schema.
pub fn responses(schema: Value) -> Value {
    json!({"200": {"description": "ok", "content": {"application/json": {"schema": schema}}}})
}
