//! What a command reads: documents, the corrections that count for them, and what is known of their vendor.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::input::{Document, Problem, Profile};
use crate::repository::workspace::{LOWERED, OVERLAY, PROFILE, Workspace};

/// Options for documents that are not the repository's own.
#[derive(Debug, Default, clap::Args)]
pub struct Knowledge {
    /// Corrections of the documents: an OpenAPI Overlay 1.0 document
    ///
    /// By default a folder's own overlay.yaml. `regen` applies none to a file. `diff` applies those of openapi/ to
    /// documents that name the same server.
    #[arg(long, value_name = "FILE")]
    overlay: Option<PathBuf>,
    /// What is known of the vendor, in the form of openapi/profile.yaml
    ///
    /// By default a folder's own profile.yaml. Otherwise documents that name the server of openapi/ have its
    /// profile, and all others an empty one: no credentials, filters, envelopes, secrets or rules for names.
    #[arg(long, value_name = "FILE")]
    profile: Option<PathBuf>,
}

/// What goes through the pipeline.
pub struct Inputs {
    /// The documents.
    pub documents: Vec<Document>,
    /// Their corrections, if there are any.
    pub overlay: Option<Document>,
    /// What is known of their vendor.
    pub profile: Profile,
}

impl Inputs {
    /// Those of the repository.
    pub fn of(workspace: &Workspace) -> Result<Self, Problem> {
        Ok(Self {
            documents: workspace.documents()?,
            overlay: Some(workspace.overlay()?),
            profile: workspace.profile()?,
        })
    }
}

impl Knowledge {
    /// A document, or all documents of a folder. One in `openapi/` counts as the whole folder does.
    pub fn inputs(&self, workspace: &Workspace, path: &Path) -> Result<Inputs, Problem> {
        let documents = workspace.documents_at(path)?;
        let ours = workspace.openapi();
        let folder = path.parent().filter(|_| path.is_file());
        let is_in_ours = folder.is_some_and(|folder| is_same(folder, &ours));
        let folder = if is_in_ours { &ours } else { path };
        let own = |name| Some(folder.join(name)).filter(|path| path.exists());
        let inputs = Inputs {
            overlay: own(OVERLAY).map(|path| read(&path)).transpose()?,
            profile: match own(PROFILE) {
                Some(path) => Profile::read(&read(&path)?)?,
                None if have_our_server(workspace, &documents)? => workspace.profile()?,
                None => Profile::neutral(),
            },
            documents,
        };
        self.instead(inputs)
    }

    /// What is named, in place of what is there.
    pub fn instead(&self, mut inputs: Inputs) -> Result<Inputs, Problem> {
        if let Some(path) = &self.overlay {
            inputs.overlay = Some(read(path)?);
        }
        if let Some(path) = &self.profile {
            inputs.profile = Profile::read(&read(path)?)?;
        }
        Ok(inputs)
    }
}

impl Inputs {
    /// The same, with the corrections of the repository if there are none, and the documents name its server.
    pub fn corrected(mut self, workspace: &Workspace) -> Result<Self, Problem> {
        if self.lack_ours(workspace)? {
            self.overlay = Some(workspace.overlay()?);
        }
        Ok(self)
    }

    /// Whether there are no corrections, and the documents name the server of the repository.
    pub fn lack_ours(&self, workspace: &Workspace) -> Result<bool, Problem> {
        Ok(self.overlay.is_none() && have_our_server(workspace, &self.documents)?)
    }
}

fn is_same(one: &Path, other: &Path) -> bool {
    let [one, other] = [one, other].map(Path::canonicalize);
    matches!((one, other), (Ok(one), Ok(other)) if one == other)
}

/// Whether the documents name a server, and only servers of the present client.
fn have_our_server(workspace: &Workspace, documents: &[Document]) -> Result<bool, Problem> {
    let ours = workspace.committed_text(LOWERED)?;
    let ours: Value = serde_json::from_str(&ours).unwrap_or_default();
    let ours = servers(&ours);
    let theirs = documents
        .iter()
        .flat_map(|document| servers(&document.value));
    let mut theirs = theirs.peekable();
    Ok(theirs.peek().is_some() && theirs.all(|url| ours.contains(&url)))
}

fn read(path: &Path) -> Result<Document, Problem> {
    Document::read(path, &path.display().to_string())
}

fn servers(document: &Value) -> Vec<&Value> {
    let servers = document.get("servers").and_then(Value::as_array);
    let urls = servers
        .into_iter()
        .flatten()
        .map(|server| server.get("url"));
    urls.flatten().collect()
}
