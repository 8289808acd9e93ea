//! `cargo xtask diff` and `regen --changelog` on a small repository with a history.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

const DOCUMENT: &str = "openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /links:
    get:
      security: [{key: []}]
      responses:
        '200':
          description: ok
          content: {application/json: {schema: {$ref: '#/components/schemas/Link'}}}
components:
  schemas:
    Link:
      type: object
      properties:
        url: {type: string}
        # more
";
const PROFILE: &str = include_str!("../../../openapi/profile.yaml");
const OVERLAY: &str = "overlay: 1.0.0
info: {title: t, version: '1'}
actions:
  - target: $.paths.*.*
    description: The key has a name.
    update: {security: [{api_key: []}]}
  - target: $.paths.*.*.security[0]
    description: It is another one.
    remove: true
";
const README: &str = "| document | source | taken | kind |\n| --- | --- | --- | --- |\n\n\
    <!-- coverage: written by `cargo xtask regen` -->\n<!-- end of coverage -->\n";
const CHANGELOG: &str = "# Changelog\n\n## Unreleased\n\n- By hand.\n\n## 0.1.0\n\n- First.\n";

struct Repository(TempDir);

impl Repository {
    /// With a client, and one commit.
    fn new() -> Self {
        let repository = Self(TempDir::new().unwrap());
        for (name, text) in [
            ("openapi/links.yaml", DOCUMENT),
            ("openapi/overlay.yaml", OVERLAY),
            ("openapi/profile.yaml", PROFILE),
            ("openapi/README.md", README),
            ("CHANGELOG.md", CHANGELOG),
            (
                "trackstar-api/Cargo.toml",
                "[package]\nname = \"trackstar-api\"\nversion = \"0.1.0\"\n",
            ),
            ("trackstar-api/src/lib.rs", ""),
        ] {
            repository.write(name, text);
        }
        repository.xtask(&["regen", "--diff", "none"]);
        repository.git(&["init", "--quiet"]);
        repository.commit();
        repository
    }

    fn commit(&self) {
        self.git(&["add", "--all"]);
        let identity = [
            "-c",
            "user.name=n",
            "-c",
            "user.email=e",
            "-c",
            "commit.gpgsign=false",
        ];
        self.git(&[&identity[..], &["commit", "--quiet", "--message", "m"]].concat());
    }

    fn git(&self, arguments: &[&str]) {
        let mut command = without_hooks(Command::new("git"));
        let output = command
            .arg("-C")
            .arg(self.0.path())
            .args(arguments)
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {stderr}");
    }

    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let mut command = without_hooks(Command::new(env!("CARGO_BIN_EXE_xtask")));
        command.arg("--root").arg(self.0.path()).args(arguments);
        let output = command.current_dir(self.0.path()).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (
            output.status.code().unwrap(),
            text(output.stdout),
            text(output.stderr),
        )
    }

    fn xtask(&self, arguments: &[&str]) -> String {
        let (code, stdout, stderr) = self.run(arguments);
        assert_eq!(code, 0, "{arguments:?}: {stderr}");
        stdout
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        std::fs::write(self.path(name), text).unwrap();
    }

    fn change(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{name} has no {from:?}: {text}");
        self.write(name, &text.replace(from, to));
    }
}

/// A hook of git, which may run these tests, says which repository is meant: another one.
fn without_hooks(mut command: Command) -> Command {
    for name in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_PREFIX"] {
        command.env_remove(name);
    }
    command
}

const LINKS: &str = "openapi/links.yaml";

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
        let (code, _, stderr) = repository.run(&["diff", "--", asked, "openapi"]);
        assert_eq!(code, 2, "{asked}: {stderr}");
        assert!(
            stderr.contains("neither a file, nor a folder, nor a git revision"),
            "{stderr}"
        );
        assert!(stderr.contains("what to do: "), "{stderr}");
    }
    repository.git(&["rm", "-r", "--quiet", "openapi"]);
    repository.commit();
    let (code, _, stderr) = repository.run(&["diff", "HEAD", "HEAD~1"]);
    assert_eq!(code, 2);
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
        "Breaking, and not explained by a change of the documents:\n  - types::Link.url: Option < i32 >\n",
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
    assert!(
        generator.contains("Gone or changed:\n\n- `types::Link.url: Option < i32 >`"),
        "{generator}"
    );
    assert!(
        generator.contains("New or changed:\n\n- `types::Link.url: Option < String >`"),
        "{generator}"
    );
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
