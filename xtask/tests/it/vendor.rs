//! `cargo xtask vendor` on copies of the repository.

use crate::copy::Copy;

const SEED: &str = "openapi/magic-links.yaml";

#[test]
fn vendor_takes_a_page_to_the_byte_and_says_when_nothing_changed() {
    let copy = Copy::new();
    let document = copy.read(SEED);
    copy.write(
        "get-magic-links.md",
        &format!("# Get Magic Links\n\n````yaml get /magic-links\n{document}````\n\nmore\n"),
    );
    std::fs::remove_file(copy.path(SEED)).unwrap();
    let arguments = ["vendor", "get-magic-links.md", "--as", "magic-links"];
    let run = copy.xtask(&arguments);
    assert_eq!(run.code(), 0, "{}", run.stderr());
    assert!(
        run.stdout()
            .contains("openapi/magic-links.yaml written, 3915 bytes"),
        "{}",
        run.stdout()
    );
    assert_eq!(copy.read(SEED), document);
    assert!(copy.xtask(&arguments).stdout().contains("nothing changed"));
}

#[test]
fn vendor_takes_json_and_refuses_what_is_no_openapi_document() {
    let copy = Copy::new();
    copy.write(
        "api.json",
        r#"{"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}}"#,
    );
    assert_eq!(copy.xtask(&["vendor", "api.json"]).code(), 0);
    assert_eq!(copy.read("openapi/api.json"), copy.read("api.json"));
    let readme = copy.read("openapi/README.md");
    let row = readme
        .lines()
        .find(|line| line.starts_with("| `api.json` |"));
    let cells: Vec<&str> = row.unwrap().split(" | ").collect();
    assert!(
        cells[1].starts_with("the file `api.json` (sha256 `"),
        "{cells:?}"
    );
    assert_eq!(cells[2].len(), "2026-01-31".len(), "{cells:?}");

    copy.write("page.md", "# A page without a document\n");
    let run = copy.xtask(&["vendor", "page.md"]);
    assert_eq!(run.code(), 2);
    assert!(run.stderr().contains("page.md"), "{}", run.stderr());
    assert!(!copy.path("openapi/page.yaml").exists());
}
