//! `cargo xtask vendor`: takes a document from the vendor into `openapi/`, unchanged.

mod change;
mod page;
mod same;

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use chrono::{NaiveDate, Utc};

use crate::input::{Document, Problem};
use crate::repository::vendored::{Taken, published};
use crate::repository::workspace::{README, Workspace};

/// The largest document that is taken.
const MAX_BYTES: usize = 64 << 20;

/// What to take.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// A documentation page in Markdown, or an OpenAPI document in YAML or JSON: a file or an https address
    #[arg(value_name = "PAGE_OR_FILE_OR_URL")]
    source: String,
    /// What to call it in openapi/, without an ending
    ///
    /// By default what the document is called there that is plainly the same one: of the same address, or of the same
    /// title and most of the same operations. A new one is called what the source calls it.
    #[arg(long = "as", value_name = "NAME")]
    name: Option<String>,
    /// When the vendor published it: 2026-01-31, or less exactly. Of two documents that say something of the same
    /// operation or schema, the later one counts
    ///
    /// By default the date in the name of the source, or else today.
    #[arg(long, value_name = "DATE", value_parser = date)]
    date: Option<String>,
}

/// Takes the document, and says what it changes and what to do next.
pub fn run(workspace: &Workspace, options: &Options) -> Result<(), Problem> {
    let source = &options.source;
    let text = if source.contains("://") {
        fetch(source)?
    } else {
        let path = PathBuf::from(source);
        std::fs::read_to_string(&path).map_err(|cause| Problem::io(&path, "read", cause))?
    };
    let text = page::document_in(&text, source)?;
    let document = Document::parse_openapi(text, source)?;
    let readme = std::fs::read_to_string(workspace.root().join(README))
        .map_err(|cause| Problem::io(&workspace.root().join(README), "read", cause))?;

    let present = same::present(workspace)?;
    let name = match &options.name {
        Some(name) => name.clone(),
        None => same::name(
            &document.value,
            source,
            stem(source),
            &present,
            &published(&readme),
        )?,
    };
    check_name(&name)?;
    let ending = if text
        .trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with('{')
    {
        "json"
    } else {
        "yaml"
    };
    let file = format!("{name}.{ending}");
    let replaced = present
        .iter()
        .find(|present| same::stem(&present.file) == name);
    let today = || Utc::now().format("%Y-%m-%d").to_string();
    let date = options
        .date
        .clone()
        .or_else(|| dated(source))
        .unwrap_or_else(today);
    let taken = Taken {
        file: &file,
        replaces: replaced.map_or(&file, |replaced| &replaced.file),
        source,
        date: &date,
        text,
    };
    let fresh = taken.record(&readme).ok_or_else(|| {
        Problem::new("there is no table of the documents")
            .in_file(README)
            .remedy("start one with `| document | source | taken | kind |`")
    })?;
    let is_same = replaced.is_some_and(|replaced| replaced.file == file && replaced.text == text);
    if is_same {
        let known = if fresh == readme {
            "nothing changed"
        } else {
            "its source is now in openapi/README.md"
        };
        workspace.write(&[(README, &fresh)])?;
        say(&format!(
            "openapi/{file} is that document already: {known}\n"
        ));
        return Ok(());
    }
    workspace.write(&[(&format!("openapi/{file}"), text), (README, &fresh)])?;
    if let Some(replaced) = replaced {
        if replaced.file != file {
            let path = workspace.openapi().join(&replaced.file);
            std::fs::remove_file(&path).map_err(|cause| Problem::io(&path, "removed", cause))?;
        }
        say(&change::text(&replaced.document.value, &document.value));
    }
    say(&format!(
        "openapi/{file} written, {} bytes; source, date and hash are in openapi/README.md. Now run: \
         cargo xtask regen\n",
        text.len()
    ));
    Ok(())
}

fn say(text: &str) {
    // A reader that closed the pipe needs no more.
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// Whether a text is a date, or the start of one.
fn date(text: &str) -> Result<String, String> {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    let is_date = matches!(lengths[..], [4] | [4, 2] | [4, 2, 2])
        && text.chars().all(|c| c.is_ascii_digit() || c == '-');
    let problem = || "write it as 2026-01-31, 2026-01 or 2026".to_owned();
    is_date.then(|| text.to_owned()).ok_or_else(problem)
}

/// The date in the name of a source.
fn dated(source: &str) -> Option<String> {
    let name = stem(source);
    let starts = name.char_indices().map(|(start, _)| start);
    let mut found = starts.filter_map(|start| name.get(start..start + 10));
    let is_day =
        |text: &&str| date(text).is_ok() && NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok();
    found.find(is_day).map(str::to_owned)
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
    fn a_document_is_as_of_the_date_in_its_name() {
        for (source, found) in [
            ("../pages/openapi-2025-10-13.json", Some("2025-10-13")),
            ("2025-10-13-é.yaml", Some("2025-10-13")),
            ("openapi-2025-13-45.json", None),
            ("https://h.example/openapi.json", None),
        ] {
            assert_eq!(dated(source).as_deref(), found, "{source}");
        }
        for (text, is_date) in [
            ("2026", true),
            ("2026-01", true),
            ("2026-01-31", true),
            ("26-1", false),
            ("", false),
        ] {
            assert_eq!(date(text).is_ok(), is_date, "{text}");
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
