//! The lowered document: which operation a request is for, and what its response looks like.

pub(crate) mod check;
pub(crate) mod operation;
pub(crate) mod schema;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use serde_json::Value;

use operation::{Effect, Envelope, Operation, Segment};
use schema::{Schemas, Type};

const DOCUMENT: &str = include_str!("../../../openapi-3.0.json");

/// Records of one kind.
#[derive(Clone, Debug)]
pub(crate) struct Collection {
    pub(crate) record: Type,
    pub(crate) area: String,
    /// What the ids of its records begin with: `order`.
    pub(crate) noun: String,
    /// What brings its records in: `get_orders`.
    pub(crate) function: String,
    /// What its events begin with: `order`, `cart-order`.
    pub(crate) event: Option<String>,
    /// The event of what was added to a record: `order.shipment.created`.
    pub(crate) child_event: Option<String>,
}

pub(crate) struct Document {
    pub(crate) operations: Vec<Operation>,
    /// By the path of their list: `wms/orders`.
    pub(crate) collections: BTreeMap<String, Collection>,
    pub(crate) schemas: Schemas,
    /// `components.schemas` as they are written.
    pub(crate) components: Value,
    /// The paths of collections by what one of their records is called: `inbound_shipment`.
    pub(crate) nouns: HashMap<String, Vec<String>>,
    /// Paths by their number of segments, those with fixed segments first, and their operations.
    routes: HashMap<usize, Vec<Vec<usize>>>,
}

/// What a request is for.
pub(crate) enum Route<'a> {
    Operation(&'a Operation, Vec<(String, String)>),
    /// The path has other methods than this one.
    OtherMethods(Vec<&'a str>),
    Nothing,
}

impl Document {
    /// The document that the client was generated from. It is read once.
    pub(crate) fn embedded() -> Result<Arc<Self>, serde_json::Error> {
        static READ: OnceLock<Arc<Document>> = OnceLock::new();
        if let Some(read) = READ.get() {
            return Ok(Arc::clone(read));
        }
        let read = Arc::new(Self::read(DOCUMENT)?);
        Ok(Arc::clone(READ.get_or_init(|| read)))
    }

    fn read(text: &str) -> Result<Self, serde_json::Error> {
        let json: Value = serde_json::from_str(text)?;
        let components = &json["components"]["schemas"];
        let mut schemas = Schemas::compile(components);
        let mut operations = Vec::new();
        for paths in [&json["paths"], &json["x-by-hand"]] {
            for (path, methods) in paths.as_object().into_iter().flatten() {
                for (method, operation) in methods.as_object().into_iter().flatten() {
                    operations.push(Operation::read(
                        &mut schemas,
                        path,
                        method,
                        operation,
                        &json,
                    ));
                }
            }
        }
        let mut collections = BTreeMap::new();
        for operation in &operations {
            let Some(record) = operation.record.filter(|_| holds_records(operation)) else {
                continue;
            };
            let path = literals(&operation.segments);
            let event = event(&json, &mut schemas, record);
            let child_event = event.as_deref().and_then(|event| child_event(&json, event));
            let collection = Collection {
                record,
                area: operation.area().to_owned(),
                noun: singular(path.rsplit('/').next().unwrap_or(&path)).to_owned(),
                function: operation.action.clone(),
                event,
                child_event,
            };
            collections.insert(path, collection);
        }
        for operation in &mut operations {
            operation.collection = collection_of(&collections, operation);
            operation.effect = effect(operation);
        }
        let mut nouns = HashMap::<_, Vec<String>>::new();
        for (path, collection) in &collections {
            let noun = collection.noun.replace('-', "_");
            nouns.entry(noun).or_default().push(path.clone());
        }
        let mut document = Self {
            operations,
            nouns,
            collections,
            schemas,
            components: components.clone(),
            routes: HashMap::new(),
        };
        document.sort_routes();
        Ok(document)
    }

    fn sort_routes(&mut self) {
        let mut paths = BTreeMap::<&str, Vec<usize>>::new();
        for (index, operation) in self.operations.iter().enumerate() {
            paths.entry(&operation.path).or_default().push(index);
        }
        let mut routes: Vec<(Vec<bool>, Vec<usize>)> = Vec::new();
        for (_, indexes) in paths {
            let first = indexes
                .first()
                .and_then(|index| self.operations.get(*index));
            let segments = first.into_iter().flat_map(|operation| &operation.segments);
            let is_parameter = |segment| matches!(segment, &Segment::Parameter(_));
            routes.push((segments.map(is_parameter).collect(), indexes));
        }
        routes.sort_unstable();
        for (segments, indexes) in routes {
            self.routes.entry(segments.len()).or_default().push(indexes);
        }
    }

    /// The operation that a request is for, and the values of its path.
    pub(crate) fn find(&self, method: &str, path: &str) -> Route<'_> {
        let given = path.trim_start_matches('/').split('/');
        let given: Vec<String> = given.map(decode).collect();
        for indexes in self.routes.get(&given.len()).into_iter().flatten() {
            let operations = || {
                indexes
                    .iter()
                    .filter_map(|index| self.operations.get(*index))
            };
            let of_path = operations().next();
            let Some(values) = of_path.and_then(|of_path| values(&of_path.segments, &given)) else {
                continue;
            };
            return match operations().find(|operation| operation.method == method) {
                Some(operation) => Route::Operation(operation, values),
                None => Route::OtherMethods(operations().map(|other| &*other.method).collect()),
            };
        }
        Route::Nothing
    }

    /// An operation by its name.
    pub(crate) fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }
}

/// The values of the parameters, if the path fits.
fn values(segments: &[Segment], given: &[String]) -> Option<Vec<(String, String)>> {
    let mut values = Vec::new();
    if segments.len() != given.len() {
        return None;
    }
    for (segment, given) in segments.iter().zip(given) {
        match segment {
            Segment::Fixed(text) if text == given => {}
            Segment::Parameter(name) if !given.is_empty() => {
                values.push((name.clone(), given.clone()));
            }
            _ => return None,
        }
    }
    Some(values)
}

/// Whether an operation lists records that are kept: connections are no records.
fn holds_records(operation: &Operation) -> bool {
    operation.lists_records() && operation.needs_token
        || operation.id == "list_magic_links" && operation.is_many
}

/// What the names of events about such records begin with.
fn event(json: &Value, schemas: &mut Schemas, record: Type) -> Option<String> {
    let events = json["x-webhooks"].as_object()?.iter();
    let mut created = events.filter_map(|(name, event)| {
        let noun = name.strip_suffix(".created")?;
        (!noun.contains('.') && schemas.compiled(&event["data"]).is_same(record))
            .then(|| noun.to_owned())
    });
    created.next()
}

fn child_event(json: &Value, event: &str) -> Option<String> {
    let mut events = json["x-webhooks"].as_object()?.keys();
    let prefix = format!("{event}.");
    let child = events.find(|name| {
        name.strip_prefix(&prefix)
            .is_some_and(|rest| rest.contains('.') && rest.ends_with(".created"))
    });
    child.cloned()
}

fn collection_of(
    collections: &BTreeMap<String, Collection>,
    operation: &Operation,
) -> Option<String> {
    let path = literals(&operation.segments);
    // A sandbox simulates what happens in the areas.
    let simulated = path.strip_prefix("sandbox/simulate/").unwrap_or(&path);
    let last = operation
        .segments
        .iter()
        .rposition(|segment| matches!(segment, Segment::Parameter(_)));
    let parent = literals(
        operation
            .segments
            .get(..last.unwrap_or_default())
            .unwrap_or_default(),
    );
    let parent = parent.strip_prefix("sandbox/simulate/").unwrap_or(&parent);
    let named = [
        simulated.to_owned(),
        parent.to_owned(),
        format!("wms/{parent}"),
    ];
    let named = named
        .into_iter()
        .find(|path| collections.contains_key(path));
    named.or_else(|| {
        let record = operation.record?;
        let same = collections
            .iter()
            .find(|(_, collection)| collection.record.is_same(record));
        same.map(|(path, _)| path.clone())
    })
}

fn effect(operation: &Operation) -> Effect {
    if operation.effect != Effect::Other || operation.collection.is_none() {
        return operation.effect.clone();
    }
    let ends_with_id = operation.ends_with_parameter();
    let mut before_last = operation.segments.iter().rev().skip(1);
    let is_below_id = matches!(before_last.next(), Some(Segment::Parameter(_)));
    let last = match operation.segments.last() {
        Some(Segment::Fixed(last) | Segment::Parameter(last)) => last.clone(),
        None => String::new(),
    };
    let has_no_token = !operation.needs_token && operation.area() != "sandbox";
    match operation.method.as_str() {
        _ if has_no_token => Effect::Other,
        "GET" if ends_with_id => Effect::Get,
        "GET" if operation.envelope == Envelope::Page => Effect::List,
        "GET" => Effect::Other,
        "PUT" | "PATCH" if ends_with_id => Effect::Change("update".to_owned()),
        _ if is_below_id => Effect::Change(last),
        "PUT" if operation.is_many => Effect::ChangeMany,
        "POST" if !ends_with_id => Effect::Create,
        _ => Effect::Other,
    }
}

fn literals(segments: &[Segment]) -> String {
    let fixed = segments.iter().filter_map(|segment| match segment {
        Segment::Fixed(text) => Some(text.as_str()),
        Segment::Parameter(_) => None,
    });
    fixed.collect::<Vec<_>>().join("/")
}

pub(crate) fn decode(text: &str) -> String {
    let bytes = percent_encoding::percent_decode_str(text);
    bytes.decode_utf8_lossy().into_owned()
}

pub(crate) fn singular(word: &str) -> &str {
    match word.strip_suffix("ies") {
        Some(_) => word,
        None => word.strip_suffix('s').unwrap_or(word),
    }
}
