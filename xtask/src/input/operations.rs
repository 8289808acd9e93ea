//! Visits the operations of a document.

use serde_json::{Map, Value};

use crate::input::pointer::Pointer;

const METHODS: [&str; 8] = [
    "delete", "get", "head", "options", "patch", "post", "put", "trace",
];

/// Whether a member of a path item is an operation.
pub fn is_method(name: &str) -> bool {
    METHODS.contains(&name)
}

/// Every operation below a member of the document: its path, method and content.
pub fn operations<'a>(
    document: &'a Value,
    holder: &str,
) -> impl Iterator<Item = (&'a String, &'a String, &'a Value)> {
    members(document.get(holder)).flat_map(|(path, item)| {
        let operations = members(Some(item)).filter(|(method, _)| is_method(method));
        operations.map(move |(method, operation)| (path, method, operation))
    })
}

/// Visits every operation below `paths`: its path, method, place and content.
pub fn for_each_operation<E>(
    document: &mut Value,
    mut visit: impl FnMut(&str, &str, &Pointer, &mut Value) -> Result<(), E>,
) -> Result<(), E> {
    let root = Pointer::default().child("paths");
    for (path, item) in members_mut(document.get_mut("paths")) {
        for (method, operation) in members_mut(Some(item)) {
            if is_method(method) {
                let at = root.child(path).child(method);
                visit(path, method, &at, operation)?;
            }
        }
    }
    Ok(())
}

/// The members of a map; none of anything else.
pub fn members_mut(value: Option<&mut Value>) -> impl Iterator<Item = (&String, &mut Value)> {
    value
        .and_then(Value::as_object_mut)
        .into_iter()
        .flat_map(Map::iter_mut)
}

/// The members of a map; none of anything else.
pub fn members(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}
