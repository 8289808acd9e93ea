//! Edge cases of schemas.

use serde_json::{Value, json};

use super::{Client, Expected, Refused, check, document, responses};

/// A document that responds with a `Thing`, whose one field has this schema.
fn with_field(schema: Value) -> Value {
    with_schemas(json!({"Thing": {"type": "object", "properties": {"field": schema}}}))
}

fn with_schemas(schemas: Value) -> Value {
    let thing = json!({"$ref": "#/components/schemas/Thing"});
    document(
        json!({"/things": {"get": {"responses": responses(thing)}}}),
        schemas,
    )
}

const FIELD: &str = "/components/schemas/Thing/properties/field";

#[test]
fn each_edge_case_of_schemas_works_or_is_refused_with_its_place() {
    const OPTIONAL_TEXT: Expected = Client("pub field: Option<String>");
    const OPTIONAL_ANY: Expected = Client("pub field: Option<::serde_json::Value>");
    let string = || json!({"type": "string"});
    let cases: Vec<(&str, Value, Expected)> = vec![
        (
            "nullable",
            json!({"type": "string", "nullable": true}),
            OPTIONAL_TEXT,
        ),
        (
            "a type list",
            json!({"type": ["string", "null"]}),
            OPTIONAL_TEXT,
        ),
        ("no keyword at all", json!({}), OPTIONAL_ANY),
        ("true", json!(true), OPTIONAL_ANY),
        ("false", json!(false), Refused(FIELD, "no value fits")),
        (
            "a text as schema",
            json!("string"),
            Refused(FIELD, "a schema is a map"),
        ),
        (
            "a list as schema",
            json!([]),
            Refused(FIELD, "a schema is a map"),
        ),
        (
            "null alone",
            json!({"type": "null"}),
            Refused(
                "/components/schemas/Thing/properties/field/type",
                "only be null",
            ),
        ),
        (
            "an enum of null alone",
            json!({"enum": [null]}),
            Refused("/components/schemas/Thing/properties/field/enum", "null"),
        ),
        (
            "the old way to say null",
            json!({"anyOf": [string(), {"type": "object", "nullable": true, "enum": [null]}]}),
            OPTIONAL_TEXT,
        ),
        (
            "a const",
            json!({"const": "a"}),
            Client("open_enum!(ThingField { A = \"a\""),
        ),
        (
            "consts",
            json!({"oneOf": [{"const": "a"}, {"const": "b"}]}),
            Client("pub enum ThingField"),
        ),
        (
            "an enum without a type",
            json!({"enum": ["a"]}),
            Client("A = \"a\""),
        ),
        (
            "an enum with null",
            json!({"enum": ["a", null]}),
            Client("pub field: Option<ThingField>"),
        ),
        (
            "an empty value",
            json!({"type": "string", "enum": ["", "a"]}),
            Client("Empty = \"\""),
        ),
        (
            "values twice",
            json!({"type": "string", "enum": ["a", "a"]}),
            Client("open_enum!(ThingField { A = \"a\""),
        ),
        (
            "values of one name",
            json!({"enum": ["UPS", "Ups", "u.p.s"]}),
            Client("Ups2 = \"Ups\""),
        ),
        (
            "values that are keywords",
            json!({"enum": ["self", "type", "Unknown"]}),
            Client("Unknown2 = \"Unknown\""),
        ),
        (
            "values that are no names",
            json!({"enum": ["+1", "½", "日本", "🦀", "a\u{202e}b"]}),
            Client("日本 = \"日本\""),
        ),
        (
            "values of several types",
            json!({"enum": ["a", 1]}),
            Refused(
                "/components/schemas/Thing/properties/field/enum/1",
                "several types",
            ),
        ),
        (
            "an enum of no value",
            json!({"type": "string", "enum": []}),
            Refused(
                "/components/schemas/Thing/properties/field/enum",
                "not a list of values",
            ),
        ),
        (
            "an enum of numbers",
            json!({"type": "integer", "enum": [1, 2]}),
            Client("pub field: Option<"),
        ),
        (
            "a huge number",
            json!({"type": "integer", "maximum": 1e300, "default": 18446744073709551615_u64}),
            Client("pub field: Option<i64>"),
        ),
        (
            "an unknown format",
            json!({"type": "string", "format": "made-up"}),
            OPTIONAL_TEXT,
        ),
        (
            "a default of another type",
            json!({"type": "string", "default": 5}),
            OPTIONAL_TEXT,
        ),
        (
            "a pattern that is none",
            json!({"type": "string", "pattern": "(["}),
            OPTIONAL_TEXT,
        ),
        (
            "an example of another type",
            json!({"type": "string", "example": {"$ref": "#/no"}}),
            OPTIONAL_TEXT,
        ),
        (
            "a list of anything",
            json!({"type": "array"}),
            Client("pub field: Vec<::serde_json::Value>"),
        ),
        (
            "a map of texts",
            json!({"type": "object", "additionalProperties": string()}),
            Client("BTreeMap<String, String>"),
        ),
        (
            "not",
            json!({"type": "string", "not": {"enum": ["a"]}}),
            OPTIONAL_TEXT,
        ),
        (
            "prefixItems",
            json!({"type": "array", "prefixItems": [{}]}),
            Refused(
                "/components/schemas/Thing/properties/field/prefixItems",
                "prefixItems",
            ),
        ),
        (
            "patternProperties",
            json!({"patternProperties": {"a": {}}}),
            Refused(
                "/components/schemas/Thing/properties/field/patternProperties",
                "patternProperties",
            ),
        ),
        (
            "if",
            json!({"if": {}, "then": {}}),
            Refused("/components/schemas/Thing/properties/field/if", "if"),
        ),
        (
            "$anchor",
            json!({"$anchor": "a"}),
            Refused(
                "/components/schemas/Thing/properties/field/$anchor",
                "$anchor",
            ),
        ),
        (
            "an empty union",
            json!({"anyOf": []}),
            Refused(
                "/components/schemas/Thing/properties/field/anyOf",
                "only be null",
            ),
        ),
        (
            "a union of one",
            json!({"oneOf": [string()]}),
            OPTIONAL_TEXT,
        ),
        (
            "a union",
            json!({"anyOf": [string(), {"type": "object"}]}),
            Client("pub field: Option<ThingField>"),
        ),
        (
            "scalars of several types",
            json!({"anyOf": [string(), {"type": "integer"}]}),
            OPTIONAL_ANY,
        ),
        (
            "a discriminator",
            json!({"oneOf": [{"$ref": "#/components/schemas/Thing"}, {"type": "integer"}], "discriminator": {"propertyName": "t", "mapping": {"a": "Thing"}}}),
            Client("pub field: "),
        ),
        ("all of one", json!({"allOf": [string()]}), OPTIONAL_TEXT),
        (
            "itself",
            json!({"$ref": "#/components/schemas/Thing"}),
            Client("pub field: Option<Box<Thing>>"),
        ),
        (
            "no such type",
            json!({"type": "file"}),
            Refused(
                "/components/schemas/Thing/properties/field/type",
                "has to be one of",
            ),
        ),
        (
            "a description that is not a text",
            json!({"type": "string", "description": 5}),
            Refused(
                "/components/schemas/Thing/properties/field/description",
                "has to be a text",
            ),
        ),
    ];
    for (what, schema, expected) in cases {
        check(what, with_field(schema), &expected);
    }
}

#[test]
fn odd_names_of_fields_and_schemas_do_not_collide() {
    let text = json!({"type": "string"});
    let thing = json!({"type": "object", "additionalProperties": true, "properties": {
        "Id": text, "id": text, "ID": text, "extra": text, "new": text, "type": text, "3d": text, "": text,
        "日": text, "a b": text, "$ref": text, "self": text,
    }});
    for says in [
        "id_2 \"Id\" optional",
        "extra_ \"extra\" optional",
        "new_ \"new\" optional",
        "type_ \"type\" optional",
        "self_ \"self\" optional",
        "\"$ref\" optional",
    ] {
        check(says, with_schemas(json!({"Thing": thing})), &Client(says));
    }
    for (name, says) in [
        ("Box", "pub struct ApiBox"),
        ("Option", "pub struct ApiOption"),
        ("Map", "pub struct ApiMap"),
        ("self", "pub struct SelfValue"),
        ("3PL", "pub struct N3pl"),
        ("x-y-z", "pub struct Xyz"),
        ("订单", "pub struct 订单"),
    ] {
        let reference = json!({"$ref": format!("#/components/schemas/{name}")});
        let mut schemas = json!({"Thing": {"type": "object", "properties": {"field": reference}}});
        schemas[name] = json!({"type": "object", "properties": {"a": text}});
        check(name, with_schemas(schemas), &Client(says));
    }
    let schemas = json!({"Thing": {"properties": {"a": {"$ref": "#/components/schemas/thing"}}}, "thing": {"properties": {"b": {}}}});
    check(
        "by case",
        with_schemas(schemas),
        &Refused("/components/schemas/thing", "would be called `Thing`"),
    );
}

#[test]
fn references_that_lead_in_circles_or_elsewhere_work_or_are_refused() {
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let circle = json!({"Thing": reference("Other"), "Other": reference("Thing")});
    check(
        "a circle of names",
        with_schemas(circle),
        &Refused("/components/schemas/Other", "circle"),
    );
    let mutual = json!({
        "Thing": {"properties": {"other": reference("Other")}},
        "Other": {"properties": {"thing": reference("Thing")}},
    });
    check(
        "two that hold each other",
        with_schemas(mutual),
        &Client("pub other: Option<Box<Other>>"),
    );
    let inner = json!({
        "Thing": {"properties": {"a": reference("Other/properties/b")}},
        "Other": {"properties": {"b": {}}},
    });
    check("into a schema", with_schemas(inner), &Client("pub a: "));
    let place = "/components/schemas/Thing/properties/a";
    let itself = json!({"Thing": {"properties": {"a": {"$ref": format!("#{place}")}}}});
    check(
        "to itself",
        with_schemas(itself),
        &Refused(place, "is not to a component schema"),
    );
}

#[test]
fn a_long_chain_of_schemas_does_not_overflow_the_stack() {
    let mut schemas = json!({});
    for index in 0..1500 {
        let next = json!({"$ref": format!("#/components/schemas/T{}", index + 1)});
        schemas[format!("T{index}")] = json!({"type": "object", "properties": {"next": next}});
    }
    schemas["T1500"] = json!({"type": "string"});
    schemas["Thing"] =
        json!({"type": "object", "properties": {"first": {"$ref": "#/components/schemas/T0"}}});
    check(
        "a long chain",
        with_schemas(schemas),
        &Client("pub struct T1499"),
    );
}
