//! `cargo xtask diff`: what changed between two documents, as the client sees them.

use std::io::Write as _;
use std::path::PathBuf;

use crate::diff::diff;
use crate::overlay::Unmatched;
use crate::pipeline::Lowered;
use crate::problem::Problem;
use crate::snapshot::Snapshot;
use crate::workspace::Workspace;

/// What to compare.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// A document, or a folder of documents
    old: PathBuf,
    /// Another one
    new: PathBuf,
}

/// Prints every difference: both are merged, corrected and lowered first.
pub fn run(workspace: &Workspace, options: &Options) -> Result<(), Problem> {
    let overlay = workspace.overlay()?;
    let snapshot = |path| {
        let documents = workspace.documents_at(path)?;
        let lowered = Lowered::of(documents, &overlay, Unmatched::Noted)?;
        Ok::<_, Problem>(Snapshot::of(&lowered.document))
    };
    let changes = diff(&snapshot(&options.old)?, &snapshot(&options.new)?);
    let mut stdout = std::io::stdout().lock();
    for change in &changes {
        // A reader that closed the pipe has seen enough.
        let _ = writeln!(stdout, "{change}");
    }
    let _ = writeln!(stdout, "{} changes", changes.len());
    Ok(())
}
