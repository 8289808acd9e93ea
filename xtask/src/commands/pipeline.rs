//! The way of the data as a whole: merge, overlay, lower, generate.

use serde_json::{Value, json};

use super::minimize::minimize;
use crate::generate;
use crate::input::merge::{Merged, merge_past};
use crate::input::overlay::{self, Needless, Unmatched};
use crate::input::{Diagnostics, Document, Pointer, Problem, Problems, Profile, Provenance};
use crate::lower::compared_only::ComparedOnly;
use crate::lower::lower;
use crate::report::timings::Timings;

/// How many parts that the generator fails at are looked for.
const MAX_PARTS: usize = 16;

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
        // Each step goes on past a problem, so that all of them are found.
        let mut problems = Problems::default();
        let mut merged = timings.step("merge", || merge_past(documents, &mut problems))?;
        let said = merged.value.clone();
        let needless = timings.step("overlay", || {
            overlay.map_or(Ok(Vec::new()), |overlay| {
                overlay::apply(overlay, &mut merged.value, unmatched, &mut diagnostics)
            })
        });
        let needless = problems.keep(needless).unwrap_or_default();
        let value = std::mem::take(&mut merged.value);
        let mut provenance = Provenance::default();
        let document = timings
            .step("lower", || {
                lowered(value, profile, &mut diagnostics, &mut provenance)
            })
            .map_err(|problem| merged.locate(problem));
        let document = problems.keep(document).unwrap_or_default();
        problems.result()?;
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

    /// What the generator cannot express: the smallest part that fails, and what else fails without it.
    fn refused(&self, cause: generate::Error) -> Problem {
        let mut document = self.document.clone();
        let mut problems = Problems::default();
        for _ in 0..MAX_PARTS {
            let Some((place, cause)) = minimize(&document) else {
                break;
            };
            problems.add(
                self.merged
                    .locate(unknown_shape(cause).at(&self.provenance.of(&place))),
            );
            leave_out(&mut document, &place);
            if generate::generate(&document.to_string()).is_ok() {
                break;
            }
        }
        match problems.result() {
            Err(problem) => problem,
            Ok(()) => unknown_shape(cause).in_file("the lowered document, as a whole"),
        }
    }
}

/// Leaves out an operation, a parameter of one, or what a schema says.
fn leave_out(document: &mut Value, place: &Pointer) {
    let keys: Vec<String> = place.keys().collect();
    let operations = match &keys[..] {
        [paths, path, method] if paths == "paths" => document
            .pointer_mut(Pointer::default().child(paths).child(path).as_str())
            .and_then(Value::as_object_mut)
            .map(|item| (item, method)),
        _ => None,
    };
    match operations {
        Some((item, method)) => drop(item.remove(method)),
        None => {
            if let Some(part) = document.pointer_mut(place.as_str()) {
                let name = part.get("name").cloned();
                *part = match name.filter(Value::is_string) {
                    Some(name) => {
                        json!({"name": name, "in": "query", "schema": {"type": "string"}})
                    }
                    None => json!({}),
                };
            }
        }
    }
}

fn unknown_shape(cause: generate::Error) -> Problem {
    Problem::new(format!(
        "this has a shape that no rule of xtask/src/lower refuses and the generator does not know ({cause})"
    ))
    .remedy(
        "describe it in another way by an overlay, and write a lowering rule for it, with the document as its test",
    )
    .caused_by(cause)
}
