//! What a document may be made of, checked before anything is read from it: paths, methods, statuses, and the
//! kinds of values that keywords take.

use serde_json::{Map, Value, json};

use crate::input::{Diagnostics, Pointer, Problem, Problems, is_method, members, members_mut};

/// Checks the paths and operations, and drops statuses that are none.
pub fn check(document: &mut Value, diagnostics: &mut Diagnostics) -> Result<(), Problem> {
    let mut problems = Problems::default();
    let root = Pointer::default().child("paths");
    for (path, item) in members_mut(document.get_mut("paths")) {
        if path.starts_with("x-") {
            continue;
        }
        let at = root.child(path);
        // Problems are traced to a file by the operation that they are at.
        let first = members(Some(item))
            .next()
            .map(|(method, _)| at.child(method));
        let at_first = first.unwrap_or_else(|| at.clone());
        if !path.starts_with('/') {
            problems.add(
                Problem::new(format!("the path `{path}` does not start with `/`"))
                    .at(&at_first)
                    .remedy("write the path as OpenAPI has it: `/things`"),
            );
        }
        if path.contains(['?', '#']) {
            problems.add(
                Problem::new(format!("the path `{path}` holds a query"))
                    .at(&at_first)
                    .remedy("describe what follows `?` as parameters that are `in: query`"),
            );
        }
        for (method, operation) in members_mut(Some(item)) {
            let at = at.child(method);
            let lower = method.to_lowercase();
            if is_method(method) {
                self::operation(operation, &at, &mut problems, diagnostics);
            } else if is_method(&lower) {
                problems.add(
                    Problem::new(format!(
                        "`{method}` is no method of OpenAPI, which has `{lower}`"
                    ))
                    .at(&at)
                    .remedy(format!("write `{lower}`: methods are in lower case")),
                );
            } else if method == "parameters" {
                list(operation, &at, &mut problems);
            }
        }
    }
    problems.result()
}

fn operation(
    operation: &mut Value,
    at: &Pointer,
    problems: &mut Problems,
    diagnostics: &mut Diagnostics,
) {
    if !operation.is_object() {
        problems.add(
            Problem::new("an operation has to be a map")
                .at(at)
                .remedy("write it as a map, with its `responses`"),
        );
        *operation = json!({"responses": {"204": {}}});
    }
    if let Some(parameters) = operation.get_mut("parameters") {
        list(parameters, &at.child("parameters"), problems);
    }
    let responses = operation.get_mut("responses");
    let Some(responses) = responses.filter(|responses| !responses.is_null()) else {
        return;
    };
    let at = at.child("responses");
    if !responses.is_object() {
        problems.add(
            Problem::new("`responses` has to be a map of statuses")
                .at(&at)
                .remedy("write it as a map: `'200': {description: ..}`"),
        );
        *responses = json!({"204": {}});
    }
    let Some(responses) = responses.as_object_mut() else {
        return;
    };
    responses.retain(|status, _| {
        let is_known = is_status(status) || status.starts_with("x-");
        if !is_known {
            diagnostics.add("response of a status that is none", &at.child(status));
        }
        is_known
    });
}

/// `200`, `2XX` or `default`.
fn is_status(text: &str) -> bool {
    match text.as_bytes() {
        [b'1'..=b'5', b'X' | b'x', b'X' | b'x'] => true,
        [b'1'..=b'5', rest @ ..] => rest.len() == 2 && rest.iter().all(u8::is_ascii_digit),
        _ => text == "default",
    }
}

fn list(parameters: &mut Value, at: &Pointer, problems: &mut Problems) {
    if !parameters.is_array() {
        problems.add(
            Problem::new("`parameters` has to be a list")
                .at(at)
                .remedy("write it as a list, each item with its `name` and `in`"),
        );
        *parameters = json!([]);
    }
}

/// Checks what the keywords of a schema are given, and leaves those that fit.
pub fn check_keywords(keywords: &mut Map<String, Value>, at: &Pointer) -> Result<(), Problem> {
    const TYPES: [&str; 7] = [
        "array", "boolean", "integer", "null", "number", "object", "string",
    ];
    let mut problems = Problems::default();
    keywords.retain(|keyword, value| {
        let value = &*value;
        let (fits, expected) = match keyword.as_str() {
            "description" | "format" | "pattern" | "title" => (value.is_string(), "a text"),
            "deprecated" | "nullable" | "readOnly" | "uniqueItems" | "writeOnly" => {
                (value.is_boolean(), "true or false")
            }
            "properties" => (value.is_object(), "a map of schemas"),
            "allOf" | "anyOf" | "oneOf" => (value.is_array(), "a list of schemas"),
            "required" => (
                value
                    .as_array()
                    .is_some_and(|names| names.iter().all(Value::is_string)),
                "a list of names, beside `properties`",
            ),
            "type" => {
                let is_type = |name: &Value| TYPES.iter().any(|known| name == known);
                let fits = match value {
                    Value::Array(names) => names.iter().all(is_type),
                    name => is_type(name),
                };
                (
                    fits,
                    "one of `array`, `boolean`, `integer`, `number`, `object`, `string`",
                )
            }
            _ => (true, ""),
        };
        if !fits {
            problems.add(
                Problem::new(format!("`{keyword}` is {value}, and has to be {expected}"))
                    .at(&at.child(keyword))
                    .remedy("write it as OpenAPI has it; a value of any type has no `type` at all"),
            );
        }
        fits
    });
    problems.result()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_numbers_ranges_and_the_default() {
        for (text, is_one) in [
            ("200", true),
            ("4XX", true),
            ("default", true),
            ("600", false),
            ("99", false),
            ("abc", false),
            ("2000", false),
            ("2ab", false),
        ] {
            assert_eq!(is_status(text), is_one, "{text}");
        }
    }

    #[test]
    fn a_path_with_a_query_and_a_method_in_capitals_are_refused() {
        for (paths, says) in [
            (json!({"/x?a=b": {}}), "holds a query"),
            (json!({"": {}}), "does not start with `/`"),
            (json!({"/x": {"GET": {}}}), "write `get`"),
            (
                json!({"/x": {"get": {"parameters": {}}}}),
                "has to be a list",
            ),
            (json!({"/x": {"get": {"responses": []}}}), "map of statuses"),
        ] {
            let mut document = json!({"paths": paths});
            let checked = check(&mut document, &mut Diagnostics::default());
            let problem = checked.unwrap_err().to_string();
            assert!(problem.contains(says), "{problem}");
        }
    }
}
