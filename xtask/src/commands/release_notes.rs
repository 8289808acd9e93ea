//! What `regen --changelog` writes: the changes since the last release, separately for the API and the
//! generator.

use super::pipeline::Output;
use crate::compare::public_api::PublicApi;
use crate::compare::{Class, Snapshot, diff};
use crate::generate;
use crate::input::{Problem, Profile};
use crate::report::changelog::{self, Changes};
use crate::report::version::Suggestion;
use crate::repository::git::Revision;
use crate::repository::workspace::{CHANGELOG, CODE, Committed, LOWERED, Workspace};

/// The client that is compared with.
struct Base {
    /// The commit that it is from, if there is one.
    commit: Option<String>,
    lowered: String,
    code: String,
}

/// The changelog for a fresh client.
pub fn changelog(
    workspace: &Workspace,
    committed: &Committed,
    output: &Output,
    profile: &Profile,
    after: &Snapshot,
) -> Result<String, Problem> {
    let base = base(workspace, committed)?;
    let api = diff(&Snapshot::of(&profile.lowered(&base.lowered)?)?, after);
    // The same document and the present generator: no document explains what differs.
    let again = if base.lowered == output.lowered.text {
        output.code.clone()
    } else {
        let lowered = profile.lowered(&base.lowered)?;
        generate::generate(&lowered.to_string()).unwrap_or_else(|_| output.code.clone())
    };
    let is_generator_new = !base.code.is_empty() && again != base.code;
    let generator = if is_generator_new {
        let api = |code| PublicApi::of(code, &profile.client.areas);
        api(&base.code)?.change(&api(&again)?)
    } else {
        Default::default()
    };
    if base.commit.is_none() && api.is_empty() && !is_generator_new {
        return Ok(committed.changelog.clone());
    }
    let mut classes: Vec<Class> = api.iter().map(|change| change.class).collect();
    classes.extend((!generator.gone.is_empty()).then_some(Class::Breaking));
    classes.extend((!generator.new.is_empty()).then_some(Class::Additive));
    classes.extend(is_generator_new.then_some(Class::Behaviour));
    let suggestion = Suggestion::new(workspace.version()?, classes);
    let changes = Changes {
        api: &api,
        generator: &generator,
        is_generator_new,
        suggestion: &suggestion,
    };
    changelog::update(&committed.changelog, base.commit.as_deref(), &changes)
}

/// The client to compare with: the one that the present lines name, else the last release, else the last
/// commit, and without git the present files.
fn base(workspace: &Workspace, committed: &Committed) -> Result<Base, Problem> {
    let find = |name: &str| Revision::find(workspace.root(), name);
    let revision = match changelog::since(&committed.changelog) {
        Some(commit) => Some(find(commit)?.ok_or_else(|| {
            Problem::new(format!(
                "is compared with the commit {commit}, which is not here"
            ))
            .in_file(CHANGELOG)
            .remedy("run `git fetch --unshallow`, or remove the lines between the marks")
        })?),
        None => match find(&format!("refs/tags/v{}", workspace.version()?))? {
            Some(release) => Some(release),
            None => find("HEAD")?,
        },
    };
    let Some(revision) = revision else {
        return Ok(Base {
            commit: None,
            lowered: committed.lowered.clone(),
            code: committed.code.clone(),
        });
    };
    Ok(Base {
        lowered: revision.read(LOWERED)?.unwrap_or_default(),
        code: revision.read(CODE)?.unwrap_or_default(),
        commit: Some(revision.commit),
    })
}
