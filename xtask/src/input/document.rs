//! Reading documents: YAML or JSON text to a JSON value, with the place of every syntax error.

use std::fmt;
use std::path::Path;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::input::pointer::Pointer;
use crate::input::problem::Problem;
use crate::input::references::for_each_target;
use crate::input::yaml;

/// A document, and its name in messages.
#[derive(Clone, Debug)]
pub struct Document {
    /// The file's path, as messages show it.
    pub name: String,
    /// Its content.
    pub value: Value,
    /// When the vendor published it, as `2026-01-31` or less exactly, and which of those of one day it is. None if we
    /// described it.
    pub taken: Option<(String, usize)>,
}

impl Document {
    /// One that is described.
    pub fn new(name: impl Into<String>, value: Value) -> Self {
        Self {
            name: name.into(),
            value,
            taken: None,
        }
    }

    /// Reads a file. `shown` is its name in messages.
    pub fn read(path: &Path, shown: &str) -> Result<Self, Problem> {
        let text = std::fs::read_to_string(path)
            .map_err(|cause| Problem::io(path, "read", cause).in_file(shown))?;
        Self::parse(&text, shown)
    }

    /// Parses a text: JSON if it starts like JSON, otherwise YAML.
    pub fn parse(text: &str, name: &str) -> Result<Self, Problem> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let value = if text.trim_start().starts_with('{') {
            json(text)
        } else {
            yaml::read(text)
        };
        let mut value = value.map_err(|problem| problem.in_file(name))?;
        for_each_target(&mut value, decode);
        Ok(Self::new(name, value))
    }

    /// Parses an OpenAPI document and checks that it is one that this pipeline reads.
    pub fn parse_openapi(text: &str, name: &str) -> Result<Self, Problem> {
        let document = Self::parse(text, name)?;
        check_version(&document.value).map_err(|problem| problem.in_file(name))?;
        Ok(document)
    }
}

/// Writes a reference as the names that it has: a URL may be percent-encoded.
fn decode(target: &mut String) {
    let mut bytes = Vec::with_capacity(target.len());
    let mut rest = target.as_bytes();
    while let [first, behind @ ..] = rest {
        let digits = behind.get(..2).filter(|_| *first == b'%');
        let code = digits
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &behind[2..] } else { behind };
    }
    if let Ok(decoded) = String::from_utf8(bytes) {
        *target = decoded;
    }
}

/// The version that a document declares, if it is one that can be read.
pub fn check_version(document: &Value) -> Result<&str, Problem> {
    let root = Pointer::default();
    let Some(members) = document.as_object() else {
        return Err(Problem::new("the document is not a map")
            .at(&root)
            .remedy("give an OpenAPI document: a map that starts with `openapi: 3.1.0`"));
    };
    if let Some(version) = members.get("swagger") {
        return Err(Problem::new(format!(
            "this is Swagger {}, expected OpenAPI 3.0 or 3.1",
            version.as_str().unwrap_or("of no version")
        ))
        .at(&root.child("swagger"))
        .remedy("ask the vendor for the 3.1 document, or convert this one first"));
    }
    match members.get("openapi").map(|version| version.as_str()) {
        Some(Some(version)) if version.starts_with("3.0.") || version.starts_with("3.1.") => {
            Ok(version)
        }
        Some(version) => Err(Problem::new(format!(
            "`openapi` is {}, expected \"3.0.x\" or \"3.1.x\"",
            version.map_or("not a text".to_owned(), |version| format!("{version:?}"))
        ))
        .at(&root.child("openapi"))
        .remedy("give a document of one of these versions; others need new lowering rules")),
        None => Err(
            Problem::new("there is no `openapi`, so this is not an OpenAPI document")
                .at(&root)
                .remedy("give an OpenAPI document: it says `openapi: 3.1.0` at its top"),
        ),
    }
}

fn json(text: &str) -> Result<Value, Problem> {
    let parsed: Result<Unique, _> = serde_json::from_str(text);
    parsed.map(|Unique(value)| value).map_err(|cause| {
        Problem::new(format!("this is not JSON: {cause}"))
            .at_place(format!("line {}, column {}", cause.line(), cause.column()))
            .remedy("fix the syntax there; YAML is read as well, if it does not start with `{`")
            .caused_by(cause)
    })
}

/// A JSON value without duplicate keys, of which the parser would silently keep the last.
struct Unique(Value);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(UniqueVisitor).map(Self)
    }
}

struct UniqueVisitor;

impl<'de> Visitor<'de> for UniqueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Unique(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some((key, Unique(member))) = members.next_entry::<String, _>()? {
            if map.contains_key(&key) {
                return Err(de::Error::custom(format!("duplicate key `{key}`")));
            }
            map.insert(key, member);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_and_booleans_as_keys_are_texts() {
        let document = Document::parse("responses:\n  200: ok\n  true: 1\n", "x").unwrap();
        assert_eq!(
            document.value,
            json!({"responses": {"200": "ok", "true": 1}})
        );
    }

    #[test]
    fn merge_keys_byte_order_marks_and_huge_numbers_are_read() {
        let text = "\u{feff}base: &b {a: 1, b: 1}\nown: {<<: *b, b: 2}\nhuge: 99999999999999999999\nsmall: -99999999999999999999\n";
        let document = Document::parse(text, "x").unwrap().value;
        assert_eq!(document["own"], json!({"b": 2, "a": 1}));
        assert_eq!(document["huge"], json!(1e20));
        assert_eq!(document["small"], json!(-1e20));
        let nested = "a: &a {x: 1, y: 1}\nb: &b {<<: *a, y: 2}\nc: &c {z: 3, x: 3}\nall: {<<: [*b, *c], own: 4}\n";
        let document = Document::parse(nested, "x").unwrap().value;
        assert_eq!(document["all"], json!({"own": 4, "x": 1, "y": 2, "z": 3}));
        let problem = Document::parse("a: {<<: [1]}\n", "x").unwrap_err();
        assert!(
            problem.to_string().contains("merge key `<<` takes a map"),
            "{problem}"
        );
        let json = "\u{feff}{\"huge\": 99999999999999999999}";
        assert_eq!(
            Document::parse(json, "x").unwrap().value["huge"],
            json!(1e20)
        );
    }

    #[test]
    fn references_may_be_percent_encoded() {
        for (written, meant) in [
            ("#/components/schemas/A%20B", "#/components/schemas/A B"),
            ("my%20file.yaml#/%7Ba%7d", "my file.yaml#/{a}"),
            ("#/a%25b", "#/a%b"),
            ("#/100%", "#/100%"),
            ("#/Caf%C3%A9", "#/Café"),
        ] {
            let text = format!("openapi: 3.1.0\na: {{$ref: '{written}'}}\n");
            let document = Document::parse_openapi(&text, "x").unwrap().value;
            assert_eq!(document["a"]["$ref"], meant);
        }
    }

    #[test]
    fn a_syntax_error_names_file_line_and_column() {
        for (text, place) in [("a: [1,\n", "line 2"), ("{\"a\": 1,}", "line 1, column 9")] {
            let problem = Document::parse(text, "openapi/x.yaml")
                .unwrap_err()
                .to_string();
            assert!(problem.starts_with("openapi/x.yaml at "), "{problem}");
            assert!(problem.contains(place), "{problem}");
            assert!(problem.contains("what to do:"), "{problem}");
        }
    }

    #[test]
    fn a_key_twice_is_refused() {
        for text in ["a: 1\na: 2\n", "{\"b\": [{\"a\": 1, \"a\": 2}]}"] {
            let problem = Document::parse(text, "x").unwrap_err().to_string();
            assert!(problem.contains("duplicate"), "{problem}");
        }
    }

    #[test]
    fn only_openapi_3_is_accepted() {
        for (text, says) in [
            ("- 1\n", "not a map"),
            ("a: 1\n", "no `openapi`"),
            ("swagger: '2.0'\n", "Swagger 2.0"),
            ("openapi: 2.0\n", "not a text"),
            ("openapi: 4.0.0\n", "\"4.0.0\""),
        ] {
            let problem = Document::parse_openapi(text, "x").unwrap_err().to_string();
            assert!(problem.contains(says), "{text}: {problem}");
        }
        assert!(Document::parse_openapi("openapi: 3.1.0\n", "x").is_ok());
    }
}
