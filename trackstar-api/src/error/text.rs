//! Text that a server wrote, made fit for a log: the only way in which such text gets into an error.

use serde_json::error::Category;

/// How many characters are kept of a message.
pub(super) const MAX_MESSAGE: usize = 512;
/// How many characters are kept of a name, an id or a path.
pub(super) const MAX_NAME: usize = 128;

/// One line of at most `max` characters: without control characters, and without characters that change the
/// direction of the text after them.
pub(crate) fn one_line(text: &str, max: usize) -> String {
    let mut line = String::new();
    let mut length = 0;
    let mut is_space_due = false;
    for c in text.chars() {
        if c.is_whitespace() || c.is_control() {
            is_space_due = length > 0;
            continue;
        }
        if is_invisible(c) {
            continue;
        }
        if length + usize::from(is_space_due) >= max {
            line.push('…');
            break;
        }
        if std::mem::take(&mut is_space_due) {
            line.push(' ');
            length += 1;
        }
        line.push(c);
        length += 1;
    }
    line
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Why JSON does not fit a type, without the value that does not fit: it may be personal data.
pub(super) fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    if error.classify() != Category::Data {
        return one_line(&text, MAX_MESSAGE);
    }
    // serde writes ``invalid type: string "…", expected …`` and ``unknown variant `…`, expected …``.
    let shown = ["invalid type: ", "invalid value: ", "unknown variant "]
        .iter()
        .find_map(|start| {
            let (kind, value) = text.strip_prefix(start)?.split_once(['"', '`'])?;
            let (_, expected) = value.rsplit_once(", expected ")?;
            let kind = kind.trim_end();
            let start = if kind.is_empty() {
                start.trim_end()
            } else {
                start
            };
            Some(format!("{start}{kind}, expected {expected}"))
        });
    one_line(shown.as_deref().unwrap_or(&text), MAX_MESSAGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_becomes_one_line_of_bounded_length() {
        for (text, max, line) in [
            ("", 9, ""),
            (" a \n\t b\r\n", 9, "a b"),
            ("a\u{0}b\u{1b}[31mc", 9, "a b [31mc"),
            ("a\u{2028}b", 9, "a b"),
            ("a\u{202e}b\u{200b}c", 9, "abc"),
            ("abcdef", 3, "abc…"),
            ("abc", 3, "abc"),
            ("abc def", 4, "abc…"),
            ("äöü", 3, "äöü"),
        ] {
            assert_eq!(one_line(text, max), line, "{text:?}");
        }
    }

    #[test]
    fn the_reason_of_a_mismatch_shows_no_value() {
        let reason = |result: serde_json::Result<i64>| super::reason(&result.unwrap_err());
        assert_eq!(
            reason(serde_json::from_str("\"Ada, expected `x\"")),
            "invalid type: string, expected i64 at line 1 column 18"
        );
        assert_eq!(
            reason(serde_json::from_str("1.5")),
            "invalid type: floating point, expected i64 at line 1 column 3"
        );
        assert_eq!(
            reason(serde_json::from_str("{}")),
            "invalid type: map, expected i64 at line 1 column 0"
        );
        let variant = serde_json::from_str::<std::net::IpAddr>("\"Ada\"").unwrap_err();
        assert!(!super::reason(&variant).contains("Ada"));
    }
}
