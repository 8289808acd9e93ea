//! Whether a value is what the document describes.

use chrono::DateTime;
use serde_json::Value;

use super::schema::{Object, Schema, Schemas, Type};

/// What is wrong with a field: its path, and a sentence.
pub(crate) type Problem = (String, String);

/// Checks what a request sends.
pub(crate) struct Check<'a> {
    pub(crate) schemas: &'a Schemas,
    /// Whether null, "" and "none" are refused wherever they stand: the rule of all writes to connected systems.
    pub(crate) refuses_empty: bool,
}

impl Check<'_> {
    pub(crate) fn problems(&self, of: Type, value: &Value) -> Vec<Problem> {
        let mut found = Vec::new();
        self.value(of, value, "", &mut found);
        found
    }

    fn value(&self, of: Type, value: &Value, path: &str, found: &mut Vec<Problem>) {
        let before = found.len();
        if self.refuses_empty {
            empty(value, path, found);
        }
        if found.len() > before {
            return;
        }
        if value.is_null() && self.schemas.is_nullable(of) {
            return;
        }
        let mut of_first = None;
        for schema in self.schemas.alternatives(of) {
            let mut problems = Vec::new();
            self.fits(schema, value, path, &mut problems);
            if problems.is_empty() {
                return;
            }
            of_first.get_or_insert(problems);
        }
        found.extend(of_first.unwrap_or_default());
    }

    fn fits(&self, schema: &Schema, value: &Value, path: &str, found: &mut Vec<Problem>) {
        let message = match schema {
            Schema::Object(object) => match value {
                Value::Object(_) => return self.object(object, value, path, found),
                _ => "Not a valid object.",
            },
            Schema::List(item) => match value {
                Value::Array(items) => return self.list(*item, items, path, found),
                _ => "Not a valid list.",
            },
            Schema::Any => match value {
                Value::Object(_) => return self.object(&Object::default(), value, path, found),
                Value::Array(items) => return self.list(Type::default(), items, path, found),
                _ => return,
            },
            scalar => match problem(scalar, value) {
                Some(message) => message,
                None => return,
            },
        };
        found.push((place(path), message.to_owned()));
    }

    fn list(&self, item: Type, items: &[Value], path: &str, found: &mut Vec<Problem>) {
        for (index, one) in items.iter().enumerate() {
            self.value(item, one, &within(path, &index.to_string()), found);
        }
    }

    fn object(&self, object: &Object, value: &Value, path: &str, found: &mut Vec<Problem>) {
        for property in &object.properties {
            let path = within(path, &property.name);
            match value.get(&property.name) {
                Some(member) => self.value(property.of, member, &path, found),
                None if property.is_required => {
                    found.push((path, "Missing data for required field.".to_owned()));
                }
                None => {}
            }
        }
        for (name, member) in value.as_object().into_iter().flatten() {
            if object.property(name).is_none() {
                let of = object.others.unwrap_or_default();
                self.value(of, member, &within(path, name), found);
            }
        }
    }
}

/// What is wrong with a value that has no parts.
pub(crate) fn problem(schema: &Schema, value: &Value) -> Option<&'static str> {
    let (fits, message) = match schema {
        Schema::Text | Schema::Decimal => (value.is_string(), "Not a valid string."),
        Schema::Time => (value.as_str().is_some_and(is_time), "Not a valid datetime."),
        Schema::Integer => (is_integer(value), "Not a valid integer."),
        Schema::Number => (value.is_number(), "Not a valid number."),
        Schema::Boolean => (value.is_boolean(), "Not a valid boolean."),
        Schema::Enum(known) => (
            value
                .as_str()
                .is_some_and(|text| known.iter().any(|one| one == text)),
            "Not one of the values that there are.",
        ),
        Schema::Object(_) => (value.is_object(), "Not a valid object."),
        Schema::List(_) => (value.is_array(), "Not a valid list."),
        Schema::Any | Schema::AnyOf(_) => (true, ""),
    };
    (!fits).then_some(message)
}

fn is_integer(value: &Value) -> bool {
    value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|number| number.fract() == 0.0)
}

pub(crate) fn is_time(text: &str) -> bool {
    DateTime::parse_from_rfc3339(text).is_ok()
}

/// The values within a value that may not be empty, and are.
fn empty(value: &Value, path: &str, found: &mut Vec<Problem>) {
    let message = match value {
        Value::Null => "Field may not be null.",
        Value::String(text) if text.is_empty() || text.eq_ignore_ascii_case("none") => {
            "Field may be neither empty nor none."
        }
        _ => return,
    };
    found.push((place(path), message.to_owned()));
}

fn within(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        _ => format!("{path}.{name}"),
    }
}

fn place(path: &str) -> String {
    match path {
        "" => "_schema".to_owned(),
        _ => path.to_owned(),
    }
}
