//! `cargo xtask regen`: the documents in, the client out.

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::document::Document;
use crate::generate;
use crate::lower::lower;
use crate::merge::merge;
use crate::notes::Notes;
use crate::overlay::{self, Unmatched};
use crate::problem::Problem;
use crate::report::{Comparison, DiffLength};
use crate::snapshot::Snapshot;
use crate::workspace::Workspace;

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

/// What the pipeline makes of the documents.
struct Output {
    document: Value,
    lowered: String,
    code: String,
    notes: Notes,
}

/// Runs the pipeline and reports on standard output.
pub fn run(workspace: &Workspace, options: &Options) -> Result<Outcome, Problem> {
    let (documents, unmatched) = match &options.from {
        Some(from) => (workspace.documents_at(from)?, Unmatched::Noted),
        None => (workspace.documents()?, Unmatched::Refused),
    };
    let output = produce(documents, &workspace.overlay()?, unmatched)?;

    let committed = workspace.committed()?;
    let before = Snapshot::of(&serde_json::from_str(&committed.lowered).unwrap_or_default());
    let comparison = Comparison {
        api: [&before, &Snapshot::of(&output.document)],
        code: [&committed.code, &output.code],
        code_file: "trackstar-api/src/generated.rs",
        notes: &output.notes,
    };
    let mut stdout = std::io::stdout().lock();
    let text = comparison.text(options.diff, stdout.is_terminal());
    // A reader that closed the pipe has seen enough.
    let _ = stdout.write_all(text.as_bytes());

    let is_fresh = committed.lowered == output.lowered && committed.code == output.code;
    if options.check {
        if !is_fresh {
            let _ = writeln!(
                stdout,
                "trackstar-api/ is stale. To mend it, run: cargo xtask regen"
            );
            return Ok(Outcome::Stale);
        }
        return Ok(Outcome::Fresh);
    }
    match &options.out {
        Some(out) => write_to(out, &output)?,
        None => workspace.write(&output.lowered, &output.code)?,
    }
    Ok(Outcome::Fresh)
}

/// Merge, overlay, lower, generate.
fn produce(
    documents: Vec<Document>,
    overlay: &Document,
    unmatched: Unmatched,
) -> Result<Output, Problem> {
    let mut notes = Notes::default();
    let mut merged = merge(documents)?;
    overlay::apply(overlay, &mut merged.value, unmatched, &mut notes)?;
    let value = std::mem::take(&mut merged.value);
    let document = lower(value, &mut notes).map_err(|problem| merged.locate(problem))?;
    let mut lowered = serde_json::to_string_pretty(&document)
        .map_err(|cause| Problem::new(format!("the lowered document is no JSON: {cause}")))?;
    lowered.push('\n');
    let code = generate_quietly(&lowered)?;
    Ok(Output {
        document,
        lowered,
        code,
        notes,
    })
}

/// Generates the client. What a panic of the generator says comes back as an error, without a backtrace.
fn generate_quietly(lowered: &str) -> Result<String, Problem> {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let generated = generate::generate(lowered);
    std::panic::set_hook(hook);
    generated.map_err(|cause| {
        Problem::new(format!("no client can be generated: {cause}"))
            .in_file("the lowered document")
            .remedy(
                "say in openapi/overlay.yaml what the API does, or write a lowering rule for it in \
                 xtask/src/lower",
            )
            .caused_by(cause)
    })
}

fn write_to(out: &Path, output: &Output) -> Result<(), Problem> {
    std::fs::create_dir_all(out).map_err(|cause| Problem::io(out, "made", cause))?;
    crate::workspace::write_all(&[
        (&out.join("openapi-3.0.json"), &output.lowered),
        (&out.join("generated.rs"), &output.code),
    ])
}
