//! Where things are in the repository.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::changelog;
use crate::document::Document;
use crate::problem::Problem;
use crate::together::{self, Together};

/// The name of our corrections.
pub const OVERLAY: &str = "overlay.yaml";

/// The lowered document, from the top of the repository.
pub const LOWERED: &str = "trackstar-api/openapi-3.0.json";
/// The source of the client, from the top of the repository.
pub const CODE: &str = "trackstar-api/src/generated.rs";

/// The repository that is worked on.
#[derive(Debug)]
pub struct Workspace {
    root: PathBuf,
}

const README: &str = "openapi/README.md";

/// The files that `regen` writes.
#[derive(PartialEq, Eq)]
pub struct Committed {
    /// `trackstar-api/openapi-3.0.json`
    pub lowered: String,
    /// `trackstar-api/src/generated.rs`
    pub code: String,
    /// `openapi/README.md`
    pub readme: String,
    /// `CHANGELOG.md`; empty if there is none
    pub changelog: String,
}

impl Committed {
    /// Each file by its path in the repository.
    pub fn files(&self) -> Vec<(&str, &str)> {
        let mut files = vec![
            (LOWERED, self.lowered.as_str()),
            (CODE, &self.code),
            (README, &self.readme),
        ];
        if !self.changelog.is_empty() {
            files.push((changelog::FILE, &self.changelog));
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
            Ok(vec![read(path, &shown)?])
        }
    }

    /// Our corrections.
    pub fn overlay(&self) -> Result<Document, Problem> {
        Document::read(&self.openapi().join(OVERLAY), "openapi/overlay.yaml")
    }

    /// The files that `regen` writes; empty where there are none yet.
    pub fn committed(&self) -> Result<Committed, Problem> {
        let read = |path: &str| {
            let path = self.root.join(path);
            match std::fs::read_to_string(&path) {
                Ok(text) => Ok(text),
                Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
                Err(cause) => Err(Problem::io(&path, "read", cause)),
            }
        };
        Ok(Committed {
            lowered: read(LOWERED)?,
            code: read(CODE)?,
            readme: read(README)?,
            changelog: read(changelog::FILE)?,
        })
    }

    /// Takes the right to change files of the repository.
    pub fn begin(&self) -> Result<Together, Problem> {
        Together::begin(&self.root, &self.client())
    }

    /// Whether a stopped run has left files that are not in place yet.
    pub fn is_unfinished(&self) -> bool {
        together::is_unfinished(&self.client())
    }

    fn client(&self) -> PathBuf {
        self.root.join("trackstar-api")
    }
}

/// Whether a file of this name is a document of the API.
pub fn is_document(name: &str) -> bool {
    let endings = [".yaml", ".yml", ".json"];
    name != OVERLAY && endings.iter().any(|end| name.ends_with(end))
}

fn read(path: &Path, shown: &str) -> Result<Document, Problem> {
    let document = Document::read(path, shown)?;
    crate::document::check_version(&document.value).map_err(|problem| problem.in_file(shown))?;
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
    names
        .iter()
        .map(|name| read(&folder.join(name), &format!("{shown}/{name}")))
        .collect()
}

/// Writes files so that each is either the old or the new one whenever the run is stopped: all are written
/// aside first, then put in place.
pub fn write_all(files: &[(&PathBuf, &str)]) -> Result<(), Problem> {
    let mut prepared = Vec::new();
    for (path, text) in files {
        let failed = |cause| Problem::io(path, "written", cause);
        if std::fs::read(path).is_ok_and(|present| present == text.as_bytes()) {
            continue;
        }
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        // A temporary file is its owner's alone; what is committed is everybody's to read.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
        let mut file = builder.tempfile_in(folder).map_err(failed)?;
        file.write_all(text.as_bytes()).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        prepared.push((file, path));
    }
    for (file, path) in prepared {
        file.persist(path)
            .map_err(|failure| Problem::io(path, "written", failure.error))?;
    }
    Ok(())
}
