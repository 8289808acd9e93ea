//! `cargo xtask regen`: the documents in, the client out.

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::Value;

use super::inputs::{Inputs, Knowledge};
use super::pipeline::{Lowered, Output};
use super::release::{Release, classes, snapshot};
use super::{release_notes, verify};
use crate::compare::{Change, Class, Snapshot, diff};
use crate::generate;
use crate::input::overlay::Unmatched;
use crate::input::unseen::{self, Unseen};
use crate::input::{Document, Problem, Profile};
use crate::report::timings::Timings;
use crate::report::version::Suggestion;
use crate::report::{Comparison, DiffLength, Format, coverage};
use crate::repository::atomic;
use crate::repository::workspace::{CODE, Committed, MERGED, Workspace};

/// What to do.
#[derive(Debug, clap::Args)]
#[command(mut_arg("overlay", |option| option.requires("from")), mut_arg("profile", |option| option.requires("from")))]
pub struct Options {
    /// Write nothing; exit with 1 if the committed files are not up to date, or corrections change nothing
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
    /// Do not check that the client compiles with all features
    ///
    /// Nor does `--check`, which writes nothing, and `--from`, unless `--verify` asks for it.
    #[arg(long, conflicts_with = "verify")]
    no_verify: bool,
    /// Check that the client compiles with all features, also with `--from`: in a copy below target/
    #[arg(long)]
    verify: bool,
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
    let unmatched = match &options.from {
        Some(_) => Unmatched::Reported,
        None => Unmatched::Needless,
    };
    let lowered = Lowered::timed(documents, overlay.as_ref(), &profile, unmatched, &timings)
        .inspect_err(|_| {
            if lacks_ours {
                eprintln!("note: no corrections were applied; those of this repository are `--overlay openapi/overlay.yaml`");
            }
        })?;
    let output = timings.step("generate", || lowered.generate())?;
    let (text, changelog) = timings.step("compare", || {
        let [before, after] = std::thread::scope(|scope| {
            let before = scope.spawn(|| snapshot(&profile, &committed.lowered, &committed.code));
            let after = Snapshot::of(&output.lowered.document, &output.code);
            let before = before.join();
            [
                before.unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
                after,
            ]
        });
        let (before, after) = (before?, after?);
        let changes = diff(&before, &after);
        let code = [committed.code.as_str(), &output.code];
        let unexplained = match &options.from {
            Some(_) => Vec::new(),
            None => unexplained(&profile, &committed, &before, &changes)?,
        };
        let release = match &options.from {
            Some(_) => None,
            None => Release::last_or_head(workspace, &committed.changelog)?,
        };
        let suggestion = match release {
            Some(release) if !release.is(&committed) => {
                release.suggestion(workspace, &profile, &after)?
            }
            _ => Suggestion::new(workspace.version()?, classes(&changes, code)),
        };
        let unseen = match (&overlay, &options.from) {
            (Some(overlay), None) => unseen(&committed, overlay, &output, changes.is_empty())?,
            _ => Vec::new(),
        };
        let comparison = Comparison {
            unseen: &unseen,
            needless: &output.lowered.needless,
            outranked: &output.lowered.merged.outranked,
            api: &after,
            changes: &changes,
            unexplained: &unexplained,
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
    let readme = match &options.from {
        Some(_) => committed.readme.clone(),
        None => coverage::update(
            &committed.readme,
            &output.lowered.merged,
            &output.lowered.said,
        )?,
    };
    let needless = output.lowered.needless;
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
    match options.timings {
        // What other programs read is JSON and nothing else.
        true if options.format == Format::Json => eprint!("{}", timings.text()),
        true => drop(stdout.write_all(timings.text().as_bytes())),
        false => {}
    }
    let stale = committed.stale(&fresh);
    if options.check && !needless.is_empty() {
        let names: Vec<&str> = needless.iter().map(|action| action.at.as_str()).collect();
        let names = names.join(", ");
        eprintln!("Corrections change nothing: remove them from openapi/overlay.yaml: {names}");
    }
    if options.check && !stale.is_empty() {
        let names = stale.join(", ");
        eprintln!("The client is stale: {names}. To fix it, run: cargo xtask regen");
    }
    let is_verified = options.verify || !(options.no_verify || options.check);
    match &options.from {
        Some(_) if options.verify => verify::elsewhere(workspace, &fresh.lowered, &fresh.code)?,
        None if is_verified => verify::in_place(workspace)?,
        _ => {}
    }
    let is_fresh = stale.is_empty() && needless.is_empty();
    Ok(ExitCode::from(u8::from(options.check && !is_fresh)))
}

/// The changes of the documents since the last run that do not reach the client.
pub(super) fn unseen(
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

/// The changes that break programs though no document says so: those that the present generator makes of the
/// committed document.
fn unexplained(
    profile: &Profile,
    committed: &Committed,
    before: &Snapshot,
    changes: &[Change],
) -> Result<Vec<Change>, Problem> {
    let is_breaking = |change: &&Change| change.class == Class::Breaking;
    if !changes.iter().any(|change| is_breaking(&change)) {
        return Ok(Vec::new());
    }
    let document = profile.lowered(&committed.lowered)?;
    // A document that the present generator refuses explains whatever comes of its correction.
    let Ok(code) = generate::generate(&document.to_string()) else {
        return Ok(Vec::new());
    };
    if code == committed.code {
        return Ok(Vec::new());
    }
    let of_generator = diff(before, &Snapshot::of(&document, &code)?);
    Ok(of_generator.iter().filter(is_breaking).cloned().collect())
}
