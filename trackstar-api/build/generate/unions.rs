//! What distinguishes the types of a union.

use serde_json::Value;

use super::document::{entries, named, reference, schema, string_enum, texts};
use super::facts::{Branch, Facts};

impl Facts {
    /// What distinguishes the types of unions.
    pub fn add_branches(&mut self, document: &Value) {
        let names: Vec<String> = self.types.keys().cloned().collect();
        for name in names {
            let schema = schema(document, &name);
            let types: Vec<&Value> = ["anyOf", "oneOf"]
                .iter()
                .filter_map(|key| schema.get(*key)?.as_array())
                .flatten()
                .collect();
            for branch in types.iter().filter_map(|branch| reference(branch)) {
                if let Some(facts) = self.types.get_mut(branch) {
                    facts.is_branch = true;
                }
            }
            if let Some(facts) = self.types.get_mut(&name) {
                facts.branches = types.iter().map(|t| Branch::of(document, t)).collect();
            }
        }
    }
}

impl Branch {
    fn of(document: &Value, branch: &Value) -> Self {
        let of = reference(branch).map_or(branch, |name| schema(document, name));
        let tag = |field: &Value| {
            let field = named(field).map_or(field, |name| schema(document, name));
            match string_enum(field)?.as_slice() {
                [only] => Some(only.clone()),
                _ => None,
            }
        };
        Self {
            required: texts(of.get("required")),
            tags: entries(of.get("properties"))
                .filter_map(|(name, field)| Some((name.clone(), tag(field)?)))
                .collect(),
        }
    }
}
