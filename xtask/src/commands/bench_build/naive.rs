//! The crate that holds the code of progenitor alone.

use std::path::{Path, PathBuf};

use toml_edit::DocumentMut;

use crate::input::Problem;
use crate::repository::atomic;

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
                .remedy("write there `progenitor = { version = \"..\" }`, or fix xtask/src/commands/bench_build/naive.rs")
        })?;
        let naive = Self { folder };
        atomic::write(&naive.manifest(), &manifest)?;
        atomic::write(&naive.folder.join("Cargo.lock"), &read("Cargo.lock")?)?;
        naive.fill("")?;
        Ok(naive)
    }

    /// The path of its manifest.
    pub fn manifest(&self) -> PathBuf {
        self.folder.join("Cargo.toml")
    }

    /// Gives it other code.
    pub fn fill(&self, code: &str) -> Result<(), Problem> {
        atomic::write(&self.folder.join("src/lib.rs"), code)
    }
}

/// The crate's manifest, made of the workspace's.
fn manifest(workspace: &str) -> Option<String> {
    let workspace: DocumentMut = workspace.parse().ok()?;
    let versions = workspace
        .get("workspace")?
        .get("dependencies")?
        .as_table_like()?;
    let mut manifest: DocumentMut = MANIFEST.parse().ok()?;
    let progenitor = versions.get("progenitor")?.get("version")?;
    manifest["dependencies"]["progenitor-client"] = progenitor.clone();
    let own = &mut manifest["workspace"]["dependencies"];
    // Paths lead from the workspace, not from here.
    for (name, version) in versions
        .iter()
        .filter(|(_, version)| version.get("path").is_none())
    {
        own[name] = version.clone();
    }
    Some(manifest.to_string())
}

const MANIFEST: &str = r#"[package]
name = "naive"
edition = "2024"

[dependencies]
bytes.workspace = true
chrono.workspace = true
futures-core.workspace = true
reqwest = { workspace = true, features = ["json", "query"] }
serde.workspace = true
serde_json.workspace = true

[workspace.dependencies]
"#;

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
