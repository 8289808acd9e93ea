//! `allOf` is written out: one schema holds what all parts say. A reference with words around it stays one.
//!
//! A union beside fields, or in a part, is multiplied out, up to a limit.

mod parts;

use std::collections::BTreeMap;
use std::convert::Infallible;

use serde_json::{Value, json};

use super::schemas::{for_each_child, for_each_outermost};
use crate::input::{Diagnostics, Pointer, Problem, Problems};
use parts::Parts;

/// Where a hoisted type of a union has its name from.
pub const VARIANT: &str = "x-variant";

const UNIONS: [&str; 2] = ["anyOf", "oneOf"];
/// Keywords that say something about the use of a value, and nothing about the value.
const WORDS: [&str; 9] = [
    "default",
    "deprecated",
    "description",
    "example",
    "externalDocs",
    "nullable",
    "readOnly",
    "title",
    "writeOnly",
];

/// Writes out every `allOf` of the document.
pub fn write_out(document: &mut Value, diagnostics: &mut Diagnostics) -> Result<(), Problem> {
    let schemas = document.pointer("/components/schemas").cloned();
    let schemas = schemas.unwrap_or_default();
    let mut writing = Writing {
        parts: Parts::new(&schemas),
        open: Vec::new(),
        lifted: BTreeMap::new(),
        problems: Problems::default(),
        diagnostics,
    };
    for_each_outermost(document, &mut |schema, at| writing.visit(schema, at));
    let Writing {
        lifted,
        mut problems,
        ..
    } = writing;
    for (name, (at, schema)) in lifted {
        let place = Pointer::schema(&name);
        if place.get(document).is_some() {
            problems.add(
                Problem::new(format!(
                    "this holds itself, and would become the component `{name}`, which is there already"
                ))
                .at(&at)
                .remedy("give it a name of its own below components/schemas, and refer to that"),
            );
        } else {
            document["components"]["schemas"][name] = schema;
        }
    }
    problems.result()
}

/// Schemas that are being written out, each below the one before.
struct Writing<'a> {
    parts: Parts<'a>,
    open: Vec<Open>,
    /// Schemas that hold themselves, by the names that they get, with their places.
    lifted: BTreeMap<String, (Pointer, Value)>,
    problems: Problems,
    diagnostics: &'a mut Diagnostics,
}

/// A schema as the document has it.
struct Open {
    original: Value,
    name: String,
    holds_itself: bool,
}

impl Writing<'_> {
    /// Writes out a schema and those below it. One that comes again below itself, without end, is referred to.
    fn visit(&mut self, schema: &mut Value, at: &Pointer) {
        if !is_due(schema) {
            return self.below(schema, at);
        }
        let again = self.open.iter_mut().find(|open| open.original == *schema);
        if let Some(open) = again {
            open.holds_itself = true;
            *schema = json!({"$ref": Pointer::schema(&open.name).reference()});
            return;
        }
        let component = at.schema_name();
        self.open.push(Open {
            original: schema.clone(),
            name: component.clone().unwrap_or_else(|| name_by_place(at)),
            holds_itself: false,
        });
        self.parts.stack = component.clone().into_iter().collect();
        let whole = self.parts.whole(schema.take(), at, self.diagnostics);
        *schema = self.problems.keep(whole).unwrap_or_else(|| json!({}));
        self.below(schema, at);
        let open = self.open.pop().filter(|open| open.holds_itself);
        if let (Some(open), None) = (open, component) {
            let reference = json!({"$ref": Pointer::schema(&open.name).reference()});
            let whole = std::mem::replace(schema, reference);
            self.lifted.insert(open.name, (at.clone(), whole));
        }
    }

    fn below(&mut self, schema: &mut Value, at: &Pointer) {
        let Ok(()) = for_each_child(schema, at, &mut |child: &mut Value, at: &Pointer| {
            self.visit(child, at);
            Ok::<(), Infallible>(())
        });
    }
}

/// The name of a schema by the names on the way to it: `Order.items` for what its lines are.
fn name_by_place(at: &Pointer) -> String {
    const OF_OPENAPI: [&str; 8] = [
        "components",
        "content",
        "paths",
        "properties",
        "requestBody",
        "responses",
        "schema",
        "schemas",
    ];
    let keys = at.keys().filter(|key| !OF_OPENAPI.contains(&key.as_str()));
    keys.collect::<Vec<_>>().join(".")
}

/// Whether several parts say something about the values.
fn is_due(schema: &Value) -> bool {
    let Some(keywords) = schema.as_object() else {
        return false;
    };
    let unions = UNIONS.iter().filter(|key| keywords.contains_key(**key));
    keywords.contains_key("allOf") || unions.count() > 1 || has_union_beside_fields(schema)
}

fn has_union_beside_fields(schema: &Value) -> bool {
    let has = |key: &str| schema.get(key).is_some();
    UNIONS.iter().any(|key| has(key)) && has("properties")
}

/// Whether a keyword says nothing about the values.
pub fn is_words(key: &str) -> bool {
    WORDS.contains(&key) || key.starts_with("x-")
}

#[cfg(test)]
mod tests;
