//! What the parts of an `allOf` say together.

use serde_json::{Map, Value, json};

use super::super::schemas::is_same;
use super::{UNIONS, VARIANT, has_union_beside_fields, is_words};
use crate::input::{Diagnostics, Pointer, Problem, members};

/// How many types the union of a product may have.
const MAX_BRANCHES: usize = 32;
/// How many schemas may lead to each other by `allOf`.
const MAX_DEPTH: usize = 48;
/// How many schemas may be put together for one document.
const MAX_STEPS: usize = 50_000;

/// Keywords that make a schema more than a narrower one of another.
const SHAPES: [&str; 10] = [
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "enum",
    "format",
    "items",
    "oneOf",
    "properties",
    "type",
];

/// The schemas of the document, and those on the way to a part.
pub struct Parts<'a> {
    schemas: &'a Value,
    /// The schemas that led here.
    pub stack: Vec<String>,
    steps: usize,
}

impl<'a> Parts<'a> {
    /// Of these component schemas.
    pub fn new(schemas: &'a Value) -> Self {
        Self {
            schemas,
            stack: Vec::new(),
            steps: 0,
        }
    }

    /// A schema as one, without `allOf`, and without fields beside a union.
    pub fn whole(
        &mut self,
        schema: Value,
        at: &Pointer,
        diagnostics: &mut Diagnostics,
    ) -> Result<Value, Problem> {
        let Value::Object(mut own) = schema else {
            return Ok(schema);
        };
        let at_parts = at.child("allOf");
        let mut parts = Vec::new();
        match own.remove("allOf") {
            None => {}
            Some(Value::Array(list)) => {
                if list.is_empty() {
                    diagnostics.add("`allOf` of nothing", &at_parts);
                }
                parts = list;
            }
            Some(_) => {
                return Err(Problem::new("`allOf` has to be a list of schemas")
                    .at(&at_parts)
                    .remedy("write it as a list"));
            }
        }
        // What is said in words counts for the whole.
        let mut shaping = Vec::new();
        for part in parts {
            if says_only_words(&part) {
                add_words(&mut own, &part);
            } else {
                shaping.push(part);
            }
        }
        let own_says = Value::Object(own.clone());
        if let Some(named) = self.only_named(&shaping, &own_says) {
            for part in &shaping {
                add_words(&mut own, part);
            }
            let (words, narrowing): (Map<_, _>, Map<_, _>) =
                own.into_iter().partition(|(key, _)| is_words(key));
            for (key, _) in narrowing {
                diagnostics.add("keyword that narrows a reference", &at.child(key));
            }
            let mut words = words;
            if words.is_empty() {
                return Ok(named);
            }
            words.insert("allOf".to_owned(), json!([named]));
            return Ok(Value::Object(words));
        }
        let mut whole = match has_union_beside_fields(&own_says) {
            true => {
                let (unions, fields): (Map<_, _>, Map<_, _>) = own
                    .into_iter()
                    .partition(|(key, _)| UNIONS.contains(&key.as_str()) || key == "discriminator");
                self.both(Value::Object(fields), Value::Object(unions), at)?
            }
            false => own_says,
        };
        for (index, part) in shaping.into_iter().enumerate() {
            let at = at_parts.child(index);
            let part = self.resolved(part, &at, diagnostics)?;
            whole = self.both(whole, part, &at)?;
        }
        Ok(whole)
    }

    /// The one reference that the parts come to, where the others add nothing that a type depends on.
    fn only_named(&self, parts: &[Value], own: &Value) -> Option<Value> {
        let mut named = parts.iter().filter(|part| target(part).is_some());
        let only = named.next().filter(|_| named.next().is_none())?;
        let name = target(only)?;
        let meant = self.schemas.get(&name)?;
        let kind = meant.get("type").and_then(Value::as_str).or_else(|| {
            let is_map = meant.get("properties").is_some() || meant.get("allOf").is_some();
            is_map.then_some("object")
        });
        let adds_nothing = |part: &Value| {
            let own_kind = part.get("type").and_then(Value::as_str);
            let is_of_kind = own_kind.is_some() && own_kind == kind;
            members(Some(part))
                .all(|(key, _)| !SHAPES.contains(&key.as_str()) || (key == "type" && is_of_kind))
        };
        let others = parts.iter().filter(|part| target(part).is_none());
        let is_alone = others.chain([own]).all(adds_nothing);
        is_alone.then(|| json!({"$ref": Pointer::schema(name).reference()}))
    }

    /// A part with the schema that it refers to in place of a reference, as one.
    fn resolved(
        &mut self,
        part: Value,
        at: &Pointer,
        diagnostics: &mut Diagnostics,
    ) -> Result<Value, Problem> {
        let Some(name) = target(&part) else {
            return self.whole(part, at, diagnostics);
        };
        let mut meant = self.schemas.get(&name).cloned().unwrap_or_default();
        // A base lists its children, which are all of the base: as a part of a child it is its own fields.
        let lists_a_child = self.stack.contains(&name) || {
            let children = UNIONS.iter().filter_map(|key| meant.get(*key)?.as_array());
            let mut children = children.flatten().filter_map(target);
            children.any(|child| self.stack.contains(&child))
        };
        let has_union = UNIONS.iter().any(|key| meant.get(*key).is_some());
        if lists_a_child && has_union {
            if let Some(keywords) = meant.as_object_mut() {
                keywords.retain(|key, _| !UNIONS.contains(&key.as_str()) && key != "discriminator");
            }
        } else if self.stack.contains(&name) || self.stack.len() >= MAX_DEPTH {
            return Err(Problem::new(format!(
                "`{name}` is `allOf` itself, or of a chain of more than {MAX_DEPTH} schemas"
            ))
            .at(at)
            .remedy(
                "remove the reference: a schema cannot consist of itself; a field can refer to it",
            ));
        }
        self.stack.push(name);
        let whole = self.whole(meant, at, diagnostics);
        self.stack.pop();
        let mut whole = whole?;
        if let Some(keywords) = whole.as_object_mut() {
            // What is said around a reference goes before what it refers to says.
            let own = members(Some(&part)).filter(|(key, _)| is_words(key));
            keywords.extend(own.map(|(key, value)| (key.clone(), value.clone())));
        }
        Ok(whole)
    }

    /// What both schemas say. Words of the first one stay.
    fn both(&mut self, one: Value, other: Value, at: &Pointer) -> Result<Value, Problem> {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return Err(Problem::new(format!(
                "the document puts more than {MAX_STEPS} schemas together by `allOf`"
            ))
            .at(at)
            .remedy("describe the fields of the schema in one place"));
        }
        if says_only_words(&other) || is_same(&one, &other) {
            let mut one = one;
            if let Some(keywords) = one.as_object_mut() {
                add_words(keywords, &other);
            }
            return Ok(one);
        }
        if let Some(union) = union_of(&other) {
            return self.product(one, &other, union, true, at);
        }
        if let Some(union) = union_of(&one) {
            return self.product(other, &one, union, false, at);
        }
        self.joined(one, other, at)
    }

    /// The union of each of its types together with the fields beside it.
    fn product(
        &mut self,
        beside: Value,
        holder: &Value,
        union: &str,
        words_beside: bool,
        at: &Pointer,
    ) -> Result<Value, Problem> {
        let mut rest = holder.clone();
        let branches = rest
            .as_object_mut()
            .and_then(|keywords| keywords.remove(union));
        let branches = match branches {
            Some(Value::Array(branches)) => branches,
            _ => Vec::new(),
        };
        let discriminator = rest
            .as_object_mut()
            .and_then(|keywords| keywords.remove("discriminator"));
        let beside = self.both(beside, rest, at)?;
        let mut words = Map::new();
        if words_beside {
            add_words(&mut words, &beside);
        }
        add_words(&mut words, holder);
        let mut fields = beside;
        if let Some(keywords) = fields.as_object_mut() {
            keywords.retain(|key, _| !is_words(key));
        }
        let mut all = Vec::new();
        for branch in branches {
            let name = target(&branch);
            let variant = name
                .clone()
                .or_else(|| Some(branch.get(VARIANT)?.as_str()?.to_owned()));
            let meant = self.resolved(branch.clone(), at, &mut Diagnostics::default())?;
            let whole = self.both(meant.clone(), fields.clone(), at)?;
            let mut flat = match union_of(&whole) {
                Some(union) => whole[union].as_array().cloned().unwrap_or_default(),
                None => vec![whole],
            };
            if let ([only], Some(_)) = (&mut flat[..], &name) {
                if is_same(only, &meant) {
                    *only = branch;
                } else if let (Some(keywords), Some(variant)) = (only.as_object_mut(), variant) {
                    keywords.insert(VARIANT.to_owned(), variant.into());
                }
            }
            all.extend(flat);
            if all.len() > MAX_BRANCHES {
                return Err(Problem::new(format!(
                    "unions that are multiplied out here give more than {MAX_BRANCHES} types"
                ))
                .at(at)
                .remedy("describe the fields that the types share in one schema, without unions"));
            }
        }
        words.insert("anyOf".to_owned(), all.into());
        if let Some(discriminator) = discriminator {
            words.insert("discriminator".to_owned(), discriminator);
        }
        Ok(Value::Object(words))
    }

    /// What two schemas without unions say.
    fn joined(&mut self, one: Value, other: Value, at: &Pointer) -> Result<Value, Problem> {
        let (Value::Object(mut one), Value::Object(other)) = (one, other) else {
            return Err(contradiction("these parts", at));
        };
        for (key, value) in other {
            let Some(known) = one.get_mut(&key) else {
                one.insert(key, value);
                continue;
            };
            match (key.as_str(), known, value) {
                ("type", known, value) => match (known.as_str(), value.as_str()) {
                    (Some(a), Some(b)) if a == b => {}
                    (Some("number"), Some("integer")) => *known = value,
                    (Some("integer"), Some("number")) => {}
                    _ => return Err(contradiction(&format!("{known} and {value}"), at)),
                },
                ("properties", Value::Object(known), Value::Object(fields)) => {
                    for (name, field) in fields {
                        let both = match known.get_mut(&name) {
                            None => field,
                            Some(first) => {
                                let at = at.child("properties").child(&name);
                                self.field(first.take(), field, &at)?
                            }
                        };
                        known.insert(name, both);
                    }
                }
                ("required", Value::Array(known), Value::Array(names)) => {
                    for name in names {
                        if !known.contains(&name) {
                            known.push(name);
                        }
                    }
                }
                ("enum", Value::Array(known), Value::Array(values)) => {
                    known.retain(|value| values.contains(value));
                    if known.is_empty() {
                        return Err(contradiction("enums without a common value", at));
                    }
                }
                ("items", known, items) => {
                    *known = self.field(known.take(), items, &at.child("items"))?;
                }
                ("additionalProperties", known, value)
                    if *known == json!(false) || value == json!(true) =>
                {
                    *known = value;
                }
                _ => {}
            }
        }
        Ok(Value::Object(one))
    }

    /// A field that two parts describe.
    fn field(&mut self, one: Value, other: Value, at: &Pointer) -> Result<Value, Problem> {
        if is_same(&one, &other) || narrows_only(&other) {
            return Ok(one);
        }
        if narrows_only(&one) {
            return Ok(other);
        }
        let depth = self.stack.len();
        let mut resolve = |schema| self.resolved(schema, at, &mut Diagnostics::default());
        let (first, second) = (resolve(one.clone())?, resolve(other)?);
        self.stack.truncate(depth);
        let both = self.both(first.clone(), second, at)?;
        Ok(if is_same(&both, &first) { one } else { both })
    }
}

fn union_of(schema: &Value) -> Option<&'static str> {
    UNIONS.into_iter().find(|key| schema.get(*key).is_some())
}

fn add_words(own: &mut Map<String, Value>, part: &Value) {
    for (key, value) in members(Some(part)).filter(|(key, _)| is_words(key)) {
        own.entry(key).or_insert(value.clone());
    }
}

fn contradiction(what: &str, at: &Pointer) -> Problem {
    Problem::new(format!("no value is all of this at once: {what}"))
        .at(at)
        .remedy("say in openapi/overlay.yaml what the API sends")
}

fn says_only_words(schema: &Value) -> bool {
    members(Some(schema)).all(|(key, _)| is_words(key))
}

fn narrows_only(schema: &Value) -> bool {
    members(Some(schema)).all(|(key, _)| !SHAPES.contains(&key.as_str()))
}

/// The name that a schema refers to, alone or with words around it.
fn target(schema: &Value) -> Option<String> {
    let parts = schema.get("allOf").and_then(Value::as_array);
    let holder = match parts.map(Vec::as_slice) {
        Some([only]) if members(Some(schema)).all(|(key, _)| is_words(key) || key == "allOf") => {
            only
        }
        _ => schema,
    };
    let target = holder.get("$ref")?.as_str()?;
    Pointer::of_reference(target)?.schema_name()
}
