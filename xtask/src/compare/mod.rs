//! What changed between two clients, and what it does to those who use them.
//!
//! A [`Snapshot`] holds facts by subject, in the terms of the crate: what the generated code offers, and what
//! the document says beyond that. Two of them are compared fact by fact, after renames are recognised; each
//! difference is a [`Change`] of one [`Class`].

mod classes;
mod code;
mod operation;
mod outside;
pub mod public_api;
mod read;
mod rename;
mod schema;
mod snapshot;
mod subject;
#[cfg(test)]
mod tests;
mod types;
mod wording;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

pub use classes::Class;
use rename::Renames;
use snapshot::Facts;
pub use snapshot::Snapshot;
use subject::MOCK_OF_PAGES;
pub use subject::{Aspect, Kind, Subject};
pub use wording::lines;

/// One change of an operation, a type, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it is about in the old snapshot; nothing if it is new.
    pub old: Option<Subject>,
    /// What it is about in the new snapshot; nothing if it is gone.
    pub new: Option<Subject>,
    /// Which side of it changed; none if it came, went, or has another name.
    pub aspect: Option<Aspect>,
    /// What it was. Of something that is gone: what it was as a whole.
    pub before: Option<String>,
    /// What it is. Of something that is new: what it is as a whole.
    pub after: Option<String>,
    /// What it does to users of the client.
    pub class: Class,
    /// The operations and webhooks that reach the type it is about, by name.
    pub reached_by: Vec<String>,
}

impl Change {
    /// What it is about: by its new name, if it has one.
    pub fn subject(&self) -> Option<&Subject> {
        self.new.as_ref().or(self.old.as_ref())
    }

    /// What happened, in a word.
    pub fn verb(&self) -> &'static str {
        match (&self.old, &self.new, &self.aspect) {
            (_, _, Some(_)) => "changed",
            (None, _, _) => "added",
            (_, None, _) => "removed",
            _ => "renamed",
        }
    }
}

/// `+ type Order: field tags (Vec<String>)`
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let in_brackets = |text: &Option<String>| match text.as_deref() {
            None | Some("") => String::new(),
            Some(text) => format!(" ({})", shortened(text)),
        };
        match (&self.old, &self.new, &self.aspect) {
            (Some(_), Some(new), Some(Aspect::Offer(what))) if self.before.is_none() => {
                write!(f, "~ {new}: now has {what}")
            }
            (Some(_), Some(new), Some(Aspect::Offer(what))) if self.after.is_none() => {
                write!(f, "~ {new}: no longer has {what}")
            }
            (Some(_), Some(new), Some(Aspect::Operators)) => {
                let sides = [&self.before, &self.after].map(|side| side.as_deref());
                write!(f, "~ {new}: operators: {}", wording::operators(sides))
            }
            (Some(_), Some(new), Some(aspect)) => {
                let side = |text: &Option<String>| {
                    text.as_deref().map_or_else(|| "none".to_owned(), shortened)
                };
                let (before, after) = (side(&self.before), side(&self.after));
                write!(f, "~ {new}: {aspect}: {before} → {after}")
            }
            (Some(old), Some(new), None) => write!(f, "~ {old}: renamed to {}", new.name()),
            (None, Some(new), _) => write!(f, "+ {new}{}", in_brackets(&self.after)),
            (Some(old), None, _) => write!(f, "- {old}{}", in_brackets(&self.before)),
            (None, None, _) => Ok(()),
        }
    }
}

/// The start of a long text, on one line.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 100;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST {
        return line;
    }
    let start: String = line.chars().take(LONGEST).collect();
    format!("{start}…")
}

/// All changes from one snapshot to another, in the order of their names.
pub fn diff(old: &Snapshot, new: &Snapshot) -> Vec<Change> {
    let renames = Renames::between(old, new);
    let olds: BTreeMap<Subject, (&Subject, &Facts)> = old
        .subjects
        .iter()
        .map(|(subject, facts)| (renames.target(subject), (subject, facts)))
        .collect();
    let comparison = Comparison { old, new, renames };
    let subjects: BTreeSet<&Subject> = olds.keys().chain(new.subjects.keys()).collect();
    let mut changes = Vec::new();
    for subject in subjects {
        // Parts that come or go with the whole are not reported.
        let whole = subject.of_whole();
        let is_part_of_new = subject.part.is_some() && !olds.contains_key(&whole);
        let is_part_of_gone = subject.part.is_some() && !new.subjects.contains_key(&whole);
        let new_facts = new.subjects.get(subject);
        match (olds.get(subject), new_facts) {
            (None, Some(facts)) if !is_part_of_new => {
                changes.push(comparison.change(None, Some(subject), None, [None, Some(facts)]));
            }
            (Some((old, facts)), None) if !is_part_of_gone => {
                changes.push(comparison.change(Some(old), None, None, [Some(facts), None]));
            }
            (Some((old, old_facts)), Some(new_facts)) => {
                comparison.compare(&mut changes, [old, subject], [old_facts, new_facts]);
            }
            _ => {}
        }
    }
    changes
}

/// Two snapshots, and which subjects are the same in both.
struct Comparison<'a> {
    old: &'a Snapshot,
    new: &'a Snapshot,
    renames: Renames,
}

impl Comparison<'_> {
    fn compare(&self, changes: &mut Vec<Change>, subjects: [&Subject; 2], facts: [&Facts; 2]) {
        let [old, new] = subjects;
        if old.name() != new.name() {
            changes.push(self.change(Some(old), Some(new), None, [None, None]));
        }
        let [before, after] = facts;
        let aspects: BTreeSet<&Aspect> = before.keys().chain(after.keys()).collect();
        let differs = |aspect: &Aspect| {
            let before = before.get(aspect);
            let before = before.map(|value| self.renames.translated(aspect, value));
            match (aspect, before, after.get(aspect)) {
                (Aspect::Route, Some(before), Some(after)) => {
                    without_names(&before) != without_names(after)
                }
                (_, before, after) => before.as_ref() != after,
            }
        };
        let is_of_other_type = differs(&Aspect::Type);
        let is_renamed = old.name() != new.name();
        for aspect in aspects {
            // One change is reported once.
            let is_reported = match aspect {
                // What is said of an operator goes with it.
                _ if !is_of_both(aspect, facts) => true,
                // The Rust type covers these.
                Aspect::Presence | Aspect::Format(_) => {
                    is_of_other_type && new.kind() != Kind::Parameter
                }
                Aspect::Operators | Aspect::Separator => is_of_other_type,
                Aspect::Reading => is_of_other_type || differs(&Aspect::Presence),
                Aspect::Setter => is_of_other_type || self.has_other_setters(old, new),
                // The name on the wire covers it; so does that of the setter.
                Aspect::Name => is_renamed,
                Aspect::Mock => differs(&Aspect::Name),
                Aspect::Offer(what) if what == MOCK_OF_PAGES => differs(&Aspect::pages()),
                // An argument that came, went or was renamed is reported as such.
                Aspect::Arguments => !is_reordered(before.get(aspect), after.get(aspect)),
                _ => false,
            };
            if is_reported || !differs(aspect) {
                continue;
            }
            let mut change = self.change(Some(old), Some(new), Some(aspect), [None, None]);
            [change.before, change.after] = [before, after].map(|facts| facts.get(aspect).cloned());
            change.class = self.class(&change);
            let shown = [&change.before, &change.after].map(|side| side.as_deref().map(taken));
            if shown[0] != shown[1] {
                [change.before, change.after] = shown;
            }
            changes.push(change);
        }
    }

    /// Whether the type of a field got its setters, or lost them.
    fn has_other_setters(&self, old: &Subject, new: &Subject) -> bool {
        let has = |snapshot: &Snapshot, field: &Subject| {
            let facts = snapshot.subjects.get(&field.of_whole());
            facts.is_some_and(|facts| facts.contains_key(&Aspect::Setters))
        };
        has(self.old, old) != has(self.new, new)
    }

    fn change(
        &self,
        old: Option<&Subject>,
        new: Option<&Subject>,
        aspect: Option<&Aspect>,
        facts: [Option<&Facts>; 2],
    ) -> Change {
        let [before, after] = facts.map(|facts| facts.map(summary));
        let (name, snapshot) = match new {
            Some(new) => (new.owner(), self.new),
            None => (old.map_or("", Subject::owner), self.old),
        };
        let is_shared = new
            .or(old)
            .is_some_and(|subject| [Kind::Type, Kind::Payload].contains(&subject.whole.0));
        let reach = snapshot.reach.get(name).filter(|_| is_shared);
        let mut change = Change {
            old: old.cloned(),
            new: new.cloned(),
            aspect: aspect.cloned(),
            before,
            after,
            class: Class::Breaking,
            reached_by: reach.into_iter().flatten().cloned().collect(),
        };
        change.class = self.class(&change);
        change
    }
}

/// Whether an aspect is of no single operator of a filter, or of one that both sides have.
fn is_of_both(aspect: &Aspect, sides: [&Facts; 2]) -> bool {
    aspect.operator().is_none_or(|operator| {
        sides.iter().all(|facts| {
            let operators = facts.get(&Aspect::Operators);
            operators.is_some_and(|all| all.split(", ").any(|it| it == operator))
        })
    })
}

/// A route whose placeholders have no names: parameters are reported on their own.
fn without_names(route: &str) -> String {
    let mut parts = route.split('{');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let rest = part.split_once('}').map_or(part, |(_, rest)| rest);
        text + "{}" + rest
    })
}

/// Whether the same names stand in another order.
fn is_reordered(before: Option<&String>, after: Option<&String>) -> bool {
    let sorted = |names: &str| {
        let mut names: Vec<String> = names.split(", ").map(str::to_owned).collect();
        names.sort();
        names
    };
    match (before, after) {
        (Some(before), Some(after)) => before != after && sorted(before) == sorted(after),
        _ => false,
    }
}

/// What an argument takes, whatever it is made from: `T` of `impl Into<T>`.
fn taken(rust: &str) -> String {
    let inner = |start: &str, end: &str| rust.strip_prefix(start)?.strip_suffix(end);
    if let Some(item) = inner("impl IntoIterator<Item = impl Into<", ">>") {
        return format!("list of {item}");
    }
    inner("impl Into<", ">").unwrap_or(rust).to_owned()
}

/// A subject in a few words.
fn summary(facts: &Facts) -> String {
    let aspects = [Aspect::Route, Aspect::Type, Aspect::Presence];
    let parts = aspects.iter().filter_map(|aspect| facts.get(aspect));
    let mut summary = parts.map(|it| taken(it)).collect::<Vec<_>>().join(", ");
    if facts.contains_key(&Aspect::Deprecated) {
        summary.push_str(", deprecated");
    }
    summary
}
