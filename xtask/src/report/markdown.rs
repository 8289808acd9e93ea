//! Changes as the text of a pull request.

use std::fmt::Write as _;

use super::terminal::by_class;
use crate::compare::{Change, Class, lines};

/// A pull request takes no more than 65,536 characters, and the rest of its text needs some.
const LONGEST: usize = 55_000;

/// The whole text, below the counts. Lines that would make it too long for a pull request are counted.
pub fn markdown(changes: &[Change], counts: &str) -> String {
    let mut text = format!("## API\n\n{counts}.\n");
    for (class, changes) in by_class(changes) {
        let (open, close) = match class {
            Class::Text => ("<details><summary>Text</summary>\n", "\n</details>\n"),
            Class::Breaking => ("### Breaking\n", ""),
            Class::Additive => ("### Additive\n", ""),
            Class::Behaviour => ("### Behaviour\n", ""),
        };
        let _ = write!(text, "\n{open}\n");
        let items = items(&changes);
        for (index, item) in items.iter().enumerate() {
            if text.len() + item.len() > LONGEST {
                let _ = writeln!(text, "- … and {} more", items.len() - index);
                break;
            }
            text.push_str(item);
        }
        text.push_str(close);
    }
    text
}

/// Changes as items of a list, a line each.
pub fn items(changes: &[&Change]) -> Vec<String> {
    let items = lines(changes).into_iter().map(|line| {
        let who = line.who.map_or_else(String::new, |who| format!(" ({who})"));
        format!("- {}{who}\n", code(&line.text))
    });
    items.collect()
}

/// A text as code, also if it has backticks.
fn code(text: &str) -> String {
    let longest = text
        .split(|c| c != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    if longest == 0 {
        return format!("`{text}`");
    }
    let fence = "`".repeat(longest + 1);
    format!("{fence} {text} {fence}")
}
