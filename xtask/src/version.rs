//! The version of `trackstar-api` that a change asks for, by the rules of Cargo.

use std::fmt;

use semver::{BuildMetadata, Prerelease, Version};

use crate::diff::Class;
use crate::problem::Problem;
use crate::workspace::Workspace;

const MANIFEST: &str = "trackstar-api/Cargo.toml";

/// The version that is there, and the one that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What `trackstar-api/Cargo.toml` says.
    pub current: Version,
    /// What it is to say; nothing if nothing changed.
    pub next: Option<Version>,
    /// The gravest class of change.
    pub class: Option<Class>,
}

impl Suggestion {
    /// For changes of these classes.
    pub fn new(current: Version, classes: impl IntoIterator<Item = Class>) -> Self {
        let class = classes.into_iter().min();
        Self {
            next: class.map(|class| next(&current, class)),
            current,
            class,
        }
    }
}

impl fmt::Display for Suggestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "trackstar-api {}", self.current)?;
        match (&self.next, self.class) {
            (Some(next), Some(class)) => {
                write!(f, " → {next}, since the gravest change is {}", class.word())
            }
            _ => f.write_str(", no new version is due"),
        }
    }
}

/// The version of `trackstar-api`.
pub fn current(workspace: &Workspace) -> Result<Version, Problem> {
    let path = workspace.root().join(MANIFEST);
    let manifest =
        std::fs::read_to_string(&path).map_err(|cause| Problem::io(&path, "read", cause))?;
    in_manifest(&manifest).map_err(|problem| problem.in_file(MANIFEST))
}

fn in_manifest(manifest: &str) -> Result<Version, Problem> {
    let package = manifest
        .split_once("[package]\n")
        .map_or("", |(_, rest)| rest);
    let package = package.split("\n[").next().unwrap_or_default();
    let text = package.lines().find_map(|line| {
        let (key, value) = line.split_once('=')?;
        (key.trim() == "version").then(|| value.trim().trim_matches('"'))
    });
    let remedy = "write in [package] a line like `version = \"0.1.0\"`";
    let text = text.ok_or_else(|| Problem::new("names no version").remedy(remedy))?;
    Version::parse(text).map_err(|cause| {
        Problem::new(format!("{text:?} is no version: {cause}"))
            .remedy(remedy)
            .caused_by(cause)
    })
}

/// Of 0.0.z every version may break; of 0.y.z a new y may; from 1.0.0 on a new first number. A release
/// that is being prepared, as 1.0.0-rc.1, becomes that release.
fn next(current: &Version, class: Class) -> Version {
    let mut next = current.clone();
    (next.pre, next.build) = (Prerelease::EMPTY, BuildMetadata::EMPTY);
    if next != *current && !current.pre.is_empty() {
        return next;
    }
    match (class, current.major, current.minor) {
        (Class::Breaking, 1.., _) => {
            (next.major, next.minor, next.patch) = (current.major + 1, 0, 0)
        }
        (Class::Breaking, 0, 1..) | (Class::Additive, 1.., _) => {
            (next.minor, next.patch) = (current.minor + 1, 0);
        }
        _ => next.patch += 1,
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_version_follows_the_rules_of_cargo() {
        use Class::{Additive, Behaviour, Breaking, Text};
        for (current, class, expected) in [
            ("0.0.3", Breaking, "0.0.4"),
            ("0.0.3", Additive, "0.0.4"),
            ("0.1.2", Breaking, "0.2.0"),
            ("0.1.2", Additive, "0.1.3"),
            ("0.1.2", Text, "0.1.3"),
            ("1.2.3", Breaking, "2.0.0"),
            ("1.2.3", Additive, "1.3.0"),
            ("1.2.3", Behaviour, "1.2.4"),
            ("1.2.3", Text, "1.2.4"),
            ("2.0.0-rc.1", Breaking, "2.0.0"),
            ("1.2.3+build", Text, "1.2.4"),
        ] {
            let current = Version::parse(current).unwrap();
            let suggestion = Suggestion::new(current.clone(), [Text, class, Text]);
            assert_eq!(
                suggestion.next.unwrap().to_string(),
                expected,
                "{current} {class:?}"
            );
        }
        let suggestion = Suggestion::new(Version::new(1, 2, 3), []);
        assert_eq!(suggestion.next, None);
        assert_eq!(
            suggestion.to_string(),
            "trackstar-api 1.2.3, no new version is due"
        );
    }

    #[test]
    fn the_version_is_that_of_the_package() {
        let manifest =
            "[package]\nname = \"x\"\nversion = \"0.4.2\"\n\n[dependencies]\ny = \"1\"\n";
        assert_eq!(in_manifest(manifest).unwrap(), Version::new(0, 4, 2));
        for broken in [
            "",
            "[package]\nname = \"x\"\n[x]\nversion = \"1.0.0\"\n",
            "[package]\nversion = \"1\"\n",
        ] {
            let problem = in_manifest(broken).unwrap_err().to_string();
            assert!(problem.contains("what to do"), "{problem}");
        }
    }
}
