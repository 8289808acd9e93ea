//! `cargo xtask vendor`: takes a document from the vendor into `openapi/`, unchanged.

use std::path::PathBuf;
use std::time::Duration;

use chrono::Utc;

use crate::input::{Document, Problem};
use crate::repository::vendored::Taken;
use crate::repository::workspace::{README, Workspace};

/// The largest document that is taken.
const MAX_BYTES: usize = 64 << 20;

/// What to take.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// A documentation page in Markdown, or an OpenAPI document in YAML or JSON: a file or an https address
    #[arg(value_name = "PAGE_OR_FILE_OR_URL")]
    source: String,
    /// What to call it in openapi/, without an ending; by default what the source calls it
    #[arg(long = "as", value_name = "NAME")]
    name: Option<String>,
}

/// Takes the document, and says what to do next.
pub fn run(workspace: &Workspace, options: &Options) -> Result<(), Problem> {
    let source = &options.source;
    let text = if source.contains("://") {
        fetch(source)?
    } else {
        let path = PathBuf::from(source);
        std::fs::read_to_string(&path).map_err(|cause| Problem::io(&path, "read", cause))?
    };
    let document = document_in(&text).unwrap_or(&text);
    Document::parse_openapi(document, source)?;

    let name = options
        .name
        .clone()
        .unwrap_or_else(|| stem(source).to_owned());
    check_name(&name)?;
    let ending = if document.trim_start().starts_with('{') {
        "json"
    } else {
        "yaml"
    };
    let file = format!("{name}.{ending}");
    let path = workspace.openapi().join(&file);
    let is_same = std::fs::read_to_string(&path).is_ok_and(|present| present == document);
    let readme_path = workspace.root().join(README);
    let readme = std::fs::read_to_string(&readme_path)
        .map_err(|cause| Problem::io(&readme_path, "read", cause))?;
    let taken = Taken {
        file: &file,
        source,
        date: &Utc::now().format("%Y-%m-%d").to_string(),
        text: document,
    };
    let fresh = taken.record(&readme).ok_or_else(|| {
        Problem::new("there is no table of the documents")
            .in_file(README)
            .remedy("start one with `| document | source | taken | kind |`")
    })?;
    if is_same && fresh == readme {
        println!("openapi/{file} is that document already: nothing changed");
        return Ok(());
    }
    workspace.write(&[(&format!("openapi/{file}"), document), (README, &fresh)])?;
    if is_same {
        println!("openapi/{file} is that document already: its source is now in openapi/README.md");
        return Ok(());
    }
    println!(
        "openapi/{file} written, {} bytes; source, date and hash are in openapi/README.md. Now run: \
         cargo xtask regen",
        document.len()
    );
    Ok(())
}

/// The OpenAPI document in a Markdown page: the content of a fenced block of YAML or JSON, unchanged.
fn document_in(page: &str) -> Option<&str> {
    let mut open: Option<(&str, usize)> = None;
    let mut offset = 0;
    for line in page.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let ticks = line.len() - line.trim_start_matches('`').len();
        match open {
            None if ticks >= 3 => open = Some((&line[..ticks], offset)),
            Some((fence, from)) if line.trim_end() == fence => {
                let block = &page[from..start];
                if looks_like_openapi(block) {
                    return Some(block);
                }
                open = None;
            }
            _ => {}
        }
    }
    None
}

fn looks_like_openapi(block: &str) -> bool {
    block.lines().any(|line| line.starts_with("openapi:")) || block.trim_start().starts_with('{')
}

/// The last part of a path or address, without its ending.
fn stem(source: &str) -> &str {
    let path = source.split(['?', '#']).next().unwrap_or(source);
    let name = path
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or(path);
    name.split('.').next().unwrap_or(name)
}

fn check_name(name: &str) -> Result<(), Problem> {
    let is_plain = name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    if name.is_empty()
        || !is_plain
        || name.starts_with('.')
        || ["overlay", "profile"].contains(&name)
    {
        return Err(
            Problem::new(format!("{name:?} is not a name for a document")).remedy(
                "give one with `--as`: letters, digits, dots, `-` and `_`; `overlay` and `profile` are taken",
            ),
        );
    }
    Ok(())
}

fn fetch(address: &str) -> Result<String, Problem> {
    let failed = |what: String| {
        Problem::new(what)
            .in_file(address)
            .remedy("check the address, or save the page and give the file")
    };
    if !address.starts_with("https://") {
        return Err(failed("only https addresses are fetched".to_owned()));
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|cause| failed(format!("the network cannot be used: {cause}")))?;
    runtime.block_on(async {
        let unreachable = |cause: reqwest::Error| failed(format!("cannot be fetched: {cause}"));
        let client = reqwest::Client::builder()
            .https_only(true)
            .timeout(Duration::from_secs(60))
            .build()
            .map_err(unreachable)?;
        let response = client.get(address).send().await.map_err(unreachable)?;
        let mut response = response.error_for_status().map_err(unreachable)?;
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > MAX_BYTES {
                return Err(failed(format!("is larger than {MAX_BYTES} bytes")));
            }
        }
        String::from_utf8(bytes).map_err(|_| failed("is not UTF-8".to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_of_a_page_is_taken_to_the_byte() {
        let page = "# Page\n\n```sh\ncurl\n```\n\n````yaml get /x\nopenapi: 3.1.0\ninfo: |\n  ```\n  a\n````\nrest\n";
        assert_eq!(
            document_in(page),
            Some("openapi: 3.1.0\ninfo: |\n  ```\n  a\n")
        );
        assert_eq!(document_in("openapi: 3.1.0\n"), None);
    }

    #[test]
    fn a_document_is_called_what_its_source_calls_it() {
        for (source, name) in [
            (
                "https://h.example/reference/get-magic-links.md?x=1.2",
                "get-magic-links",
            ),
            ("../pages/orders.yaml", "orders"),
            ("https://h.example/openapi.json", "openapi"),
        ] {
            assert_eq!(stem(source), name);
        }
        for name in ["", "../x", ".hidden", "overlay", "profile", "a b"] {
            assert!(check_name(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn only_https_is_fetched() {
        let problem = fetch("http://h.example/openapi.json")
            .unwrap_err()
            .to_string();
        assert!(problem.contains("only https"), "{problem}");
    }
}
