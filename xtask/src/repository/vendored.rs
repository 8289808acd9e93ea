//! The table at the top of `openapi/README.md`: where each document is from, and since when.

use sha2::{Digest as _, Sha256};

/// What the table says of a document that the vendor wrote.
#[derive(Debug, PartialEq, Eq)]
pub struct Row<'a> {
    /// Its file's name.
    pub file: &'a str,
    /// Where it is from, with its hash.
    pub source: &'a str,
    /// As of when it is: `2026-01-31`, or less exact.
    pub date: &'a str,
}

/// The documents that the vendor wrote, as the table has them.
pub fn published(readme: &str) -> Vec<Row<'_>> {
    let rows = readme.lines().skip_while(|line| !is_head(line)).skip(2);
    let rows = rows.take_while(|line| line.starts_with('|'));
    let cells = rows.map(|row| row.split('|').map(str::trim).collect::<Vec<_>>());
    let mut found = Vec::new();
    for cells in cells {
        if let ["", files, source, date, "verbatim", ..] = cells[..] {
            let names = files.split(',').map(|name| name.trim().trim_matches('`'));
            found.extend(names.map(|file| Row { file, source, date }));
        }
    }
    found
}

fn is_head(line: &str) -> bool {
    line.starts_with("| document | source |")
}

/// A document that was taken.
pub struct Taken<'a> {
    /// Its file's name: `magic-links.yaml`.
    pub file: &'a str,
    /// The name of the file that it replaces; its own if there is none.
    pub replaces: &'a str,
    /// The address, or the name of the file, that it was taken from.
    pub source: &'a str,
    /// `2026-01-31`
    pub date: &'a str,
    /// The document.
    pub text: &'a str,
}

impl Taken<'_> {
    /// The README with the document's row. The text on the source in a present row stays if it names the same
    /// address, or if the document was taken from a file.
    pub fn record(&self, readme: &str) -> Option<String> {
        let hash = sha256(self.text);
        let mut lines: Vec<String> = readme.split_inclusive('\n').map(str::to_owned).collect();
        let head = lines.iter().position(|line| is_head(line))?;
        let rows = lines[head + 2..]
            .iter()
            .take_while(|line| line.starts_with('|'))
            .count();
        let end = head + 2 + rows;
        let name = format!("`{}`", self.file);
        let replaced = format!("`{}`", self.replaces);
        let present = (head + 2..end).find(|index| first_cell(&lines[*index]).contains(&replaced));
        let row = |source: &str| format!("| {name} | {source} | {} | verbatim |\n", self.date);
        let fresh = row(&format!("{} (sha256 `{hash}`)", self.source_text()));
        let Some(index) = present else {
            lines.insert(end, fresh);
            return Some(lines.concat());
        };
        let line = lines[index].clone();
        if first_cell(&line) != replaced {
            // The row is about several documents. This one gets its own.
            lines[index] = without(&line, &replaced);
            lines.insert(index, fresh);
            return Some(lines.concat());
        }
        let source = line.split('|').nth(2).unwrap_or_default().trim();
        // A page whose words were written by hand keeps them when it is taken from a file.
        let is_file = source.starts_with("the file `");
        let is_same = replaced == name
            && (source.contains(&self.source_text())
                || source.contains(self.source)
                || !(self.is_address() || is_file));
        lines[index] = match (is_same, old_hash(source)) {
            (true, Some(old)) if old == hash => line,
            (true, Some(old)) => row(&source.replace(old, &hash)),
            _ => fresh,
        };
        Some(lines.concat())
    }

    fn is_address(&self) -> bool {
        self.source.contains("://")
    }

    fn source_text(&self) -> String {
        // The folder that the file was in is private.
        let name = self
            .source
            .rsplit(['/', '\\'])
            .next()
            .unwrap_or(self.source);
        let text = if self.is_address() {
            format!("<{}>", self.source)
        } else {
            format!("the file `{name}`")
        };
        text.replace('|', "%7C")
    }
}

fn first_cell(row: &str) -> &str {
    row.split('|').nth(1).unwrap_or_default().trim()
}

/// A row whose first cell no longer has a name.
fn without(row: &str, name: &str) -> String {
    let names = first_cell(row);
    let others: Vec<&str> = names.split(", ").filter(|other| *other != name).collect();
    row.replacen(names, &others.join(", "), 1)
}

/// The hash that a source is written with.
fn old_hash(source: &str) -> Option<&str> {
    let (_, rest) = source.split_once("sha256 `")?;
    rest.split_once('`').map(|(hash, _)| hash)
}

fn sha256(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const README: &str = "# Documents\n\n| document | source | taken | kind |\n| --- | --- | --- | --- |\n\
        | `links.yaml` | the page [Links](https://h.example/links), whole (sha256 `00ff`) | 2025 | verbatim |\n\
        | `a.yaml`, `b.yaml` | facts | 2025 | described |\n\nMore.\n";

    fn recorded(file: &str, source: &str) -> String {
        let taken = Taken {
            file,
            replaces: file,
            source,
            date: "2026-01-31",
            text: "a",
        };
        taken.record(README).unwrap()
    }

    /// The hash of `a`.
    const HASH: &str = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";

    #[test]
    fn the_table_knows_what_the_vendor_wrote_and_when() {
        let rows = published(README);
        let found: Vec<_> = rows.iter().map(|row| (row.file, row.date)).collect();
        assert_eq!(found, [("links.yaml", "2025")]);
        assert!(rows[0].source.starts_with("the page [Links]"), "{rows:?}");
        assert_eq!(published("no table"), []);
    }

    #[test]
    fn a_new_document_gets_a_row() {
        let row = format!(
            "| `c.json` | <https://h.example/c> (sha256 `{HASH}`) | 2026-01-31 | verbatim |\n\nMore.\n"
        );
        assert!(recorded("c.json", "https://h.example/c").ends_with(&row));
        assert!(recorded("c.json", "/home/me/c.json").contains("| the file `c.json` (sha256"));
    }

    #[test]
    fn a_known_document_keeps_its_words_and_gets_its_hash_and_date() {
        for source in ["https://h.example/links", "links.md"] {
            let row = format!(
                "| `links.yaml` | the page [Links](https://h.example/links), whole (sha256 `{HASH}`) | 2026-01-31 | verbatim |\n"
            );
            assert!(recorded("links.yaml", source).contains(&row));
        }
        let moved = recorded("links.yaml", "https://other.example/");
        assert!(
            moved.contains("| `links.yaml` | <https://other.example/> (sha256"),
            "{moved}"
        );
    }

    #[test]
    fn a_document_that_was_described_gets_a_row_of_its_own() {
        let readme = recorded("b.yaml", "b.yaml");
        assert!(
            readme.contains("| `b.yaml` | the file `b.yaml` (sha256"),
            "{readme}"
        );
        assert!(
            readme.contains("| `a.yaml` | facts | 2025 | described |"),
            "{readme}"
        );
    }

    #[test]
    fn the_same_document_leaves_its_row_alone() {
        let readme = README.replace("00ff", HASH);
        let taken = Taken {
            file: "links.yaml",
            replaces: "links.yaml",
            source: "x.md",
            date: "2026-01-31",
            text: "a",
        };
        assert_eq!(taken.record(&readme).as_deref(), Some(&*readme));
        assert_eq!(taken.record("no table"), None);
    }
}
