//! An operation may have parameters in the path, the query and headers, and a JSON body.

use std::convert::Infallible;

use serde_json::{Map, Value, json};

use super::{media, plain};
use crate::generate::{Credentials, is_union};
use crate::input::{Diagnostics, Pointer, Problem, Problems, for_each_operation};
use crate::lower::identifiers::rust_field;

/// Headers that a document cannot describe: the client sets them by what it sends and accepts.
const OF_EVERY_REQUEST: [&str; 3] = ["accept", "authorization", "content-type"];
/// The header that the client sends with every write.
const OF_WRITES: &str = "idempotency-key";

/// Checks every operation, and brings its parameters into the one form that the generator reads.
pub fn check(
    document: &mut Value,
    headers: &Credentials,
    diagnostics: &mut Diagnostics,
) -> Result<(), Problem> {
    let mut problems = Problems::default();
    let schemas = document.pointer("/components/schemas").cloned();
    let schemas = schemas.unwrap_or_default();
    let Ok(()) = for_each_operation(document, |path, method, at, operation| {
        let is_write = method != "get";
        let is_sent_anyway = |parameter: &Value| {
            let name = text(parameter, "name").to_lowercase();
            text(parameter, "in") == "header"
                && (OF_EVERY_REQUEST.contains(&name.as_str())
                    || (is_write && name == OF_WRITES)
                    || [&headers.api_key, &headers.access_token].contains(&&name))
        };
        let parameters = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        for (index, parameter) in parameters.into_iter().flatten().enumerate() {
            let at = at.child("parameters").child(index);
            // One that did not lead anywhere is refused already.
            if is_sent_anyway(parameter) {
                diagnostics.add("header that the client sends by itself", &at);
                *parameter = Value::Null;
            } else if !parameter.is_null() {
                let checked = check_parameter(parameter, (path, &schemas), &at, diagnostics);
                problems.keep(checked);
            }
        }
        check_names(operation, at, &mut problems);
        let body = check_body(operation, &at.child("requestBody"), diagnostics);
        problems.keep(body);
        if let Some(Value::Array(parameters)) = operation.get_mut("parameters") {
            parameters.retain(|parameter| !parameter.is_null());
        }
        Ok::<(), Infallible>(())
    });
    problems.result()
}

fn check_parameter(
    parameter: &mut Value,
    (path, schemas): (&str, &Value),
    at: &Pointer,
    diagnostics: &mut Diagnostics,
) -> Result<(), Problem> {
    let name = text(parameter, "name").to_owned();
    let text_of_place = text(parameter, "in").to_owned();
    match text(parameter, "in") {
        "path" if !path.contains(&format!("{{{name}}}")) => {
            return Err(Problem::new(format!("the path has no place for `{name}`"))
                .at(at)
                .remedy("fix the path or the parameter"));
        }
        "path" | "query" => {}
        "header" if name.bytes().all(is_of_header_name) && !name.is_empty() => {}
        "header" => {
            return Err(
                Problem::new(format!("{name:?} cannot be the name of a header"))
                    .at(at)
                    .remedy("fix the name of the parameter"),
            );
        }
        place => {
            return Err(Problem::new(format!(
                "the parameter `{name}` is in {place:?}, expected \"path\", \"query\" or \"header\""
            ))
            .at(at)
            .remedy(
                "in openapi/overlay.yaml, make a credential a `security` scheme, and remove other cookies",
            ));
        }
    }
    if parameter.get("content").is_some() {
        return Err(Problem::new(format!(
            "the parameter `{name}` has a media type of its own"
        ))
        .at(&at.child("content"))
        .remedy("give it a `schema` in openapi/overlay.yaml"));
    }
    let style = text(parameter, "style").to_owned();
    let is_array = parameter.pointer("/schema/type") == Some(&json!("array"));
    let is_known = match style.as_str() {
        "" | "form" | "simple" => true,
        "pipeDelimited" | "spaceDelimited" => is_array,
        _ => false,
    };
    if !is_known {
        return Err(
            Problem::new(format!("the style {style:?} cannot be generated"))
                .at(&at.child("style"))
                .remedy("say in openapi/overlay.yaml how the API reads it: form, exploded or not"),
        );
    }
    for key in ["allowEmptyValue", "allowReserved", "examples"] {
        if parameter
            .as_object_mut()
            .and_then(|p| p.remove(key))
            .is_some()
        {
            diagnostics.add(format!("`{key}` of a parameter"), &at.child(key));
        }
    }
    let Some(schema) = parameter.get_mut("schema").and_then(Value::as_object_mut) else {
        return Err(
            Problem::new(format!("the parameter `{name}` has no schema"))
                .at(at)
                .remedy("give it one in openapi/overlay.yaml"),
        );
    };
    let items = schema.get_mut("items").and_then(Value::as_object_mut);
    if items.is_some_and(|items| items.remove("nullable").is_some()) {
        diagnostics.add("item of a parameter that may be null", at);
    }
    if schema.remove("nullable").is_some() {
        // A parameter that is null is one that is not sent.
        diagnostics.add("parameter that may be null", at);
    }
    let is_list = |schema: Option<&Value>| {
        schema.and_then(|schema| schema.get("type")) == Some(&json!("array"))
    };
    let items_are_lists = is_list(schema.get("items"));
    let is_in_query = text_of_place == "query";
    if items_are_lists || (!is_in_query && schema.get("type") == Some(&json!("array"))) {
        let what = match text_of_place.as_str() {
            "path" => "in the path",
            "header" => "in a header",
            _ => "of lists",
        };
        return Err(Problem::new(format!(
            "the parameter `{name}` is a list {what}"
        ))
        .at(&at.child("schema"))
        .remedy(
            "say in openapi/overlay.yaml how it is written: as one text, with its separators",
        ));
    }
    // What is still referred to is a type of its own: only an enum is written as a text.
    let no_scalar = |schema: &Map<String, Value>| {
        let schema = Value::Object(schema.clone());
        let meant = plain::reference(&schema).map(|(name, _)| schemas.get(&name));
        is_union(&schema)
            || schema.get("properties").is_some()
            || meant.is_some_and(|meant| meant.is_none_or(|meant| meant.get("enum").is_none()))
    };
    let items = schema.get("items").and_then(Value::as_object);
    let are_maps = items.is_some_and(|items| items.get("type") == Some(&json!("object")));
    if no_scalar(schema) || items.is_some_and(no_scalar) || are_maps {
        return Err(Problem::new(format!(
            "the parameter `{name}` is a map or a union of more than scalars, which no query can carry"
        ))
        .at(&at.child("schema"))
        .remedy("say in openapi/overlay.yaml how it is written: as a text, or a list of texts"));
    }
    if schema.get("type").is_some_and(|name| name == "object") {
        return Err(Problem::new(format!("the parameter `{name}` is a map"))
            .at(&at.child("schema"))
            .remedy("describe the parameters that it stands for one by one"));
    }
    Ok(())
}

/// Whether the name of a header may have this letter: a `tchar` of RFC 9110.
fn is_of_header_name(letter: u8) -> bool {
    letter.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&letter)
}

/// Refuses two parameters with one name in Rust, and a path without its parameter.
fn check_names(operation: &Value, at: &Pointer, problems: &mut Problems) {
    let parameters = operation.get("parameters").and_then(Value::as_array);
    let parameters = parameters.into_iter().flatten();
    let names: Vec<Option<(&str, String)>> = parameters
        .map(|parameter| {
            let name = parameter.get("name")?.as_str()?;
            Some((name, rust_field(name)))
        })
        .collect();
    for (index, name) in names.iter().enumerate() {
        let Some((name, rust)) = name else { continue };
        let mut before = names.iter().take(index).flatten();
        if let Some((other, _)) = before.find(|(_, other)| other == rust) {
            problems.add(
                Problem::new(format!(
                    "the parameters `{other}` and `{name}` would both be called `{rust}`"
                ))
                .at(&at.child("parameters").child(index))
                .remedy("remove one in openapi/overlay.yaml"),
            );
        }
    }
    let placeholders = at.keys().nth(1).unwrap_or_default();
    for rest in placeholders.split('{').skip(1) {
        let placeholder = rest.split('}').next().unwrap_or_default();
        // One that did not lead anywhere may be the parameter.
        let is_named = |name: &Option<(&str, String)>| {
            name.as_ref().is_none_or(|(name, _)| *name == placeholder)
        };
        if !names.iter().any(is_named) {
            problems.add(
                Problem::new(format!(
                    "`{{{placeholder}}}` of the path is not a parameter"
                ))
                .at(at)
                .remedy("add the parameter in openapi/overlay.yaml"),
            );
        }
    }
}

/// Requires a body to be JSON, and makes it required.
fn check_body(
    operation: &mut Value,
    at: &Pointer,
    diagnostics: &mut Diagnostics,
) -> Result<(), Problem> {
    let body = operation.get_mut("requestBody");
    let Some(body) = body.filter(|body| !body.is_null()) else {
        return Ok(());
    };
    let at_content = at.child("content");
    let content = body.get_mut("content").and_then(Value::as_object_mut);
    let sent = content.as_ref().and_then(|content| media::sent_as(content));
    let kinds = content.map(|content| {
        let is_json = media::keep_json(
            content,
            "body in another media type",
            &at_content,
            diagnostics,
        );
        (
            is_json,
            content.keys().cloned().collect::<Vec<_>>().join(", "),
        )
    });
    let (is_json, kinds) = kinds.unwrap_or_default();
    if !is_json {
        return Err(Problem::new(format!(
            "a body of `{kinds}` cannot be generated, expected application/json"
        ))
        .at(&at_content)
        .remedy(
            "write the operation by hand in trackstar-api/src, and mark it `x-by-hand: true` in \
             openapi/overlay.yaml",
        ));
    }
    if body.get("required") == Some(&json!(false)) {
        diagnostics.add(
            "body that may be left out, and is always sent",
            &at.child("required"),
        );
    }
    body["required"] = json!(true);
    if let Some(sent) = sent {
        body[media::SENT_AS] = sent.into();
    }
    Ok(())
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(operation: Value) -> Result<Value, String> {
        let mut document = json!({"paths": {"/x/{id}": {"post": operation}}});
        check(
            &mut document,
            &Credentials::default(),
            &mut Diagnostics::default(),
        )
        .map_err(|problem| problem.to_string())?;
        Ok(document["paths"]["/x/{id}"]["post"].take())
    }

    fn with(parameter: Value) -> Value {
        let id = json!({"in": "path", "name": "id", "schema": {"type": "string"}});
        json!({"parameters": [id, parameter]})
    }

    #[test]
    fn what_cannot_be_generated_is_refused_with_its_place() {
        let schema = json!({"type": "string"});
        for (operation, says) in [
            (
                with(json!({"in": "cookie", "name": "h", "schema": schema})),
                "\"cookie\"",
            ),
            (
                with(json!({"in": "header", "name": "a b", "schema": schema})),
                "the name of a header",
            ),
            (
                with(json!({"in": "query", "name": "q", "content": {}})),
                "media type",
            ),
            (with(json!({"in": "query", "name": "q"})), "no schema"),
            (
                with(json!({"in": "query", "name": "q", "schema": {"type": "object"}})),
                "a map",
            ),
            (
                with(
                    json!({"in": "query", "name": "q", "style": "pipeDelimited", "schema": schema}),
                ),
                "pipeDelimited",
            ),
            (
                with(json!({"in": "path", "name": "no", "schema": schema})),
                "no place for `no`",
            ),
            (
                with(json!({"in": "query", "name": "Id", "schema": schema})),
                "both be called `id`",
            ),
            (json!({}), "`{id}` of the path is not a parameter"),
        ] {
            let problem = checked(operation).unwrap_err();
            assert!(problem.contains(says), "{problem}");
            assert!(problem.contains("/paths/~1x~1{id}/post"), "{problem}");
        }
        let mut form = with(json!({"in": "query", "name": "q", "schema": schema}));
        form["requestBody"] = json!({"content": {"multipart/form-data": {}}});
        assert!(checked(form).unwrap_err().contains("x-by-hand"));
    }

    #[test]
    fn a_parameter_is_never_null_and_a_body_never_optional() {
        let mut operation = with(json!({
            "in": "query", "name": "q", "schema": {"type": "string", "nullable": true},
        }));
        operation["requestBody"] = json!({"content": {"application/json": {}}});
        let operation = checked(operation).unwrap();
        assert_eq!(
            operation["parameters"][1]["schema"],
            json!({"type": "string"})
        );
        assert_eq!(operation["requestBody"]["required"], true);
    }
}
