//! Changes as a terminal shows them: how many of each class, then each of them, the breaking ones first.

use std::fmt::Write as _;

use super::{Change, Class};

/// How many operations are named as those that reach a type.
const NAMED: usize = 3;

/// Changes by class.
pub fn by_class(changes: &[Change]) -> impl Iterator<Item = (Class, Vec<&Change>)> {
    Class::ALL.into_iter().filter_map(|class| {
        let of_class: Vec<&Change> = changes.iter().filter(|c| c.class == class).collect();
        (!of_class.is_empty()).then_some((class, of_class))
    })
}

/// `3 changes: 1 breaking, 2 additive`
pub fn counts(changes: &[Change]) -> String {
    if changes.is_empty() {
        return "nothing changed".to_owned();
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

/// `reached by list_wms_orders, get_wms_order and 5 more`; nothing of what belongs to one operation.
pub fn reach(change: &Change) -> Option<String> {
    let who = &change.reached_by;
    if who.is_empty() {
        return None;
    }
    let named = &who[..who.len().min(NAMED)];
    let more = who.len() - named.len();
    let named = named.join(", ");
    Some(match more {
        0 => format!("reached by {named}"),
        more => format!("reached by {named} and {more} more"),
    })
}

/// The whole text.
pub fn terminal(changes: &[Change]) -> String {
    let mut text = String::new();
    for (class, changes) in by_class(changes) {
        let word = class.word();
        let _ = writeln!(text, "{}{}:", word[..1].to_uppercase(), &word[1..]);
        for (index, change) in changes.iter().enumerate() {
            let _ = writeln!(text, "  {change}");
            // Once below all changes of the same type.
            let whole = |change: &Change| change.subject().map(super::Subject::of_whole);
            let is_last = changes
                .get(index + 1)
                .is_none_or(|next| whole(next) != whole(change));
            if let (true, Some(reach)) = (is_last, reach(change)) {
                let _ = writeln!(text, "      {reach}");
            }
        }
    }
    text
}
