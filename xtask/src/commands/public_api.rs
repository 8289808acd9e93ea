//! `cargo xtask public-api`: how many public items the client has.

use std::collections::BTreeMap;
use std::path::Path;

use crate::compare::public_api::count_items;
use crate::input::Problem;
use crate::repository::workspace::{CODE, Workspace};

/// Prints a table: the kinds, and how many items of each are generated and written by hand.
pub fn run(workspace: &Workspace) -> Result<(), Problem> {
    let code = workspace.root().join(CODE);
    let mut counts: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    for path in sources(code.parent().unwrap_or(workspace.root()))? {
        let text =
            std::fs::read_to_string(&path).map_err(|cause| Problem::io(&path, "read", cause))?;
        let items =
            count_items(&text).map_err(|problem| problem.in_file(path.display().to_string()))?;
        for (kind, count) in items {
            counts.entry(kind).or_default()[usize::from(path != code)] += count;
        }
    }
    let all = [0, 1].map(|column| counts.values().map(|counts| counts[column]).sum());
    println!(
        "{:<14}{:>10}{:>14}",
        "public items", "generated", "hand-written"
    );
    for (kind, [generated, by_hand]) in counts.into_iter().chain([("all", all)]) {
        println!("{kind:<14}{generated:>10}{by_hand:>14}");
    }
    Ok(())
}

/// The sources in a folder and in those below it.
fn sources(folder: &Path) -> Result<Vec<std::path::PathBuf>, Problem> {
    let failed = |cause| Problem::io(folder, "read", cause);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            found.extend(sources(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    Ok(found)
}
