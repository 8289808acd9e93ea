//! A small repository with a history, to run xtask on.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::copy::{Run, without_hooks, xtask};

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
pub const OVERLAY: &str = "overlay: 1.0.0
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
pub const CHANGELOG: &str = "# Changelog\n\n## Unreleased\n\n- By hand.\n\n## 0.1.0\n\n- First.\n";

pub struct Repository(TempDir);

impl Repository {
    pub fn root(&self) -> &Path {
        self.0.path()
    }

    /// With a client, and one commit.
    pub fn new() -> Self {
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

    pub fn commit(&self) {
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

    pub fn git(&self, arguments: &[&str]) {
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

    pub fn run(&self, arguments: &[&str]) -> Run {
        xtask(self.0.path(), arguments)
    }

    pub fn xtask(&self, arguments: &[&str]) -> String {
        self.run(arguments).succeeded()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        std::fs::write(self.path(name), text).unwrap();
    }

    pub fn change(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{name} has no {from:?}: {text}");
        self.write(name, &text.replace(from, to));
    }
}

/// Its document.
pub const LINKS: &str = "openapi/links.yaml";
