//! `cargo xtask regen`: the documents in, the client out.

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::Value;

use super::inputs::{Inputs, Knowledge};
use super::pipeline::{Lowered, Output};
use super::release_notes;
use crate::compare::public_api::PublicApi;
use crate::compare::{Change, Class, Snapshot, diff};
use crate::input::overlay::Unmatched;
use crate::input::unseen::{self, Unseen};
use crate::input::{Document, Problem};
use crate::report::timings::Timings;
use crate::report::version::Suggestion;
use crate::report::{Comparison, DiffLength, Format, coverage};
use crate::repository::atomic;
use crate::repository::workspace::{CODE, Committed, MERGED, Workspace};

/// What to do.
#[derive(Debug, clap::Args)]
#[command(mut_arg("overlay", |option| option.requires("from")), mut_arg("profile", |option| option.requires("from")))]
pub struct Options {
    /// Write nothing; exit with 1 if the committed files are not up to date
    #[arg(long, conflicts_with = "from")]
    check: bool,
    /// Another document, or a folder of documents, in place of openapi/
    #[arg(long, value_name = "FILE", requires = "out")]
    from: Option<PathBuf>,
    #[command(flatten)]
    knowledge: Knowledge,
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

/// Runs the pipeline and reports on standard output. Gives the exit code.
pub fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode, Problem> {
    let mut timings = Timings::shown();
    let (inputs, committed) = timings.step("read", || {
        let inputs = match &options.from {
            Some(from) => options.knowledge.inputs(workspace, from)?,
            None => Inputs::of(workspace)?,
        };
        Ok((inputs, workspace.committed()?))
    })?;
    let lacks_ours = inputs.lack_ours(workspace)?;
    let Inputs {
        documents,
        overlay,
        profile,
    } = inputs;
    let (unmatched, readme) = match &options.from {
        Some(_) => (Unmatched::Reported, committed.readme.clone()),
        None => (
            Unmatched::Refused,
            coverage::update(&committed.readme, &documents)?,
        ),
    };
    let lowered = Lowered::timed(documents, overlay.as_ref(), &profile, unmatched, &timings)
        .inspect_err(|_| {
            if lacks_ours {
                eprintln!("note: no corrections were applied; those of this repository are `--overlay openapi/overlay.yaml`");
            }
        })?;
    let output = timings.step("generate", || lowered.generate())?;
    let (text, changelog) = timings.step("compare", || {
        let before = Snapshot::of(&profile.lowered(&committed.lowered)?)?;
        let after = Snapshot::of(&output.lowered.document)?;
        let changes = diff(&before, &after);
        let code = [committed.code.as_str(), &output.code];
        let unexplained = unexplained(&changes, code, &profile.client.areas)?;
        let mut classes: Vec<Class> = changes.iter().map(|change| change.class).collect();
        classes.extend(unexplained.as_ref().map(|(class, _)| *class));
        let suggestion = Suggestion::new(workspace.version()?, classes);
        let unseen = match (&overlay, &options.from) {
            (Some(overlay), None) => unseen(&committed, overlay, &output, changes.is_empty())?,
            _ => Vec::new(),
        };
        let comparison = Comparison {
            unseen: &unseen,
            api: &after,
            changes: &changes,
            unexplained: unexplained.as_ref().map_or(&[], |(_, gone)| gone),
            suggestion: &suggestion,
            code,
            code_file: CODE,
            diagnostics: &output.lowered.diagnostics,
        };
        let is_terminal = std::io::stdout().is_terminal();
        let text = comparison.written(options.format, options.diff, is_terminal)?;
        let changelog = if options.changelog {
            release_notes::changelog(workspace, &committed, &output, &profile, &after)?
        } else {
            committed.changelog.clone()
        };
        Ok((text, changelog))
    })?;
    let fresh = Committed {
        lowered: output.lowered.text,
        code: output.code,
        merged: written(&output.lowered.said)?,
        readme,
        changelog,
    };
    timings.step("write", || match &options.out {
        Some(out) => {
            atomic::write(&out.join("openapi-3.0.json"), &fresh.lowered)?;
            atomic::write(&out.join("generated.rs"), &fresh.code)
        }
        None if options.check => Ok(()),
        None => workspace.write(&fresh.files()),
    })?;
    timings.end_progress();

    let mut stdout = std::io::stdout().lock();
    // A reader that closed the pipe needs no more.
    let _ = stdout.write_all(text.as_bytes());
    if options.timings {
        let _ = stdout.write_all(timings.text().as_bytes());
    }
    let stale = committed.stale(&fresh);
    if options.check && !stale.is_empty() {
        let names = stale.join(", ");
        eprintln!("The client is stale: {names}. To fix it, run: cargo xtask regen");
        return Ok(ExitCode::from(1));
    }
    Ok(ExitCode::SUCCESS)
}

/// The changes of the documents since the last run that do not reach the client.
fn unseen(
    committed: &Committed,
    overlay: &Document,
    output: &Output,
    is_same_api: bool,
) -> Result<Vec<Unseen>, Problem> {
    // Before the first run there is nothing to compare with.
    if committed.merged.is_empty() {
        return Ok(Vec::new());
    }
    let before = Document::parse(&committed.merged, MERGED)?.value;
    let mut found = unseen::differences(overlay, &before, &output.lowered.said)?;
    found.retain(|change| change.kept_by.is_some() || is_same_api);
    Ok(found)
}

/// A document with its members in order, as it is committed.
fn written(document: &Value) -> Result<String, Problem> {
    let mut document = document.clone();
    document.sort_all_objects();
    let text = serde_json::to_string_pretty(&document).map_err(|cause| {
        Problem::new(format!("cannot be written as JSON: {cause}")).in_file(MERGED)
    })?;
    Ok(text + "\n")
}

/// What changed of the code though no document says so: its class, and which items are gone. This catches
/// what the rules for changes of documents do not know.
fn unexplained(
    changes: &[Change],
    [old, new]: [&str; 2],
    areas: &[String],
) -> Result<Option<(Class, Vec<String>)>, Problem> {
    let is_breaking = changes.iter().any(|change| change.class == Class::Breaking);
    if old == new || old.is_empty() || is_breaking {
        return Ok(None);
    }
    // The committed code may have been edited so that it is not Rust.
    let Ok(old) = PublicApi::of(old, areas) else {
        return Ok(Some((Class::Breaking, Vec::new())));
    };
    let change = old.change(&PublicApi::of(new, areas)?);
    let class = match (change.gone.is_empty(), change.new.is_empty()) {
        (false, _) => Class::Breaking,
        (true, false) => Class::Additive,
        (true, true) => Class::Text,
    };
    Ok(Some((class, change.gone)))
}
