//! What schemas of several parts become.

use serde_json::Map;

use super::*;

fn written_out(schemas: Value) -> Result<Value, String> {
    let mut document = json!({"components": {"schemas": schemas}});
    write_out(&mut document, &mut Diagnostics::default()).map_err(|problem| problem.to_string())?;
    Ok(document["components"]["schemas"].take())
}

fn name(name: &str) -> Value {
    json!({"$ref": Pointer::schema(name).reference()})
}

fn map(fields: &[&str]) -> Value {
    let fields = fields
        .iter()
        .map(|field| ((*field).to_owned(), json!({"type": "string"})));
    json!({"type": "object", "properties": Map::from_iter(fields)})
}

#[test]
fn parts_become_one_schema() {
    for (what, schema, whole) in [
        (
            "maps",
            json!({"allOf": [name("A"), map(&["b"])]}),
            map(&["a", "b"]),
        ),
        (
            "a reference and words",
            json!({"allOf": [name("A"), {"description": "d"}]}),
            json!({"allOf": [name("A")], "description": "d"}),
        ),
        (
            "a reference and its own type",
            json!({"allOf": [name("A"), {"type": "object", "nullable": true}]}),
            json!({"allOf": [name("A")], "nullable": true}),
        ),
        (
            "words alone",
            json!({"allOf": [{"title": "t"}]}),
            json!({"title": "t"}),
        ),
        ("nothing", json!({"allOf": []}), json!({})),
        (
            "a number that is whole",
            json!({"allOf": [{"type": "number"}, {"type": "integer"}]}),
            json!({"type": "integer"}),
        ),
    ] {
        let schemas = written_out(json!({"A": map(&["a"]), "T": schema})).unwrap();
        assert_eq!(schemas["T"], whole, "{what}");
    }
}

#[test]
fn a_base_and_its_children_are_a_union_of_them() {
    let mut base = map(&["kind"]);
    base["oneOf"] = json!([name("C"), name("D")]);
    let schemas = written_out(json!({
        "T": base,
        "C": {"allOf": [name("T"), map(&["c"])]},
        "D": {"allOf": [name("T"), map(&["d"])]},
    }))
    .unwrap();
    assert_eq!(schemas["C"], map(&["kind", "c"]));
    let types = schemas["T"]["anyOf"].as_array().unwrap();
    assert_eq!(types.len(), 2);
}

#[test]
fn what_has_no_end_or_no_value_is_refused() {
    let union = |letter: char| {
        let types: Vec<Value> = (0..4).map(|n| map(&[&format!("{letter}{n}")])).collect();
        json!({"oneOf": types})
    };
    let mut doubled = json!({"S0": map(&["a"])});
    for index in 1..40 {
        let below = name(&format!("S{}", index - 1));
        doubled[format!("S{index}")] = json!({"allOf": [below, below, map(&["b"])]});
    }
    for (schemas, says) in [
        (json!({"T": {"allOf": [name("T"), map(&["a"])]}}), "itself"),
        (
            json!({"T": {"allOf": [{"type": "string"}, {"type": "integer"}]}}),
            "at once",
        ),
        (
            json!({"T": {"allOf": [union('a'), union('b'), union('c')]}}),
            "more than 32 types",
        ),
        (doubled, "more than 50000"),
    ] {
        let problem = written_out(schemas).unwrap_err();
        assert!(problem.contains(says), "{problem}");
        assert!(problem.contains("what to do"), "{problem}");
    }
}

#[test]
fn a_schema_that_extends_what_holds_it_is_referred_to_where_it_comes_again() {
    let (a, b) = (json!({"type": "string"}), json!({"type": "integer"}));
    let mut document = json!({"components": {"schemas": {"Tree": {"type": "object", "properties": {
        "a": a, "under": {"allOf": [name("Tree"), {"properties": {"b": b}}]},
    }}}}});
    write_out(&mut document, &mut Diagnostics::default()).unwrap();
    assert_eq!(
        document["components"]["schemas"],
        json!({
            "Tree": {"type": "object", "properties": {"a": a, "under": name("Tree.under")}},
            "Tree.under": {"type": "object", "properties": {"a": a, "b": b, "under": name("Tree.under")}},
        })
    );
}
