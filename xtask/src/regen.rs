//! `cargo xtask regen`: the documents in, the client out.

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use crate::coverage;
use crate::overlay::Unmatched;
use crate::pipeline::Lowered;
use crate::problem::Problem;
use crate::report::{Comparison, DiffLength};
use crate::snapshot::Snapshot;
use crate::workspace::{Committed, Workspace};

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
    /// How much of the generated code's diff to show
    #[arg(long, value_enum, default_value_t = DiffLength::Auto)]
    diff: DiffLength,
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
    let (documents, unmatched) = match &options.from {
        Some(from) => (workspace.documents_at(from)?, Unmatched::Noted),
        None => (workspace.documents()?, Unmatched::Refused),
    };
    let committed = workspace.committed()?;
    let readme = match &options.from {
        Some(_) => committed.readme.clone(),
        None => coverage::update(&committed.readme, &documents)?,
    };
    let output = Lowered::of(documents, &workspace.overlay()?, unmatched)?.generate()?;
    let before = Snapshot::of(&serde_json::from_str(&committed.lowered).unwrap_or_default());
    let comparison = Comparison {
        api: [&before, &Snapshot::of(&output.lowered.document)],
        code: [&committed.code, &output.code],
        code_file: "trackstar-api/src/generated.rs",
        notes: &output.lowered.notes,
    };
    let mut stdout = std::io::stdout().lock();
    let text = comparison.text(options.diff, stdout.is_terminal());
    // A reader that closed the pipe has seen enough.
    let _ = stdout.write_all(text.as_bytes());

    let fresh = Committed {
        lowered: output.lowered.text,
        code: output.code,
        readme,
    };
    match &options.out {
        Some(out) => write_to(out, &fresh)?,
        None if options.check && committed != fresh => {
            let _ = writeln!(
                stdout,
                "The client is stale. To mend it, run: cargo xtask regen"
            );
            return Ok(Outcome::Stale);
        }
        None if options.check => {}
        None => workspace.write(&fresh)?,
    }
    Ok(Outcome::Fresh)
}

fn write_to(out: &Path, fresh: &Committed) -> Result<(), Problem> {
    std::fs::create_dir_all(out).map_err(|cause| Problem::io(out, "made", cause))?;
    crate::workspace::write_all(&[
        (&out.join("openapi-3.0.json"), &fresh.lowered),
        (&out.join("generated.rs"), &fresh.code),
    ])
}
