//! What a change can be about: an operation, a type, or a part of one; and which aspect of it.

use std::fmt;

use serde::{Serialize, Serializer};

/// The kinds of subjects that users of the client see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The document as a whole: its servers, its credentials, its descriptions.
    Document,
    /// A method of the client.
    Operation,
    /// A parameter of an operation: an argument of the method if it is required, otherwise a setter.
    Parameter,
    /// The body of an operation: an argument of the method.
    Body,
    /// The responses of an operation, by status; `success` for the one that the method gives.
    Response,
    /// A type of the client.
    Type,
    /// A field of a type.
    Field,
    /// A value of an enum.
    Value,
    /// A variant of a union.
    Variant,
    /// A schema that is not a type of the client: what errors and webhooks hold.
    Payload,
    /// A field of such a schema.
    PayloadField,
    /// A value of such an enum.
    PayloadValue,
    /// An event that the API sends.
    Webhook,
    /// An operation that the client has by hand.
    HandWritten,
    /// Any other item of the generated code.
    Item,
}

impl Kind {
    /// Its name in messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Operation => "operation",
            Self::Parameter => "parameter",
            Self::Body => "body",
            Self::Response => "response",
            Self::Type => "type",
            Self::Field | Self::PayloadField => "field",
            Self::Value | Self::PayloadValue => "value",
            Self::Variant => "variant",
            Self::Payload => "payload",
            Self::Webhook => "webhook",
            Self::HandWritten => "hand-written operation",
            Self::Item => "item",
        }
    }

    /// The kind of what it is a part of; itself if it is a whole.
    pub fn whole(self) -> Self {
        match self {
            Self::Parameter | Self::Body | Self::Response => Self::Operation,
            Self::Field | Self::Value | Self::Variant => Self::Type,
            Self::PayloadField | Self::PayloadValue => Self::Payload,
            whole => whole,
        }
    }
}

/// An operation, a type and the like, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// The kind and the name of the whole: `list_wms_orders`, `Order`.
    pub whole: (Kind, String),
    /// The kind and the name of the part; none if the whole is meant.
    pub part: Option<(Kind, String)>,
}

impl Subject {
    /// A subject as a whole.
    pub fn whole(kind: Kind, name: impl Into<String>) -> Self {
        Self {
            whole: (kind, name.into()),
            part: None,
        }
    }

    /// A part of a whole.
    pub fn part(kind: Kind, owner: &str, name: impl Into<String>) -> Self {
        Self {
            whole: (kind.whole(), owner.to_owned()),
            part: Some((kind, name.into())),
        }
    }

    /// The kind of the whole or of the part.
    pub fn kind(&self) -> Kind {
        self.part.as_ref().map_or(self.whole.0, |(kind, _)| *kind)
    }

    /// Its own name.
    pub fn name(&self) -> &str {
        &self.part.as_ref().unwrap_or(&self.whole).1
    }

    /// The name of what it belongs to, or its own.
    pub fn owner(&self) -> &str {
        &self.whole.1
    }

    /// The whole that it belongs to, or itself.
    pub fn of_whole(&self) -> Self {
        Self::whole(self.whole.0, self.owner())
    }

    /// The same part of a whole of another name.
    pub fn moved_to(&self, owner: &str) -> Self {
        Self {
            whole: (self.whole.0, owner.to_owned()),
            part: self.part.clone(),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.whole.0.word(), self.whole.1)?;
        match &self.part {
            None => Ok(()),
            Some((Kind::Body, _)) => f.write_str(": body"),
            Some((kind, name)) => write!(f, ": {} {name}", kind.word()),
        }
    }
}

/// An aspect of a subject, which changes on its own. Those of the first part are read from the code, those of
/// the second from documents.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aspect {
    /// What it is in Rust: the type of a field, the kind of a type.
    Type,
    /// The name in Rust of a field or a setter whose subject has that of the wire.
    Name,
    /// What the setter of a field takes.
    Setter,
    /// That a type has a setter for each optional field.
    Setters,
    /// The condition by which a mock asks for a parameter.
    Mock,
    /// Whether a parameter is an argument of its method; whether a document requires a field.
    Presence,
    /// Method and path.
    Route,
    /// Where a parameter goes.
    Place,
    /// The required arguments of a method in their order.
    Arguments,
    /// The arguments of a written type's `new`.
    New,
    /// Something else that the code has for it: a trait, pages, an idempotency key, a function.
    Offer(String),
    /// The features of the crate that it is compiled with.
    Features,
    /// The conditions that a filter takes.
    Operators,
    /// How a list is written into a query.
    Separator,
    /// The name of a variant in Rust.
    Variant,
    /// How a field is read, or what a type of a union is known by.
    Reading,

    /// Which credentials an operation asks for.
    Credentials,
    /// The status of a response.
    Status,
    /// That it is deprecated.
    Deprecated,
    /// A default: its place within the subject.
    Default(String),
    /// A bound on the values: its place within the subject.
    Limit(String),
    /// The format of a text or a number, where it does not change the Rust type.
    Format(String),
    /// Descriptions, titles, examples, and what nothing reads.
    Text(String),
    /// Something else that a program may notice when it runs.
    Conduct(String),
    /// A member without a rule.
    Unknown(String),
}

/// That the pages of an operation can be mocked.
pub const MOCK_OF_PAGES: &str = "a mock of its pages";

impl Aspect {
    /// That an operation responds with pages.
    pub fn pages() -> Self {
        Self::Offer("pages".to_owned())
    }

    /// The same aspect of one operator of a filter: `description of [gte]`.
    pub fn of_operator(self, operator: &str) -> Self {
        let of = |what: String| format!("{what} of [{operator}]");
        match self {
            Self::Default(what) => Self::Default(of(what)),
            Self::Limit(what) => Self::Limit(of(what)),
            Self::Format(what) => Self::Format(of(what)),
            Self::Text(what) => Self::Text(of(what)),
            Self::Unknown(what) => Self::Unknown(of(what)),
            other => Self::Conduct(of(other.to_string())),
        }
    }

    /// The operator that it is of.
    pub fn operator(&self) -> Option<&str> {
        match self {
            Self::Default(what)
            | Self::Limit(what)
            | Self::Format(what)
            | Self::Text(what)
            | Self::Unknown(what)
            | Self::Conduct(what) => {
                let (_, operator) = what.rsplit_once(" of [")?;
                operator.strip_suffix(']')
            }
            _ => None,
        }
    }
}

impl fmt::Display for Aspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Type => "type",
            Self::Name => "name in Rust",
            Self::Setter => "setter",
            Self::Setters => "setters",
            Self::Mock => "condition of its mock",
            Self::Presence => "presence",
            Self::Route => "route",
            Self::Place => "place",
            Self::Arguments => "order of arguments",
            Self::New => "arguments of new",
            Self::Offer(what) => what,
            Self::Features => "features",
            Self::Credentials => "credentials",
            Self::Status => "status",
            Self::Operators => "operators",
            Self::Separator => "separator",
            Self::Reading => "read as",
            Self::Variant => "variant",
            Self::Deprecated => "deprecated",
            Self::Default(what)
            | Self::Limit(what)
            | Self::Format(what)
            | Self::Text(what)
            | Self::Conduct(what)
            | Self::Unknown(what) => what,
        })
    }
}

impl Serialize for Aspect {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}
