//! What the pipeline set aside. The report counts each kind, so that nothing is dropped in silence.

use std::collections::BTreeMap;

use crate::input::pointer::Pointer;

/// Places by what was set aside there.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics(BTreeMap<String, Vec<Pointer>>);

impl Diagnostics {
    /// Records a place.
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

    /// How many places were recorded.
    #[cfg(test)]
    pub fn count(&self) -> usize {
        self.0.values().map(Vec::len).sum()
    }
}
