//! The report of a run: what changed for users of the crate, what was set aside, and the code's diff.

pub mod changelog;
pub mod coverage;
pub mod json;
pub mod markdown;
pub mod needless;
pub mod outranked;
pub mod terminal;
pub mod timings;
pub mod unseen;
pub mod version;

use std::fmt::Write as _;

use similar::{ChangeTag, TextDiff};

use crate::compare::{Change, Kind, Snapshot, lines};
use crate::input::merge::Outranked;
use crate::input::overlay::Needless;
use crate::input::unseen::Unseen;
use crate::input::{Diagnostics, Problem};
use version::Suggestion;

/// For whom the changes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    Terminal,
    /// For a pull request.
    Markdown,
    /// For programs; xtask/src/report/json.rs describes it.
    Json,
}

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

/// The title of changes that the generator made.
const UNEXPLAINED: &str = "Breaking, and not explained by a change of the documents";

/// How many of them a pull request lists.
const LISTED: usize = 200;

/// Lines of a shortened diff.
const SHORT: usize = 60;

/// Before and after.
pub struct Comparison<'a> {
    /// The API after.
    pub api: &'a Snapshot,
    /// What changed.
    pub changes: &'a [Change],
    /// Those that break programs and that no document explains: the generator made them.
    pub unexplained: &'a [Change],
    /// Changes of the documents that do not reach the client.
    pub unseen: &'a [Unseen],
    /// Corrections that change nothing.
    pub needless: &'a [Needless],
    /// Which descriptions gave way.
    pub outranked: &'a Outranked,
    /// The version that is due.
    pub suggestion: &'a Suggestion,
    /// The generated code before and after.
    pub code: [&'a str; 2],
    /// The file that the code is in, as shown to people.
    pub code_file: &'a str,
    /// What the pipeline set aside.
    pub diagnostics: &'a Diagnostics,
}

impl Comparison<'_> {
    /// The report in a format.
    pub fn written(
        &self,
        format: Format,
        length: DiffLength,
        is_terminal: bool,
    ) -> Result<String, Problem> {
        match format {
            Format::Terminal => Ok(self.text(length, is_terminal)),
            Format::Markdown => Ok(self.markdown()),
            Format::Json => json::json(
                self.changes,
                self.unseen,
                self.suggestion,
                self.needless,
                self.outranked,
            ),
        }
    }

    /// The report as text.
    fn text(&self, length: DiffLength, is_terminal: bool) -> String {
        let mut text = format!("{}, {}\n", self.size(), self.counts());
        for line in terminal::terminal(&self.explained()).lines() {
            let _ = writeln!(text, "  {line}");
        }
        if !self.unexplained.is_empty() {
            let _ = writeln!(text, "{UNEXPLAINED}:");
        }
        for line in lines(&self.unexplained.iter().collect::<Vec<_>>()) {
            let _ = writeln!(text, "  {}", line.text);
        }
        text.push_str(&unseen::text(self.unseen));
        text.push_str(&needless::text(self.needless));
        text.push_str(&outranked::text(self.outranked));
        let _ = writeln!(text, "Version: {}", self.suggestion);
        let mut set_aside = self.diagnostics.lines().peekable();
        if set_aside.peek().is_some() {
            text.push_str("Set aside:\n");
        }
        for line in set_aside {
            let _ = writeln!(text, "  {line}");
        }
        text.push_str(&self.code_text(length, is_terminal));
        text
    }

    /// The report as the text of a pull request.
    fn markdown(&self) -> String {
        let mut text = markdown::markdown(&self.explained(), &self.counts());
        if !self.unexplained.is_empty() {
            let _ = writeln!(text, "\n### {UNEXPLAINED}\n");
        }
        let unexplained: Vec<&Change> = self.unexplained.iter().collect();
        text.extend(markdown::items(&unexplained).into_iter().take(LISTED));
        text.push_str(&unseen::markdown(self.unseen));
        text.push_str(&needless::markdown(self.needless));
        text.push_str(&outranked::markdown(self.outranked));
        let [added, removed] = self.lines_changed();
        let _ = writeln!(
            text,
            "\n## Client\n\n{}. Generated code: {added} lines added, {removed} removed.\n\n{}.",
            self.size(),
            self.suggestion
        );
        text.push_str("\n<details><summary>Set aside</summary>\n\n");
        for line in self.diagnostics.lines() {
            let _ = writeln!(text, "- {line}");
        }
        text.push_str("\n</details>\n");
        text
    }

    /// The changes that are not listed on their own.
    fn explained(&self) -> Vec<Change> {
        let changes = self.changes.iter();
        let explained = changes.filter(|change| !self.unexplained.contains(change));
        explained.cloned().collect()
    }

    fn counts(&self) -> String {
        terminal::counts(self.changes, self.unseen)
    }

    fn size(&self) -> String {
        let count = |kind| self.api.count(kind);
        format!(
            "API: {} operations, {} types, {} webhooks",
            count(Kind::Operation),
            count(Kind::Type),
            count(Kind::Webhook)
        )
    }

    /// Lines of code that were added, and that were removed.
    fn lines_changed(&self) -> [usize; 2] {
        let [old, new] = self.code;
        let diff = TextDiff::from_lines(old, new);
        [ChangeTag::Insert, ChangeTag::Delete].map(|tag| {
            let changes = diff.iter_all_changes();
            changes.filter(|change| change.tag() == tag).count()
        })
    }

    fn code_text(&self, length: DiffLength, is_terminal: bool) -> String {
        let [old, new] = self.code;
        let [added, removed] = self.lines_changed();
        let mut text = format!(
            "Generated code: {} lines, {added} added, {removed} removed\n",
            new.lines().count()
        );
        if length == DiffLength::None || added + removed == 0 {
            return text;
        }
        let unified = TextDiff::from_lines(old, new)
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
        Comparison {
            unseen: &[],
            needless: &[],
            outranked: &Outranked::default(),
            api: &Snapshot::default(),
            changes: &[],
            unexplained: &[],
            suggestion: &Suggestion::new(semver::Version::new(0, 1, 0), []),
            code: [old, new],
            code_file: "generated.rs",
            diagnostics: &Diagnostics::default(),
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
    fn a_report_says_when_nothing_changed() {
        let text = report("a\n", "a\n", DiffLength::Full, false);
        assert_eq!(
            text,
            "API: 0 operations, 0 types, 0 webhooks, nothing changed\n\
             Version: trackstar-api 0.1.0, no new version is due\n\
             Generated code: 1 lines, 0 added, 0 removed\n"
        );
    }
}
