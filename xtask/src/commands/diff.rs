//! `cargo xtask diff`: what changed between two documents, as users of the client see it.

use std::io::Write as _;
use std::path::Path;

use super::inputs::{Inputs, Knowledge};
use super::pipeline::Lowered;
use crate::compare::{Snapshot, diff};
use crate::input::overlay::Unmatched;
use crate::input::{Document, Problem, check_version};
use crate::report::version::Suggestion;
use crate::report::{Format, json, markdown, terminal};
use crate::repository::git::Revision;
use crate::repository::workspace::{OVERLAY, Workspace, is_document};

/// What to compare.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// A document, a folder of documents, or a git revision, whose openapi/ is meant
    old: String,
    /// Another one
    new: String,
    #[command(flatten)]
    knowledge: Knowledge,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Terminal)]
    format: Format,
}

/// Prints every difference: both are merged, corrected and lowered first.
pub fn run(workspace: &Workspace, options: &Options) -> Result<(), Problem> {
    let old = snapshot(workspace, options, &options.old)?;
    let new = snapshot(workspace, options, &options.new)?;
    let changes = diff(&old, &new);
    let suggestion = Suggestion::new(
        workspace.version()?,
        changes.iter().map(|change| change.class),
    );
    let text = match options.format {
        Format::Terminal => {
            let counts = terminal::counts(&changes);
            format!("{counts}\n{}{suggestion}\n", terminal::terminal(&changes))
        }
        Format::Markdown => format!("{}\n{suggestion}\n", markdown::markdown(&changes)),
        Format::Json => json::json(&changes, &[], &suggestion)?,
    };
    // A reader that closed the pipe needs no more.
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
    Ok(())
}

/// What the client offers by a document, a folder, or the `openapi/` of a revision.
fn snapshot(workspace: &Workspace, options: &Options, asked: &str) -> Result<Snapshot, Problem> {
    let path = Path::new(asked);
    let inputs = if path.exists() {
        options
            .knowledge
            .inputs(workspace, path)?
            .corrected(workspace)?
    } else {
        let revision = Revision::find(workspace.root(), asked)?.ok_or_else(|| {
            Problem::new("is neither a file, nor a folder, nor a git revision")
                .in_file(asked)
                .remedy(
                    "give the path of a document, or a revision like `v0.1.0` or `HEAD~1`; in a \
                     shallow clone, run `git fetch --unshallow` first",
                )
        })?;
        let (documents, overlay) = at_revision(&revision)?;
        options.knowledge.instead(Inputs {
            documents,
            overlay: overlay.map_or_else(|| workspace.overlay().map(Some), |own| Ok(Some(own)))?,
            profile: workspace.profile()?,
        })?
    };
    let Inputs {
        documents,
        overlay,
        profile,
    } = inputs;
    let lowered = Lowered::of(documents, overlay.as_ref(), &profile, Unmatched::Reported)
        .map_err(|problem| problem.in_file(asked))?;
    Snapshot::of(&lowered.document)
}

/// The documents and corrections in `openapi/` at a revision.
fn at_revision(revision: &Revision<'_>) -> Result<(Vec<Document>, Option<Document>), Problem> {
    let (mut documents, mut overlay) = (Vec::new(), None);
    for path in revision.files_in("openapi")? {
        let name = path.rsplit('/').next().unwrap_or(&path);
        if name != OVERLAY && !is_document(name) {
            continue;
        }
        let text = revision.read(&path)?.unwrap_or_default();
        let document = Document::parse(&text, &revision.shown(&path))?;
        if name == OVERLAY {
            overlay = Some(document);
            continue;
        }
        check_version(&document.value).map_err(|p| p.in_file(document.name.clone()))?;
        documents.push(document);
    }
    if documents.is_empty() {
        return Err(Problem::new("there is no document")
            .in_file(revision.shown("openapi"))
            .remedy("give a revision that has documents in openapi/"));
    }
    Ok((documents, overlay))
}
