//! Small documents, each with one thing in it that real ones hold: it works, with this in the lowered
//! document and this in the client, or it is refused by name and place.

mod calls;
mod schemas;
mod texts;

use serde_json::{Value, json};

use crate::document::Document;
use crate::overlay::Unmatched;
use crate::pipeline::{Lowered, Output};

/// What is expected of a document.
enum Expected {
    /// A client that holds this text.
    Client(&'static str),
    /// A refusal that holds these texts: where, and what.
    Refused(&'static str, &'static str),
}

use Expected::{Client, Refused};

/// Merges, lowers and generates.
fn output(document: Value) -> Result<Output, String> {
    let document = Document {
        name: "odd.json".to_owned(),
        value: document,
    };
    let overlay = json!({"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "actions": [
        {"target": "$.info", "description": "why", "update": {"title": "t"}},
    ]});
    let overlay = Document {
        name: "overlay.yaml".to_owned(),
        value: overlay,
    };
    Lowered::of(vec![document], &overlay, Unmatched::Refused)
        .and_then(Lowered::generate)
        .map_err(|problem| problem.to_string())
}

fn check(what: &str, document: Value, expected: &Expected) {
    match (output(document), expected) {
        (Ok(output), Client(says)) => {
            // Lines are broken by length: what is asked for is not.
            let code = output.code.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(
                code.contains(says),
                "{what}: no {says:?} in\n{}",
                output.code
            );
        }
        (Err(problem), Refused(place, says)) => {
            let place = format!("odd.json at {place}: ");
            assert!(problem.starts_with(&place), "{what}: {problem}");
            assert!(problem.contains(says), "{what}: {problem}");
            assert!(problem.contains("what to do: "), "{what}: {problem}");
        }
        (Ok(output), Refused(..)) => panic!("{what} is not refused:\n{}", output.code),
        (Err(problem), Client(_)) => panic!("{what} is refused: {problem}"),
    }
}

/// A document of these paths and schemas.
fn document(paths: Value, schemas: Value) -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    })
}

/// Answers that hold this schema.
fn answers(schema: Value) -> Value {
    json!({"200": {"description": "ok", "content": {"application/json": {"schema": schema}}}})
}
