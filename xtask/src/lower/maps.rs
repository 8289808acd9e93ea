//! A parameter that is a map becomes one parameter for each field: `sku` with `eq` and `in` becomes
//! `sku[eq]` and `sku[in]`. Some revisions of the vendor's document write filters as maps, others one by
//! one, and one revision does both.

use std::convert::Infallible;

use serde_json::{Map, Value};

use crate::generate::Filters;
use crate::input::{Diagnostics, Pointer, Problem, Problems, for_each_operation, members};

const STYLE: &str = "deepObject";
/// How long a chain of references may be.
const MAX_CHAIN: usize = 16;

/// Replaces each parameter that is a map by a parameter for each of its fields.
pub fn write_out(
    document: &mut Value,
    known: &Filters,
    diagnostics: &mut Diagnostics,
) -> Result<(), Problem> {
    let schemas = document.pointer("/components/schemas").cloned();
    let schemas = schemas.unwrap_or_default();
    let mut problems = Problems::default();
    let Ok(()) = for_each_operation(document, |_, _, at, operation| {
        let Some(parameters) = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut)
        else {
            return Ok::<(), Infallible>(());
        };
        for index in 0..parameters.len() {
            let at = at.child("parameters").child(index);
            let read = Filter::read(&parameters[index], &schemas, known, &at);
            let filter = match problems.keep(read) {
                Some(Some(filter)) => filter,
                Some(None) => continue,
                None => {
                    parameters[index] = Value::Null;
                    continue;
                }
            };
            diagnostics.add("parameter that is a map, written out by its fields", &at);
            if filter.parameter.get("required") == Some(&Value::Bool(true)) {
                diagnostics.add(
                    "parameter that is a map and must be given, by any of its fields",
                    &at,
                );
            }
            let (plain, fields) = filter.written_out(parameters, &known.plain);
            // New ones go to the end, so that the others keep their places.
            parameters.extend(fields);
            parameters[index] = plain.unwrap_or_default();
        }
        parameters.retain(|parameter| !parameter.is_null());
        Ok(())
    });
    problems.result()
}

/// A parameter that is a map.
struct Filter<'a> {
    name: &'a str,
    parameter: &'a Value,
    /// Its fields, and which of them it must have.
    schema: Value,
}

impl<'a> Filter<'a> {
    fn read(
        parameter: &'a Value,
        schemas: &Value,
        known: &Filters,
        at: &Pointer,
    ) -> Result<Option<Self>, Problem> {
        let text = |key| parameter.get(key).and_then(Value::as_str);
        let name = text("name").unwrap_or_default();
        let is_deep = text("style") == Some(STYLE);
        let schema = parameter
            .get("schema")
            .and_then(|schema| map(schema, schemas));
        if schema.is_none() && !is_deep {
            return Ok(None);
        }
        let refused = |what: &str| {
            Problem::new(format!("the parameter `{name}` is a map {what}"))
                .at(&at.child("schema"))
                .remedy(
                    "describe the parameters that it stands for one by one in openapi/overlay.yaml, \
                     as `name[field]`",
                )
        };
        let Some(schema) = schema else {
            return Err(refused("without fields"));
        };
        for (field, schema) in members(schema.get("properties")) {
            if !is_deep && !known.operators.contains(field) {
                return Err(refused(&format!(
                    "whose field `{field}` is not an operator"
                )));
            }
            if map(schema, schemas).is_some() {
                return Err(refused(&format!("whose field `{field}` is a map again")));
            }
        }
        Ok(Some(Self {
            name,
            parameter,
            schema,
        }))
    }

    /// The parameter without an operator, and one for each field that is not listed already.
    fn written_out(&self, listed: &[Value], plain_operator: &str) -> (Option<Value>, Vec<Value>) {
        let find = |name: &str| listed.iter().find(|other| other["name"] == name);
        let (mut plain, mut fields) = (None, Vec::new());
        for (field, schema) in members(self.schema.get("properties")) {
            let name = format!("{}[{field}]", self.name);
            let is_listed = find(&name).is_some();
            if field == plain_operator {
                // A parameter that is listed itself describes the values in more detail.
                let listed = find(&name).and_then(|other| other.get("schema"));
                let mut schema = listed.unwrap_or(schema).clone();
                let values = self.parameter.pointer("/schema/enum");
                if let (Some(values), Some(keywords)) = (values, schema.as_object_mut()) {
                    keywords.entry("enum").or_insert(values.clone());
                }
                plain = Some(self.parameter_of(self.name, schema, None));
            }
            if !is_listed {
                let description = schema.get("description").filter(|text| **text != "");
                fields.push(self.parameter_of(&name, schema.clone(), description));
            }
        }
        (plain, fields)
    }

    fn parameter_of(&self, name: &str, schema: Value, description: Option<&Value>) -> Value {
        let mut written = Map::new();
        written.insert("in".to_owned(), "query".into());
        written.insert("name".to_owned(), name.into());
        if let Some(text) = description.or(self.parameter.get("description")) {
            written.insert("description".to_owned(), text.clone());
        }
        if self.parameter.get("deprecated") == Some(&Value::Bool(true)) {
            written.insert("deprecated".to_owned(), true.into());
        }
        if schema.get("type").is_some_and(|name| name == "array") {
            // The specification does not define lists in maps. This API joins them by commas.
            written.insert("style".to_owned(), "form".into());
            written.insert("explode".to_owned(), false.into());
        }
        written.insert("schema".to_owned(), schema);
        Value::Object(written)
    }
}

/// The schema of a map, unwrapped: behind references, an `allOf` of one part, or a union with `null`.
fn map(schema: &Value, schemas: &Value) -> Option<Value> {
    let mut schema = schema;
    for _ in 0..MAX_CHAIN {
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            schema = schemas.get(Pointer::of_reference(target)?.schema_name()?)?;
            continue;
        }
        if members(schema.get("properties")).next().is_some() {
            return Some(schema.clone());
        }
        let branches = ["allOf", "anyOf", "oneOf"]
            .iter()
            .find_map(|key| schema.get(*key)?.as_array())?;
        let mut maps = branches.iter().filter(|branch| !says_nothing(branch));
        match (maps.next(), maps.next()) {
            (Some(only), None) => schema = only,
            _ => return None,
        }
    }
    None
}

/// A branch that is null, or a map without a description of its fields.
fn says_nothing(branch: &Value) -> bool {
    let names = ["type", "nullable", "enum", "description", "example"];
    let is_bare = members(Some(branch)).all(|(key, _)| names.contains(&key.as_str()));
    is_bare
        && branch
            .get("type")
            .is_some_and(|name| name == "null" || name == "object")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::input::Profile;

    fn filters() -> Filters {
        Profile::of_this_repository().client.filters
    }

    fn written_out(parameters: Value, schemas: Value) -> Result<Value, String> {
        let mut document = json!({
            "paths": {"/x": {"get": {"parameters": parameters}}},
            "components": {"schemas": schemas},
        });
        let mut diagnostics = Diagnostics::default();
        write_out(&mut document, &filters(), &mut diagnostics)
            .map_err(|problem| problem.to_string())?;
        Ok(document["paths"]["/x"]["get"]["parameters"].take())
    }

    #[test]
    fn that_one_must_be_given_is_reported() {
        let parameters = json!([{
            "in": "query", "name": "q", "required": true, "style": "deepObject",
            "schema": {"properties": {"eq": {"type": "string"}}},
        }]);
        let mut document = json!({"paths": {"/x": {"get": {"parameters": parameters}}}});
        let mut diagnostics = Diagnostics::default();
        write_out(&mut document, &filters(), &mut diagnostics).unwrap();
        let is_reported = diagnostics
            .lines()
            .any(|line| line.contains("must be given"));
        assert!(is_reported, "{:?}", diagnostics.lines().collect::<Vec<_>>());
    }

    fn operators() -> Value {
        json!({"Filter": {
            "type": "object",
            "required": ["eq"],
            "properties": {
                "eq": {"type": "string", "description": ""},
                "in": {"type": "array", "items": {"type": "string"}, "description": "Several."},
            },
        }})
    }

    #[test]
    fn each_field_becomes_a_parameter_and_the_plain_one_stays() {
        let limit = json!({"in": "query", "name": "limit", "schema": {"type": "integer"}});
        let parameters = written_out(
            json!([
                {
                    "in": "query", "name": "sku", "style": "deepObject", "explode": true,
                    "description": "The SKU.",
                    "schema": {"$ref": "#/components/schemas/Filter", "type": "object"},
                },
                limit,
            ]),
            operators(),
        );
        let eq = json!({"type": "string", "description": ""});
        assert_eq!(
            parameters.unwrap(),
            json!([
                {"in": "query", "name": "sku", "description": "The SKU.", "schema": eq},
                limit,
                {"in": "query", "name": "sku[eq]", "description": "The SKU.", "schema": eq},
                {
                    "in": "query", "name": "sku[in]", "description": "Several.",
                    "style": "form", "explode": false,
                    "schema": {"type": "array", "items": {"type": "string"}, "description": "Several."},
                },
            ])
        );
    }

    #[test]
    fn what_is_listed_one_by_one_as_well_is_not_repeated() {
        let listed = json!({"in": "query", "name": "day[eq]", "schema": {"type": "string", "format": "date-time"}});
        let others =
            json!({"in": "query", "name": "day[in]", "schema": {"type": "array", "items": {}}});
        for schema in [
            json!({"allOf": [{"$ref": "#/components/schemas/Filter"}]}),
            json!({"anyOf": [{"$ref": "#/components/schemas/Filter"}, {"type": "object", "nullable": true}]}),
            json!({"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Filter"}]}),
        ] {
            let day = json!({"in": "query", "name": "day", "schema": schema});
            let parameters = written_out(json!([listed, others, day]), operators()).unwrap();
            let plain = json!({"in": "query", "name": "day", "schema": listed["schema"]});
            assert_eq!(parameters, json!([listed, others, plain]));
        }
    }

    #[test]
    fn what_has_no_fields_to_write_out_is_refused() {
        for (schema, says) in [
            (json!({"type": "object"}), "without fields"),
            (
                json!({"$ref": "#/components/schemas/Loop"}),
                "without fields",
            ),
            (
                json!({"properties": {"a": {"properties": {"b": {}}}}}),
                "`a` is a map again",
            ),
            (
                json!({"allOf": [{"properties": {"a": {}}}]}),
                "`a` is not an operator",
            ),
        ] {
            let style = if says.contains("operator") {
                "form"
            } else {
                "deepObject"
            };
            let parameter = json!([{"in": "query", "name": "q", "style": style, "schema": schema}]);
            let reference = json!({"$ref": "#/components/schemas/Loop"});
            let problem = written_out(parameter, json!({"Loop": reference})).unwrap_err();
            assert!(problem.contains(says), "{problem}");
            assert!(problem.contains("/parameters/0/schema"), "{problem}");
        }
    }
}
