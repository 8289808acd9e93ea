mod of_code;
mod pairs;
mod proptests;

use serde_json::{Map, Value, json};

use super::*;
use crate::generate;
use crate::input::Profile;
use crate::report::markdown::markdown;
use crate::report::terminal::{counts, terminal};

fn name(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn content(schema: Value) -> Value {
    json!({"content": {"application/json": {"schema": schema}}})
}

/// A document in which `list_links` responds with a page of `Link`.
fn document(schemas: Value) -> Value {
    json!({
        "paths": {"/links": {"get": {
            "operationId": "list_links",
            "responses": {"200": content(name("Link"))},
        }}},
        "components": {"schemas": schemas},
    })
}

/// The code that a lowered document gives.
fn code(document: &Value) -> String {
    generate::generate(&document.to_string()).unwrap()
}

fn changes(old: &Value, new: &Value) -> Vec<Change> {
    let profile = Profile::of_this_repository();
    let snapshot = |document: &Value| {
        let document = profile.lowered(&document.to_string()).unwrap();
        Snapshot::of(&document, &code(&document)).unwrap()
    };
    diff(&snapshot(old), &snapshot(new))
}

fn lines(old: &Value, new: &Value) -> Vec<String> {
    let changes = changes(old, new);
    let line = |change: &Change| format!("{}: {change}", change.class.word());
    changes.iter().map(line).collect()
}

#[test]
fn changes_are_reported_in_the_terms_of_the_crate() {
    let link = json!({"type": "object", "required": ["id"], "properties": {
        "id": {"type": "string"}, "name": {"type": "string"}, "kind": name("Kind")}});
    let newer = json!({"type": "object", "properties": {
        "id": {"type": "string", "maxLength": 9}, "url": {"type": "string"}, "kind": name("Kind")}});
    let kind = json!({"type": "string", "enum": ["a", "b"]});
    let fewer = json!({"type": "string", "enum": ["a"], "description": "d"});
    assert_eq!(
        lines(
            &document(json!({"Link": link, "Kind": kind})),
            &document(json!({"Link": newer, "Kind": fewer}))
        ),
        [
            "text: ~ type Kind: description: none → d",
            "breaking: - type Kind: value b",
            "additive: ~ type Link: now has Default",
            "breaking: ~ type Link: field id: type: String → Option<String>",
            "behaviour: ~ type Link: field id: maxLength: none → 9",
            "breaking: - type Link: field name (Option<String>, optional)",
            "additive: + type Link: field url (Option<String>, optional)",
        ]
    );
}

#[test]
fn a_change_of_a_shared_schema_is_reported_once_with_what_reaches_it() {
    let with = |schema: Value| {
        let mut document = document(json!({"Link": schema}));
        for path in ["/a", "/b", "/c", "/d"] {
            document["paths"][path] = document["paths"]["/links"].clone();
            document["paths"][path]["get"]["operationId"] = format!("get_{}", &path[1..]).into();
        }
        document["x-webhooks"] = json!({"link.created": {"data": name("Link")}});
        document
    };
    let old = with(json!({"properties": {"url": {"type": "string"}}}));
    let mut new = old.clone();
    new["components"]["schemas"]["Link"]["properties"]["id"] = json!({"type": "string"});
    let found = changes(&old, &new);
    assert_eq!(found.len(), 1, "{found:?}");
    let who = [
        "get_a",
        "get_b",
        "get_c",
        "get_d",
        "list_links",
        "webhook link.created",
    ];
    assert_eq!(found[0].reached_by, who);
    let text = terminal(&found);
    assert!(
        text.contains("reached by get_a, get_b, get_c and 3 more"),
        "{text}"
    );
}

#[test]
fn what_many_operations_share_is_one_line() {
    let with = |parameters: Value| {
        let mut document = document(json!({"Link": {"properties": {"url": {"type": "string"}}}}));
        for path in ["/a", "/b", "/c", "/d", "/links"] {
            document["paths"][path] = document["paths"]["/links"].clone();
            document["paths"][path]["get"]["operationId"] = format!("get_{}", &path[1..]).into();
            document["paths"][path]["get"]["parameters"] = parameters.clone();
        }
        document["paths"]["/d"]["get"]["summary"] = parameters.to_string().into();
        document
    };
    let limit = json!([{"name": "limit", "in": "query", "schema": {"type": "integer"}}]);
    let found = changes(&with(json!([])), &with(limit));
    assert_eq!(found.len(), 6);
    let text = terminal(&found);
    let shared = "  + parameter limit (i64, optional)\n      of get_a, get_b, get_c and 2 more\n";
    assert!(text.contains(shared), "{text}");
    assert!(text.contains("  ~ operation get_d: summary: "), "{text}");
    let only = terminal(&found[..1]);
    assert!(
        only.contains("  + operation get_a: parameter limit (i64, optional)\n"),
        "{only}"
    );
}

#[test]
fn renames_are_recognised_by_shape_and_stay_breaking() {
    let old = json!({
        "Link": {"properties": {"lines": {"type": "array", "items": name("Line")}}},
        "Line": {"properties": {"sku": {"type": "string"}, "expected_quantity": {"type": "integer"}, "next": name("Line")}},
    });
    let mut new = old.clone();
    let line = new["Line"].take();
    new.as_object_mut().unwrap().remove("Line");
    new["LinkLine"] = line;
    new["LinkLine"]["properties"]["next"] = name("LinkLine");
    new["Link"]["properties"]["lines"]["items"] = name("LinkLine");
    let renamed = ["breaking: ~ type Line: renamed to LinkLine"];
    assert_eq!(
        lines(&document(old.clone()), &document(new.clone())),
        renamed
    );

    let properties = new["LinkLine"]["properties"].as_object_mut().unwrap();
    let quantity = properties.remove("expected_quantity").unwrap();
    properties.insert("quantity".to_owned(), quantity);
    let found = lines(&document(old), &document(new.clone()));
    assert!(
        found
            .iter()
            .any(|line| line.starts_with("breaking: - type Line")),
        "{found:?}"
    );

    let mut newest = new.clone();
    let properties = newest["LinkLine"]["properties"].as_object_mut().unwrap();
    let quantity = properties.remove("quantity").unwrap();
    properties.insert("expected_quantity".to_owned(), quantity);
    assert_eq!(
        lines(&document(new.clone()), &document(newest)),
        ["breaking: ~ type LinkLine: field quantity: renamed to expected_quantity"]
    );

    let mut moved = document(new.clone());
    moved["paths"]["/links"]["get"]["operationId"] = "list_all_links".into();
    assert_eq!(
        lines(&document(new), &moved),
        ["breaking: ~ operation list_links: renamed to list_all_links"]
    );
}

#[test]
fn what_nothing_reads_is_text_and_what_has_no_rule_is_behaviour() {
    let old = document(json!({"Link": {"properties": {"id": {"type": "string"}}}}));
    for (key, class) in [("x-new", Class::Text), ("new", Class::Behaviour)] {
        for place in [
            "/components/schemas/Link/properties/id",
            "/components/schemas/Link",
            "/paths/~1links/get",
            "",
        ] {
            let mut new = old.clone();
            new.pointer_mut(place).unwrap()[key] = 1.into();
            let found = changes(&old, &new);
            assert_eq!(found.len(), 1, "{place}: {found:?}");
            assert_eq!(found[0].class, class, "{place}");
        }
    }
}

#[test]
fn a_field_that_takes_the_name_of_another_one_is_breaking() {
    let with = |names: &[&str]| {
        let fields = names
            .iter()
            .map(|name| ((*name).to_owned(), json!({"type": "string"})));
        document(json!({"Link": {"properties": fields.collect::<Map<_, _>>()}}))
    };
    assert_eq!(
        lines(&with(&["hostName"]), &with(&["host-name", "hostName"])),
        [
            "additive: + type Link: field host-name (Option<String>, optional)",
            "breaking: ~ type Link: field hostName: name in Rust: host_name → host_name_2",
        ]
    );
    // Nothing else has the name that it had.
    assert_eq!(
        lines(&with(&["hostName"]), &with(&["host-name"])),
        ["behaviour: ~ type Link: field hostName: renamed to host-name"]
    );
}

#[test]
fn a_filter_is_one_setter_with_its_operators() {
    let with = |names: &[&str]| {
        let parameter = |name: &&str| {
            let schema = json!({"type": "string", "description": name});
            json!({"name": name, "in": "query", "schema": schema})
        };
        let mut document = document(json!({"Link": {"properties": {}}}));
        let parameters = names.iter().map(parameter);
        document["paths"]["/links"]["get"]["parameters"] = parameters.collect();
        document
    };
    let filter = "~ operation list_links: parameter sku:";
    for (old, new, expected) in [
        (
            &["sku", "sku[gt]"][..],
            &["sku", "sku[gt]", "sku[lt]"][..],
            format!("additive: {filter} operators: now also lt"),
        ),
        (
            &["sku", "sku[gt]", "sku[lt]"],
            &["sku", "sku[gte]", "sku[lt]"],
            format!("breaking: {filter} operators: no longer gt; now also gte"),
        ),
        (
            &["sku", "sku[gt]"],
            &["sku"],
            format!("breaking: {filter} type: Filter<String> → String"),
        ),
        (
            &["sku"],
            &["sku", "sku[gt]"],
            format!("breaking: {filter} type: String → Filter<String>"),
        ),
    ] {
        assert_eq!(lines(&with(old), &with(new))[0], expected);
    }
    let old = with(&["sku", "sku[gt]"]);
    let mut new = old.clone();
    new["paths"]["/links"]["get"]["parameters"][1]["schema"]["maxLength"] = 9.into();
    assert_eq!(
        lines(&old, &new),
        [format!("behaviour: {filter} maxLength of [gt]: none → 9")]
    );
}

#[test]
fn webhooks_statuses_credentials_and_operations_by_hand_are_compared() {
    let old = document(json!({"Link": {"properties": {}}}));
    let mut new = old.clone();
    new["paths"]["/links"]["get"]["x-errors"] = json!(["404"]);
    new["paths"]["/links"]["get"]["security"] = json!([{"api_key": [], "access_token": []}]);
    new["x-webhooks"] = json!({"link.created": {"data": name("Gone")}});
    new["components"]["schemas"]["Gone"] = json!({"properties": {"id": {"type": "string"}}});
    new["x-by-hand"] = json!({"/files": {"post": {"summary": "s"}}});
    assert_eq!(
        lines(&old, &new),
        [
            "behaviour: ~ operation list_links: credentials: no credentials → the API key and the access token of a connection",
            "behaviour: + operation list_links: response 404",
            "additive: + type Gone (struct)",
            "additive: + webhook link.created (Gone)",
            "behaviour: + hand-written operation POST /files",
        ]
    );
    let back = lines(&new, &old);
    assert!(
        back.contains(&"breaking: - webhook link.created (Gone)".to_owned()),
        "{back:?}"
    );
}

#[test]
fn a_link_to_the_documentation_is_text_wherever_it_stands() {
    let mut old = document(json!({"Link": {"properties": {}}}));
    old["x-webhooks"] = json!({"link.created": {"data": name("Link")}});
    old["x-by-hand"] = json!({"/files": {"post": {"summary": "s"}}});
    for place in [
        "/paths/~1links/get",
        "/x-webhooks/link.created",
        "/x-by-hand/~1files/post",
    ] {
        let mut new = old.clone();
        new.pointer_mut(place).unwrap()["externalDocs"] = json!({"url": "https://x.y"});
        let found = changes(&old, &new);
        assert_eq!(found.len(), 1, "{place}: {found:?}");
        assert_eq!(found[0].class, Class::Text, "{place}");
    }
}

#[test]
fn the_text_of_a_pull_request_stays_within_its_bounds() {
    let fields: Map<String, Value> = (0..3000)
        .map(|n| {
            (
                format!("field_{n}"),
                json!({"type": "string", "description": "`a`"}),
            )
        })
        .collect();
    let new = document(json!({"Link": {"properties": fields}}));
    let old = document(json!({"Link": {"properties": {"field_0": {"type": "string"}}}}));
    let found = changes(&old, &new);
    let text = markdown(&found, &counts(&found, &[]));
    assert!(text.len() < 60_000, "{}", text.len());
    assert!(
        text.starts_with("## API\n\n3000 changes: 2999 additive, 1 text.\n"),
        "{}",
        &text[..80]
    );
    assert!(text.contains("more\n"));
}
