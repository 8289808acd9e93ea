//! `cargo xtask diff` and `regen --changelog` on a small repository with a history.

use serde_json::Value;

use crate::repository::{CHANGELOG, LINKS, OVERLAY, Repository};

#[test]
fn revisions_folders_and_documents_are_compared_alike() {
    let repository = Repository::new();
    repository.change(LINKS, "# more", "customer: {type: string}");
    let expected = "1 change: 1 additive\nAdditive:\n  \
        + type Link: field customer (Option<String>, optional)\n      reached by list_links\n\
        trackstar-api 0.1.0 → 0.1.1, since the most severe change is additive\n";
    for new in ["openapi", "openapi/", "openapi/links.yaml"] {
        assert_eq!(repository.xtask(&["diff", "HEAD", new]), expected);
    }
    repository.commit();
    repository.git(&["tag", "v9"]);
    assert_eq!(repository.xtask(&["diff", "HEAD~1", "v9"]), expected);
    assert!(
        repository
            .xtask(&["diff", "v9", "openapi"])
            .starts_with("nothing changed\n")
    );

    let markdown = repository.xtask(&["diff", "HEAD~1", "HEAD", "--format", "markdown"]);
    let line = "- `+ type Link: field customer (Option<String>, optional)` (reached by list_links)";
    assert!(
        markdown.contains("### Additive\n") && markdown.contains(line),
        "{markdown}"
    );
    let json = repository.xtask(&["diff", "HEAD", "HEAD~1", "--format", "json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["format"], 1);
    assert_eq!(json["version"]["next"], "0.2.0");
    assert_eq!(json["changes"][0]["class"], "breaking");
    assert_eq!(json["changes"][0]["old_name"], "customer");
    assert_eq!(json["changes"][0]["reached_by"][0], "list_links");
}

#[test]
fn a_class_can_fail_the_run() {
    let repository = Repository::new();
    let fails = |class: &str| {
        let run = repository.run(&["diff", "HEAD", "openapi", "--fail-on", class]);
        assert!(run.stdout().contains("change"), "{}", run.stderr());
        run.code() == 1
    };
    let with = |field: &str| {
        repository.git(&["checkout", "--", "openapi"]);
        repository.change(LINKS, "url: {type: string}", field);
        ["breaking", "additive", "behaviour", "text"].map(fails)
    };
    for (field, expected) in [
        ("url: {type: integer}", [true, true, true, true]),
        (
            "url: {type: string}\n        more: {type: string}",
            [false, true, true, true],
        ),
        (
            "url: {type: string, maxLength: 9}",
            [false, false, true, true],
        ),
        (
            "url: {type: string, description: d}",
            [false, false, false, true],
        ),
    ] {
        assert_eq!(with(field), expected, "{field}");
    }
    let help = repository.run(&["diff", "--help"]);
    assert!(help.stdout().contains("Exit code: 0"), "{}", help.stdout());
}

#[test]
fn a_report_in_json_is_json_and_nothing_else() {
    let repository = Repository::new();
    repository.change(LINKS, "# more", "customer: {type: string}");
    for arguments in [
        &["diff", "HEAD", "openapi"][..],
        &["regen", "--check", "--timings", "--diff", "full"],
        &["regen", "--changelog", "--timings"],
    ] {
        let run = repository.run(&[arguments, &["--format", "json"]].concat());
        let report: Value = serde_json::from_str(run.stdout()).unwrap();
        assert_eq!(report["changes"][0]["name"], "customer", "{arguments:?}");
    }
}

#[test]
fn every_report_counts_the_version_from_the_last_release() {
    let repository = Repository::new();
    repository.git(&["tag", "v0.1.0"]);
    repository.change(LINKS, "url: {type: string}", "url: {type: integer}");
    repository.xtask(&["regen"]);
    repository.commit();
    repository.change(LINKS, "# more", "customer: {type: string}");
    let advice = "0.1.0 → 0.2.0, since the most severe change after v0.1.0 is breaking";
    for arguments in [
        &["diff", "HEAD", "openapi"][..],
        &["diff", "v0.1.0", "openapi"],
        &["regen", "--diff", "none"],
        &["regen", "--diff", "none", "--changelog"],
        &["regen", "--check", "--diff", "none"],
    ] {
        let report = repository.xtask(arguments);
        assert!(report.contains(advice), "{arguments:?}: {report}");
    }
    // Documents that are no state of this repository are counted from each other.
    let path = repository.root().join("other.yaml");
    let text = repository
        .read(LINKS)
        .replace("security: [{key: []}]", "security: []");
    std::fs::write(&path, text).unwrap();
    let report = repository.xtask(&["diff", "other.yaml", "other.yaml"]);
    assert!(report.contains("no new version is due"), "{report}");
}

#[test]
fn documents_that_differ_are_never_said_to_be_the_same() {
    let repository = Repository::new();
    repository.change(LINKS, "# more", "");
    let link = "Link:";
    repository.change(
        LINKS,
        link,
        &format!("Unused: {{type: string}}\n    {link}"),
    );
    let report = repository.xtask(&["diff", "HEAD", "openapi"]);
    for says in [
        "the documents changed, the client did not\n",
        "+ /components/schemas/Unused/type: \"string\"\n",
    ] {
        assert!(report.contains(says), "{report}");
    }
    let report = repository.xtask(&["diff", "HEAD", "openapi", "--format", "json"]);
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["unseen"][0]["at"], "/components/schemas/Unused/type");
}

#[test]
fn a_revision_is_read_with_its_own_corrections() {
    let repository = Repository::new();
    let more = "  - target: $.components.schemas.Link.properties.url\n    description: It is a number.\n    update: {type: integer}\n";
    repository.write("openapi/overlay.yaml", &format!("{OVERLAY}{more}"));
    let text = repository.xtask(&["diff", "HEAD", "openapi"]);
    assert!(
        text.contains("field url: type: Option<String> → Option<i64>"),
        "{text}"
    );
}

#[test]
fn what_is_neither_a_file_nor_a_revision_is_refused_with_a_remedy() {
    let repository = Repository::new();
    for asked in ["no-such-revision", "-x", ""] {
        let run = repository.run(&["diff", "--", asked, "openapi"]);
        let stderr = run.stderr();
        assert_eq!(run.code(), 2, "{asked}: {stderr}");
        assert!(
            stderr.contains("neither a file, nor a folder, nor a git revision"),
            "{stderr}"
        );
        assert!(stderr.contains("what to do: "), "{stderr}");
    }
    repository.git(&["rm", "-r", "--quiet", "openapi"]);
    repository.commit();
    let run = repository.run(&["diff", "HEAD", "HEAD~1"]);
    let stderr = run.stderr();
    assert_eq!(run.code(), 2);
    assert!(
        stderr.contains("HEAD:openapi: there is no document"),
        "{stderr}"
    );
}

#[test]
fn the_changelog_lists_what_changed_since_the_last_release_however_often_it_is_written() {
    let repository = Repository::new();
    repository.git(&["tag", "v0.1.0"]);
    assert!(
        repository
            .xtask(&["regen", "--changelog"])
            .contains("no new version is due")
    );
    assert_eq!(repository.read("CHANGELOG.md"), CHANGELOG);

    repository.change(LINKS, "# more", "customer: {type: string}");
    let report = repository.xtask(&["regen", "--changelog", "--diff", "none"]);
    assert!(report.contains("trackstar-api 0.1.0 → 0.1.1"), "{report}");
    let once = repository.read("CHANGELOG.md");
    let line = "New:\n\n- `+ type Link: field customer (Option<String>, optional)` (reached by list_links)\n";
    assert!(once.contains("### API\n") && once.contains(line), "{once}");
    assert!(!once.contains("### Generator"), "{once}");
    repository.xtask(&["regen", "--changelog"]);
    assert_eq!(repository.read("CHANGELOG.md"), once);

    // Another week, another change: both are listed.
    repository.commit();
    repository.change("CHANGELOG.md", "- By hand.", "- By another hand.");
    repository.change(LINKS, "url: {type: string}", "url: {type: integer}");
    repository.xtask(&["regen", "--changelog"]);
    let twice = repository.read("CHANGELOG.md");
    assert!(
        twice.contains(line) && twice.contains("ask for version 0.2.0"),
        "{twice}"
    );
    assert!(
        twice.contains(
            "Breaking:\n\n- `~ type Link: field url: type: Option<String> → Option<i64>`"
        ),
        "{twice}"
    );
    assert!(
        twice.starts_with("# Changelog\n\n## Unreleased\n\n- By another hand.\n"),
        "{twice}"
    );
    assert!(twice.ends_with("\n\n## 0.1.0\n\n- First.\n"), "{twice}");
}

#[test]
fn changes_of_the_generator_are_listed_apart_from_those_of_the_api() {
    let repository = Repository::new();
    let code = "trackstar-api/src/generated.rs";
    // An older generator wrote another type, and other code inside.
    repository.change(code, "pub url: Option<String>", "pub url: Option<i32>");
    repository.commit();
    repository.change(LINKS, "# more", "customer: {type: string}");
    let report = repository.xtask(&["regen", "--changelog", "--diff", "none"]);
    for says in [
        "Breaking, and not explained by a change of the documents:\n  ~ type Link: field url: type: Option<i32> → Option<String>\n",
        "trackstar-api 0.1.0 → 0.2.0, since the most severe change is breaking",
    ] {
        assert!(report.contains(says), "{report}");
    }
    let changelog = repository.read("CHANGELOG.md");
    let (api, generator) = changelog.split_once("### Generator\n").unwrap();
    assert!(
        api.contains("field customer") && !api.contains("url"),
        "{api}"
    );
    let line = "Breaking:\n\n- `~ type Link: field url: type: Option<i32> → Option<String>`";
    assert!(generator.contains(line), "{generator}");
    assert!(!generator.contains("customer"), "{generator}");
}

#[test]
fn the_report_of_regen_comes_in_the_same_formats() {
    let repository = Repository::new();
    repository.change(
        LINKS,
        "url: {type: string}",
        "url: {type: string, maxLength: 9}",
    );
    let markdown = repository.xtask(&["regen", "--format", "markdown"]);
    for says in [
        "### Behaviour\n",
        "field url: maxLength: none → 9`",
        "## Client\n",
        "0.1.0 → 0.1.1",
    ] {
        assert!(markdown.contains(says), "{markdown}");
    }
    let json = repository.xtask(&["regen", "--format", "json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["changes"], Value::Array(Vec::new()));
}
