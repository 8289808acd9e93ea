//! Changes as lines for people: what many operations share is one line.

use std::collections::BTreeMap;

use super::{Change, Kind};

/// How many operations are named.
const NAMED: usize = 3;

/// A change, or several that are the same but for the operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What changed.
    pub text: String,
    /// `reached by list_wms_orders, get_wms_order and 5 more`; nothing if the text says it all.
    pub who: Option<String>,
}

/// The lines of changes, in their order.
pub fn lines(changes: &[&Change]) -> Vec<Line> {
    let mut lines: Vec<(String, &str, Vec<&str>)> = Vec::new();
    let mut shared: BTreeMap<String, usize> = BTreeMap::new();
    for change in changes {
        let Some(owner) = owner_of_part(change) else {
            let who = change.reached_by.iter().map(String::as_str).collect();
            lines.push((change.to_string(), "reached by", who));
            continue;
        };
        let text = without_owner(change, owner);
        match shared.get(&text) {
            Some(index) => lines[*index].2.push(owner),
            None => {
                shared.insert(text.clone(), lines.len());
                lines.push((text, "of", vec![owner]));
            }
        }
    }
    let finished = lines
        .into_iter()
        .map(|(text, word, who)| match (word, &who[..]) {
            (_, []) => Line { text, who: None },
            ("of", [owner]) => Line {
                text: with_owner(&text, owner),
                who: None,
            },
            (word, who) => Line {
                text,
                who: Some(format!("{word} {}", names(who))),
            },
        });
    finished.collect()
}

/// The operation that a changed parameter, body or response is of; none if its name changed too.
fn owner_of_part(change: &Change) -> Option<&str> {
    let subject = change.subject()?;
    let is_part = subject.whole.0 == Kind::Operation && subject.part.is_some();
    is_part.then(|| subject.owner())
}

/// `~ operation list_wms_orders: parameter limit: ...` → `~ parameter limit: ...`
fn without_owner(change: &Change, owner: &str) -> String {
    let text = change.to_string();
    let old = change.old.as_ref().map_or(owner, super::Subject::owner);
    let text = text.replacen(&format!("operation {owner}: "), "", 1);
    text.replacen(&format!("operation {old}: "), "", 1)
}

/// The reverse, for a change that only one operation has.
fn with_owner(text: &str, owner: &str) -> String {
    let (mark, rest) = text.split_at(text.find(' ').map_or(0, |at| at + 1));
    format!("{mark}operation {owner}: {rest}")
}

/// `no longer gt, lt; now also contains`
pub fn operators(sides: [Option<&str>; 2]) -> String {
    let [before, after] = sides.map(|side| side.unwrap_or_default().split(", "));
    let (before, after): (Vec<&str>, Vec<&str>) = (before.collect(), after.collect());
    let without = |all: &[&str], others: &[&str]| {
        let left = all.iter().filter(|it| !others.contains(it)).copied();
        left.collect::<Vec<_>>().join(", ")
    };
    let parts = [
        ("no longer", without(&before, &after)),
        ("now also", without(&after, &before)),
    ];
    let parts = parts.iter().filter(|(_, all)| !all.is_empty());
    let parts = parts.map(|(word, all)| format!("{word} {all}"));
    parts.collect::<Vec<_>>().join("; ")
}

fn names(who: &[&str]) -> String {
    let named = who[..who.len().min(NAMED)].join(", ");
    match who.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}
