//! Keeps the client true to the documents in `openapi/`. Run it as `cargo xtask`.
//!
//! The way of the data: documents are read and merged ([`input`]), lowered to OpenAPI 3.0 ([`lower`]), and
//! the client is generated from that ([`generate`]). [`compare`] finds what changed, [`report`] writes it
//! down, [`repository`] reads and writes the files, and [`commands`] puts all of it together.

mod commands;
mod compare;
#[cfg(test)]
mod edge_cases;
#[path = "../../trackstar-api/build/generate/mod.rs"]
mod generate;
mod input;
mod lower;
mod report;
mod repository;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

/// Keeps the client up to date with the documents in openapi/
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    /// The repository to work on, if not the one that xtask is part of
    #[arg(long, global = true, value_name = "DIR")]
    root: Option<PathBuf>,
    #[command(subcommand)]
    command: commands::Command,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match commands::run(arguments.root, &arguments.command) {
        Ok(code) => code,
        Err(problem) => {
            match problem.count() {
                0 | 1 => eprintln!("error: {problem}"),
                count => eprintln!("error: {count} problems\n{problem}"),
            }
            ExitCode::from(2)
        }
    }
}
