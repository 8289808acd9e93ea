//! Making two clients from two documents, and compiling programs against both.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::copy::repository;

/// The sides of a change.
const SIDES: [&str; 2] = ["old", "new"];
const PROFILE: [&str; 2] = ["--profile", "openapi/profile.yaml"];

/// Two clients, each in a workspace of its own.
pub struct Clients(TempDir);

impl Clients {
    /// Generates them by the pipeline.
    pub fn new(old: &Value, new: &Value) -> Self {
        let clients = Self(TempDir::new().unwrap());
        let overlay = "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions:\n  \
            - {target: $.info, description: none is needed, update: {title: t}}\n";
        clients.write("openapi/overlay.yaml", overlay);
        let repository = repository();
        let profile = std::fs::read_to_string(repository.join("openapi/profile.yaml")).unwrap();
        clients.write("openapi/profile.yaml", &profile);
        let manifest =
            std::fs::read_to_string(repository.join("trackstar-api/Cargo.toml")).unwrap();
        clients.write("trackstar-api/Cargo.toml", &manifest);
        for (side, document) in SIDES.into_iter().zip([old, new]) {
            let file = format!("{side}.json");
            let out = format!("{side}-out");
            clients.write(&file, &document.to_string());
            let arguments = [
                &["regen", "--from", &file, "--out", &out, "--diff", "none"][..],
                &PROFILE,
            ];
            clients.xtask(&arguments.concat());
            clients.workspace(side, &out);
        }
        clients
    }

    /// What `cargo xtask diff` says of them.
    pub fn changes(&self) -> Vec<Value> {
        let arguments = [
            &["diff", "old.json", "new.json", "--format", "json"][..],
            &PROFILE,
        ];
        let report = self.xtask(&arguments.concat());
        let report: Value = serde_json::from_str(&report).unwrap();
        report["changes"].as_array().unwrap().clone()
    }

    /// The programs that do not compile with the old client, and with the new one, each with an error.
    pub fn failing(&self, programs: &[(String, String)]) -> [BTreeMap<String, String>; 2] {
        SIDES.map(|side| {
            let mut failing = BTreeMap::new();
            // A name that is not there hides what the compiler would say of types elsewhere: what fails is taken
            // out, until the rest compiles.
            loop {
                let left = programs
                    .iter()
                    .filter(|(name, _)| !failing.contains_key(name));
                self.write_programs(side, left);
                let found = self.check(side);
                if found.is_empty() {
                    return failing;
                }
                failing.extend(found);
            }
        })
    }

    /// All programs as one crate, a module each.
    fn write_programs<'a>(&self, side: &str, programs: impl Iterator<Item = &'a (String, String)>) {
        let mut library = String::new();
        for (name, user) in programs {
            let text = format!(
                "#![allow(unused)]\nuse trackstar_api::{{*, filter::*, mock::MockServerExt, types::*}};\n\
                 async fn run(client: Client, server: &impl MockServerExt) -> Result<(), Error> {{\n{user}\nOk(())\n}}\n"
            );
            self.write(&format!("{side}/user-{side}/src/{name}.rs"), &text);
            library += &format!("mod {name};\n");
        }
        self.write(&format!("{side}/user-{side}/src/lib.rs"), &library);
    }

    /// The modules with an error.
    fn check(&self, side: &str) -> BTreeMap<String, String> {
        // The dependencies are compiled once, and kept for the next run.
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("classes");
        let mut command = Command::new(env!("CARGO"));
        command
            .args(["check", "--offline", "--quiet", "--package", "user"])
            .arg("--message-format=json")
            .current_dir(self.path(side))
            .env("CARGO_TARGET_DIR", target)
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_INCREMENTAL", "0")
            .env_remove("RUSTFLAGS")
            .stderr(Stdio::piped());
        let output = command.output().unwrap();
        let mut failing: BTreeMap<String, String> = BTreeMap::new();
        let mut seen = false;
        for line in String::from_utf8(output.stdout).unwrap().lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            let name = line["target"]["name"].as_str().unwrap_or_default();
            seen |= name == "trackstar_api" && line["reason"] == "compiler-artifact";
            let message = &line["message"];
            if message["level"] != "error" {
                continue;
            }
            let text = message["rendered"].as_str().unwrap_or_default();
            assert_ne!(name, "trackstar_api", "{text}");
            // The last message counts the errors, and has no place.
            let spans = message["spans"].as_array().unwrap().iter();
            let primary = spans.filter(|span| span["is_primary"] == true);
            for file in primary.filter_map(|span| span["file_name"].as_str()) {
                let module = Path::new(file).file_stem().unwrap().to_str().unwrap();
                failing
                    .entry(module.to_owned())
                    .or_insert_with(|| text.to_owned());
            }
        }
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(seen, "the client was not compiled: {stderr}");
        assert_eq!(output.status.success(), failing.is_empty(), "{stderr}");
        failing
    }

    /// A workspace with the client and the programs.
    fn workspace(&self, side: &str, out: &str) {
        let repository = repository();
        let root = std::fs::read_to_string(repository.join("Cargo.toml")).unwrap();
        let members = "members = [\"trackstar-api\", \"xtask\", \"tests\"]";
        let default_members = "default-members = [\"trackstar-api\"]";
        let path = "path = \"trackstar-api\"";
        for part in [members, default_members, path] {
            assert!(root.contains(part), "{root}");
        }
        // Cargo tells packages apart by their paths within a workspace: the two share a target folder.
        let root = root
            .replace(
                members,
                &format!("members = [\"client-{side}\", \"user-{side}\"]"),
            )
            .replace(
                default_members,
                &format!("default-members = [\"client-{side}\"]"),
            )
            .replace(path, &format!("path = \"client-{side}\""));
        self.write(&format!("{side}/Cargo.toml"), &root);
        for file in ["Cargo.lock", "README.md", "LICENSE-MIT"] {
            std::fs::copy(repository.join(file), self.path(&format!("{side}/{file}"))).unwrap();
        }
        copy(
            &repository.join("trackstar-api"),
            &self.path(&format!("{side}/client-{side}")),
        );
        for (from, to) in [
            ("openapi-3.0.json", "openapi-3.0.json"),
            ("generated.rs", "src/generated.rs"),
        ] {
            let to = self.path(&format!("{side}/client-{side}/{to}"));
            std::fs::copy(self.path(&format!("{out}/{from}")), to).unwrap();
        }
        let manifest = "[package]\nname = \"user\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
            [dependencies.trackstar-api]\nworkspace = true\nfeatures = [\"mock\", \"rustls\", \"webhooks\"]\n";
        self.write(&format!("{side}/user-{side}/Cargo.toml"), manifest);
    }

    fn xtask(&self, arguments: &[&str]) -> String {
        crate::copy::xtask(self.0.path(), arguments).succeeded()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}
