//! What a change does to users of the client.
//!
//! The generated code decides: what it loses or changes is breaking, what it gains is additive, and where it is
//! the same, what documents say changes no more than behaviour. `xtask/tests/it/classes` asks the compiler
//! whether that is right.

use serde::Serialize;

use super::operation::{REQUIRED, SUCCESS};
use super::rename::position;
use super::snapshot::Snapshot;
use super::subject::{Aspect, Kind, Subject};
use super::{Change, Comparison};

/// What a change does to a program that uses the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// It may no longer compile; or the client itself refuses a filter that it took, or reads another field by
    /// the same name.
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
            (Some(old), None, _) if is_of_code(old) => Class::Breaking,
            (Some(old), Some(new), None) => self.class_of_renamed(old, new),
            (_, Some(new), Some(aspect)) => {
                let sides = [change.before.as_deref(), change.after.as_deref()];
                class_of_changed(new, aspect, sides)
            }
            (_, None, _) => Class::Behaviour,
        }
    }

    fn class_of_added(&self, new: &Subject) -> Class {
        let is_argument = match new.kind() {
            Kind::Parameter => fact(self.new, new, &Aspect::Presence) == Some(REQUIRED),
            kind => matches!(kind, Kind::Body | Kind::Response),
        };
        match (is_of_code(new), is_argument) {
            (true, true) => Class::Breaking,
            (true, false) => Class::Additive,
            (false, _) => Class::Behaviour,
        }
    }

    fn class_of_renamed(&self, old: &Subject, new: &Subject) -> Class {
        let sides = |aspect| [fact(self.old, old, aspect), fact(self.new, new, aspect)];
        let place = position(self.old, old);
        let [old_name, new_name] = sides(&Aspect::Name);
        match new.kind() {
            // Callers of a method do not name its arguments.
            Kind::Parameter if place.is_some() && place == position(self.new, new) => {
                if sides(&Aspect::Place)[1] == Some("path") {
                    Class::Text
                } else {
                    Class::Behaviour
                }
            }
            // Another name on the wire, and the same in Rust.
            Kind::Parameter | Kind::Field if old_name.is_some() && old_name == new_name => {
                Class::Behaviour
            }
            _ if !is_of_code(new) => Class::Behaviour,
            _ => Class::Breaking,
        }
    }
}

/// Whether it is a part of the generated code. What only documents have may change how the API behaves.
fn is_of_code(subject: &Subject) -> bool {
    match subject.kind() {
        Kind::Document | Kind::HandWritten => false,
        Kind::Payload | Kind::PayloadField | Kind::PayloadValue => false,
        Kind::Response => subject.name() == SUCCESS,
        _ => true,
    }
}

fn class_of_changed(of: &Subject, aspect: &Aspect, sides: [Option<&str>; 2]) -> Class {
    let [before, after] = sides;
    match aspect {
        Aspect::Text(_) => Class::Text,
        Aspect::Presence if of.kind() == Kind::Parameter => Class::Breaking,
        Aspect::Presence
        | Aspect::Route
        | Aspect::Credentials
        | Aspect::Status
        | Aspect::Separator
        | Aspect::Reading
        | Aspect::Deprecated
        | Aspect::Default(_)
        | Aspect::Limit(_)
        | Aspect::Format(_)
        | Aspect::Conduct(_)
        | Aspect::Unknown(_) => Class::Behaviour,
        _ if !is_of_code(of) => Class::Behaviour,
        Aspect::Features if is_wider(before, after) => Class::Additive,
        // A condition that a filter does not take is refused before anything is sent.
        Aspect::Operators if is_wider(before, after) => Class::Additive,
        Aspect::Setter | Aspect::Setters | Aspect::Mock | Aspect::New | Aspect::Offer(_)
            if before.is_none() =>
        {
            Class::Additive
        }
        Aspect::Setter
        | Aspect::Setters
        | Aspect::Mock
        | Aspect::New
        | Aspect::Offer(_)
        | Aspect::Operators
        | Aspect::Features
        | Aspect::Name
        | Aspect::Type
        | Aspect::Place
        | Aspect::Arguments
        | Aspect::Variant => Class::Breaking,
    }
}

/// Whether a list of features, or of operators, has all that it had.
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
