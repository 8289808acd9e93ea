//! Revisions of the vendor's own document, where they are at hand, and of a small one, which always are.

use std::path::PathBuf;

use crate::copy::repository;

const DATES: [&str; 5] = [
    "2023-09-26",
    "2024-03-25",
    "2024-07-02",
    "2025-10-07",
    "2025-10-13",
];

/// Both, each in the order of time.
pub fn sequences() -> [Vec<(&'static str, PathBuf)>; 2] {
    let folder = repository().join("xtask/tests/revisions");
    let small = ["1-first", "2-more", "3-less", "4-words"]
        .map(|name| (name, folder.join(format!("{name}.yaml"))));
    [small.into(), revisions()]
}

/// The documents by their dates, in the order of time. Those that are not at hand are
/// printed as skipped.
pub fn revisions() -> Vec<(&'static str, PathBuf)> {
    let paths = DATES.map(|date| {
        let name = format!("../shared/upstream/openapi-{date}.json");
        (date, repository().join(name))
    });
    let (found, missing): (Vec<_>, Vec<_>) = paths.into_iter().partition(|(_, path)| path.exists());
    for (_, path) in missing {
        println!("skipped: {} is not there", path.display());
    }
    found
}
