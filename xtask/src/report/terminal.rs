//! Changes as a terminal shows them: how many of each class, then each of them, the breaking ones first.

use std::fmt::Write as _;

use crate::compare::{Change, Class, lines};
use crate::input::unseen::Unseen;

/// Changes by class.
pub fn by_class(changes: &[Change]) -> impl Iterator<Item = (Class, Vec<&Change>)> {
    Class::ALL.into_iter().filter_map(|class| {
        let of_class: Vec<&Change> = changes.iter().filter(|c| c.class == class).collect();
        (!of_class.is_empty()).then_some((class, of_class))
    })
}

/// `3 changes: 1 breaking, 2 additive`
pub fn counts(changes: &[Change], unseen: &[Unseen]) -> String {
    if changes.is_empty() {
        let is_same = unseen.is_empty();
        let same = "nothing changed";
        return if is_same {
            same
        } else {
            "the documents changed, the client did not"
        }
        .to_owned();
    }
    let parts = by_class(changes).map(|(class, of)| format!("{} {}", of.len(), class.word()));
    let word = if changes.len() == 1 {
        "change"
    } else {
        "changes"
    };
    format!(
        "{} {word}: {}",
        changes.len(),
        parts.collect::<Vec<_>>().join(", ")
    )
}

/// The whole text.
pub fn terminal(changes: &[Change]) -> String {
    let mut text = String::new();
    for (class, changes) in by_class(changes) {
        let word = class.word();
        let _ = writeln!(text, "{}{}:", word[..1].to_uppercase(), &word[1..]);
        let lines = lines(&changes);
        for (index, line) in lines.iter().enumerate() {
            let _ = writeln!(text, "  {}", line.text);
            // Written once, below all changes of the same type.
            let is_last = lines.get(index + 1).is_none_or(|next| next.who != line.who);
            if let (true, Some(who)) = (is_last, &line.who) {
                let _ = writeln!(text, "      {who}");
            }
        }
    }
    text
}
