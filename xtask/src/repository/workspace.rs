//! The paths and files of the repository.

use std::path::{Path, PathBuf};

use semver::Version;

use super::{atomic, beside, vendored};
use crate::input::{Document, Problem, Problems, Profile, check_version};

/// The name of our corrections.
pub const OVERLAY: &str = "overlay.yaml";
/// The name of the table of what is known of the vendor.
pub const PROFILE: &str = "profile.yaml";

/// The lowered document, from the top of the repository.
pub const LOWERED: &str = "trackstar-api/openapi-3.0.json";
/// The source of the client, from the top of the repository.
pub const CODE: &str = "trackstar-api/src/generated.rs";

/// Where each document is from, and how much of the API is covered.
pub const README: &str = "openapi/README.md";
/// What changed from release to release.
pub const CHANGELOG: &str = "CHANGELOG.md";

/// What the documents say together before the corrections, as of the last run: what the next one compares with.
pub const MERGED: &str = "openapi/merged.lock";

/// The manifest of the client, from the top of the repository.
pub const MANIFEST: &str = "trackstar-api/Cargo.toml";

/// The repository that is worked on.
#[derive(Debug)]
pub struct Workspace {
    root: PathBuf,
}

/// The files that `regen` writes.
pub struct Committed {
    /// `trackstar-api/openapi-3.0.json`
    pub lowered: String,
    /// `trackstar-api/src/generated.rs`
    pub code: String,
    /// `openapi/merged.lock`
    pub merged: String,
    /// `openapi/README.md`
    pub readme: String,
    /// `CHANGELOG.md`; empty if there is none
    pub changelog: String,
}

impl Committed {
    /// The paths of the files that differ from the fresh ones.
    pub fn stale<'a>(&self, fresh: &'a Self) -> Vec<&'a str> {
        let present = self.files();
        let differs = |file: &(&str, &str)| !present.contains(file);
        fresh
            .files()
            .into_iter()
            .filter(differs)
            .map(|(path, _)| path)
            .collect()
    }

    /// Each file by its path in the repository.
    pub fn files(&self) -> Vec<(&str, &str)> {
        let mut files = vec![
            (LOWERED, self.lowered.as_str()),
            (CODE, &self.code),
            (MERGED, &self.merged),
            (README, &self.readme),
        ];
        if !self.changelog.is_empty() {
            files.push((CHANGELOG, &self.changelog));
        }
        files
    }
}

impl Workspace {
    /// The given repository, or the one that xtask is part of.
    pub fn new(root: Option<PathBuf>) -> Self {
        let root = root.unwrap_or_else(|| {
            let xtask = std::env::var_os("CARGO_MANIFEST_DIR")
                .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
            xtask.parent().map(Path::to_owned).unwrap_or(xtask)
        });
        Self { root }
    }

    /// The top of it.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder of the vendor's documents and ours.
    pub fn openapi(&self) -> PathBuf {
        self.root.join("openapi")
    }

    /// All documents in `openapi/`.
    pub fn documents(&self) -> Result<Vec<Document>, Problem> {
        read_folder(&self.openapi(), "openapi")
    }

    /// The document at a path, or all documents in a folder.
    pub fn documents_at(&self, path: &Path) -> Result<Vec<Document>, Problem> {
        let shown = path.display().to_string();
        if path.is_dir() {
            read_folder(path, &shown)
        } else {
            beside::with_referred(read(path, &shown)?, path)
        }
    }

    /// Our corrections.
    pub fn overlay(&self) -> Result<Document, Problem> {
        Document::read(&self.openapi().join(OVERLAY), "openapi/overlay.yaml")
    }

    /// The files that `regen` writes; empty where there are none yet.
    pub fn committed(&self) -> Result<Committed, Problem> {
        Ok(Committed {
            lowered: self.committed_text(LOWERED)?,
            code: self.committed_text(CODE)?,
            merged: self.committed_text(MERGED)?,
            readme: self.committed_text(README)?,
            changelog: self.committed_text(CHANGELOG)?,
        })
    }

    /// One of them.
    pub fn committed_text(&self, path: &str) -> Result<String, Problem> {
        let path = self.root.join(path);
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(text),
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
            Err(cause) => Err(Problem::io(&path, "read", cause)),
        }
    }

    /// What is known of the vendor.
    pub fn profile(&self) -> Result<Profile, Problem> {
        let shown = format!("openapi/{PROFILE}");
        Profile::read(&Document::read(&self.openapi().join(PROFILE), &shown)?)
    }

    /// The version of `trackstar-api`.
    pub fn version(&self) -> Result<Version, Problem> {
        let path = self.root.join(MANIFEST);
        let manifest =
            std::fs::read_to_string(&path).map_err(|cause| Problem::io(&path, "read", cause))?;
        version_in(&manifest).map_err(|problem| problem.in_file(MANIFEST))
    }

    /// Replaces files by their paths in the repository, one by one.
    pub fn write(&self, files: &[(&str, &str)]) -> Result<(), Problem> {
        files
            .iter()
            .try_for_each(|(path, text)| atomic::write(&self.root.join(path), text))
    }
}

fn version_in(manifest: &str) -> Result<Version, Problem> {
    let remedy = "write in [package] a line like `version = \"0.1.0\"`";
    let failed = |what: String| Problem::new(what).remedy(remedy);
    let manifest: toml_edit::DocumentMut = manifest
        .parse()
        .map_err(|cause: toml_edit::TomlError| failed(format!("this is not TOML: {cause}")))?;
    let version = manifest
        .get("package")
        .and_then(|package| package.get("version"));
    let version = version
        .and_then(toml_edit::Item::as_str)
        .ok_or_else(|| failed("names no version".to_owned()))?;
    Version::parse(version)
        .map_err(|cause| failed(format!("{version:?} is not a version: {cause}")).caused_by(cause))
}

/// Whether a file of this name is a document of the API.
pub fn is_document(name: &str) -> bool {
    let endings = [".yaml", ".yml", ".json"];
    ![OVERLAY, PROFILE].contains(&name) && endings.iter().any(|end| name.ends_with(end))
}

fn read(path: &Path, shown: &str) -> Result<Document, Problem> {
    let document = Document::read(path, shown)?;
    check_version(&document.value).map_err(|problem| problem.in_file(shown))?;
    Ok(document)
}

fn read_folder(folder: &Path, shown: &str) -> Result<Vec<Document>, Problem> {
    let failed = |cause| Problem::io(folder, "read", cause);
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        names.extend(name.to_str().map(str::to_owned));
    }
    names.retain(|name| is_document(name));
    names.sort();
    if names.is_empty() {
        return Err(Problem::new("there is no document")
            .in_file(shown)
            .remedy("add one with `cargo xtask vendor`"));
    }
    let mut problems = Problems::default();
    let documents = names
        .iter()
        .filter_map(|name| problems.keep(read(&folder.join(name), &format!("{shown}/{name}"))));
    let mut documents: Vec<Document> = documents.collect();
    problems.result()?;
    // A folder without a table has no document of a vendor's.
    let readme = std::fs::read_to_string(folder.join("README.md")).unwrap_or_default();
    date(&mut documents, &readme);
    Ok(documents)
}

/// Notes when each document was taken, by the table in the README beside them. Of those of one day the last counts.
pub fn date(documents: &mut [Document], readme: &str) {
    for (index, row) in vendored::published(readme).into_iter().enumerate() {
        let name = |document: &&mut Document| document.name.rsplit('/').next() == Some(row.file);
        for document in documents.iter_mut().filter(name) {
            document.taken = Some((row.date.to_owned(), index));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_that_of_the_package() {
        let manifest =
            "[package]\nname = \"x\"\nversion = \"0.4.2\"\n\n[dependencies]\ny = \"1\"\n";
        assert_eq!(version_in(manifest).unwrap(), Version::new(0, 4, 2));
        for broken in [
            "",
            "[package]\nname = \"x\"\n[x]\nversion = \"1.0.0\"\n",
            "[package]\nversion = \"1\"\n",
        ] {
            let problem = version_in(broken).unwrap_err().to_string();
            assert!(problem.contains("what to do"), "{problem}");
        }
    }
}
