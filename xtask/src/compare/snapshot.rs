//! What a client offers, as facts by subject. Two clients are compared by their snapshots.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::subject::{Aspect, Kind, Subject};
use crate::generate;

/// The facts of one subject, by aspect.
pub type Facts = BTreeMap<Aspect, String>;

/// All facts of a client and its document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Facts by what they are about.
    pub subjects: BTreeMap<Subject, Facts>,
    /// Which operations and webhooks reach a type or payload, by its name.
    pub reach: BTreeMap<String, BTreeSet<String>>,
}

impl Snapshot {
    /// How many subjects are of a kind.
    pub fn count(&self, kind: Kind) -> usize {
        let of_kind = |subject: &&Subject| subject.kind() == kind;
        self.subjects.keys().filter(of_kind).count()
    }

    pub(super) fn insert(&mut self, subject: Subject, facts: Facts) {
        self.subjects.insert(subject, facts);
    }

    /// Adds what a document says of a subject that the code has. The code says what is there.
    pub(super) fn explain(&mut self, subject: &Subject, facts: Facts) {
        if let Some(known) = self.subjects.get_mut(subject) {
            // A description without words is none.
            let is_said = |(aspect, value): &(Aspect, String)| {
                !matches!(aspect, Aspect::Text(_)) || !value.trim().is_empty()
            };
            for (aspect, value) in facts.into_iter().filter(is_said) {
                known.entry(aspect).or_insert(value);
            }
        }
    }

    /// Records that `who` reaches every schema that `value` refers to.
    pub(super) fn reached_by(&mut self, who: &str, value: &Value, document: &Value) {
        let mut names = BTreeSet::new();
        generate::reach(document, value, &mut names);
        for name in names {
            self.reach.entry(name).or_default().insert(who.to_owned());
        }
    }
}
