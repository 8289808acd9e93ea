//! The commands, a file each.

mod bench_build;
mod diff;
mod drift;
#[cfg(test)]
mod edits;
mod inputs;
mod minimize;
pub mod pipeline;
mod public_api;
mod regen;
mod release;
mod release_notes;
mod schemas;
mod vendor;
pub mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use crate::input::problem::{self, Problem};
use crate::repository::workspace::Workspace;

/// A command and its options.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Measure what the client costs to compile, compared with the output of progenitor alone
    ///
    /// Needs Linux or macOS, for CPU times. Takes minutes; `--quick` takes about one.
    BenchBuild(bench_build::Options),
    /// Report what changed between two documents, folders or git revisions, by what it does to users of the client
    ///
    /// Generates both clients: their code decides what a change does to programs. Exit code: 0 if both were
    /// compared, 1 if `--fail-on` finds a change of its class or a more severe one, 2 if the documents are wrong. From
    /// the most severe: breaking, additive, behaviour, text.
    Diff(diff::Options),
    /// Propose corrections of the documents, from a log of values that deviate from them
    ///
    /// The client reports such values as events of `tracing`. Prints actions for openapi/overlay.yaml.
    Drift(drift::Options),
    /// Count the public items of the client, by kind and by whether they are generated
    PublicApi,
    /// Generate the client from the documents, and report what changed
    ///
    /// Exit code: 0 if the client is up to date and compiles, 1 if `--check` finds that it is not, 2 if the documents are
    /// wrong or the client does not compile.
    Regen(regen::Options),
    /// Write the JSON schema of every data type into a folder
    ///
    /// Compiles the client: the schemas are what its types read.
    Schemas(schemas::Options),
    /// Take a document from the vendor into openapi/, unchanged, and record where it is from
    Vendor(vendor::Options),
}

/// Runs a command on a repository: on the one that xtask is part of if none is given.
pub fn run(root: Option<PathBuf>, command: &Command) -> Result<ExitCode, Problem> {
    let workspace = Workspace::new(root);
    let done = |()| ExitCode::SUCCESS;
    problem::from_panics(|| match command {
        Command::BenchBuild(options) => bench_build::run(&workspace, options).map(done),
        Command::Diff(options) => diff::run(&workspace, options),
        Command::Drift(options) => drift::run(&workspace, options).map(done),
        Command::PublicApi => public_api::run(&workspace).map(done),
        Command::Regen(options) => regen::run(&workspace, options),
        Command::Schemas(options) => schemas::run(&workspace, options).map(done),
        Command::Vendor(options) => vendor::run(&workspace, options).map(done),
    })
}
