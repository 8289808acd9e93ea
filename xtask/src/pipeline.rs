//! The way of the data as a whole: merge, overlay, lower, generate.

use serde_json::Value;

use crate::beside::Beside;
use crate::document::Document;
use crate::generate;
use crate::lower::lower;
use crate::merge::merge;
use crate::notes::Notes;
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
}

/// The client, and what it was made from.
pub struct Output {
    /// The lowered document.
    pub lowered: Lowered,
    /// The source of the client.
    pub code: String,
}

/// Lowers a document, and keeps beside it what only reports need.
fn lowered(value: Value, notes: &mut Notes) -> Result<Value, Problem> {
    let beside = Beside::take(&value);
    let mut document = lower(value, notes)?;
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
        let document = timings
            .step("lower", || lowered(value, &mut notes))
            .map_err(|problem| merged.locate(problem))?;
        let mut text = serde_json::to_string_pretty(&document)
            .map_err(|cause| Problem::new(format!("the lowered document is no JSON: {cause}")))?;
        text.push('\n');
        Ok(Self {
            document,
            text,
            notes,
        })
    }

    /// Generates the client. What a panic of the generator says comes back as an error, without a backtrace.
    pub fn generate(self) -> Result<Output, Problem> {
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| {}));
        let generated = generate::generate(&self.text);
        std::panic::set_hook(hook);
        let code = generated.map_err(|cause| {
            Problem::new(format!("no client can be generated: {cause}"))
                .in_file("the lowered document")
                .remedy(
                    "say in openapi/overlay.yaml what the API does, or write a lowering rule for it in \
                     xtask/src/lower",
                )
                .caused_by(cause)
        })?;
        Ok(Output {
            lowered: self,
            code,
        })
    }
}
