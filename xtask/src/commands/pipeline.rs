//! The way of the data as a whole: merge, overlay, lower, generate.

use serde_json::Value;

use super::minimize::minimize;
use crate::generate;
use crate::input::merge::{Merged, merge};
use crate::input::overlay::{self, Needless, Unmatched};
use crate::input::{Diagnostics, Document, Problem, Profile, Provenance};
use crate::lower::compared_only::ComparedOnly;
use crate::lower::lower;
use crate::report::timings::Timings;

/// The documents as one of OpenAPI 3.0.
pub struct Lowered {
    /// The document.
    pub document: Value,
    /// Its text, as it is committed.
    pub text: String,
    /// What the documents say together, before the corrections.
    pub said: Value,
    /// The corrections that change nothing.
    pub needless: Vec<Needless>,
    /// What was set aside on the way.
    pub diagnostics: Diagnostics,
    /// Where everything came from, without its value.
    pub merged: Merged,
    provenance: Provenance,
}

/// The client, and what it was made from.
pub struct Output {
    /// The lowered document.
    pub lowered: Lowered,
    /// The source of the client.
    pub code: String,
}

/// Lowers a document, and keeps beside it what only reports need.
fn lowered(
    value: Value,
    profile: &Profile,
    diagnostics: &mut Diagnostics,
    provenance: &mut Provenance,
) -> Result<Value, Problem> {
    let beside = ComparedOnly::take(&value);
    let mut document = lower(value, profile, diagnostics, provenance)?;
    beside.put(&mut document);
    Ok(document)
}

impl Lowered {
    /// Merges, corrects and lowers documents.
    pub fn of(
        documents: Vec<Document>,
        overlay: Option<&Document>,
        profile: &Profile,
        unmatched: Unmatched,
    ) -> Result<Self, Problem> {
        Self::timed(documents, overlay, profile, unmatched, &Timings::default())
    }

    /// The same, step by step.
    pub fn timed(
        documents: Vec<Document>,
        overlay: Option<&Document>,
        profile: &Profile,
        unmatched: Unmatched,
        timings: &Timings,
    ) -> Result<Self, Problem> {
        let mut diagnostics = Diagnostics::default();
        let mut merged = timings.step("merge", || merge(documents))?;
        let said = merged.value.clone();
        let needless = timings.step("overlay", || {
            overlay.map_or(Ok(Vec::new()), |overlay| {
                overlay::apply(overlay, &mut merged.value, unmatched, &mut diagnostics)
            })
        })?;
        let value = std::mem::take(&mut merged.value);
        let mut provenance = Provenance::default();
        let document = timings
            .step("lower", || {
                lowered(value, profile, &mut diagnostics, &mut provenance)
            })
            .map_err(|problem| merged.locate(problem))?;
        let mut text = serde_json::to_string_pretty(&document).map_err(|cause| {
            Problem::new(format!(
                "the lowered document cannot be written as JSON: {cause}"
            ))
        })?;
        text.push('\n');
        Ok(Self {
            document,
            text,
            said,
            needless,
            diagnostics,
            merged,
            provenance,
        })
    }

    /// Generates the client. What the generator cannot express comes back with its place in the documents.
    pub fn generate(self) -> Result<Output, Problem> {
        match generate::generate(&self.text) {
            Ok(code) => Ok(Output {
                lowered: self,
                code,
            }),
            Err(cause) => Err(self.refused(cause)),
        }
    }

    fn refused(&self, cause: generate::Error) -> Problem {
        let (place, cause) = match minimize(&self.document) {
            Some((place, cause)) => (Some(place), cause),
            None => (None, cause),
        };
        let problem = Problem::new(format!("no client can be generated: {cause}"))
            .remedy(
                "say in openapi/overlay.yaml what the API does, or write a lowering rule for it in \
                 xtask/src/lower",
            )
            .caused_by(cause);
        match place {
            Some(place) => self.merged.locate(problem.at(&self.provenance.of(&place))),
            None => problem.in_file("the lowered document, as a whole"),
        }
    }
}
