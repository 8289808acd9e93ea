//! The lowered document, as far as the tests need it.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// A lowered document.
pub struct Document {
    root: Value,
}

/// One operation, with what stands around it.
pub struct Operation<'a> {
    /// The name of the client's method.
    pub id: &'a str,
    /// `GET`, `POST`, ...
    pub method: String,
    /// With placeholders: `/wms/orders/{order_id}`.
    pub path: &'a str,
    /// The operation itself.
    pub value: &'a Value,
}

impl Document {
    /// Reads the text of a document.
    pub fn read(text: &str) -> Self {
        let root: Value = serde_json::from_str(text).expect("the lowered document is JSON");
        Self { root }
    }

    /// All operations, in the order of the document.
    pub fn operations(&self) -> impl Iterator<Item = Operation<'_>> {
        entries(&self.root["paths"]).flat_map(|(path, item)| {
            entries(item).map(move |(method, value)| Operation {
                id: text(&value["operationId"]),
                method: method.to_uppercase(),
                path,
                value,
            })
        })
    }

    /// All types of events, each with the name of the schema of its data.
    pub fn events(&self) -> impl Iterator<Item = (&str, &str)> {
        entries(&self.root["x-webhooks"]).map(|(event, value)| {
            let data = reference(&value["data"]).expect("data has a named schema");
            (event.as_str(), data)
        })
    }

    /// The names of the schemas that an operation sends, that the content of its response has, or that an
    /// event holds: the client's types.
    pub fn reached(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for operation in self.operations() {
            for part in ["parameters", "requestBody"] {
                self.reach(&operation.value[part], &mut names);
            }
        }
        names.append(&mut self.received());
        names
    }

    /// The names of the schemas that come in: of responses and events.
    pub fn received(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for operation in self.operations() {
            let response = operation.response(self);
            if response.envelope == Envelope::None {
                names.insert(response.name.to_owned());
            }
            self.reach(response.content, &mut names);
        }
        for (_, data) in self.events() {
            names.insert(data.to_owned());
            self.reach(self.schema(data), &mut names);
        }
        names
    }

    /// The schema of a name.
    pub fn schema(&self, name: &str) -> &Value {
        let schema = &self.root["components"]["schemas"][name];
        assert!(schema.is_object(), "there is no schema {name}");
        schema
    }

    /// What the schema refers to, or itself.
    pub fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        reference(schema).map_or(schema, |name| self.schema(name))
    }

    fn reach(&self, value: &Value, names: &mut BTreeSet<String>) {
        if let Some(name) = value["$ref"].as_str().map(schema_name)
            && names.insert(name.to_owned())
        {
            self.reach(self.schema(name), names);
        }
        let inner: Vec<&Value> = match value {
            Value::Array(items) => items.iter().collect(),
            Value::Object(members) => members.values().collect(),
            _ => Vec::new(),
        };
        for value in inner {
            self.reach(value, names);
        }
    }
}

impl<'a> Operation<'a> {
    /// The schema of the body.
    pub fn body(&self) -> Option<&'a Value> {
        self.value.get("requestBody").map(json_schema)
    }

    /// The response of success.
    pub fn response(&self, document: &'a Document) -> Response<'a> {
        let mut responses =
            entries(&self.value["responses"]).filter(|(status, _)| status.starts_with('2'));
        let (_, response) = responses.next().expect("an operation has a response");
        assert!(responses.next().is_none(), "{}: two responses", self.id);
        let name = reference(json_schema(response)).expect("a response has a named schema");
        Response::new(name, document.schema(name))
    }

    /// Its parameters of one place, `path` or `query`.
    pub fn parameters(&self, place: &str) -> impl Iterator<Item = &'a Value> {
        let parameters = self.value["parameters"].as_array();
        parameters
            .into_iter()
            .flatten()
            .filter(move |parameter| parameter["in"] == place)
    }

    /// Whether it goes out with the access token if the client has one.
    pub fn takes_token(&self) -> bool {
        let alternatives = self.value["security"].as_array();
        alternatives
            .into_iter()
            .flatten()
            .any(|alternative| alternative.get("access_token").is_some())
    }
}

/// A response, as the client gives it.
pub struct Response<'a> {
    /// The name of the whole schema.
    pub name: &'a str,
    /// What is around the content.
    pub envelope: Envelope,
    /// The schema of the content.
    pub content: &'a Value,
}

/// What is around the content of a response.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Envelope {
    None,
    Page,
    Record,
    Write,
}

impl<'a> Response<'a> {
    fn new(name: &'a str, schema: &'a Value) -> Self {
        let properties = &schema["properties"];
        let mut fields: Vec<&str> = entries(properties).map(|(name, _)| name.as_str()).collect();
        fields.sort_unstable();
        let (envelope, content) = match fields[..] {
            ["data", "next_token"] | ["data", "next_token", "total_count"] => {
                (Envelope::Page, &properties["data"]["items"])
            }
            ["data"] if properties["data"]["type"] == "array" => {
                (Envelope::Page, &properties["data"]["items"])
            }
            ["data"] => (Envelope::Record, &properties["data"]),
            ["data", "id", "unused_fields"] => (Envelope::Write, &properties["data"]),
            _ => (Envelope::None, schema),
        };
        Self {
            name,
            envelope,
            content,
        }
    }

    /// The type of the content.
    pub fn content_type(&self) -> String {
        match self.envelope {
            Envelope::None => format!("types::{}", self.name),
            _ => rust_type(self.content),
        }
    }

    /// The type that the client gives.
    pub fn rust_type(&self) -> String {
        let content = self.content_type();
        match self.envelope {
            Envelope::None | Envelope::Record => content,
            Envelope::Page => format!("Page<{content}>"),
            Envelope::Write => format!("WriteResponse<{content}>"),
        }
    }

    /// An example of what the client gives, as Rust.
    pub fn rust_example(&self) -> String {
        let content = match self.envelope {
            Envelope::None => format!("types::{}::example()", self.name),
            _ => rust_example(self.content),
        };
        match self.envelope {
            Envelope::None | Envelope::Record => content,
            Envelope::Page => format!("Page::new(vec![{content}])"),
            Envelope::Write => format!("WriteResponse::new(\"id\", Some({content}))"),
        }
    }

    /// What the client reads from a response as it is sent.
    pub fn held(&self, mut sent: Value) -> Value {
        match self.envelope {
            Envelope::Page | Envelope::Write => {
                // An envelope has no place for other members.
                if let Some(members) = sent.as_object_mut() {
                    members.remove(super::example::ADDED);
                }
                sent
            }
            Envelope::Record => sent["data"].clone(),
            _ => sent,
        }
    }
}

fn rust_type(schema: &Value) -> String {
    match reference(schema) {
        Some(name) => format!("types::{name}"),
        None if schema["type"] == "array" => format!("Vec<{}>", rust_type(&schema["items"])),
        None => {
            assert!(is_map(schema), "not known here: {schema}");
            "serde_json::Map<String, serde_json::Value>".to_owned()
        }
    }
}

fn rust_example(schema: &Value) -> String {
    match reference(schema) {
        Some(name) => format!("types::{name}::example()"),
        None if schema["type"] == "array" => format!("vec![{}]", rust_example(&schema["items"])),
        None => "serde_json::Map::from_iter([(\"key\".to_owned(), json!(1))])".to_owned(),
    }
}

fn is_map(schema: &Value) -> bool {
    schema["type"] == "object" && schema.get("properties").is_none()
}

/// The name of the schema that this one stands for: `$ref`, alone or wrapped for a word of its own.
pub fn reference(schema: &Value) -> Option<&str> {
    let wrapped = match schema["allOf"].as_array().map(Vec::as_slice) {
        Some([only]) => only,
        Some(_) => panic!("`allOf` of several schemas is not known here: {schema}"),
        None => schema,
    };
    wrapped["$ref"].as_str().map(schema_name)
}

/// The members of an object.
pub fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

/// A text that has to be there.
pub fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn json_schema(part: &Value) -> &Value {
    let schema = &part["content"]["application/json"]["schema"];
    assert!(schema.is_object(), "not JSON: {part}");
    schema
}

fn schema_name(reference: &str) -> &str {
    let name = reference.strip_prefix("#/components/schemas/");
    name.expect("a reference to a schema of the document")
}
