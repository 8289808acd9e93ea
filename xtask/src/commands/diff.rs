//! `cargo xtask diff`: what changed between two documents, as users of the client see it.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use super::inputs::{Inputs, Knowledge};
use super::pipeline::{Lowered, Output};
use super::release::{Release, classes};
use crate::compare::{Class, Snapshot, diff};
use crate::input::merge::Outranked;
use crate::input::overlay::Unmatched;
use crate::input::unseen;
use crate::input::{Document, Problem, check_version};
use crate::report::version::Suggestion;
use crate::report::{self, Format, json, markdown, terminal};
use crate::repository::git::Revision;
use crate::repository::workspace::{CHANGELOG, OVERLAY, README, Workspace, date, is_document};

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
    /// Exit with 1 if there is a change of this class, or of a more severe one
    #[arg(long, value_enum, value_name = "CLASS")]
    fail_on: Option<Class>,
}

/// Generates both clients and prints every difference. Gives the exit code.
pub fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode, Problem> {
    // Each side takes as long as a run of `regen`.
    let [old, new] = std::thread::scope(|scope| {
        let sides = [&options.old, &options.new];
        let running = sides.map(|asked| scope.spawn(|| client(workspace, options, asked)));
        running.map(|side| {
            side.join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    });
    let (old, new) = (old?, new?);
    let before = Snapshot::of(&old.lowered.document, &old.code)?;
    let after = Snapshot::of(&new.lowered.document, &new.code)?;
    let changes = diff(&before, &after);
    let unseen = match changes.is_empty() {
        true => unseen::changed(&old.lowered.said, &new.lowered.said),
        false => Vec::new(),
    };
    let suggestion = match release(workspace, &options.new)? {
        Some(release) => release.suggestion(workspace, &workspace.profile()?, &after)?,
        None => {
            let classes = classes(&changes, [&old.code, &new.code]);
            Suggestion::new(workspace.version()?, classes)
        }
    };
    let counts = terminal::counts(&changes, &unseen);
    let text = match options.format {
        Format::Terminal => {
            let changes = terminal::terminal(&changes);
            let unseen = report::unseen::text(&unseen);
            format!("{counts}\n{changes}{unseen}{suggestion}\n")
        }
        Format::Markdown => {
            let changes = markdown::markdown(&changes, &counts);
            let unseen = report::unseen::markdown(&unseen);
            format!("{changes}{unseen}\n{suggestion}\n")
        }
        Format::Json => json::json(&changes, &unseen, &suggestion, &[], &Outranked::default())?,
    };
    // A reader that closed the pipe needs no more.
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
    // The most severe class is the first one.
    let fails = |class| changes.iter().any(|change| change.class <= class);
    Ok(ExitCode::from(u8::from(options.fail_on.is_some_and(fails))))
}

/// The last release, if what is compared is a state of this repository after it.
fn release(workspace: &Workspace, asked: &str) -> Result<Option<Release>, Problem> {
    let path = Path::new(asked);
    let is_here = |path: &Path| {
        let path = path.canonicalize();
        path.is_ok_and(|path| {
            workspace
                .openapi()
                .canonicalize()
                .is_ok_and(|it| it == path)
        })
    };
    if path.exists() && !is_here(path) {
        return Ok(None);
    }
    let changelog = std::fs::read_to_string(workspace.root().join(CHANGELOG));
    Release::last(workspace, &changelog.unwrap_or_default())
}

/// The client of a document, a folder, or the `openapi/` of a revision.
fn client(workspace: &Workspace, options: &Options, asked: &str) -> Result<Output, Problem> {
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
    Lowered::of(documents, overlay.as_ref(), &profile, Unmatched::Reported)
        .and_then(Lowered::generate)
        .map_err(|problem| problem.in_file(asked))
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
    date(&mut documents, &revision.read(README)?.unwrap_or_default());
    Ok((documents, overlay))
}
