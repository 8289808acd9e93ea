//! Edge cases of operations: parameters, bodies, responses.

use serde_json::{Value, json};

use super::{Client, Expected, Refused, check, document, output, responses};

const AT: &str = "/paths/~1things~1{id}/post";

/// An operation with one path parameter, and these members.
fn with(members: Value) -> Value {
    let text = json!({"type": "string"});
    let mut operation = json!({
        "parameters": [{"in": "path", "name": "id", "required": true, "schema": text}],
        "responses": responses(text),
    });
    for (key, member) in members.as_object().unwrap() {
        if key == "parameter" {
            operation["parameters"]
                .as_array_mut()
                .unwrap()
                .push(member.clone());
        } else {
            operation[key] = member.clone();
        }
    }
    let map = json!({"type": "object", "properties": {"a": {"type": "string"}}});
    document(
        json!({"/things/{id}": {"post": operation}}),
        json!({"Map": map}),
    )
}

fn query(name: &str, schema: Value) -> Value {
    json!({"in": "query", "name": name, "schema": schema})
}

#[test]
fn each_edge_case_of_parameters_works_or_is_refused_with_its_place() {
    let text = || json!({"type": "string"});
    let at = |below: &str| -> &'static str { Box::leak(format!("{AT}{below}").into_boxed_str()) };
    let styled = |style: &str| {
        let mut parameter = query("q", json!({"type": "array", "items": {"type": "string"}}));
        parameter["style"] = style.into();
        parameter
    };
    let cases: Vec<(&str, Value, Expected)> = vec![
        (
            "a keyword",
            query("type", text()),
            Client("pub fn type_(mut self"),
        ),
        (
            "the name of a method",
            query("pages", text()),
            Client("pub fn pages_(mut self"),
        ),
        (
            "the name of a mock's own method",
            query("access_token", text()),
            Client("access_token_ \"access_token\" into(String)"),
        ),
        (
            "camel case",
            query("createdDate[gte]", text()),
            Client("request.filter(\"createdDate\", \"gte\", filter.into())"),
        ),
        (
            "a number",
            query("3pl", text()),
            Client("request.query(\"3pl\""),
        ),
        (
            "null among its values",
            query("q", json!({"type": ["string", "null"]})),
            Client("pub fn q(mut self, value: impl Into<String>)"),
        ),
        (
            "a list",
            query(
                "q",
                json!({"type": "array", "items": {"type": "string", "nullable": true}}),
            ),
            Client("request.query_each(\"q\""),
        ),
        (
            "a list by pipes",
            styled("pipeDelimited"),
            Client("request.query_joined(\"q\", \"|\","),
        ),
        (
            "a list by spaces",
            styled("spaceDelimited"),
            Client("request.query_joined(\"q\", \" \","),
        ),
        (
            "a map",
            query("q", json!({"type": "object", "properties": {"a": {}}})),
            Refused(at("/parameters/1/schema"), "not an operator"),
        ),
        (
            "operators",
            query("q", json!({"properties": {"eq": text(), "gt": text()}})),
            Client("request.filter(\"q\", \"= eq gt\", filter.into())"),
        ),
        (
            "a header",
            json!({"in": "header", "name": "h", "schema": text()}),
            Client("pub fn h(mut self, value: impl Into<String>)"),
        ),
        (
            "a list of maps by reference",
            query(
                "q",
                json!({"type": "array", "items": {"$ref": "#/components/schemas/Map"}}),
            ),
            Refused(at("/parameters/1/schema"), "which no query can carry"),
        ),
        (
            "a list of maps",
            query("q", json!({"type": "array", "items": {"type": "object"}})),
            Refused(at("/parameters/1/schema"), "which no query can carry"),
        ),
        (
            "a header of every write",
            json!({"in": "header", "name": "Idempotency-Key", "required": true, "schema": text()}),
            Client("pub fn create_thing(&self, id: impl Into<String>)"),
        ),
        (
            "a list in a header",
            json!({"in": "header", "name": "h", "schema": {"type": "array", "items": text()}}),
            Refused(at("/parameters/1/schema"), "in a header"),
        ),
        (
            "a cookie",
            json!({"in": "cookie", "name": "c", "schema": text()}),
            Refused(at("/parameters/1"), "\"cookie\""),
        ),
        (
            "no place",
            json!({"name": "c", "schema": text()}),
            Refused(at("/parameters/1"), "\"\""),
        ),
        (
            "content",
            json!({"in": "query", "name": "c", "content": {}}),
            Refused(at("/parameters/1/content"), "media type"),
        ),
        (
            "one name by case",
            query("ID", text()),
            Refused(at("/parameters/1"), "both be called `id`"),
        ),
        (
            "not a map",
            json!("q"),
            Refused(
                at("/parameters/1"),
                "expected \"path\", \"query\" or \"header\"",
            ),
        ),
    ];
    for (what, parameter, expected) in cases {
        check(what, with(json!({"parameter": parameter})), &expected);
    }
    let own = json!({"/x/{orderId}": {
        "parameters": [{"in": "path", "name": "orderId", "required": true, "schema": text()}],
        "get": {"responses": responses(text())},
    }});
    check(
        "described by the path",
        document(own, json!({})),
        &Client("pub fn get_x(&self, order_id: impl Into<String>)"),
    );
}

#[test]
fn each_edge_case_of_bodies_and_responses_works_or_is_refused_with_its_place() {
    let at = |below: &str| -> &'static str { Box::leak(format!("{AT}{below}").into_boxed_str()) };
    let json_body = |kind: &str| json!({"requestBody": {"content": {kind: {"schema": {"type": "object", "properties": {"a": {}}}}}}});
    let responding_with = |value: Value| json!({"responses": value});
    let ok = || responses(json!({"type": "string"}))["200"].clone();
    let cases: Vec<(&str, Value, Expected)> = vec![
        (
            "a form",
            json_body("application/x-www-form-urlencoded"),
            Refused(at("/requestBody/content"), "x-www-form-urlencoded"),
        ),
        (
            "parts",
            json_body("multipart/form-data"),
            Refused(at("/requestBody/content"), "multipart/form-data"),
        ),
        (
            "a charset",
            json_body("application/json; charset=utf-8"),
            Client("body: impl Into<types::CreateThingBody>"),
        ),
        (
            "a vendor's json",
            json_body("application/vnd.x+json"),
            Client("body: impl Into<types::CreateThingBody>"),
        ),
        (
            "no content",
            json!({"requestBody": {}}),
            Refused(at("/requestBody/content"), "expected application/json"),
        ),
        (
            "a body without a schema",
            json!({"requestBody": {"content": {"application/json": {}}}}),
            Client("body: impl Into<::serde_json::Value>"),
        ),
        (
            "no responses",
            json!({"responses": {}}),
            Refused(at("/responses"), "no response of success"),
        ),
        (
            "responses that are no map",
            json!({"responses": null}),
            Refused(at("/responses"), "no responses"),
        ),
        (
            "only a default",
            responding_with(json!({"default": {"description": "d"}})),
            Refused(at("/responses"), "no response of success"),
        ),
        (
            "a range",
            responding_with(json!({"2XX": ok()})),
            Client("Response<String>"),
        ),
        (
            "two that are alike",
            responding_with(json!({"200": ok(), "201": ok()})),
            Client("Response<String>"),
        ),
        (
            "two that are not",
            responding_with(json!({"200": ok(), "204": {"description": "d"}})),
            Refused(at("/responses/204"), "second kind of success"),
        ),
        (
            "any media type",
            responding_with(
                json!({"200": {"description": "d", "content": {"*/*": {"schema": {"type": "string"}}}}}),
            ),
            Client("Response<String>"),
        ),
        (
            "text",
            responding_with(json!({"200": {"description": "d", "content": {"text/plain": {}}}})),
            Refused(at("/responses/200/content"), "text/plain"),
        ),
        (
            "an error as text",
            responding_with(
                json!({"200": ok(), "502": {"description": "d", "content": {"text/html": {}}}}),
            ),
            Client("Response<String>"),
        ),
        (
            "no content",
            responding_with(json!({"204": {"description": "d"}})),
            Client("Response<()>"),
        ),
        (
            "callbacks",
            json!({"callbacks": {"a": {}}}),
            Client("Response<String>"),
        ),
    ];
    for (what, members, expected) in cases {
        check(what, with(members), &expected);
    }
}

#[test]
fn operations_are_named_by_rule_whatever_ids_and_paths_hold() {
    let get = |id: &str| json!({"get": {"operationId": id, "responses": responses(json!({"type": "string"}))}});
    let twice = document(json!({"/a": get("same"), "/b": get("same")}), json!({}));
    check("an id twice", twice, &Client("pub fn list_b(&self)"));
    for (path, says) in [
        ("/", "pub fn list_root(&self)"),
        ("/a b/ü.c", "pub fn list_a_b_ü_c(&self)"),
        ("/type", "pub fn list_type(&self)"),
    ] {
        check(
            path,
            document(json!({path: get("x")}), json!({})),
            &Client(says),
        );
    }
    let clash = document(json!({"/a-b": get("x"), "/a/b": get("y")}), json!({}));
    check(
        "one name",
        clash,
        &Refused("/paths/~1a~1b/get", "as /paths/~1a-b/get already is"),
    );
}

#[test]
fn everything_that_is_set_aside_is_reported() {
    let mut document = with(json!({
        "callbacks": {"done": {}}, "servers": [],
        "parameter": query("q", json!({"type": ["string", "null"]})),
        "requestBody": {"required": false, "content": {
            "application/json": {"schema": {"type": "object", "$comment": "c"}}, "text/csv": {},
        }},
        "responses": {
            "200": {"description": "", "headers": {"a": {}}, "links": {"b": {}}, "content": {
                "application/json": {"schema": {"type": "string", "examples": ["a", "b"], "contentEncoding": "x"}},
                "text/csv": {},
            }},
            "302": {"description": ""},
            "500": {"description": "", "content": {"text/html": {}}},
        },
    }));
    document["webhooks"] = json!({"w": {}});
    document["jsonSchemaDialect"] = json!("https://example.com");
    document["info"]["summary"] = json!("s");
    document["components"]["schemas"]["Unused"] = json!({});
    document["components"]["parameters"] = json!({"Unused": {}});
    document["components"]["links"] = json!({"Unused": {}});
    let diagnostics = output(document).unwrap().lowered.diagnostics;
    let lines: Vec<String> = diagnostics.lines().collect();
    for kind in [
        "`$comment`",
        "response in another media type",
        "body in another media type",
        "body that may be left out",
        "callback",
        "component of links",
        "component that nothing refers to",
        "content encoding",
        "error response in another media type",
        "further example",
        "header of a response",
        "link of a response",
        "parameter that may be null",
        "redirect",
        "schema dialect",
        "schema that no operation and no event reaches",
        "server of one operation",
        "summary of the document",
        "webhook",
    ] {
        assert!(
            lines.iter().any(|line| line.contains(kind)),
            "{kind}: {lines:#?}"
        );
    }
}
