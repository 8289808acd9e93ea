//! The way of the data as a whole: merge, overlay, lower, generate.

use serde_json::Value;

use crate::beside::Beside;
use crate::culprit;
use crate::document::Document;
use crate::generate;
use crate::lower::lower;
use crate::merge::{Merged, merge};
use crate::notes::Notes;
use crate::origins::Origins;
use crate::overlay::{self, Unmatched};
use crate::problem::Problem;
use crate::timings::Timings;

/// The documents as one of OpenAPI 3.0.
pub struct Lowered {
    /// The document.
    pub document: Value,
    /// Its text, as it is committed.
    pub text: String,
    /// What was set aside on the way.
    pub notes: Notes,
    /// Where everything came from.
    merged: Merged,
    origins: Origins,
}

/// The client, and what it was made from.
pub struct Output {
    /// The lowered document.
    pub lowered: Lowered,
    /// The source of the client.
    pub code: String,
}

/// Lowers a document, and keeps beside it what only reports need.
fn lowered(value: Value, notes: &mut Notes, origins: &mut Origins) -> Result<Value, Problem> {
    let beside = Beside::take(&value);
    let mut document = lower(value, notes, origins)?;
    beside.put(&mut document);
    Ok(document)
}

impl Lowered {
    /// Merges, corrects and lowers documents.
    pub fn of(
        documents: Vec<Document>,
        overlay: &Document,
        unmatched: Unmatched,
    ) -> Result<Self, Problem> {
        Self::timed(documents, overlay, unmatched, &Timings::default())
    }

    /// The same, step by step.
    pub fn timed(
        documents: Vec<Document>,
        overlay: &Document,
        unmatched: Unmatched,
        timings: &Timings,
    ) -> Result<Self, Problem> {
        let mut notes = Notes::default();
        let mut merged = timings.step("merge", || merge(documents))?;
        timings.step("overlay", || {
            overlay::apply(overlay, &mut merged.value, unmatched, &mut notes)
        })?;
        let value = std::mem::take(&mut merged.value);
        let mut origins = Origins::default();
        let document = timings
            .step("lower", || lowered(value, &mut notes, &mut origins))
            .map_err(|problem| merged.locate(problem))?;
        let mut text = serde_json::to_string_pretty(&document)
            .map_err(|cause| Problem::new(format!("the lowered document is no JSON: {cause}")))?;
        text.push('\n');
        Ok(Self {
            document,
            text,
            notes,
            merged,
            origins,
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
        let (place, cause) = match culprit::find(&self.document) {
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
            Some(place) => self.merged.locate(problem.at(&self.origins.of(&place))),
            None => problem.in_file("the lowered document, as a whole"),
        }
    }
}
