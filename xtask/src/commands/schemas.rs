//! `cargo xtask schemas`: the JSON schema of every data type, as files.
//!
//! The types describe themselves, so this runs an example of the client in a process of its own: xtask does
//! not depend on the client, and works while that does not compile. It uses the committed client, with all
//! areas of the API and all events.

use std::path::PathBuf;
use std::process::Command;

use clap::Args;

use crate::input::Problem;
use crate::repository::workspace::Workspace;

/// Where the schemas go.
#[derive(Debug, Args)]
pub struct Options {
    /// The folder that the files go to, one for each type; made if it is not there
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Writes the files.
pub fn run(workspace: &Workspace, options: &Options) -> Result<(), Problem> {
    let folder = std::path::absolute(&options.folder)
        .map_err(|cause| Problem::io(&options.folder, "found", cause))?;
    let status = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()))
        .current_dir(workspace.root())
        .args(["run", "--quiet", "--locked", "--package", "trackstar-api"])
        .args(["--no-default-features", "--features"])
        .arg(format!(
            "schemars,webhooks,{}",
            workspace.profile()?.client.areas.join(",")
        ))
        .args(["--example", "schemas", "--"])
        .arg(&folder)
        .status()
        .map_err(|cause| Problem::new(format!("cargo cannot be started: {cause}")))?;
    if status.success() {
        return Ok(());
    }
    Err(
        Problem::new("the example `schemas` of trackstar-api failed, see above").remedy(
            "if the client does not compile, fix that first: `cargo check -p trackstar-api`",
        ),
    )
}
