//! What a change does to users of the client.
//!
//! The rules follow from what is generated: responses are non-exhaustive structs with plain fields, bodies
//! have setters for what is optional, required parameters and bodies are arguments of the method, enums are
//! open. `xtask/tests/it/classes` asks the compiler whether they are right.

use heck::ToSnakeCase as _;
use serde::Serialize;

use super::operation::{REQUIRED, SUCCESS};
use super::rename::position;
use super::schema::is_collection;
use super::snapshot::Snapshot;
use super::subject::{Aspect, Kind, Subject};
use super::types::DEFAULT;
use super::{Change, Comparison};

/// What a change does to a program that uses the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// It may no longer compile. Changes without a rule count as this.
    Breaking,
    /// It compiles, and can do more.
    Additive,
    /// It compiles, and may meet other values or refusals when it runs.
    Behaviour,
    /// Nothing; the documentation says something else.
    Text,
}

impl Class {
    /// All of them, in the order in which they are reported: the most severe first.
    pub const ALL: [Self; 4] = [Self::Breaking, Self::Additive, Self::Behaviour, Self::Text];

    /// Its name in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::Additive => "additive",
            Self::Behaviour => "behaviour",
            Self::Text => "text",
        }
    }
}

impl Comparison<'_> {
    /// The class of a change between the two snapshots.
    pub(super) fn class(&self, change: &Change) -> Class {
        match (&change.old, &change.new, &change.aspect) {
            (None, Some(new), _) => self.class_of_added(new),
            (Some(old), None, _) => class_of_removed(old),
            (Some(old), Some(new), None) => self.class_of_renamed(old, new),
            (_, Some(new), Some(aspect)) => {
                let sides = [change.before.as_deref(), change.after.as_deref()];
                class_of_changed(new.kind(), aspect, sides)
            }
            (_, None, _) => Class::Breaking,
        }
    }

    fn class_of_added(&self, new: &Subject) -> Class {
        let fact = |aspect| fact(self.new, new, aspect);
        let breaks = match new.kind() {
            Kind::Operation | Kind::Type | Kind::Value | Kind::Webhook | Kind::HandWritten => false,
            // One that is required is an argument of the method.
            Kind::Parameter => fact(&Aspect::Presence) == Some(REQUIRED),
            Kind::Field => self.field_breaks(new, fact(&Aspect::Type).unwrap_or_default()),
            Kind::Response if new.name() != SUCCESS => return Class::Behaviour,
            Kind::Payload | Kind::PayloadField | Kind::PayloadValue => return Class::Behaviour,
            Kind::Body | Kind::Response | Kind::Document => true,
        };
        if breaks {
            Class::Breaking
        } else {
            Class::Additive
        }
    }

    /// Whether a new field becomes an argument of the `new` of its type, or takes its `Default` away.
    fn field_breaks(&self, new: &Subject, rust: &str) -> bool {
        let owner = new.of_whole();
        let is_optional = rust.starts_with("Option<");
        let is_argument = fact(self.new, &owner, &Aspect::New).is_some() && !is_optional;
        let old_owner = self.renames.source(&owner);
        let had_default = fact(self.old, old_owner, &DEFAULT).is_some();
        let has_default = is_optional || is_collection(rust);
        is_argument || (had_default && !has_default)
    }

    fn class_of_renamed(&self, old: &Subject, new: &Subject) -> Class {
        let place = position(self.old, old);
        match new.kind() {
            // Callers of a method do not name its arguments.
            Kind::Parameter if place.is_some() && place == position(self.new, new) => {
                if fact(self.new, new, &Aspect::Place) == Some("path") {
                    Class::Text
                } else {
                    Class::Behaviour
                }
            }
            // Another name on the wire, and the same in Rust.
            Kind::Parameter | Kind::Field
                if old.name().to_snake_case() == new.name().to_snake_case() =>
            {
                Class::Behaviour
            }
            Kind::Payload | Kind::PayloadField | Kind::PayloadValue => Class::Behaviour,
            _ => Class::Breaking,
        }
    }
}

fn class_of_removed(old: &Subject) -> Class {
    match old.kind() {
        Kind::Payload | Kind::PayloadField | Kind::PayloadValue => Class::Behaviour,
        Kind::Response if old.name() != SUCCESS => Class::Behaviour,
        _ => Class::Breaking,
    }
}

fn class_of_changed(kind: Kind, aspect: &Aspect, sides: [Option<&str>; 2]) -> Class {
    let is_payload = [Kind::Payload, Kind::PayloadField, Kind::PayloadValue].contains(&kind);
    let [before, after] = sides;
    match aspect {
        Aspect::Text(_) => Class::Text,
        Aspect::Unknown(_) => Class::Breaking,
        Aspect::Presence if kind == Kind::Parameter => Class::Breaking,
        Aspect::Presence
        | Aspect::Route
        | Aspect::Credentials
        | Aspect::Status
        | Aspect::Separator
        | Aspect::Deprecated
        | Aspect::Default(_)
        | Aspect::Limit(_)
        | Aspect::Format(_)
        | Aspect::Conduct(_) => Class::Behaviour,
        _ if is_payload => Class::Behaviour,
        // A feature of the crate is gained or lost.
        Aspect::Offer(_) if before.is_none() => Class::Additive,
        Aspect::New if before.is_none() => Class::Additive,
        Aspect::Features if is_wider(before, after) => Class::Additive,
        Aspect::Offer(_)
        | Aspect::New
        | Aspect::Features
        | Aspect::Type
        | Aspect::Place
        | Aspect::Arguments
        | Aspect::Variant => Class::Breaking,
    }
}

/// Whether something is compiled with more features than before.
fn is_wider(before: Option<&str>, after: Option<&str>) -> bool {
    let (Some(before), Some(after)) = (before, after) else {
        return false;
    };
    let after: Vec<&str> = after.split(", ").collect();
    after == ["always"] || before.split(", ").all(|feature| after.contains(&feature))
}

fn fact<'a>(snapshot: &'a Snapshot, subject: &Subject, aspect: &Aspect) -> Option<&'a str> {
    snapshot
        .subjects
        .get(subject)?
        .get(aspect)
        .map(String::as_str)
}
