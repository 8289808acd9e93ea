//! All problems of a document are reported in one run, each with its place, and nothing that only follows from one.

use serde_json::{Value, json};

use super::{document, output, responses};

fn name(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

#[test]
fn every_stage_goes_on_past_the_problems_of_those_before() {
    let text = || json!({"type": "string"});
    let cookie = || json!({"in": "cookie", "name": "session", "schema": text()});
    let with = |parameter: Value| json!({"parameters": [parameter], "responses": responses(name("Thing"))});
    let mut other = with(json!({"$ref": "#/components/parameters/No"}));
    other["requestBody"] = json!({"$ref": "#/components/requestBodies/No"});
    let paths = json!({
        "/a?b=c": {"get": with(cookie())},
        "/b": {"get": with(cookie()), "POST": {}},
        "/c/{id}": {"put": other, "get": {"responses": {}}},
        "/d": {"post": {
            "requestBody": {"content": {"text/csv": {}}}, "responses": responses(name("Nowhere")),
            "security": [{"oauth": []}],
        }},
        "/d-": {"post": {"responses": responses(name("Circle"))}},
    });
    let schemas = json!({
        "Thing": {"type": "object", "properties": {
            "a": {"type": "file", "prefixItems": [], "if": {}},
            "b": {"enum": [1, "a"]},
            "c": {"allOf": [text(), {"type": "integer"}]},
            "d": name("Circle"),
        }},
        "Circle": {"allOf": [name("Circle"), {"properties": {"a": text()}}]},
    });
    let problems = output(document(paths, schemas)).map(drop).unwrap_err();
    let at = |place: &str, what: &str| format!("edge.json at {place}: {what}");
    let thing = "/components/schemas/Thing/properties";
    let expected = [
        at(
            "/paths/~1c~1{id}/put/parameters/0",
            "the reference `#/components/parameters/No` leads nowhere",
        ),
        at(
            "/paths/~1c~1{id}/put/requestBody",
            "the reference `#/components/requestBodies/No` leads nowhere",
        ),
        at(
            "/paths/~1d/post/responses/200/content/application~1json/schema",
            "the reference `#/components/schemas/Nowhere`",
        ),
        at("/paths/~1a?b=c/get", "the path `/a?b=c` holds a query"),
        at("/paths/~1b/POST", "`POST` is no method"),
        at(
            "/paths/~1d/post/security",
            "the client does not have the credential `oauth`",
        ),
        at(&format!("{thing}/a/type"), "`type` is \"file\""),
        at(
            &format!("{thing}/a/prefixItems"),
            "the keyword `prefixItems`",
        ),
        at(&format!("{thing}/a/if"), "the keyword `if`"),
        at(
            &format!("{thing}/b/enum/1"),
            "an `enum` of values of several types",
        ),
        at(
            &format!("{thing}/c/allOf/1"),
            "no value is all of this at once",
        ),
        at(
            "/components/schemas/Circle/allOf/0",
            "`Circle` is `allOf` itself",
        ),
        at(
            "/paths/~1a?b=c/get/parameters/0",
            "the parameter `session` is in \"cookie\"",
        ),
        at(
            "/paths/~1c~1{id}/get",
            "`{id}` of the path is not a parameter",
        ),
        at(
            "/paths/~1d/post/requestBody/content",
            "a body of `text/csv` cannot be generated",
        ),
        at(
            "/paths/~1c~1{id}/get/responses",
            "the operation has no response of success",
        ),
        at("/paths/~1d-/post", "this would be called `create_d`"),
    ];
    for problem in &expected {
        assert!(problems.contains(problem.as_str()), "{problem}\n{problems}");
    }
    assert_eq!(
        problems.matches("what to do: ").count(),
        expected.len(),
        "{problems}"
    );
    // The same cause is said once, with all of its places.
    assert!(
        problems.contains("\n  also edge.json at /paths/~1b/get/parameters/0\n"),
        "{problems}"
    );
}
