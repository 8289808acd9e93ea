//! Pairs of documents of each kind, compared there and back.

use serde_json::{Value, json};

use super::super::*;
use super::name;
use crate::edge_cases::{document, output, responses};

/// The most severe class of the changes, there and back; none if there is no change.
fn classes(old: &Value, new: &Value) -> [Option<Class>; 2] {
    let snapshot = |document: &Value| {
        let output = output(document.clone()).unwrap_or_else(|problem| panic!("{problem}"));
        Snapshot::of(&output.lowered.document, &output.code).unwrap()
    };
    let (old, new) = (snapshot(old), snapshot(new));
    [diff(&old, &new), diff(&new, &old)]
        .map(|changes| changes.into_iter().map(|change| change.class).min())
}

fn check(kind: &str, old: &Value, new: &Value, expected: [Option<Class>; 2]) {
    assert_eq!(classes(old, new), expected, "{kind}: {new:#}");
}

/// `create_thing` takes a `Thing` and responds with it.
fn written(thing: Value) -> Value {
    let body = json!({"content": {"application/json": {"schema": name("Thing")}}});
    let post = json!({"requestBody": body, "responses": responses(name("Thing"))});
    document(json!({"/things": {"post": post}}), json!({"Thing": thing}))
}

fn record(fields: Value) -> Value {
    json!({"type": "object", "properties": fields})
}

fn text() -> Value {
    json!({"type": "string"})
}

/// The document with a member at a place.
fn with(document: &Value, place: &str, value: Value) -> Value {
    let mut document = document.clone();
    let (holder, key) = place.rsplit_once('/').unwrap();
    document.pointer_mut(holder).unwrap()[key] = value;
    document
}

const THING: &str = "/components/schemas/Thing";
const POST: &str = "/paths/~1things/post";

#[test]
fn extensions_that_nothing_reads_are_text_or_nothing() {
    let kinds = json!({"a": text(), "kind": {"type": "string", "enum": ["x", "y"]}});
    let mut document = written(record(kinds));
    document["tags"] = json!([{"name": "t"}]);
    document["servers"] = json!([{"url": "https://h.example"}]);
    document["paths"]["/things"]["post"]["parameters"] =
        json!([{"in": "query", "name": "q", "schema": text()}]);
    for place in [
        THING,
        &format!("{THING}/properties/a"),
        &format!("{THING}/properties/kind"),
        POST,
        &format!("{POST}/parameters/0"),
        &format!("{POST}/parameters/0/schema"),
        &format!("{POST}/requestBody"),
        &format!("{POST}/responses/200"),
        "/tags/0",
        "/servers/0",
        "/info",
        "",
    ] {
        let new = with(
            &document,
            &format!("{place}/x-made-up"),
            json!({"a": ["b"]}),
        );
        check(place, &document, &new, [Some(Class::Text); 2]);
    }
    for place in [
        "/paths/~1things",
        "/components",
        &format!("{POST}/requestBody/content/application~1json"),
    ] {
        let new = with(&document, &format!("{place}/x-made-up"), json!({"a": true}));
        check(place, &document, &new, [None; 2]);
    }
}

#[test]
fn a_union_in_other_words_is_what_its_code_is() {
    let near = || json!({"type": "object", "required": ["near"], "properties": {"near": text()}});
    let far = || json!({"type": "object", "required": ["far"], "properties": {"far": text()}});
    let of = |keyword: &str, branches: Value| {
        let mut document = written(record(json!({"u": {keyword: branches}})));
        document["components"]["schemas"]["Near"] = near();
        document["components"]["schemas"]["Far"] = far();
        document
    };
    for branches in [
        json!([name("Near"), name("Far")]),
        json!([name("Near"), {"type": "null"}]),
        json!([name("Near"), text()]),
        json!([text(), {"type": "integer"}]),
        json!([{"type": "string", "enum": ["x"]}, text()]),
        json!([near(), far()]),
        json!([{"type": "array", "items": text()}, text()]),
    ] {
        let [old, new] = ["anyOf", "oneOf"].map(|keyword| of(keyword, branches.clone()));
        let codes = [&old, &new].map(|it| output(it.clone()).unwrap().code);
        let class = (codes[0] != codes[1]).then_some(Class::Breaking);
        check("another keyword", &old, &new, [class; 2]);
        let all = of("allOf", json!([name("Near"), name("Far")]));
        check("all of them", &old, &all, [Some(Class::Breaking); 2]);
    }
}

#[test]
fn a_name_that_pushes_another_one_aside_is_breaking() {
    let fields = |names: &[&str]| {
        let fields = names.iter().map(|name| ((*name).to_owned(), text()));
        written(record(fields.collect()))
    };
    let values =
        |values: &[&str]| written(record(json!({"kind": {"type": "string", "enum": values}})));
    let pushed = [Some(Class::Breaking); 2];
    let beside = [Some(Class::Additive), Some(Class::Breaking)];
    for (old, new, expected) in [
        (
            fields(&["hostName"]),
            fields(&["hostName", "host-name"]),
            pushed,
        ),
        (
            fields(&["a_b", "aB"]),
            fields(&["a-b", "a_b", "aB"]),
            pushed,
        ),
        (fields(&["extra_"]), fields(&["extra", "extra_"]), pushed),
        (fields(&["new_"]), fields(&["new", "new_"]), pushed),
        (fields(&["type_"]), fields(&["type", "type_"]), pushed),
        (fields(&["a-b"]), fields(&["a-b", "a_b"]), beside),
        (fields(&["ID"]), fields(&["ID", "id"]), beside),
        (values(&["a_b"]), values(&["a-b", "a_b"]), pushed),
        (values(&["a_b"]), values(&["a_b", "a-b"]), beside),
    ] {
        check("a name", &old, &new, expected);
    }
}

#[test]
fn another_operation_changes_no_type_that_holds_itself() {
    let node = || name("Node");
    for more in [
        json!({"Node": record(json!({"next": node()}))}),
        json!({"Node": record(json!({"next": {"type": "array", "items": node()}}))}),
        json!({"Node": record(json!({"next": {"type": "object", "additionalProperties": node()}}))}),
        json!({"Node": record(json!({"other": name("Other")})), "Other": record(json!({"node": node()}))}),
        json!({"Node": record(json!({"next": {"oneOf": [node(), name("Leaf")]}})), "Leaf": record(json!({"leaf": text()}))}),
        json!({"Node": {"type": "object", "required": ["next"], "properties": {"next": {"anyOf": [node(), {"type": "null"}]}}}}),
    ] {
        let mut old = written(record(json!({"root": node()})));
        for (name, schema) in more.as_object().unwrap() {
            old["components"]["schemas"][name] = schema.clone();
        }
        for path in ["/first", "/zzz"] {
            let mut new = old.clone();
            let schema = record(json!({"root": node(), "own": text()}));
            new["paths"][path] = json!({"get": {"responses": responses(schema)}});
            let expected = [Some(Class::Additive), Some(Class::Breaking)];
            check(path, &old, &new, expected);
        }
    }
}

#[test]
fn a_body_that_is_sent_as_another_media_type_behaves_differently() {
    let sent = |kind: &str| {
        let body = json!({"content": {kind: {"schema": name("Thing")}}});
        with(
            &written(record(json!({"a": text()}))),
            &format!("{POST}/requestBody"),
            body,
        )
    };
    for (old, new) in [
        ("application/json", "application/merge-patch+json"),
        ("application/json", "application/json; charset=utf-8"),
        ("application/json", "application/vnd.api+json"),
        (
            "application/json-patch+json",
            "application/merge-patch+json",
        ),
        ("application/problem+json", "application/json"),
    ] {
        check(new, &sent(old), &sent(new), [Some(Class::Behaviour); 2]);
    }
    // JSON is sent wherever it may be.
    check("*/*", &sent("application/json"), &sent("*/*"), [None; 2]);
}

#[test]
fn a_request_that_forbids_more_fields_behaves_differently() {
    let plain = written(record(json!({
        "a": text(),
        "inner": record(json!({"b": text()})),
        "items": {"type": "array", "items": record(json!({"c": text()}))},
        "map": {"type": "object"},
    })));
    let closed = |place: &str, value: Value| with(&plain, &format!("{THING}{place}"), value);
    let additional = "/additionalProperties";
    let places = [
        "",
        "/properties/inner",
        "/properties/items/items",
        "/properties/map",
    ];
    for place in places {
        let new = closed(&format!("{place}{additional}"), json!(false));
        check(place, &plain, &new, [Some(Class::Behaviour); 2]);
    }
    for (old, new) in [
        (
            plain.clone(),
            closed("/unevaluatedProperties", json!(false)),
        ),
        (
            closed(additional, json!({})),
            closed(additional, json!(false)),
        ),
        (
            closed(additional, json!(true)),
            closed(additional, json!(false)),
        ),
        (plain.clone(), closed(additional, json!({"type": "string"}))),
    ] {
        check("other fields", &old, &new, [Some(Class::Behaviour); 2]);
    }
    check(
        "as before",
        &plain,
        &closed(additional, json!({})),
        [None; 2],
    );
}

#[test]
fn a_server_that_moves_is_a_change_of_behaviour() {
    let plain = written(record(json!({"a": text()})));
    let at = |place: &str, servers: Value| with(&plain, &format!("{place}/servers"), servers);
    let (one, other) = (
        json!([{"url": "https://a.example"}]),
        json!([{"url": "https://b.example"}]),
    );
    let by_region = |region: &str| json!([{"url": "https://{region}.example", "variables": {"region": {"default": region}}}]);
    for (old, new) in [
        (plain.clone(), at(POST, one.clone())),
        (plain.clone(), at("/paths/~1things", one.clone())),
        (plain.clone(), at("", one.clone())),
        (at(POST, one.clone()), at(POST, other.clone())),
        (at("", one.clone()), at("", other.clone())),
        (at(POST, by_region("eu")), at(POST, by_region("us"))),
        (at("", by_region("eu")), at("", by_region("us"))),
    ] {
        check("a server", &old, &new, [Some(Class::Behaviour); 2]);
    }
    let described = json!([{"url": "https://a.example", "description": "The only one."}]);
    check(
        "described",
        &at("", one),
        &at("", described),
        [Some(Class::Text); 2],
    );
}
