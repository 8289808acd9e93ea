//! What the pipeline set aside. Nothing is dropped in silence: each kind is counted in the report.

use std::collections::BTreeMap;

use crate::pointer::Pointer;

/// Places by the kind of thing that was set aside there.
#[derive(Clone, Debug, Default)]
pub struct Notes(BTreeMap<String, Vec<Pointer>>);

impl Notes {
    /// Notes one thing.
    pub fn add(&mut self, kind: impl Into<String>, at: &Pointer) {
        self.0.entry(kind.into()).or_default().push(at.clone());
    }

    /// A line for each kind: how many, and where the first one was.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|(kind, places)| match &places[..] {
            [only] => format!("1 {kind}: {only}"),
            [first, ..] => format!("{} {kind}, the first at {first}", places.len()),
            [] => format!("0 {kind}"),
        })
    }

    /// How many things were noted.
    #[cfg(test)]
    pub fn count(&self) -> usize {
        self.0.values().map(Vec::len).sum()
    }
}
