//! Edge cases of texts: descriptions, and texts that are not documents.

use serde_json::{Value, json};

use super::{document, output, responses};
use crate::input::Document;

#[test]
fn descriptions_cannot_break_out_of_the_documentation() {
    for text in [
        "ends a comment */ pub fn evil() {}",
        "a \" quote, a \\ backslash, a #[attribute]",
        "line\r\nbreaks\r\n\r\n/// and slashes",
        "\u{202e}right to left\u{202c}, a \u{0} and a \u{7f}",
        "```rust\nlet unfinished = \"",
        "\u{feff}",
        "",
    ] {
        let thing = json!({"type": "object", "title": text, "description": text, "properties": {
            "a": {"type": "string", "description": text, "example": text},
        }});
        let operation = json!({
            "summary": text, "description": text,
            "parameters": [{"in": "query", "name": "q", "description": text, "schema": {"type": "string"}}],
            "responses": responses(json!({"$ref": "#/components/schemas/Thing"})),
        });
        let document = document(json!({"/x": {"get": operation}}), json!({"Thing": thing}));
        let output = output(document).unwrap();
        let file = syn::parse_file(&output.code);
        assert!(file.is_ok(), "{text:?}");
        assert!(!output.code.contains("\npub fn evil"), "{text:?}");
        let is_harmful =
            |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(
            !output.code.contains(is_harmful),
            "{text:?}: {}",
            output.code
        );
    }
}

#[test]
fn documents_that_go_too_deep_or_grow_too_large_are_refused() {
    let deep = "[".repeat(3000);
    for text in [format!("{{\"openapi\": {deep}"), format!("openapi: {deep}")] {
        let problem = Document::parse(&text, "edge.yaml").unwrap_err().to_string();
        assert!(problem.starts_with("edge.yaml at "), "{problem}");
    }
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for index in 1..12 {
        let list = vec![format!("*a{}", index - 1); 10].join(", ");
        bomb.push_str(&format!("a{index}: &a{index} [{list}]\n"));
    }
    let problem = Document::parse(&bomb, "edge.yaml").unwrap_err().to_string();
    assert!(problem.contains("repetition"), "{problem}");
}

#[test]
fn parts_that_are_of_another_kind_than_they_should_be_do_not_panic() {
    let thing = json!({"$ref": "#/components/schemas/Thing"});
    let operation = json!({
        "parameters": [{"in": "query", "name": "q", "schema": {"type": "string"}}],
        "requestBody": {"content": {"application/json": {"schema": thing}}},
        "responses": responses(thing),
    });
    let whole = document(
        json!({"/x": {"get": operation}}),
        json!({"Thing": {"type": "object", "required": ["a"], "properties": {"a": {"enum": ["x"]}}}}),
    );
    let mut places = Vec::new();
    collect(&whole, String::new(), &mut places);
    for place in places {
        for other in [
            json!(null),
            json!([]),
            json!({}),
            json!("text"),
            json!(7),
            json!([7]),
        ] {
            let mut document = whole.clone();
            *document.pointer_mut(&place).unwrap() = other.clone();
            // Whether it works or is refused: it says so.
            if let Err(problem) = output(document) {
                assert!(
                    !problem.contains("bug of `cargo xtask`"),
                    "{place} {other}: {problem}"
                );
            }
        }
    }
}

fn collect(value: &Value, at: String, places: &mut Vec<String>) {
    let below: Vec<(String, &Value)> = match value {
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(i, v)| (i.to_string(), v))
            .collect(),
        Value::Object(members) => members
            .iter()
            .map(|(key, v)| (key.replace('~', "~0").replace('/', "~1"), v))
            .collect(),
        _ => Vec::new(),
    };
    for (key, value) in below {
        let at = format!("{at}/{key}");
        places.push(at.clone());
        collect(value, at, places);
    }
}
