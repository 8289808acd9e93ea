//! Names that the vendor has changed are given back: a schema that stands where another one stood is called like it,
//! and so are the placeholders of paths. Names of the client and the corrections depend on them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::local::{blank, operations, placeholders};
use super::words::meant;
use crate::input::operations::{members, members_mut};
use crate::input::pointer::Pointer;
use crate::input::references::for_each_target;

/// How deep schemas within schemas are followed.
const DEPTH: usize = 32;

/// Calls what is in `theirs` as it is called in `ours`. Gives where everything was that has another name now.
pub fn keep_names(theirs: &mut Value, ours: &Value) -> BTreeMap<Pointer, Pointer> {
    let mut moved = paths(theirs, ours);
    let mut pairs = Pairs {
        theirs,
        ours,
        names: BTreeMap::new(),
        seen: BTreeSet::new(),
    };
    for (holder, path, method, operation) in operations(theirs) {
        let at = Pointer::default().child(holder).child(path).child(method);
        if let Some(ours) = at.get(ours) {
            pairs.operation(operation, ours);
        }
    }
    let names = pairs.names;
    rename(theirs, &names);
    let places = names
        .into_iter()
        .map(|(old, new)| (Pointer::schema(new), Pointer::schema(old)));
    moved.extend(places);
    moved
}

/// Calls the placeholders of paths as they are called in `ours`: their names are sent nowhere.
fn paths(theirs: &mut Value, ours: &Value) -> BTreeMap<Pointer, Pointer> {
    let root = Pointer::default().child("paths");
    let ours = members(ours.get("paths")).map(|(path, _)| (blank(path), path));
    let ours: BTreeMap<String, &String> = ours.collect();
    let mut moved = BTreeMap::new();
    let Some(paths) = theirs.get_mut("paths").and_then(Value::as_object_mut) else {
        return moved;
    };
    let renamed: Vec<(String, &String)> = paths
        .keys()
        .filter_map(|path| Some((path.clone(), *ours.get(&blank(path))?)))
        .filter(|(path, name)| path != *name && !paths.contains_key(*name))
        .collect();
    for (path, name) in renamed {
        let Some(mut item) = paths.remove(&path) else {
            continue;
        };
        let names = placeholders(&path).into_iter().zip(placeholders(name));
        let names: BTreeMap<&str, &str> = names.collect();
        for (_, operation) in members_mut(Some(&mut item)) {
            let list = operation
                .get_mut("parameters")
                .and_then(Value::as_array_mut);
            for parameter in list.into_iter().flatten() {
                let is_in_path = parameter.get("in").is_some_and(|place| place == "path");
                let new = parameter.get("name").and_then(Value::as_str);
                let new = new.and_then(|name| names.get(name)).filter(|_| is_in_path);
                if let Some(new) = new {
                    parameter["name"] = (*new).into();
                }
            }
        }
        paths.insert(name.clone(), item);
        moved.insert(root.child(name), root.child(path));
    }
    moved
}

/// Pairs of schemas that stand at the same place.
struct Pairs<'a> {
    theirs: &'a Value,
    ours: &'a Value,
    /// Our name of a schema by theirs.
    names: BTreeMap<String, String>,
    seen: BTreeSet<(String, String)>,
}

impl<'a> Pairs<'a> {
    fn operation(&mut self, theirs: &'a Value, ours: &'a Value) {
        let body = |operation: &'a Value, whole| {
            let body = operation.get("requestBody").map(|body| meant(body, whole));
            body.and_then(|body| body.get("content"))
        };
        self.content(body(theirs, self.theirs), body(ours, self.ours));
        for (status, response) in members(theirs.get("responses")) {
            let (theirs, ours_whole) = (meant(response, self.theirs), self.ours);
            let ours = ours.get("responses").and_then(|all| all.get(status));
            let ours = ours.map(|ours| meant(ours, ours_whole));
            self.content(theirs.get("content"), ours.and_then(|it| it.get("content")));
        }
    }

    fn content(&mut self, theirs: Option<&'a Value>, ours: Option<&'a Value>) {
        for (media, theirs) in members(theirs) {
            let ours = ours.and_then(|ours| ours.get(media));
            self.members_of(theirs, ours, "schema");
        }
    }

    fn members_of(&mut self, theirs: &'a Value, ours: Option<&'a Value>, key: &str) {
        if let (Some(theirs), Some(ours)) = (theirs.get(key), ours.and_then(|it| it.get(key))) {
            self.schema(theirs, ours, DEPTH);
        }
    }

    fn schema(&mut self, theirs: &'a Value, ours: &'a Value, depth: usize) {
        if depth == 0 {
            return;
        }
        let (theirs, ours) = (only(theirs), only(ours));
        let names = (name(theirs), name(ours));
        let (their_meaning, our_meaning) = (meant(theirs, self.theirs), meant(ours, self.ours));
        let (their_branches, our_branches) = (branches(their_meaning), branches(our_meaning));
        if !their_branches.is_empty() && our_branches.is_empty() {
            // Of what the integrations take, the branch that is most like what is described.
            let fields = fields(our_meaning);
            let alike = |branch: &&&Value| {
                let theirs = self::fields(meant(branch, self.theirs));
                let shared = theirs.intersection(&fields).count();
                shared * 1000 / theirs.union(&fields).count().max(1)
            };
            // The first one of those that are equally alike.
            if let Some(branch) = their_branches.iter().rev().max_by_key(alike) {
                self.schema(branch, ours, depth - 1);
            }
            return;
        }
        if let (Some(theirs), Some(ours)) = names {
            if !self.seen.insert((theirs.clone(), ours.clone())) {
                return;
            }
            self.pair(&theirs, &ours);
        }
        if their_branches.len() == our_branches.len() {
            for (theirs, ours) in their_branches.iter().zip(our_branches) {
                self.schema(theirs, ours, depth - 1);
            }
        }
        for key in ["items", "additionalProperties"] {
            if let (Some(theirs), Some(ours)) = (their_meaning.get(key), our_meaning.get(key)) {
                self.schema(theirs, ours, depth - 1);
            }
        }
        let ours = our_meaning.get("properties");
        for (field, theirs) in members(their_meaning.get("properties")) {
            if let Some(ours) = ours.and_then(|all| all.get(field)) {
                self.schema(theirs, ours, depth - 1);
            }
        }
    }

    /// A name that both documents have means the same in both.
    fn pair(&mut self, theirs: &str, ours: &str) {
        let has = |document: &Value, name: &str| Pointer::schema(name).get(document).is_some();
        let is_taken = self.names.values().any(|taken| taken == ours);
        if !has(self.ours, theirs) && !has(self.theirs, ours) && !is_taken {
            self.names
                .entry(theirs.to_owned())
                .or_insert_with(|| ours.to_owned());
        }
    }
}

/// The branches of a union.
fn branches(schema: &Value) -> Vec<&Value> {
    let unions = ["oneOf", "anyOf"]
        .into_iter()
        .filter_map(|key| schema.get(key)?.as_array());
    let is_null = |branch: &&Value| branch.get("type").is_some_and(|name| name == "null");
    unions.flatten().filter(|branch| !is_null(branch)).collect()
}

/// The only branch of a union of it and null, or of a list of one schema.
fn only(schema: &Value) -> &Value {
    let branches = match schema.get("allOf").and_then(Value::as_array) {
        Some(all) => all.iter().collect(),
        None => branches(schema),
    };
    match branches[..] {
        [branch] => branch,
        _ => schema,
    }
}

/// The name of the component schema that is referred to.
fn name(schema: &Value) -> Option<String> {
    Pointer::of_reference(schema.get("$ref")?.as_str()?)?.schema_name()
}

fn fields(schema: &Value) -> BTreeSet<&String> {
    members(schema.get("properties"))
        .map(|(name, _)| name)
        .collect()
}

fn rename(document: &mut Value, names: &BTreeMap<String, String>) {
    if names.is_empty() {
        return;
    }
    if let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") {
        let renamed = std::mem::take(schemas).into_iter().map(|(name, schema)| {
            let name = names.get(&name).cloned().unwrap_or(name);
            (name, schema)
        });
        *schemas = renamed.collect::<Map<_, _>>();
    }
    let targets: BTreeMap<String, String> = names
        .iter()
        .map(|(old, new)| {
            [old, new]
                .map(|name| Pointer::schema(name).reference())
                .into()
        })
        .collect();
    for_each_target(document, |target| {
        // A reference may lead into a schema as well.
        let end = target
            .match_indices('/')
            .nth(3)
            .map_or(target.len(), |(at, _)| at);
        if let Some(new) = targets.get(&target[..end]) {
            *target = format!("{new}{}", &target[end..]);
        }
    });
}
