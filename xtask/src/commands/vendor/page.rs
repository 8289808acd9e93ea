//! Where a document is in what was fetched: a page of documentation holds it in a fenced block.

use serde_json::Value;

use crate::input::Problem;

/// The OpenAPI document in a text, to the byte: the text itself, or the fenced block of a Markdown page that holds one.
pub fn document_in<'a>(text: &'a str, source: &str) -> Result<&'a str, Problem> {
    // A document has no fence where a line starts: its texts are indented.
    let is_page = text
        .lines()
        .any(|line| line.starts_with("```") || line.starts_with("~~~"));
    let candidates = if is_page { blocks(text) } else { vec![text] };
    let mut documents = candidates.into_iter().filter(|text| is_openapi(text));
    documents.next().ok_or_else(|| {
        Problem::new("this has no OpenAPI block: it is no OpenAPI document, nor a Markdown page with one in a fenced block")
            .in_file(source)
            .remedy(
                "give the Markdown of the page of an operation, which holds a block that starts with `openapi: 3.1.0`; \
                 or a document in YAML or JSON",
            )
    })
}

/// The contents of the fenced blocks of a Markdown page.
fn blocks(page: &str) -> Vec<&str> {
    let (mut blocks, mut open, mut offset) = (Vec::new(), None, 0);
    for line in page.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let fence = line.trim_end();
        match open {
            None => {
                let mark = ['`', '~'].into_iter().find(|mark| line.starts_with(*mark));
                let length =
                    mark.map_or(0, |mark| line.len() - line.trim_start_matches(mark).len());
                if length >= 3 {
                    open = Some((&line[..length], offset));
                }
            }
            // The end may be longer than the start.
            Some((mark, from))
                if fence.starts_with(mark) && fence.trim_start_matches(&mark[..1]).is_empty() =>
            {
                blocks.push(&page[from..start]);
                open = None;
            }
            Some(_) => {}
        }
    }
    blocks
}

/// Whether a text says at its top that it is an OpenAPI document, of whatever version.
fn is_openapi(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}');
    let is_version = |key: &str| matches!(key.trim_matches(['"', '\'']), "openapi" | "swagger");
    if text.trim_start().starts_with('{') {
        return match serde_json::from_str::<Value>(text) {
            Ok(document) => ["openapi", "swagger"]
                .iter()
                .any(|key| document.get(key).is_some()),
            // Its syntax is reported when it is read.
            Err(_) => text.contains("\"openapi\""),
        };
    }
    text.lines()
        .any(|line| line.split_once(':').is_some_and(|(key, _)| is_version(key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_of_a_page_is_taken_to_the_byte() {
        for (page, document) in [
            (
                "# Page\n\n```sh\ncurl\n```\n\n````yaml get /x\nopenapi: 3.1.0\ninfo: |\n  ```\n  a\n````\nrest\n",
                "openapi: 3.1.0\ninfo: |\n  ```\n  a\n",
            ),
            (
                "A response:\n```json\n{\"a\": 1}\n```\n~~~json\n{\"openapi\": \"3.1.0\"}\n~~~~\n",
                "{\"openapi\": \"3.1.0\"}\n",
            ),
            (
                "\u{feff}\"openapi\": 3.1.0\r\n",
                "\u{feff}\"openapi\": 3.1.0\r\n",
            ),
            (
                "{\"paths\": {}, \"openapi\": \"3.0.0\"}",
                "{\"paths\": {}, \"openapi\": \"3.0.0\"}",
            ),
        ] {
            assert_eq!(document_in(page, "x.md").unwrap(), document);
        }
    }

    #[test]
    fn a_page_without_a_document_is_refused_as_such() {
        for page in [
            "# A page\n",
            "",
            "<!doctype html><html>openapi</html>",
            "```json\n{\"a\": 1}\n```\n",
            "```yaml\nopenapi: 3.1.0\n",
            "{\"error\": \"not found\"}",
        ] {
            let problem = document_in(page, "x.md").unwrap_err().to_string();
            assert!(
                problem.starts_with("x.md: this has no OpenAPI block"),
                "{problem}"
            );
        }
    }
}
