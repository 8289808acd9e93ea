//! A test for each mock: the client sends a request with every parameter set, and one for each parameter with another value.

use std::fmt::Write as _;

use serde_json::Value;

use super::document::{Document, Envelope, Operation, reference, text};
use super::operations::{condition, placeholders, rust_name, scalars, setter};

/// The source of all tests.
pub fn tests(document: &Document) -> String {
    document
        .operations()
        .map(|operation| test(document, &operation))
        .collect()
}

/// What one parameter is set to: what the mock asks for, and another value, both as Rust.
struct Parameter {
    wire: String,
    name: String,
    asked: String,
    other: String,
    is_argument: bool,
}

fn test(document: &Document, operation: &Operation) -> String {
    let id = operation.id;
    let parameters = parameters(document, operation);
    let request = |changed: Option<&str>| {
        let mut arguments = Vec::new();
        let mut setters = String::new();
        for parameter in &parameters {
            let value = match changed {
                Some(wire) if wire == parameter.wire => &parameter.other,
                _ => &parameter.asked,
            };
            if parameter.is_argument {
                arguments.push(value.clone());
            } else {
                write!(setters, ".{}({value})", parameter.name).unwrap();
            }
        }
        let response = format!(
            "client.{id}({}){setters}.send().await",
            arguments.join(", ")
        );
        format!("async |client: Client| {response}")
    };
    let mut when = String::new();
    let mut others = String::new();
    for parameter in &parameters {
        write!(when, ".{}({})", parameter.name, parameter.asked).unwrap();
        let (wire, request) = (&parameter.wire, request(Some(&parameter.wire)));
        writeln!(others, "    check.misses({wire:?}, {request}).await;").unwrap();
    }
    let response = operation.response(document).rust_example();
    let takes_token = operation.takes_token();
    let asked = request(None);
    let pages = is_paged(document, operation).then(|| pages(document, operation));
    let pages = pages.unwrap_or_default();
    format!(
        "
#[tokio::test]
async fn {id}() {{
    let check = Check::start({takes_token}).await;
    let response = {response};
    let mock = check.server.{id}(|when, then| {{
        check.credentials(when){when};
        then.ok(&response);
    }});
    check.hits(&response, {asked}).await;
{others}    mock.assert_calls(1);
}}
{pages}"
    )
}

/// A walk over three pages, with a filter where there is one.
fn pages(document: &Document, operation: &Operation) -> String {
    let id = operation.id;
    let response = operation.response(document);
    let record = reference(response.content).expect("a record has a name");
    let parameters = parameters(document, operation);
    let (arguments, setters): (Vec<_>, Vec<_>) = parameters
        .iter()
        .filter(|parameter| parameter.wire != "page_token")
        .partition(|parameter| parameter.is_argument);
    let arguments: Vec<&str> = arguments.iter().map(|p| p.asked.as_str()).collect();
    let set = |parameters: &[&Parameter]| -> String {
        let set = parameters
            .iter()
            .map(|p| format!(".{}({})", p.name, p.asked));
        set.collect()
    };
    let arguments = arguments.join(", ");
    let all: Vec<&Parameter> = parameters
        .iter()
        .filter(|parameter| parameter.wire != "page_token")
        .collect();
    let when = match set(&all).as_str() {
        "" => "drop".to_owned(),
        asked => format!("|when| drop(when{asked})"),
    };
    let setters = set(&setters);
    format!(
        "
#[tokio::test]
async fn {id}_pages() {{
    let check = Check::start(true).await;
    let records = vec![types::{record}::example(); 5];
    let mock = check.server.{id}_pages({when}, records.clone(), 2);
    let client = check.client();
    let stream = client.{id}({arguments}){setters}.stream();
    assert_eq!(walked(stream).await, records);
    assert_eq!(mock.calls(), [1, 1, 1]);
    mock.assert();
}}
"
    )
}

fn is_paged(document: &Document, operation: &Operation) -> bool {
    operation.response(document).envelope == Envelope::Page
        && operation
            .parameters("query")
            .any(|p| p["name"] == "page_token")
}

/// In the order in which the method takes them, and then the setters.
fn parameters(document: &Document, operation: &Operation) -> Vec<Parameter> {
    let mut all = Vec::new();
    for name in placeholders(operation.path) {
        let mut parameters = operation.parameters("path");
        let parameter = parameters.find(|parameter| parameter["name"] == name);
        let schema = &parameter.expect("a placeholder is a parameter")["schema"];
        let [asked, other] = scalars(document, name, schema).map(|(passed, _)| passed);
        all.push(Parameter {
            wire: format!("path {name}"),
            name: rust_name(name),
            asked,
            other,
            is_argument: true,
        });
    }
    for parameter in operation.parameters("query") {
        let wire = text(&parameter["name"]);
        let (asked, other) = query_values(document, wire, &parameter["schema"]);
        all.push(Parameter {
            wire: wire.to_owned(),
            name: setter(wire),
            asked: condition(wire, &asked),
            other: condition(wire, &other),
            is_argument: parameter["required"] == true,
        });
    }
    if let Some(schema) = operation.body() {
        let name = reference(schema).expect("a body has a name");
        all.push(Parameter {
            wire: "body".to_owned(),
            name: "body".to_owned(),
            asked: format!("types::{name}::example()"),
            other: format!("changed(types::{name}::example())"),
            is_argument: true,
        });
    }
    all
}

/// Of a list both values are asked for, and then the same in another order.
fn query_values(document: &Document, wire: &str, schema: &Value) -> (String, String) {
    if schema["type"] == "array" {
        let [(one, _), (two, _)] = scalars(document, wire, &schema["items"]);
        return (format!("[{one}, {two}]"), format!("[{two}, {one}]"));
    }
    let [(one, _), (two, _)] = scalars(document, wire, schema);
    (one, two)
}
