//! Keeps the client true to the documents in `openapi/`. Run it as `cargo xtask`.
//!
//! The way of the data: documents ([`document`]) → one ([`merge`]) → corrected ([`overlay`]) → OpenAPI 3.0
//! ([`lower`], [`names`]) → client ([`generate`]). What changed is told by [`diff`] of the
//! API, by [`surface`] of the code, and by [`report`] of a run; [`changelog`] keeps it. What the client costs
//! to compile is measured by [`bench_build`].

mod bench_build;
mod beside;
mod changelog;
mod compare;
mod coverage;
mod culprit;
mod diff;
mod document;
#[path = "../../trackstar-api/build/generate/mod.rs"]
mod generate;
mod git;
mod identifiers;
mod lower;
mod merge;
mod names;
mod notes;
#[cfg(test)]
mod oddities;
mod operations;
mod origins;
mod overlay;
mod pipeline;
mod pointer;
mod problem;
#[cfg(test)]
mod properties;
mod references;
mod regen;
mod release_notes;
mod report;
mod schemas;
mod singular;
mod surface;
mod timings;
mod together;
mod vendor;
mod vendored;
mod version;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::regen::Outcome;
use crate::workspace::Workspace;

/// Keeps the client true to the documents in openapi/
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    /// The repository to work on, if not the one that xtask is part of
    #[arg(long, global = true, value_name = "DIR")]
    root: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Measure what the client costs to compile, beside what progenitor alone would give
    ///
    /// Takes CPU times from /proc, so it needs Linux. Takes minutes; `--quick` takes about one.
    BenchBuild(bench_build::Options),
    /// Generate the client from the documents, and show what changed
    ///
    /// Exit code: 0 if the client is fresh, 1 if `--check` finds it stale, 2 if the input is wrong.
    Regen(regen::Options),
    /// Show what changed between two documents, folders or git revisions, as users of the client see it
    Diff(compare::Options),
    /// Write the JSON schema of every data type into a folder
    ///
    /// Compiles the client: the schemas are what its types read.
    Schemas(schemas::Options),
    /// Take a document of the vendor's into openapi/, unchanged, and note where it is from
    Vendor(vendor::Options),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let workspace = Workspace::new(arguments.root);
    let outcome = problem::of_panics(|| match &arguments.command {
        Command::BenchBuild(options) => {
            bench_build::run(&workspace, options).map(|()| Outcome::Fresh)
        }
        Command::Regen(options) => regen::run(&workspace, options),
        Command::Diff(options) => compare::run(&workspace, options).map(|()| Outcome::Fresh),
        Command::Schemas(options) => schemas::run(&workspace, options).map(|()| Outcome::Fresh),
        Command::Vendor(options) => vendor::run(&workspace, options).map(|()| Outcome::Fresh),
    });
    match outcome {
        Ok(Outcome::Fresh) => ExitCode::SUCCESS,
        Ok(Outcome::Stale) => ExitCode::from(1),
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::from(2)
        }
    }
}
