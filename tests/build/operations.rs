//! A test for each operation: what goes over the wire with every parameter set, and what comes back.

use std::fmt::Write as _;

use serde_json::Value;

use super::document::{Document, Operation, reference, text};
use super::example::{Variant, example};

/// A fraction, which the API's filters do not take.
const TIMES_PASSED: [&str; 2] = ["2025-09-17T15:01:41.987654Z", "2026-01-02T03:04:05.000001Z"];
const TIMES_WRITTEN: [&str; 2] = ["2025-09-17T15:01:41Z", "2026-01-02T03:04:05Z"];

/// Names of parameters that are no names in Rust.
const KEYWORDS: [&str; 5] = ["in", "match", "ref", "type", "where"];

/// The source of all tests.
pub fn tests(document: &Document) -> String {
    document
        .operations()
        .map(|operation| test(document, &operation))
        .collect()
}

fn test(document: &Document, operation: &Operation) -> String {
    let mut arguments = Vec::new();
    let mut setters = String::new();
    let mut query = String::new();

    let mut path = operation.path.to_owned();
    for name in placeholders(operation.path) {
        let mut parameters = operation.parameters("path");
        let parameter = parameters.find(|parameter| parameter["name"] == name);
        let parameter = parameter.expect("a placeholder is a parameter");
        let value = path_value(document, parameter);
        path = path.replace(&format!("{{{name}}}"), &percent_encoded(&value));
        arguments.push(format!("{value:?}"));
    }
    for parameter in operation.parameters("query") {
        let (passed, written) = query_values(document, parameter);
        let name = text(&parameter["name"]);
        writeln!(query, "            ({name:?}, {written:?}),").unwrap();
        if parameter["required"] == true {
            arguments.push(passed);
        } else {
            write!(setters, "\n            .{}({passed})", setter(name)).unwrap();
        }
    }
    let mut body = "None".to_owned();
    if let Some(schema) = operation.body() {
        let name = reference(schema).expect("a body has a name");
        let json = example(document, name, Variant::AllSet).to_string();
        body = format!("Some({json:?})");
        arguments.push(format!("decoded::<types::{name}>({json:?})"));
    }
    let described = operation.response(document);
    let sent = example(document, described.name, Variant::AllSet);
    let response = sent.to_string();
    let held = described.held(sent).to_string();
    let (id, method, takes_token) = (operation.id, &operation.method, operation.takes_token());
    let arguments = arguments.join(", ");
    format!(
        "
#[tokio::test]
async fn {id}() {{
    let expected = Expected {{
        method: {method:?},
        path: {path:?},
        takes_token: {takes_token},
        query: &[
{query}        ],
        body: {body},
        response: {response:?},
        held: {held:?},
    }};
    let request = async |client: Client| {{
        client
            .{id}({arguments}){setters}
            .send()
            .await
    }};
    expected.check(request).await;
}}
"
    )
}

/// The names between braces, in the order of the path: the order of the method's arguments.
pub fn placeholders(path: &str) -> impl Iterator<Item = &str> {
    let rests = path.split('{').skip(1);
    rests.map(|rest| rest.split_once('}').expect("braces are in pairs").0)
}

/// A value that is only one segment of a path if it is encoded.
fn path_value(document: &Document, parameter: &Value) -> String {
    match enum_values(document, &parameter["schema"]) {
        Some(values) => values[0].to_owned(),
        None => format!("{}/b c", text(&parameter["name"])),
    }
}

/// The value of a query parameter, as Rust that passes it and as it is to be written.
fn query_values(document: &Document, parameter: &Value) -> (String, String) {
    let schema = &parameter["schema"];
    let name = text(&parameter["name"]);
    if schema["type"] != "array" {
        let (passed, written) = &scalars(document, name, schema)[0];
        return (condition(name, passed), written.clone());
    }
    assert_eq!(
        parameter["explode"], false,
        "{name}: only comma-separated lists are known here"
    );
    let values = scalars(document, name, &schema["items"]);
    let (passed, written): (Vec<_>, Vec<_>) = values.into_iter().unzip();
    let passed = condition(name, &format!("[{}]", passed.join(", ")));
    (passed, written.join(","))
}

/// What is passed to the setter of a filter: its value, in the function of its operator.
pub fn condition(name: &str, value: &str) -> String {
    const FUNCTIONS: [(&str, &str); 13] = [
        ("contains", "contains"),
        ("contains-insensitive", "contains_ignoring_case"),
        ("eq", "eq"),
        ("eq-insensitive", "eq_ignoring_case"),
        ("gt", "gt"),
        ("gte", "gte"),
        ("in", "one_of"),
        ("in-insensitive", "one_of_ignoring_case"),
        ("lt", "lt"),
        ("lte", "lte"),
        ("neq", "not"),
        ("nin", "none_of"),
        ("not_contains", "not_contains"),
    ];
    match operator(name) {
        None | Some(("ids", _)) => value.to_owned(),
        Some((_, operator)) => {
            let function = FUNCTIONS.iter().find(|(known, _)| *known == operator);
            let (_, function) = function.expect("an operator that is known here");
            // A part of a text, even where the values of the field are an enum.
            let is_text = function.contains("contain") && value.starts_with("types::");
            let text = if is_text { ".to_string()" } else { "" };
            format!("filter::{function}({value}{text})")
        }
    }
}

/// The name of a parameter's setter: that of its field.
pub fn setter(name: &str) -> String {
    rust_name(operator(name).map_or(name, |(field, _)| field))
}

/// `created_date` and `gte` of `created_date[gte]`.
fn operator(name: &str) -> Option<(&str, &str)> {
    name.strip_suffix(']')?.split_once('[')
}

/// Two values, each as Rust and as written.
pub fn scalars(document: &Document, name: &str, schema: &Value) -> [(String, String); 2] {
    if let Some(values) = enum_values(document, schema) {
        let name = reference(schema).expect("an enum has a name");
        return [0, 1].map(|index| {
            let value = values[index];
            (format!("types::{name}::from({value:?})"), value.to_owned())
        });
    }
    match (text(&schema["type"]), schema["format"].as_str()) {
        ("string", Some("date-time")) => [0, 1].map(|index| {
            let passed = format!("time({:?})", TIMES_PASSED[index]);
            (passed, TIMES_WRITTEN[index].to_owned())
        }),
        // With what separates and encodes the parts of a query.
        ("string", None) => ["1", "2"].map(|index| {
            let value = format!("{name} {index} é&=+%;");
            (format!("{value:?}"), value)
        }),
        ("integer", None) => [7, 8].map(|value| (value.to_string(), value.to_string())),
        ("boolean", None) => [true, false].map(|value| (value.to_string(), value.to_string())),
        _ => panic!("{name}: a parameter that is not known here: {schema}"),
    }
}

fn enum_values<'a>(document: &'a Document, schema: &'a Value) -> Option<Vec<&'a str>> {
    let values = document.resolved(schema)["enum"].as_array()?;
    Some(values.iter().map(text).collect())
}

/// A name of the document in Rust.
pub fn rust_name(name: &str) -> String {
    let words = name.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let name = words.join("_");
    if KEYWORDS.contains(&name.as_str()) {
        format!("{name}_")
    } else {
        name
    }
}

fn percent_encoded(value: &str) -> String {
    let mut encoded = String::new();
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => write!(encoded, "%{byte:02X}").unwrap(),
        }
    }
    encoded
}
