//! `regen --changelog`: what the generated part of the client changed since the last release, in the
//! "Unreleased" part of `CHANGELOG.md`.
//!
//! The lines stand between two marks; everything around them is written by hand and stays. The first mark
//! names the commit that is compared with, so that later runs compare with the same one until the part gets
//! a version: the next run then finds no marks, and starts anew.

use std::fmt::Write as _;

use super::version::Suggestion;
use super::{markdown, terminal};
use crate::compare::{Change, Class};
use crate::input::Problem;
use crate::repository::workspace::CHANGELOG;

const TITLE: &str = "## Unreleased";
const START: &str = "<!-- written by `cargo xtask regen --changelog`";
const SINCE: &str = " since ";
const END: &str = "<!-- end of what is written -->";
/// How many lines of one kind are listed.
const LISTED: usize = 200;

/// What changed since the commit that is compared with.
pub struct Changes<'a> {
    /// Changes that the documents explain.
    pub api: &'a [Change],
    /// Changes of the generated code that the documents do not explain.
    pub generator: &'a [Change],
    /// Whether the generator writes other code at all for the same document.
    pub is_generator_new: bool,
    /// The version that is due.
    pub suggestion: &'a Suggestion,
}

/// The commit that the present lines are compared with.
pub fn since(changelog: &str) -> Option<&str> {
    let (_, block, _) = parts(changelog)?;
    let (mark, _) = block.split_once("-->")?;
    let (_, commit) = mark.split_once(SINCE)?;
    let commit = commit.trim();
    (!commit.is_empty()).then_some(commit)
}

/// The changelog with fresh lines.
pub fn update(
    changelog: &str,
    since: Option<&str>,
    changes: &Changes<'_>,
) -> Result<String, Problem> {
    let since = since.map_or_else(String::new, |commit| format!("{SINCE}{commit}"));
    let lines = lines(changes);
    let block = format!("{START}{since} -->\n\n{lines}{END}\n");
    let is_empty = lines.is_empty();
    if let Some((before, _, after)) = parts(changelog) {
        if is_empty {
            return Ok(format!("{}\n{}", before.trim_end_matches('\n'), after));
        }
        return Ok(format!("{before}{block}{after}"));
    }
    let Some((before, end)) = unreleased(changelog) else {
        return Err(Problem::new("there is no place for what is not released")
            .in_file(CHANGELOG)
            .remedy(format!("add the line `{TITLE}` above the versions")));
    };
    if is_empty {
        return Ok(changelog.to_owned());
    }
    let own = before.trim_end_matches('\n');
    let gap = if end.is_empty() { "" } else { "\n" };
    Ok(format!("{own}\n\n{block}{gap}{end}"))
}

/// The text up to the end of the "Unreleased" part, and the text after it.
fn unreleased(changelog: &str) -> Option<(&str, &str)> {
    let is_title = |line: &str| line.trim_end() == TITLE;
    let mut offset = 0;
    let mut is_inside = false;
    for line in changelog.split_inclusive('\n') {
        if is_inside && line.starts_with("## ") {
            return Some(changelog.split_at(offset));
        }
        is_inside |= is_title(line);
        offset += line.len();
    }
    is_inside.then_some((changelog, ""))
}

/// The text before the marked lines of the "Unreleased" part, these lines with their marks, and the text
/// after them.
fn parts(changelog: &str) -> Option<(&str, &str, &str)> {
    let (part, _) = unreleased(changelog)?;
    let from = part.rfind(TITLE)?;
    let start = from + part[from..].find(START)?;
    let end = start + part[start..].find(END)? + END.len();
    let end = end + usize::from(changelog[end..].starts_with('\n'));
    Some((
        &changelog[..start],
        &changelog[start..end],
        &changelog[end..],
    ))
}

fn lines(changes: &Changes<'_>) -> String {
    let mut text = String::new();
    if !changes.api.is_empty() {
        let _ = writeln!(text, "### API\n");
    }
    by_class(&mut text, changes.api);
    if changes.is_generator_new {
        let _ = writeln!(text, "### Generator\n");
        if changes.generator.is_empty() {
            let _ = writeln!(
                text,
                "The same items are generated with other code inside.\n"
            );
        }
    }
    by_class(&mut text, changes.generator);
    if let (Some(next), false) = (&changes.suggestion.next, text.is_empty()) {
        let _ = writeln!(text, "These changes ask for version {next}.\n");
    }
    text
}

fn by_class(text: &mut String, changes: &[Change]) {
    for (class, of_class) in terminal::by_class(changes) {
        let title = match class {
            Class::Breaking => "Breaking:",
            Class::Additive => "New:",
            Class::Behaviour => "Behaves differently:",
            Class::Text => {
                let _ = writeln!(text, "Descriptions that changed: {}.\n", of_class.len());
                continue;
            }
        };
        list(text, title, markdown::items(&of_class).into_iter());
    }
}

fn list(text: &mut String, title: &str, items: impl ExactSizeIterator<Item = String>) {
    let count = items.len();
    if count == 0 {
        return;
    }
    let _ = writeln!(text, "{title}\n");
    text.extend(items.take(LISTED));
    if count > LISTED {
        let _ = writeln!(text, "- … and {} more", count - LISTED);
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use semver::Version;

    use super::*;
    use crate::compare::{Kind, Subject};

    const CHANGELOG: &str = "# Changelog\n\n## Unreleased\n\n- By hand.\n\n## 0.1.0\n\n- First.\n";

    /// With the loss of these items.
    fn updated(changelog: &str, gone: &[&str]) -> String {
        let generator: Vec<Change> = gone.iter().map(|name| loss(name)).collect();
        let changes = Changes {
            api: &[],
            generator: &generator,
            is_generator_new: !gone.is_empty(),
            suggestion: &Suggestion::new(Version::new(0, 1, 0), [Class::Breaking]),
        };
        update(changelog, Some("abc"), &changes).unwrap()
    }

    fn loss(name: &str) -> Change {
        Change {
            old: Some(Subject::whole(Kind::Type, name)),
            new: None,
            aspect: None,
            before: None,
            after: None,
            class: Class::Breaking,
            reached_by: Vec::new(),
        }
    }

    #[test]
    fn marked_lines_are_written_again_and_all_others_stay() {
        let once = updated(CHANGELOG, &["A"]);
        assert!(once.starts_with("# Changelog\n\n## Unreleased\n\n- By hand.\n\n<!-- written by"));
        assert!(once.ends_with("-->\n\n## 0.1.0\n\n- First.\n"), "{once}");
        assert!(once.contains("- `- type A`\n") && once.contains("ask for version 0.2.0"));
        assert_eq!(since(&once), Some("abc"));
        assert_eq!(updated(&once, &["A"]), once);

        let other = once.replace("- By hand.", "- By another hand.");
        let other = updated(&other, &["B"]);
        assert!(other.contains("- By another hand.") && !other.contains("type A"));
        assert_eq!(updated(&once, &[]), CHANGELOG);
    }

    #[test]
    fn a_part_that_got_a_version_is_left_alone() {
        let released =
            updated(CHANGELOG, &["A"]).replace("## Unreleased", "## Unreleased\n\n## 0.2.0");
        assert_eq!(since(&released), None);
        let next = updated(&released, &["B"]);
        assert!(next.contains("type A") && next.contains("type B"), "{next}");
        assert!(next.find("type B") < next.find("## 0.2.0"), "{next}");
    }

    #[test]
    fn a_changelog_without_a_place_for_it_is_refused() {
        let changes = Changes {
            api: &[],
            generator: &[],
            is_generator_new: false,
            suggestion: &Suggestion::new(Version::new(0, 1, 0), []),
        };
        let problem = update("# Changelog\n", None, &changes)
            .unwrap_err()
            .to_string();
        assert!(
            problem.contains("CHANGELOG.md") && problem.contains("## Unreleased"),
            "{problem}"
        );
    }
}
