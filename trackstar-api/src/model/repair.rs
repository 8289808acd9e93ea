//! Repairs texts that are JSON except for what some systems write into them.

use std::borrow::Cow;

use super::deviation::{self, Found, ITEM};

/// The replacement for what cannot be read.
const REPLACEMENT: &[u8] = b"\\ufffd";
/// What some systems write for numbers that JSON does not have.
const NOT_NUMBERS: [&[u8]; 3] = [b"NaN", b"Infinity", b"-Infinity"];
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The bytes with replacements for what is not JSON, each of them reported. `None` if there is nothing to replace.
pub(crate) fn repair(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut repair = Repair {
        rest: bytes,
        out: Vec::with_capacity(bytes.len()),
        path: Vec::new(),
        has_replaced: false,
    };
    repair.run();
    repair.has_replaced.then_some(repair.out)
}

struct Repair<'a> {
    rest: &'a [u8],
    out: Vec<u8>,
    /// The names of the members and lists around. A map that has no member yet has an empty one.
    path: Vec<Cow<'static, str>>,
    has_replaced: bool,
}

impl Repair<'_> {
    fn run(&mut self) {
        if let Some(rest) = self.rest.strip_prefix(BYTE_ORDER_MARK) {
            self.rest = rest;
            self.report(Found::ByteOrderMark);
        }
        while let Some(&byte) = self.rest.first() {
            match byte {
                b'"' => {
                    self.text();
                    continue;
                }
                b'{' => self.path.push(Cow::Borrowed("")),
                b'[' => self.path.push(Cow::Borrowed(ITEM)),
                b'}' | b']' => drop(self.path.pop()),
                b'N' | b'I' | b'-' => {
                    let word = NOT_NUMBERS.iter().find(|word| self.rest.starts_with(word));
                    if let Some(word) = word {
                        self.rest = &self.rest[word.len()..];
                        self.out.extend_from_slice(b"null");
                        self.report(Found::NotANumber);
                        continue;
                    }
                }
                _ => {}
            }
            self.copy(1);
        }
    }

    /// A text, from quote to quote.
    fn text(&mut self) {
        let start = self.out.len();
        self.copy(1);
        let mut has_lone = false;
        while let Some(&byte) = self.rest.first() {
            match byte {
                b'"' => break,
                b'\\' => match (
                    surrogate(self.rest),
                    surrogate(self.rest.get(6..).unwrap_or_default()),
                ) {
                    (Some(Half::High), Some(Half::Low)) => self.copy(12),
                    (Some(_), _) => {
                        has_lone = true;
                        self.rest = &self.rest[6..];
                        self.out.extend_from_slice(REPLACEMENT);
                    }
                    (None, _) => self.copy(2),
                },
                _ => self.copy(1),
            }
        }
        self.copy(1);
        let text = String::from_utf8_lossy(&self.out[start..]);
        let lossy = match text {
            Cow::Owned(lossy) => Some(lossy),
            Cow::Borrowed(_) => None,
        };
        let has_odd_bytes = lossy.is_some();
        if let Some(lossy) = lossy {
            self.out.truncate(start);
            self.out.extend_from_slice(lossy.as_bytes());
        }
        self.name(start);
        if has_odd_bytes {
            self.report(Found::NotUtf8);
        }
        if has_lone {
            self.report(Found::LoneSurrogate);
        }
    }

    /// If a text is the name of a member, it is where the path goes on.
    fn name(&mut self, start: usize) {
        let next = self.rest.iter().find(|byte| !byte.is_ascii_whitespace());
        if let (Some(b':'), Some(last)) = (next, self.path.last_mut()) {
            let name = serde_json::from_slice::<String>(&self.out[start..]);
            *last = Cow::Owned(name.unwrap_or_default());
        }
    }

    fn copy(&mut self, count: usize) {
        let (copied, rest) = self.rest.split_at(count.min(self.rest.len()));
        self.out.extend_from_slice(copied);
        self.rest = rest;
    }

    fn report(&mut self, found: Found) {
        self.has_replaced = true;
        deviation::report_replaced(&self.path, found);
    }
}

/// One half of a surrogate pair.
enum Half {
    High,
    Low,
}

/// Whether the text starts with the escape of such a half: `\ud83d`.
fn surrogate(text: &[u8]) -> Option<Half> {
    let digits = std::str::from_utf8(text.strip_prefix(b"\\u")?.get(..4)?).ok()?;
    match u16::from_str_radix(digits, 16).ok()? {
        0xd800..0xdc00 => Some(Half::High),
        0xdc00..0xe000 => Some(Half::Low),
        _ => None,
    }
}
