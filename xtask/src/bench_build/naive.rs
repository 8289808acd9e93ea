//! The crate that holds what progenitor alone writes.

use std::path::{Path, PathBuf};

use crate::problem::Problem;
use crate::workspace::write_all;

/// Where the crate is.
pub struct NaiveCrate {
    folder: PathBuf,
}

impl NaiveCrate {
    /// Makes the crate in a folder, without any code yet. Its dependencies have the versions that they
    /// have in the workspace.
    pub fn new(root: &Path, folder: PathBuf) -> Result<Self, Problem> {
        let read = |name: &str| {
            let path = root.join(name);
            std::fs::read_to_string(&path).map_err(|cause| Problem::io(&path, "read", cause))
        };
        let manifest = manifest(&read("Cargo.toml")?).ok_or_else(|| {
            Problem::new("has no [workspace.dependencies] with the version of progenitor")
                .in_file("Cargo.toml")
                .remedy("write there `progenitor = { version = \"..\" }`, or mend xtask/src/bench_build/naive.rs")
        })?;
        let source = folder.join("src");
        std::fs::create_dir_all(&source).map_err(|cause| Problem::io(&source, "made", cause))?;
        let naive = Self { folder };
        write_all(&[
            (&naive.manifest(), &manifest),
            (&naive.folder.join("Cargo.lock"), &read("Cargo.lock")?),
        ])?;
        naive.fill("")?;
        Ok(naive)
    }

    /// The path of its manifest.
    pub fn manifest(&self) -> PathBuf {
        self.folder.join("Cargo.toml")
    }

    /// Gives it other code.
    pub fn fill(&self, code: &str) -> Result<(), Problem> {
        write_all(&[(&self.folder.join("src/lib.rs"), code)])
    }
}

/// The crate's manifest, made of the workspace's.
fn manifest(workspace: &str) -> Option<String> {
    let (_, rest) = workspace.split_once("[workspace.dependencies]\n")?;
    let (versions, _) = rest.split_once("\n[").unwrap_or((rest, ""));
    let progenitor = versions.lines().find_map(|line| {
        let (_, version) = line
            .strip_prefix("progenitor = ")?
            .split_once("version = \"")?;
        Some(version.split_once('"')?.0)
    })?;
    // What is found by its path is found from the workspace only.
    let versions: Vec<&str> = versions
        .lines()
        .filter(|line| !line.contains("path = "))
        .collect();
    Some(format!(
        r#"[package]
name = "naive"
edition = "2024"

[dependencies]
bytes.workspace = true
chrono.workspace = true
futures-core.workspace = true
progenitor-client = "{progenitor}"
reqwest = {{ workspace = true, features = ["json", "query"] }}
serde.workspace = true
serde_json.workspace = true

[workspace]

[workspace.dependencies]
{}
"#,
        versions.join("\n")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_those_of_the_workspace() {
        let text = manifest(
            "[workspace]\n[workspace.dependencies]\nours = { path = \"ours\" }\n\
             progenitor = { version = \"=0.15.1\", default-features = false }\nserde = \"1\"\n\n[lints]\nx = 1\n",
        )
        .unwrap();
        assert!(
            text.contains("\nprogenitor-client = \"=0.15.1\"\n"),
            "{text}"
        );
        assert!(text.contains("\nserde = \"1\"\n"), "{text}");
        assert!(!text.contains("ours") && !text.contains("lints"), "{text}");
        assert_eq!(manifest("[workspace.dependencies]\nserde = \"1\"\n"), None);
        assert_eq!(manifest(""), None);
    }

    #[test]
    fn this_workspace_can_be_read() {
        let text =
            std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml"));
        assert!(manifest(&text.unwrap()).is_some());
    }
}
