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
            Self::Payload => "payload",
            Self::Webhook => "webhook",
            Self::HandWritten => "hand-written operation",
        }
    }

    /// The kind of what it is a part of; itself if it is a whole.
    pub fn whole(self) -> Self {
        match self {
            Self::Parameter | Self::Body | Self::Response => Self::Operation,
            Self::Field | Self::Value => Self::Type,
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

/// An aspect of a subject, which changes on its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aspect {
    /// What it is in Rust: the type of a field, the kind of a type.
    Type,
    /// Whether it is required, as the document says.
    Presence,
    /// Method and path.
    Route,
    /// Where a parameter goes.
    Place,
    /// The required arguments of a method in their order.
    Arguments,
    /// The arguments of a written type's `new`.
    New,
    /// Something that the crate offers for it: pages, an idempotency key, setters, `Default`, `extra`.
    Offer(&'static str),
    /// The features of the crate that it is compiled with.
    Features,
    /// Which credentials are sent.
    Credentials,
    /// The status of a response.
    Status,
    /// How a list is written into a query.
    Separator,
    /// The name of an enum's variant.
    Variant,
    /// That it is deprecated.
    Deprecated,
    /// A default: its place within the subject.
    Default(String),
    /// A bound on the values: its place within the subject.
    Limit(String),
    /// The format of a text or a number, where it does not change the Rust type.
    Format(String),
    /// Descriptions, titles, examples.
    Text(String),
    /// Something that is not in the generated code, but that a program may notice.
    Conduct(String),
    /// A member without a rule.
    Unknown(String),
}

impl fmt::Display for Aspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Type => "type",
            Self::Presence => "presence",
            Self::Route => "route",
            Self::Place => "place",
            Self::Arguments => "order of arguments",
            Self::New => "arguments of new",
            Self::Offer(what) => what,
            Self::Features => "features",
            Self::Credentials => "credentials",
            Self::Status => "status",
            Self::Separator => "separator",
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
