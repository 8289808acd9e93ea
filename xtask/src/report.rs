//! What a run says: what changed for users of the crate, what was set aside, and the code's diff.

use std::fmt::Write as _;

use similar::{ChangeTag, TextDiff};

use crate::diff::diff;
use crate::notes::Notes;
use crate::snapshot::Snapshot;

/// How much of the code's diff is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum DiffLength {
    /// The first lines on a terminal, everything elsewhere.
    Auto,
    /// Everything.
    Full,
    /// Nothing.
    None,
}

/// Lines of a shortened diff.
const SHORT: usize = 60;

/// Before and after.
pub struct Comparison<'a> {
    /// The API before and after.
    pub api: [&'a Snapshot; 2],
    /// The generated code before and after.
    pub code: [&'a str; 2],
    /// The file that the code is in, as shown to people.
    pub code_file: &'a str,
    /// What the pipeline set aside.
    pub notes: &'a Notes,
}

impl Comparison<'_> {
    /// The report as text.
    pub fn text(&self, length: DiffLength, is_terminal: bool) -> String {
        let [old, new] = self.api;
        let mut text = format!(
            "API: {} operations, {} types",
            new.count("operation "),
            new.count("type ")
        );
        let changes = diff(old, new);
        match changes.len() {
            0 => text.push_str(", nothing changed\n"),
            count => {
                let _ = writeln!(text, ", {count} changes");
            }
        }
        for change in changes {
            let _ = writeln!(text, "  {change}");
        }
        let mut set_aside = self.notes.lines().peekable();
        if set_aside.peek().is_some() {
            text.push_str("Set aside:\n");
        }
        for line in set_aside {
            let _ = writeln!(text, "  {line}");
        }
        text.push_str(&self.code_text(length, is_terminal));
        text
    }

    fn code_text(&self, length: DiffLength, is_terminal: bool) -> String {
        let [old, new] = self.code;
        let diff = TextDiff::from_lines(old, new);
        let count = |tag| {
            diff.iter_all_changes()
                .filter(|change| change.tag() == tag)
                .count()
        };
        let (added, removed) = (count(ChangeTag::Insert), count(ChangeTag::Delete));
        let mut text = format!(
            "Generated code: {} lines, {added} added, {removed} removed\n",
            new.lines().count()
        );
        if length == DiffLength::None || added + removed == 0 {
            return text;
        }
        let unified = diff
            .unified_diff()
            .header(
                &format!("a/{}", self.code_file),
                &format!("b/{}", self.code_file),
            )
            .to_string();
        let is_short = length == DiffLength::Auto && is_terminal;
        let shown = if is_short { SHORT } else { usize::MAX };
        for line in unified.lines().take(shown) {
            text.push_str(line);
            text.push('\n');
        }
        let left = unified.lines().count().saturating_sub(shown);
        if left > 0 {
            let _ = writeln!(text, "… {left} more lines: see them with `--diff full`");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(old: &str, new: &str, length: DiffLength, is_terminal: bool) -> String {
        let snapshot = Snapshot::default();
        Comparison {
            api: [&snapshot, &snapshot],
            code: [old, new],
            code_file: "generated.rs",
            notes: &Notes::default(),
        }
        .text(length, is_terminal)
    }

    #[test]
    fn a_terminal_sees_the_start_of_a_long_diff_and_how_to_see_the_rest() {
        let new = "line\n".repeat(200);
        let short = report("", &new, DiffLength::Auto, true);
        assert!(
            short.contains("143 more lines: see them with `--diff full`"),
            "{short}"
        );
        for (length, is_terminal) in [(DiffLength::Auto, false), (DiffLength::Full, true)] {
            let whole = report("", &new, length, is_terminal);
            assert_eq!(whole.matches("+line\n").count(), 200);
        }
        assert!(!report("", &new, DiffLength::None, true).contains("+line"));
    }

    #[test]
    fn nothing_changed_is_said_so() {
        let text = report("a\n", "a\n", DiffLength::Full, false);
        assert_eq!(
            text,
            "API: 0 operations, 0 types, nothing changed\nGenerated code: 1 lines, 0 added, 0 removed\n"
        );
    }
}
