//! The version of `trackstar-api` that a change asks for, by the rules of Cargo.

use std::fmt;

use semver::{BuildMetadata, Prerelease, Version};

use crate::compare::Class;

/// The version that is there, and the one that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The version in `trackstar-api/Cargo.toml`.
    pub current: Version,
    /// The next version; nothing if nothing changed.
    pub next: Option<Version>,
    /// The most severe class of change.
    pub class: Option<Class>,
    /// The release that it is counted from, if it is none of the two that are compared.
    pub since: Option<String>,
}

impl Suggestion {
    /// For changes of these classes.
    pub fn new(current: Version, classes: impl IntoIterator<Item = Class>) -> Self {
        let class = classes.into_iter().min();
        Self {
            next: class.map(|class| next(&current, class)),
            current,
            class,
            since: None,
        }
    }

    /// The same, counted from this release.
    pub fn since(self, release: &str) -> Self {
        Self {
            since: Some(release.to_owned()),
            ..self
        }
    }
}

impl fmt::Display for Suggestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "trackstar-api {}", self.current)?;
        let (Some(next), Some(class)) = (&self.next, self.class) else {
            return f.write_str(", no new version is due");
        };
        write!(f, " → {next}, since the most severe change")?;
        if let Some(since) = &self.since {
            write!(f, " after {since}")?;
        }
        write!(f, " is {}", class.word())
    }
}

/// Breaking changes are allowed in every version of 0.0.z, in a new y of 0.y.z, and from 1.0.0 on in a new
/// major version. A pre-release as 1.0.0-rc.1 becomes that release.
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
}
