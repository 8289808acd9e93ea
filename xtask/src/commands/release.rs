//! The last release: what the version of the next one is counted from, whichever command asks.

use crate::compare::{Change, Class, Snapshot, diff};
use crate::generate;
use crate::input::{Problem, Profile};
use crate::report::changelog;
use crate::report::version::Suggestion;
use crate::repository::git::Revision;
use crate::repository::workspace::{CHANGELOG, CODE, Committed, LOWERED, Workspace};

/// The client of a commit.
pub struct Release {
    /// Its name for people: `v0.1.0`.
    pub name: String,
    pub commit: String,
    pub lowered: String,
    pub code: String,
}

impl Release {
    /// The one that the changelog's lines name, or else the tag of the present version; nothing if there is
    /// neither, or no git.
    pub fn last(workspace: &Workspace, changelog: &str) -> Result<Option<Self>, Problem> {
        let root = workspace.root();
        let tag = format!("v{}", workspace.version()?);
        let tagged = Revision::find(root, &format!("refs/tags/{tag}"))?;
        let revision = match changelog::since(changelog) {
            Some(commit) => Some(Revision::find(root, commit)?.ok_or_else(|| {
                Problem::new(format!(
                    "is compared with the commit {commit}, which is not here"
                ))
                .in_file(CHANGELOG)
                .remedy("run `git fetch --unshallow`, or remove the lines between the marks")
            })?),
            None => None,
        };
        let is_tagged = |revision: &Revision<'_>| {
            tagged
                .as_ref()
                .is_some_and(|tag| tag.commit == revision.commit)
        };
        match (revision, tagged.as_ref()) {
            (Some(revision), _) if !is_tagged(&revision) => {
                let name = revision.commit.chars().take(12).collect();
                Self::read(&revision, name).map(Some)
            }
            (_, Some(revision)) => Self::read(revision, tag).map(Some),
            _ => Ok(None),
        }
    }

    /// The last release, or else the last commit.
    pub fn last_or_head(workspace: &Workspace, changelog: &str) -> Result<Option<Self>, Problem> {
        if let Some(release) = Self::last(workspace, changelog)? {
            return Ok(Some(release));
        }
        let head = Revision::find(workspace.root(), "HEAD")?;
        head.map(|head| Self::read(&head, "the last commit".to_owned()))
            .transpose()
    }

    fn read(revision: &Revision<'_>, name: String) -> Result<Self, Problem> {
        Ok(Self {
            name,
            commit: revision.commit.clone(),
            lowered: revision.read(LOWERED)?.unwrap_or_default(),
            code: revision.read(CODE)?.unwrap_or_default(),
        })
    }

    /// Whether it is what is committed.
    pub fn is(&self, committed: &Committed) -> bool {
        self.lowered == committed.lowered && self.code == committed.code
    }

    /// The version that is due for a client that comes after this one.
    pub fn suggestion(
        &self,
        workspace: &Workspace,
        profile: &Profile,
        after: &Snapshot,
    ) -> Result<Suggestion, Problem> {
        let changes = diff(&snapshot(profile, &self.lowered, &self.code)?, after);
        let classes = changes.iter().map(|change| change.class);
        let suggestion = Suggestion::new(workspace.version()?, classes);
        Ok(suggestion.since(&self.name))
    }
}

/// A client from its files. If its code is none, since it was edited, it is the one that its document gives.
pub fn snapshot(profile: &Profile, lowered: &str, code: &str) -> Result<Snapshot, Problem> {
    let document = profile.lowered(lowered)?;
    Snapshot::of(&document, code).or_else(|_| {
        let code = generate::generate(&document.to_string()).unwrap_or_default();
        Snapshot::of(&document, &code)
    })
}

/// The classes of changes, and of a change of the code that is in none of its items.
pub fn classes(changes: &[Change], [old, new]: [&str; 2]) -> impl Iterator<Item = Class> {
    let inside = (changes.is_empty() && old != new && !old.is_empty()).then_some(Class::Text);
    changes.iter().map(|change| change.class).chain(inside)
}
