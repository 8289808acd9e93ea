use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::input::Profile;
use crate::report::markdown::markdown;
use crate::report::terminal::terminal;

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

fn changes(old: &Value, new: &Value) -> Vec<Change> {
    let profile = Profile::of_this_repository();
    let snapshot = |document: &Value| {
        let document = profile.lowered(&document.to_string()).unwrap();
        Snapshot::of(&document).unwrap()
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
            "additive: ~ type Link: Default: none → yes",
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
fn an_unknown_kind_of_change_counts_as_breaking() {
    let old = document(json!({"Link": {"properties": {"id": {"type": "string"}}}}));
    for (place, key) in [
        ("/components/schemas/Link/properties/id", "x-new"),
        ("/components/schemas/Link", "x-new"),
        ("/paths/~1links/get", "x-new"),
        ("", "x-new"),
    ] {
        let mut new = old.clone();
        new.pointer_mut(place).unwrap()[key] = 1.into();
        let found = changes(&old, &new);
        assert_eq!(found.len(), 1, "{place}: {found:?}");
        assert_eq!(found[0].class, Class::Breaking, "{place}");
    }
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
            "behaviour: ~ operation list_links: credentials: the API key → the API key and the access token of a connection",
            "behaviour: + operation list_links: response 404",
            "additive: + type Gone (struct)",
            "additive: + webhook link.created (Gone)",
            "additive: + hand-written operation POST /files",
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
    let text = markdown(&found);
    assert!(text.len() < 60_000, "{}", text.len());
    assert!(
        text.starts_with("## API\n\n3000 changes: 2999 additive, 1 text.\n"),
        "{}",
        &text[..80]
    );
    assert!(text.contains("more\n"));
}

fn schema() -> impl Strategy<Value = Value> {
    let plain = prop_oneof![
        Just(json!({"type": "string"})),
        Just(json!({"type": "string", "format": "date-time"})),
        Just(json!({"type": "integer", "minimum": 1})),
        Just(json!({"type": "number", "format": "decimal"})),
        Just(json!({"type": "string", "nullable": true, "description": "d"})),
        Just(json!({"type": "array", "items": {"type": "string"}})),
        "[ABC]".prop_map(|of| name(&of)),
        "[ABC]".prop_map(|of| json!({"type": "array", "items": name(&of), "maxItems": 2})),
    ];
    (plain, any::<bool>()).prop_map(|(mut schema, is_deprecated)| {
        if is_deprecated && schema.get("$ref").is_none() {
            schema["deprecated"] = true.into();
        }
        schema
    })
}

fn component() -> impl Strategy<Value = Value> {
    let fields = btree_map("(order|line|sku|order_id|type)", schema(), 0..5);
    let structs = (fields, any::<bool>()).prop_map(|(fields, is_required)| {
        let names: Vec<&String> = fields.keys().collect();
        let required = if is_required { json!(names) } else { json!([]) };
        json!({"type": "object", "properties": fields, "required": required})
    });
    let enums = vec("[a-c]", 1..4).prop_map(|mut values| {
        values.sort();
        values.dedup();
        json!({"type": "string", "enum": values})
    });
    prop_oneof![3 => structs, 1 => enums]
}

fn operation() -> impl Strategy<Value = Value> {
    let parameters = btree_map("(limit|page|page_size)", (schema(), any::<bool>()), 0..3);
    let parts = (
        parameters,
        "[ABC]",
        proptest::option::of("[ABC]"),
        any::<bool>(),
    );
    parts.prop_map(|(parameters, response, body, has_token)| {
        let parameters: Vec<Value> = parameters
            .into_iter()
            .map(|(name, (schema, is_required))| {
                json!({"name": name, "in": "query", "required": is_required, "schema": schema})
            })
            .collect();
        let mut operation = json!({
            "parameters": parameters,
            "responses": {"200": content(name(&response))},
            "security": [if has_token { json!({"access_token": []}) } else { json!({}) }],
        });
        if let Some(body) = body {
            operation["requestBody"] = content(name(&body));
        }
        operation
    })
}

/// A lowered document, whose schemas are called A, B and C, or with other letters at their ends.
fn any_document() -> impl Strategy<Value = Value> {
    let schemas = vec(component(), 3);
    let operations = btree_map("/(wms/)?(orders|order_lines|lines)", operation(), 0..4);
    (schemas, operations, "[XY]?").prop_map(|(schemas, operations, ending)| {
        let mut paths = Map::new();
        for (path, mut operation) in operations {
            operation["operationId"] = format!("do{}{ending}", path.replace('/', "_")).into();
            paths.insert(path, json!({"post": operation}));
        }
        let names = ["A", "B", "C"].into_iter();
        let schemas: Map<String, Value> = names
            .zip(schemas)
            .map(|(name, schema)| (name.to_owned(), schema))
            .collect();
        let text = json!({"paths": paths, "components": {"schemas": schemas}}).to_string();
        // Renames of a type go through all that refers to it.
        let text = text.replace("schemas/A\"", &format!("schemas/A{ending}\""));
        let text = text.replace("\"A\":", &format!("\"A{ending}\":"));
        serde_json::from_str(&text).unwrap()
    })
}

type Sides = (
    Option<Subject>,
    Option<Subject>,
    Option<Aspect>,
    Option<String>,
    Option<String>,
);

fn sides(change: Change) -> Sides {
    (
        change.old,
        change.new,
        change.aspect,
        change.before,
        change.after,
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_document_does_not_differ_from_itself(document in any_document()) {
        prop_assert_eq!(changes(&document, &document), []);
    }

    #[test]
    fn the_way_back_is_the_way_there_reversed(old in any_document(), new in any_document()) {
        let mut there: Vec<Sides> = changes(&old, &new).into_iter().map(sides).collect();
        let back = changes(&new, &old).into_iter().map(sides);
        let mut back: Vec<Sides> = back
            .map(|(old, new, aspect, before, after)| (new, old, aspect, after, before))
            .collect();
        there.sort();
        back.sort();
        prop_assert_eq!(there, back);
    }
}
