//! Corrections that the documents need no more.

use std::fmt::Write as _;

use crate::input::overlay::Needless;

/// As a terminal shows them.
pub fn text(needless: &[Needless]) -> String {
    written(needless, ["", "  "])
}

/// As a part of a pull request's text.
pub fn markdown(needless: &[Needless]) -> String {
    written(needless, ["\n### ", "- "])
}

fn written(needless: &[Needless], [heading, line]: [&str; 2]) -> String {
    let mut text = String::new();
    if !needless.is_empty() {
        let _ = writeln!(
            text,
            "{heading}Corrections that change nothing; remove them, or fix their targets:"
        );
    }
    for action in needless {
        let why = if action.is_said {
            "the documents say it themselves"
        } else {
            "the target matches nothing"
        };
        let (at, target) = (&action.at, &action.target);
        let _ = writeln!(
            text,
            "{line}openapi/overlay.yaml at {at}: {why}: `{target}`"
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Pointer;

    #[test]
    fn each_is_listed_with_what_to_remove_and_why() {
        let needless = |at, is_said| Needless {
            at: Pointer::parse(at),
            target: "$.a".to_owned(),
            is_said,
        };
        let all = [
            needless("/actions/1", false),
            needless("/actions/2/x-each/0", true),
        ];
        assert_eq!(
            text(&all),
            "Corrections that change nothing; remove them, or fix their targets:\n\
             \x20 openapi/overlay.yaml at /actions/1: the target matches nothing: `$.a`\n\
             \x20 openapi/overlay.yaml at /actions/2/x-each/0: the documents say it themselves: `$.a`\n"
        );
        assert_eq!(text(&[]), "");
    }
}
