//! What `regen --changelog` writes: the changes since the last release, separately for the API and the
//! generator.

use super::pipeline::Output;
use super::release::{Release, classes, snapshot};
use crate::compare::{Snapshot, diff};
use crate::generate;
use crate::input::{Problem, Profile};
use crate::report::changelog::{self, Changes};
use crate::report::version::Suggestion;
use crate::repository::workspace::{Committed, Workspace};

/// The changelog for a fresh client.
pub fn changelog(
    workspace: &Workspace,
    committed: &Committed,
    output: &Output,
    profile: &Profile,
    after: &Snapshot,
) -> Result<String, Problem> {
    let base = Release::last_or_head(workspace, &committed.changelog)?;
    let (lowered, code) = match &base {
        Some(base) => (base.lowered.as_str(), base.code.as_str()),
        None => (committed.lowered.as_str(), committed.code.as_str()),
    };
    // The same document and the present generator: no document explains what differs.
    let again = if lowered == output.lowered.text {
        output.code.clone()
    } else {
        let lowered = profile.lowered(lowered)?;
        generate::generate(&lowered.to_string()).unwrap_or_else(|_| output.code.clone())
    };
    let middle = snapshot(profile, lowered, &again)?;
    let api = diff(&middle, after);
    let is_generator_new = !code.is_empty() && again != code;
    let generator = if is_generator_new {
        diff(&snapshot(profile, lowered, code)?, &middle)
    } else {
        Vec::new()
    };
    if base.is_none() && api.is_empty() && !is_generator_new {
        return Ok(committed.changelog.clone());
    }
    let of_api = api.iter().map(|change| change.class);
    let of_generator = classes(&generator, [code, &again]);
    let suggestion = Suggestion::new(workspace.version()?, of_api.chain(of_generator));
    let changes = Changes {
        api: &api,
        generator: &generator,
        is_generator_new,
        suggestion: &suggestion,
    };
    let since = base.as_ref().map(|base| base.commit.as_str());
    changelog::update(&committed.changelog, since, &changes)
}
