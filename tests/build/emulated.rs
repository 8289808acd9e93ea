//! A call of each operation, for the emulator: with ids that it has, and the body that the document has as an example.

use std::fmt::Write as _;

use super::document::{Document, Operation, reference, text};
use super::example::{Variant, example};
use super::operations::{condition, placeholders, scalars};

/// The source of a function that makes all calls.
pub fn calls(document: &Document) -> String {
    let mut calls = String::new();
    // What is deleted would be missed by the others.
    let mut operations: Vec<Operation> = document.operations().collect();
    operations.sort_by_key(|operation| operation.method == "DELETE");
    for operation in operations {
        writeln!(calls, "    {}", call(document, &operation)).unwrap();
    }
    format!(
        "
/// Every operation, each with its result.
#[allow(deprecated)]
pub async fn calls(client: &Client, id: impl Fn(&str, &str) -> String) -> Vec<(&'static str, Result<(), Error>)> {{
    let mut results = Vec::new();
{calls}    results
}}
"
    )
}

fn call(document: &Document, operation: &Operation) -> String {
    let mut arguments: Vec<String> = placeholders(operation.path)
        .map(|name| format!("id({:?}, {name:?}).as_str()", operation.path))
        .collect();
    for parameter in operation.parameters("query") {
        if parameter["required"] == true {
            let name = text(&parameter["name"]);
            let (passed, _) = &scalars(document, name, &parameter["schema"])[0];
            arguments.push(condition(name, passed));
        }
    }
    if let Some(schema) = operation.body() {
        let name = reference(schema).expect("a body has a name");
        let json = example(document, name, Variant::AllSet).to_string();
        arguments.push(format!("decoded::<types::{name}>({json:?})"));
    }
    let (id, arguments) = (operation.id, arguments.join(", "));
    format!("results.push(({id:?}, client.{id}({arguments}).send().await.map(drop)));")
}
