//! Reads files of earlier revisions of the repository.

use std::path::Path;
use std::process::Command;

use crate::input::Problem;

/// A commit.
#[derive(Debug)]
pub struct Revision<'a> {
    root: &'a Path,
    /// The name that was asked for: `v0.1.0`, `HEAD~1`.
    name: String,
    /// The commit's hash.
    pub commit: String,
}

impl<'a> Revision<'a> {
    /// The commit that a name stands for; nothing if there is none, or no repository.
    pub fn find(root: &'a Path, name: &str) -> Result<Option<Self>, Problem> {
        // A name that starts like an option is not a revision.
        if name.starts_with('-') || name.is_empty() {
            return Ok(None);
        }
        let asked = format!("{name}^{{commit}}");
        let commit = git(root, &["rev-parse", "--verify", "--quiet", &asked])?;
        Ok(commit.ok().map(|commit| Self {
            root,
            name: name.to_owned(),
            commit: commit.trim().to_owned(),
        }))
    }

    /// The files directly in a folder, by their paths from the top of the repository.
    pub fn files_in(&self, folder: &str) -> Result<Vec<String>, Problem> {
        let folder = format!("{folder}/");
        let listed = git(
            self.root,
            &["ls-tree", "-z", "--name-only", &self.commit, "--", &folder],
        )?;
        let listed = listed.map_err(|cause| self.failed(&folder, &cause))?;
        let names = listed.split('\0').filter(|name| !name.is_empty());
        Ok(names.map(str::to_owned).collect())
    }

    /// The text of a file; nothing if it was not there.
    pub fn read(&self, path: &str) -> Result<Option<String>, Problem> {
        let object = format!("{}:./{path}", self.commit);
        if git(self.root, &["cat-file", "-e", &object])?.is_err() {
            return Ok(None);
        }
        let text = git(self.root, &["cat-file", "blob", &object])?;
        text.map(Some).map_err(|cause| self.failed(path, &cause))
    }

    /// The name of a file of this revision in messages.
    pub fn shown(&self, path: &str) -> String {
        format!("{}:{path}", self.name)
    }

    fn failed(&self, path: &str, cause: &str) -> Problem {
        Problem::new(format!("git cannot read it: {cause}"))
            .in_file(self.shown(path))
            .remedy(
                "check the name of the revision; in a shallow clone, run `git fetch --unshallow`",
            )
    }
}

/// The output of git, or its error message.
fn git(root: &Path, arguments: &[&str]) -> Result<Result<String, String>, Problem> {
    let mut command = Command::new("git");
    command.arg("-C").arg(root).args(arguments);
    let output = command.output().map_err(|cause| {
        Problem::new(format!("git cannot be run: {cause}"))
            .remedy("install git, or give files in place of revisions")
            .caused_by(cause)
    })?;
    if !output.status.success() {
        return Ok(Err(String::from_utf8_lossy(&output.stderr)
            .trim()
            .to_owned()));
    }
    Ok(String::from_utf8(output.stdout).map_err(|_| "it is not UTF-8".to_owned()))
}
