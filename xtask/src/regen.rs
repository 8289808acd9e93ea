//! `cargo xtask regen`: the documents in, the client out.

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;

use crate::compare::Format;
use crate::coverage;
use crate::diff::{Change, Class, Snapshot, diff};
use crate::overlay::Unmatched;
use crate::pipeline::Lowered;
use crate::problem::Problem;
use crate::release_notes;
use crate::report::{Comparison, DiffLength};
use crate::surface::Surface;
use crate::timings::Timings;
use crate::together::Together;
use crate::version::{self, Suggestion};
use crate::workspace::{CODE, Committed, Workspace};

/// What to do.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Write nothing; exit with 1 if the committed files are stale
    #[arg(long, conflicts_with = "from")]
    check: bool,
    /// Another document, or a folder of documents, in place of openapi/
    #[arg(long, value_name = "FILE", requires = "out")]
    from: Option<PathBuf>,
    /// Where to write, in place of trackstar-api/
    #[arg(long, value_name = "DIR", requires = "from")]
    out: Option<PathBuf>,
    /// Also write what changed since the last release into the "Unreleased" part of CHANGELOG.md
    #[arg(long, conflicts_with_all = ["check", "from"])]
    changelog: bool,
    /// How to write the report
    #[arg(long, value_enum, default_value_t = Format::Terminal)]
    format: Format,
    /// How much of the generated code's diff to show
    #[arg(long, value_enum, default_value_t = DiffLength::Auto)]
    diff: DiffLength,
    /// Say how long each step took, and what memory was needed
    #[arg(long)]
    timings: bool,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The files are, or are now, those that the documents ask for.
    Fresh,
    /// `--check` found other files than the documents ask for.
    Stale,
}

/// Runs the pipeline and reports on standard output.
pub fn run(workspace: &Workspace, options: &Options) -> Result<Outcome, Problem> {
    // Before anything is read: what a stopped run has left is to be in place, and to stay as it is.
    let place = match &options.out {
        Some(out) => Some(Together::begin(out, out)?),
        None if options.check => None,
        None => Some(workspace.begin()?),
    };
    let mut timings = Timings::told();
    let (documents, overlay, committed) = timings.step("read", || {
        let documents = match &options.from {
            Some(from) => workspace.documents_at(from)?,
            None => workspace.documents()?,
        };
        Ok((documents, workspace.overlay()?, workspace.committed()?))
    })?;
    let (unmatched, readme) = match &options.from {
        Some(_) => (Unmatched::Noted, committed.readme.clone()),
        None => (
            Unmatched::Refused,
            coverage::update(&committed.readme, &documents)?,
        ),
    };
    let lowered = Lowered::timed(documents, &overlay, unmatched, &timings)?;
    let output = timings.step("generate", || lowered.generate())?;
    let (text, changelog) = timings.step("compare", || {
        let before = snapshot_of_text(&committed.lowered)?;
        let after = Snapshot::of(&output.lowered.document)?;
        let changes = diff(&before, &after);
        let code = [committed.code.as_str(), &output.code];
        let grave = unexplained(&changes, code)?;
        let mut classes: Vec<Class> = changes.iter().map(|change| change.class).collect();
        classes.extend(grave.as_ref().map(|(class, _)| *class));
        let suggestion = Suggestion::new(version::current(workspace)?, classes);
        let comparison = Comparison {
            api: &after,
            changes: &changes,
            unexplained: grave.as_ref().map_or(&[], |(_, gone)| gone),
            suggestion: &suggestion,
            code,
            code_file: CODE,
            notes: &output.lowered.notes,
        };
        let is_terminal = std::io::stdout().is_terminal();
        let text = comparison.written(options.format, options.diff, is_terminal)?;
        let changelog = if options.changelog {
            release_notes::changelog(workspace, &committed, &output, &after)?
        } else {
            committed.changelog.clone()
        };
        Ok((text, changelog))
    })?;
    let fresh = Committed {
        lowered: output.lowered.text,
        code: output.code,
        readme,
        changelog,
    };
    timings.step("write", || match (&options.out, &place) {
        (Some(_), Some(place)) => place.write(&[
            ("openapi-3.0.json", &fresh.lowered),
            ("generated.rs", &fresh.code),
        ]),
        (None, Some(place)) => place.write(&fresh.files()),
        (_, None) => Ok(()),
    })?;
    timings.quiet();

    let mut stdout = std::io::stdout().lock();
    // A reader that closed the pipe has seen enough.
    let _ = stdout.write_all(text.as_bytes());
    if options.timings {
        let _ = stdout.write_all(timings.text().as_bytes());
    }
    if options.check && (committed != fresh || workspace.is_unfinished()) {
        let _ = writeln!(
            stdout,
            "The client is stale. To mend it, run: cargo xtask regen"
        );
        return Ok(Outcome::Stale);
    }
    Ok(Outcome::Fresh)
}

/// The snapshot of a committed document; an empty one where there is none yet.
pub fn snapshot_of_text(lowered: &str) -> Result<Snapshot, Problem> {
    Snapshot::of(&serde_json::from_str(lowered).unwrap_or_default())
}

/// What changed of the code though no document says so: how grave it is, and which items are gone. A net
/// under the rules of the documents' changes: whatever these do not know counts as breaking.
fn unexplained(
    changes: &[Change],
    [old, new]: [&str; 2],
) -> Result<Option<(Class, Vec<String>)>, Problem> {
    let is_grave = changes.iter().any(|change| change.class == Class::Breaking);
    if old == new || old.is_empty() || is_grave {
        return Ok(None);
    }
    // What is committed may have been edited, and is no Rust then.
    let Ok(old) = Surface::of(old) else {
        return Ok(Some((Class::Breaking, Vec::new())));
    };
    let change = old.change(&Surface::of(new)?);
    let class = match (change.gone.is_empty(), change.new.is_empty()) {
        (false, _) => Class::Breaking,
        (true, false) => Class::Additive,
        (true, true) => Class::Text,
    };
    Ok(Some((class, change.gone)))
}
