//! Every field of every record that comes in, with the kind of value that it holds.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::document::{Document, Envelope, entries, reference, text};
use super::example::{Variant, example};

/// The source of the list of types, and the table of their fields as JSON.
pub fn tests(document: &Document) -> (String, String) {
    let records = records(document);
    let names: BTreeSet<String> = document
        .received()
        .into_iter()
        .filter(|name| is_plain(document, name))
        .collect();
    let rows: String = names
        .iter()
        .map(|name| format!("    row!({name}),\n"))
        .collect();
    let table: Vec<Value> = names
        .iter()
        .map(|name| {
            let mut fields = Fields {
                document,
                records: &records,
                within: Vec::new(),
                rows: Vec::new(),
            };
            fields.of(name, "", "");
            let example = example(document, name, Variant::AllSet);
            json!({"type": name, "example": example, "fields": fields.rows})
        })
        .collect();
    (
        format!("const TYPES: &[Row] = &[\n{rows}];\n"),
        Value::from(table).to_string(),
    )
}

/// Whether it is a record, and not one in an envelope.
fn is_plain(document: &Document, name: &str) -> bool {
    let properties = &document.schema(name)["properties"];
    properties.is_object() && properties.get("data").is_none()
}

/// What responses and events are about: what of it is required is required.
fn records(document: &Document) -> BTreeSet<String> {
    let mut records: BTreeSet<String> =
        document.events().map(|(_, data)| data.to_owned()).collect();
    for operation in document.operations() {
        let response = operation.response(document);
        records.insert(match response.envelope {
            Envelope::None => response.name.to_owned(),
            _ => reference(response.content).unwrap_or_default().to_owned(),
        });
    }
    records
}

struct Fields<'a> {
    document: &'a Document,
    records: &'a BTreeSet<String>,
    within: Vec<String>,
    /// Where a field stands in the example, its path in a report, its kind, and whether nothing can be read
    /// without it.
    rows: Vec<Value>,
}

impl Fields<'_> {
    fn of(&mut self, name: &str, pointer: &str, path: &str) {
        if self.within.iter().any(|outer| outer == name) {
            return;
        }
        let is_outermost = self.within.is_empty();
        // Within a response, a record that requires something is kept as a whole if it cannot be read.
        if !is_outermost && self.records.contains(name) {
            return;
        }
        self.within.push(name.to_owned());
        let schema = self.document.schema(name);
        for (field, property) in entries(&schema["properties"]) {
            let required = schema["required"].as_array();
            let is_required = required.is_some_and(|names| names.contains(&json!(field)));
            let is_required = is_required && is_outermost && self.records.contains(name);
            let is_required =
                is_required && property["deprecated"] != true && property["nullable"] != true;
            let pointer = format!("{pointer}/{field}");
            let path = match path {
                "" => field.clone(),
                path => format!("{path}.{field}"),
            };
            let kind = self.kind(property);
            self.rows.push(json!([pointer, path, kind, is_required]));
            self.inside(property, &pointer, &path);
        }
        self.within.pop();
    }

    fn inside(&mut self, property: &Value, pointer: &str, path: &str) {
        let items = property.get("items");
        let values = property.get("additionalProperties");
        if let Some(name) = reference(property) {
            self.record(name, pointer, path);
        } else if let Some(name) = items.and_then(reference) {
            self.record(name, &format!("{pointer}/0"), &format!("{path}[]"));
        } else if let Some(name) = values.and_then(reference) {
            self.record(name, &format!("{pointer}/a key"), &format!("{path}.*"));
        }
    }

    fn record(&mut self, name: &str, pointer: &str, path: &str) {
        if self.document.schema(name).get("properties").is_some() {
            self.of(name, pointer, path);
        }
    }

    fn kind(&self, schema: &Value) -> &'static str {
        let schema = self.document.resolved(schema);
        if schema.get("enum").is_some() {
            return "enum";
        }
        let Some(kind) = schema.get("type") else {
            return "any";
        };
        match (text(kind), schema["format"].as_str()) {
            ("string", Some("date-time")) => "time",
            ("string", _) => "text",
            ("integer", _) => "integer",
            ("number", Some("decimal")) => "money",
            ("number", _) => "number",
            ("boolean", _) => "bool",
            ("array", _) => match self.kind(&schema["items"]) {
                "text" | "enum" => "list of texts",
                "record" => "list of records",
                "any" | "map" => "list of anything",
                _ => panic!("a list that is not known here: {schema}"),
            },
            ("object", _) if schema.get("properties").is_some() => "record",
            ("object", _) => "map",
            _ => panic!("a schema that is not known here: {schema}"),
        }
    }
}
