//! A test for each data type: its `example()`.

use super::document::{Document, entries};

/// The source of all tests: a row for each type that the client has.
pub fn tests(document: &Document) -> String {
    let rows: String = document
        .reached()
        .iter()
        .map(|name| format!("    row!({name}),\n"))
        .collect();
    let given: String = document
        .reached()
        .iter()
        .flat_map(|name| {
            let fields = entries(&document.schema(name)["properties"]);
            fields.filter_map(move |(field, schema)| {
                let example = schema.get("example")?;
                let example = example.to_string();
                Some(format!("    ({name:?}, {field:?}, {example:?}),\n"))
            })
        })
        .collect();
    format!(
        "const TYPES: &[Row] = &[\n{rows}];\n\nconst GIVEN: &[(&str, &str, &str)] = &[\n{given}];\n"
    )
}
