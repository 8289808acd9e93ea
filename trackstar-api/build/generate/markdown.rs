//! Texts as documentation. The vendor writes them without rustdoc in mind: what it would take for a link, a
//! tag or an example in Rust is written so that it stays text.

use syn::Attribute;

/// How far a line is set in at most: from four spaces on, rustdoc takes it for an example and runs it.
const MAX_INDENT: usize = 2;
/// What ends a sentence, and no address.
const PUNCTUATION: [char; 8] = ['.', ',', ';', ':', '!', '?', ')', '\''];

/// Documentation as `///` lines, each with its leading space. What a compiler would trip over is left out
/// (characters that are not seen), and what is fenced in is no example in Rust to be run.
pub fn doc_lines(text: &str) -> impl Iterator<Item = Attribute> + use<> {
    let text: String = text
        .chars()
        .filter(|c| matches!(c, '\n' | '\t') || !is_unseen(*c))
        .collect();
    let mut is_fenced = false;
    let mut lines: Vec<String> = text
        .trim()
        .lines()
        .map(|line| {
            let line = line.trim_end();
            let bare = line.trim_start();
            let is_fence = bare.starts_with("```");
            is_fenced ^= is_fence;
            match line {
                "" => String::new(),
                _ if is_fence && is_fenced => {
                    let ticks = bare.len() - bare.trim_start_matches('`').len();
                    format!(" {}text", &bare[..ticks])
                }
                _ if is_fence => format!(" {bare}"),
                _ if is_fenced => format!(" {line}"),
                _ => {
                    let indent = " ".repeat((line.len() - bare.len()).min(MAX_INDENT));
                    format!(" {indent}{}", as_text(bare))
                }
            }
        })
        .collect();
    if is_fenced {
        lines.push(" ```".to_owned());
    }
    lines
        .into_iter()
        .map(|line| syn::parse_quote!(#[doc = #line]))
}

/// Control characters, and those that turn the direction of a text.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A line in which only code and links are more than text. An address becomes a link.
fn as_text(line: &str) -> String {
    let mut written = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let (before, length, after) = if let Some(length) = kept(rest) {
            ("", length, "")
        } else if matches!(first, '[' | '<') {
            ("\\", 1, "")
        } else if let Some(length) = address(rest) {
            ("<", length, ">")
        } else {
            ("", first.len_utf8(), "")
        };
        let (taken, left) = rest.split_at(length);
        written.extend([before, taken, after]);
        rest = left;
    }
    written
}

/// How much a text starts with that stays as it is: code, a link, an address in brackets, or what a backslash
/// makes text already.
fn kept(text: &str) -> Option<usize> {
    match text.as_bytes().first()? {
        b'`' => code(text),
        b'[' => link(text),
        b'<' => address(&text[1..])
            .filter(|length| text[1 + length..].starts_with('>'))
            .map(|length| length + 2),
        b'\\' => text.chars().nth(1).map(|next| 1 + next.len_utf8()),
        _ => None,
    }
}

/// How long the code is that a text starts with, with its backticks.
fn code(text: &str) -> Option<usize> {
    let ticks = text.len() - text.trim_start_matches('`').len();
    let inner = &text[ticks..];
    inner.find(&text[..ticks]).map(|end| ticks + end + ticks)
}

/// How long the link is that a text starts with: `[words](address)`.
fn link(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let words = text.char_indices().find_map(|(at, c)| {
        match c {
            '[' => depth += 1,
            ']' => depth -= 1,
            _ => {}
        }
        (depth == 0).then_some(at + 1)
    })?;
    let target = text[words..].strip_prefix('(')?;
    target.find(')').map(|end| words + 1 + end + 1)
}

/// How long the address is that a text starts with.
fn address(text: &str) -> Option<usize> {
    let scheme = ["https://", "http://"]
        .iter()
        .find(|scheme| text.starts_with(**scheme))?;
    let host = &text[scheme.len()..];
    let ends = |c: char| c.is_whitespace() || "<>\"`[]".contains(c);
    let host = &host[..host.find(ends).unwrap_or(host.len())];
    let host = host.trim_end_matches(PUNCTUATION);
    (!host.is_empty()).then_some(scheme.len() + host.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::syntax::documentation;

    fn written(text: &str) -> String {
        let lines: Vec<Attribute> = doc_lines(text).collect();
        documentation(&lines).unwrap_or_default()
    }

    #[test]
    fn what_rustdoc_would_take_for_more_stays_text() {
        for (text, expected) in [
            ("plain, [with](https://x.y/z) a link", None),
            ("`code [a] <b>` and ``more ` code``", None),
            ("a [sku] and a[0]", Some(r"a \[sku] and a\[0]")),
            ("[Order][]", Some(r"\[Order]\[]")),
            (
                "an <order_id> and a < b",
                Some(r"an \<order_id> and a \< b"),
            ),
            ("see https://x.y/z?a=b.", Some("see <https://x.y/z?a=b>.")),
            (
                "<https://x.y>, (http://x.y)",
                Some("<https://x.y>, (<http://x.y>)"),
            ),
            (r"\[kept\] and \", None),
            (
                "an ` alone, [one alone, https:// alone",
                Some(r"an ` alone, \[one alone, https:// alone"),
            ),
            ("[ünder`](x", Some(r"\[ünder`](x")),
        ] {
            assert_eq!(written(text), expected.unwrap_or(text), "{text}");
        }
    }

    #[test]
    fn what_is_set_in_or_fenced_in_is_no_example_in_rust() {
        assert_eq!(
            written("A list:\n\n    - one\n\t- two\n\n```\n    [a]\n```\n"),
            "A list:\n\n   - one\n  - two\n\n ```text\n     [a]\n ```"
        );
    }
}
