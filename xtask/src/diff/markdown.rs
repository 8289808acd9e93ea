//! Changes as the text of a pull request.

use std::fmt::Write as _;

use super::terminal::{by_class, counts, reach};
use super::{Change, Class};

/// A pull request takes no more than 65,536 characters; what stands around needs some.
const LONGEST: usize = 55_000;

/// The whole text; what would make it too long for a pull request is counted.
pub fn markdown(changes: &[Change]) -> String {
    let mut text = format!("## API\n\n{}.\n", counts(changes));
    for (class, changes) in by_class(changes) {
        let (open, close) = match class {
            Class::Text => ("<details><summary>Text</summary>\n", "\n</details>\n"),
            Class::Breaking => ("### Breaking\n", ""),
            Class::Additive => ("### Additive\n", ""),
            Class::Behaviour => ("### Behaviour\n", ""),
        };
        let _ = write!(text, "\n{open}\n");
        for (index, change) in changes.iter().enumerate() {
            let line = line(change);
            if text.len() + line.len() > LONGEST {
                let _ = writeln!(text, "- … and {} more", changes.len() - index);
                break;
            }
            text.push_str(&line);
        }
        text.push_str(close);
    }
    text
}

/// A change as an item of a list.
pub fn line(change: &Change) -> String {
    let reach = reach(change).map_or_else(String::new, |reach| format!(" ({reach})"));
    format!("- {}{reach}\n", code(&change.to_string()))
}

/// A text as code, whatever is in it.
pub fn code(text: &str) -> String {
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
