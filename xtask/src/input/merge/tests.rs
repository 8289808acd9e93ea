//! Merging of small documents.

use super::*;

fn document(name: &str, text: &str) -> Document {
    let text = format!("openapi: 3.1.0\n{text}");
    Document::parse(&text, &format!("openapi/{name}")).unwrap()
}

#[test]
fn documents_become_one_and_references_become_local() {
    let merged = merge(vec![
        document("b.yaml", "components: {schemas: {B: {type: string}}}"),
        document(
            "a.yaml",
            "paths: {/x: {get: {summary: A}}}\n\
             components: {schemas: {A: {items: {$ref: 'b.yaml#/components/schemas/B'}}}}",
        ),
    ])
    .unwrap();
    assert_eq!(
        merged.value["components"]["schemas"],
        json!({"A": {"items": {"$ref": "#/components/schemas/B"}}, "B": {"type": "string"}})
    );
    assert_eq!(merged.value["paths"]["/x"]["get"]["summary"], "A");
}

#[test]
fn the_same_meaning_twice_is_one() {
    let both = "components: {schemas: {A: {type: string}}}";
    assert!(merge(vec![document("a.yaml", both), document("b.yaml", both)]).is_ok());
}

#[test]
fn two_meanings_of_a_name_are_refused_with_both_places() {
    let problem = merge(vec![
        document("a.yaml", "components: {schemas: {A: {type: string}}}"),
        document("b.yaml", "components: {schemas: {A: {type: integer}}}"),
    ])
    .unwrap_err()
    .to_string();
    assert!(problem.contains("openapi/a.yaml"), "{problem}");
    assert!(
        problem.contains("openapi/b.yaml at /components/schemas/A"),
        "{problem}"
    );
}

#[test]
fn a_dangling_reference_is_refused_with_its_place() {
    for target in ["#/components/schemas/No", "no.yaml#/x", "b.yaml#/x"] {
        let problem = merge(vec![
            document(
                "a.yaml",
                &format!("components: {{schemas: {{A: {{$ref: '{target}'}}}}}}"),
            ),
            document("b.yaml", "info: {}"),
        ])
        .unwrap_err()
        .to_string();
        assert!(
            problem.contains("openapi/a.yaml at /components/schemas/A"),
            "{problem}"
        );
        assert!(problem.contains(target), "{problem}");
    }
}

#[test]
fn the_default_security_of_a_document_is_that_of_its_operations_only() {
    let merged = merge(vec![
        document(
            "a.yaml",
            "security: [{k: []}]\npaths: {/a: {get: {}, put: {security: []}}}",
        ),
        document("b.yaml", "paths: {/b: {get: {}}}"),
    ])
    .unwrap();
    assert_eq!(
        merged.value["paths"]["/a"]["get"]["security"],
        json!([{"k": []}])
    );
    assert_eq!(merged.value["paths"]["/a"]["put"]["security"], json!([]));
    assert_eq!(merged.value["paths"]["/b"]["get"].get("security"), None);
    assert_eq!(merged.value.get("security"), None);
}

#[test]
fn a_problem_is_traced_back_to_its_file() {
    let merged = merge(vec![
        document("a.yaml", "paths: {/a: {get: {}}}"),
        document("b.yaml", "components: {schemas: {B: {type: [string]}}}"),
    ])
    .unwrap();
    for (place, file) in [
        ("/paths/~1a/get/responses", "openapi/a.yaml"),
        ("/components/schemas/B/type", "openapi/b.yaml"),
    ] {
        let problem = merged.locate(Problem::new("no").at(&Pointer::parse(place)));
        assert!(
            problem
                .to_string()
                .starts_with(&format!("{file} at {place}"))
        );
    }
}

/// A document that the vendor published.
fn published(name: &str, date: &str, text: &str) -> Document {
    let mut document = document(name, text);
    document.taken = Some((date.to_owned(), name.len()));
    document
}

#[test]
fn what_was_published_outranks_what_is_described_and_the_later_the_earlier() {
    let schemas = |text: &str| format!("components: {{schemas: {{{text}}}}}");
    let merged = merge(vec![
        document(
            "a.yaml",
            &schemas("A: {type: string}, B: {type: string}, C: {type: string}"),
        ),
        published(
            "old.yaml",
            "2025-10-13",
            &schemas("A: {type: integer}, B: {type: integer}"),
        ),
        // A year alone is its start.
        published("new.yaml", "2026", &schemas("A: {type: boolean}")),
    ])
    .unwrap();
    let schemas = &merged.value["components"]["schemas"];
    let types = ["A", "B", "C"].map(|name| schemas[name]["type"].as_str().unwrap());
    assert_eq!(types, ["boolean", "integer", "string"]);
    let names = |places: &BTreeMap<String, Vec<Pointer>>, file: &str| -> Vec<String> {
        places[file]
            .iter()
            .filter_map(Pointer::schema_name)
            .collect()
    };
    let outranked = &merged.outranked;
    assert_eq!(names(&outranked.superseded, "openapi/a.yaml"), ["A", "B"]);
    assert_eq!(names(&outranked.superseded, "openapi/old.yaml"), ["A"]);
    assert_eq!(names(&outranked.only_described, "openapi/a.yaml"), ["C"]);
    // Of one day, the last one in the table.
    let merged = merge(vec![
        published(
            "second.yaml",
            "2026",
            "components: {schemas: {A: {type: string}}}",
        ),
        published(
            "first.yaml",
            "2026",
            "components: {schemas: {A: {type: integer}}}",
        ),
    ])
    .unwrap();
    assert_eq!(merged.value["components"]["schemas"]["A"]["type"], "string");
}

#[test]
fn operations_give_way_one_by_one_and_keep_the_words_that_only_descriptions_have() {
    let merged = merge(vec![
        document(
            "a.yaml",
            "paths: {/x: {get: {summary: Ours, description: More, tags: [wms], deprecated: true, x-source: document,\n\
             parameters: [{$ref: '#/components/parameters/limit'}], responses: {'404': {description: no}}}, put: {summary: Later}}}\n\
             components: {parameters: {limit: {in: query, name: limit, description: How many}}}",
        ),
        published(
            "b.yaml",
            "2026",
            "info: {title: T}\npaths: {/x: {get: {summary: Theirs, tags: [X], parameters: [{in: query, name: limit}]}}}",
        ),
    ])
    .unwrap();
    assert_eq!(merged.value["info"]["title"], "T");
    let item = &merged.value["paths"]["/x"];
    assert_eq!(
        item["get"],
        json!({
            "summary": "Theirs", "description": "More", "tags": ["X", "wms"], "deprecated": true,
            "parameters": [{"in": "query", "name": "limit", "description": "How many"}],
        })
    );
    assert_eq!(item["put"]["summary"], "Later");
}

#[test]
fn fields_keep_words_but_no_example_of_another_type() {
    let schema =
        |fields: &str| format!("components: {{schemas: {{A: {{properties: {{{fields}}}}}}}}}");
    let merged = merge(vec![
        document(
            "a.yaml",
            &schema("a: {type: string, description: Ours, example: x}, b: {type: integer, example: 1}, c: {type: string}, d: {$ref: '#/components/schemas/A', description: Here}"),
        ),
        published("b.yaml", "2026", &schema("a: {type: string, description: ''}, b: {type: string}, d: {$ref: '#/components/schemas/A'}")),
    ])
    .unwrap();
    assert_eq!(
        merged.value["components"]["schemas"]["A"]["properties"],
        json!({"a": {"type": "string", "description": "Ours", "example": "x"}, "b": {"type": "string"},
            "d": {"$ref": "#/components/schemas/A", "description": "Here"}})
    );
}

#[test]
fn what_the_vendor_renamed_keeps_its_name_and_its_place_in_the_file() {
    let body = |path: &str, parameter: &str, name: &str| {
        format!(
            "paths: {{'{path}': {{put: {{parameters: [{{in: path, name: {parameter}}}], requestBody: {{content: {{application/json:\n\
             {{schema: {{$ref: '#/components/schemas/{name}'}}}}}}}}}}}}}}\n"
        )
    };
    let schemas = |text: &str| format!("components: {{schemas: {{{text}}}}}");
    let item = "type: object, properties: {sku: {type: string}, count: {type: integer}}";
    let ours = "UpdateKit--Base--: {type: object, properties: {sku: {type: string}, items: {type: array, items: {$ref: '#/components/schemas/Part'}}}}";
    let merged = merge(vec![
        document(
            "a.yaml",
            &(body("/kits/{kit_id}", "kit_id", "UpdateKit--Base--")
                + &schemas(&format!("{ours}, Part: {{{item}}}"))),
        ),
        published(
            "b.yaml",
            "2026",
            &(body("/kits/{id}", "id", "UpdatewmsKitInput")
                + &schemas(&format!(
                    "UpdatewmsKitInput: {{oneOf: [{{$ref: '#/components/schemas/Base'}}, {{$ref: '#/components/schemas/Acme'}}]}},\n\
                     Base: {{type: object, properties: {{sku: {{type: string}}, items: {{type: array, items: {{$ref: '#/components/schemas/KitPart'}}}}, more: {{type: string}}}}}},\n\
                     Acme: {{type: object, properties: {{other: {{type: string}}}}}}, KitPart: {{{item}, required: [sku]}}"
                ))),
        ),
    ])
    .unwrap();
    let schemas = &merged.value["components"]["schemas"];
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    assert_eq!(
        schemas["UpdatewmsKitInput"]["oneOf"][0],
        reference("UpdateKit--Base--")
    );
    let base = &schemas["UpdateKit--Base--"]["properties"];
    assert_eq!(base["items"]["items"], reference("Part"));
    assert_eq!(base["more"]["type"], "string");
    assert_eq!(schemas["Part"]["required"], json!(["sku"]));
    assert_eq!(schemas.get("KitPart"), None);
    let paths: Vec<&String> = merged.value["paths"].as_object().unwrap().keys().collect();
    assert_eq!(paths, ["/kits/{kit_id}"]);
    let operation = &merged.value["paths"]["/kits/{kit_id}"]["put"];
    assert_eq!(operation["parameters"][0]["name"], "kit_id");
    for (now, before) in [
        (
            "/components/schemas/Part/properties/sku",
            "/components/schemas/KitPart/properties/sku",
        ),
        (
            "/paths/~1kits~1{kit_id}/put/requestBody",
            "/paths/~1kits~1{id}/put/requestBody",
        ),
    ] {
        let problem = merged.locate(Problem::new("no").at(&Pointer::parse(now)));
        let says = format!("openapi/b.yaml at {before}: ");
        assert!(problem.to_string().starts_with(&says), "{problem}");
    }
}

#[test]
fn what_a_path_says_of_all_its_operations_stays_with_its_document() {
    let merged = merge(vec![
        document(
            "a.yaml",
            "paths: {/x: {summary: Of a, parameters: [{in: query, name: p}, {$ref: '#/components/parameters/Q'}],\n\
             get: {parameters: [{in: query, name: q, description: own}]}}}\n\
             components: {parameters: {Q: {in: query, name: q}}}",
        ),
        document("b.yaml", "paths: {/x: {put: {summary: Of b}}}"),
    ])
    .unwrap();
    assert_eq!(
        merged.value["paths"]["/x"],
        json!({
            "get": {"summary": "Of a", "parameters": [
                {"in": "query", "name": "q", "description": "own"}, {"in": "query", "name": "p"},
            ]},
            "put": {"summary": "Of b"},
        })
    );
    let place = Pointer::parse("/paths/~1x/get/parameters/1/schema");
    let problem = merged.locate(Problem::new("no").at(&place)).to_string();
    assert!(
        problem.starts_with("openapi/a.yaml at /paths/~1x/parameters/0/schema: "),
        "{problem}"
    );
}

#[test]
fn a_file_is_referred_to_with_or_without_its_folder() {
    for target in ["./b.yaml", "././b.yaml", "b.yaml"] {
        let reference =
            format!("components: {{schemas: {{A: {{$ref: '{target}#/components/schemas/B'}}}}}}");
        let merged = merge(vec![
            document("a.yaml", &reference),
            document("b.yaml", "components: {schemas: {B: {type: string}}}"),
        ])
        .unwrap();
        let schema = &merged.value["components"]["schemas"]["A"];
        assert_eq!(schema["$ref"], "#/components/schemas/B", "{target}");
    }
}
