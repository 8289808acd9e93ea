//! Changes of the documents that do not reach the client, under the correction that keeps them.

use std::fmt::Write as _;

use serde_json::Value;

use crate::input::unseen::Unseen;

/// How many are listed.
const LISTED: usize = 100;

/// As a terminal shows them.
pub fn text(unseen: &[Unseen]) -> String {
    written(unseen, ["", "  ", "    "])
}

/// As a part of a pull request's text.
pub fn markdown(unseen: &[Unseen]) -> String {
    written(unseen, ["\n### ", "- ", "  - "])
}

fn written(unseen: &[Unseen], [heading, first, second]: [&str; 3]) -> String {
    let mut text = String::new();
    let (mut kept, mut unused): (Vec<_>, Vec<_>) =
        unseen.iter().partition(|change| change.kept_by.is_some());
    kept.sort_by_key(|change| change.kept_by.as_ref().map(|keeper| keeper.index));
    let left = unseen.len().saturating_sub(LISTED);
    kept.truncate(LISTED);
    unused.truncate(LISTED - kept.len());
    if !kept.is_empty() {
        let _ = writeln!(text, "{heading}Kept from the client by corrections:");
    }
    let mut last = None;
    for change in kept {
        let Some(keeper) = &change.kept_by else {
            continue;
        };
        if last != Some(keeper.index) {
            last = Some(keeper.index);
            let (index, reason) = (keeper.index, &keeper.reason);
            let _ = writeln!(
                text,
                "{first}openapi/overlay.yaml at /actions/{index}: {reason}"
            );
        }
        let effect = effect(change, keeper.instead.as_ref());
        let _ = writeln!(text, "{second}{}; {effect}", line(change));
    }
    if !unused.is_empty() {
        let _ = writeln!(
            text,
            "{heading}Changes of the documents that the client does not show:"
        );
    }
    for change in unused {
        let _ = writeln!(text, "{first}{}", line(change));
    }
    if left > 0 {
        let _ = writeln!(text, "{first}… {left} more");
    }
    text
}

fn line(change: &Unseen) -> String {
    let at = &change.at;
    match &change.sides {
        [None, Some(value)] => format!("+ {at}: {value}"),
        [Some(value), None] => format!("- {at}: {value}"),
        [before, after] => format!("~ {at}: {} → {}", shown(before), shown(after)),
    }
}

fn shown(value: &Option<Value>) -> String {
    value
        .as_ref()
        .map_or_else(|| "nothing".to_owned(), Value::to_string)
}

/// What the client does instead.
fn effect(change: &Unseen, instead: Option<&Value>) -> String {
    let is_required = change.at.as_str().ends_with("/required");
    match instead {
        Some(Value::String(name)) if is_required => format!(
            "`{name}` is still required: a record without it, or with null, will be unreadable"
        ),
        Some(value) => format!("the client still has {value}"),
        None => "the client has nothing of it".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::input::Pointer;
    use crate::input::unseen::Keeper;

    #[test]
    fn each_change_is_under_what_keeps_it_with_what_the_client_does() {
        let kept = |at: &str, sides, instead| Unseen {
            at: Pointer::parse(at),
            sides,
            kept_by: Some(Keeper {
                index: 3,
                reason: "Every link has one.".to_owned(),
                instead,
            }),
        };
        let changes = [
            Unseen {
                at: Pointer::parse("/tags"),
                sides: [Some(json!("a")), Some(json!("b"))],
                kept_by: None,
            },
            kept(
                "/a/required",
                [Some(json!("url")), None],
                Some(json!("url")),
            ),
            kept("/a/title", [None, Some(json!("A"))], None),
        ];
        assert_eq!(
            text(&changes),
            "Kept from the client by corrections:\n\
             \x20 openapi/overlay.yaml at /actions/3: Every link has one.\n\
             \x20   - /a/required: \"url\"; `url` is still required: a record without it, or with null, will be unreadable\n\
             \x20   + /a/title: \"A\"; the client has nothing of it\n\
             Changes of the documents that the client does not show:\n\
             \x20 ~ /tags: \"a\" → \"b\"\n"
        );
    }
}
