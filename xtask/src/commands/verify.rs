//! Whether a client compiles with all features: the last step of `regen`.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::input::{Problem, Problems};
use crate::repository::workspace::{CODE, LOWERED, MANIFEST, Workspace};

/// Features that do not go together with the others, or that generate the client once more.
const LEFT_OUT: [&str; 4] = ["codegen", "default", "native-tls", "rustls-no-provider"];
const LIBRARY: &str = "trackstar-api/src/lib.rs";
/// How many lines of what cargo says are shown.
const SHOWN: usize = 10;

/// Checks the client of the repository, as it is there.
pub fn in_place(workspace: &Workspace) -> Result<(), Problem> {
    if !workspace.root().join(LIBRARY).exists() {
        eprintln!("note: not compiled, since {LIBRARY} is not there");
        return Ok(());
    }
    check(workspace.root(), &features(workspace)?, &[])
}

/// Checks the client of the repository with other generated files, in a copy below its `target`.
pub fn elsewhere(workspace: &Workspace, lowered: &str, code: &str) -> Result<(), Problem> {
    let copy = workspace.root().join("target/verify");
    copy_client(workspace.root(), &copy)?;
    for (path, text) in [(LOWERED, lowered), (CODE, code)] {
        let path = copy.join(path);
        std::fs::write(&path, text).map_err(|cause| Problem::io(&path, "written", cause))?;
    }
    let target = workspace.root().join("target");
    check(
        &copy,
        &features(workspace)?,
        &[("CARGO_TARGET_DIR", &target)],
    )
}

/// Copies the client alone, as a workspace of its own.
pub fn copy_client(root: &Path, to: &Path) -> Result<(), Problem> {
    let into = |name: &str| {
        let (from, to) = (root.join(name), to.join(name));
        copy_all(&from, &to).map_err(|cause| Problem::io(&from, "copied", cause))
    };
    ["Cargo.lock", "README.md", "trackstar-api"]
        .into_iter()
        .try_for_each(into)?;
    let path = root.join("Cargo.toml");
    let manifest =
        std::fs::read_to_string(&path).map_err(|cause| Problem::io(&path, "read", cause))?;
    let mut manifest: toml_edit::DocumentMut = manifest.parse().map_err(|cause| {
        Problem::new(format!("this is not TOML: {cause}")).in_file("Cargo.toml")
    })?;
    manifest["workspace"]["members"] =
        toml_edit::value(toml_edit::Array::from_iter(["trackstar-api"]));
    let path = to.join("Cargo.toml");
    std::fs::write(&path, manifest.to_string())
        .map_err(|cause| Problem::io(&path, "written", cause))
}

fn copy_all(from: &Path, to: &Path) -> std::io::Result<()> {
    if !from.is_dir() {
        std::fs::create_dir_all(to.parent().unwrap_or(to))?;
        return std::fs::copy(from, to).map(drop);
    }
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let name = entry?.file_name();
        copy_all(&from.join(&name), &to.join(&name))?;
    }
    Ok(())
}

/// All features of the client that go together.
fn features(workspace: &Workspace) -> Result<String, Problem> {
    let manifest = workspace.committed_text(MANIFEST)?;
    let manifest: toml_edit::DocumentMut = manifest
        .parse()
        .map_err(|cause| Problem::new(format!("this is not TOML: {cause}")).in_file(MANIFEST))?;
    let features = manifest.get("features").and_then(toml_edit::Item::as_table);
    let names = features
        .into_iter()
        .flat_map(|table| table.iter().map(|(name, _)| name));
    let names: Vec<&str> = names.filter(|name| !LEFT_OUT.contains(name)).collect();
    Ok(names.join(","))
}

fn check(root: &Path, features: &str, variables: &[(&str, &PathBuf)]) -> Result<(), Problem> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()))
        .current_dir(root)
        .args(["check", "--quiet", "--lib", "--package", "trackstar-api"])
        .args(["--message-format", "json", "--no-default-features"])
        .args(["--features", features])
        .envs(variables.iter().copied())
        .output()
        .map_err(|cause| {
            Problem::new(format!("cargo cannot be started: {cause}"))
                .remedy("install it, or do without the check: `--no-verify`")
        })?;
    if output.status.success() {
        return Ok(());
    }
    let code = std::fs::read_to_string(root.join(CODE)).unwrap_or_default();
    let messages = String::from_utf8_lossy(&output.stdout);
    let mut problems = Problems::default();
    for message in messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
    {
        let error = &message["message"];
        if error["level"] == "error" && error["spans"].as_array().is_some_and(|it| !it.is_empty()) {
            problems.add(problem(error, &code));
        }
    }
    problems.result()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let said: Vec<&str> = said.lines().take(SHOWN).collect();
    Err(Problem::new(format!(
        "whether the client compiles cannot be checked: {}",
        said.join("\n  ")
    ))
    .remedy("see what cargo says; `--no-verify` does without the check"))
}

/// An error of the compiler, with the item of the generated file that it is about.
fn problem(error: &Value, code: &str) -> Problem {
    let spans = error["spans"].as_array().into_iter().flatten();
    // What a macro writes is at the place where the macro is called.
    let calls = spans.flat_map(|span| {
        std::iter::successors(Some(span), |span| {
            Some(&span["expansion"]["span"]).filter(|it| it.is_object())
        })
    });
    let places: Vec<(&str, usize)> = calls
        .filter_map(|span| {
            let line = usize::try_from(span["line_start"].as_u64()?).ok()?;
            Some((span["file_name"].as_str()?, line))
        })
        .collect();
    let message = error["message"].as_str().unwrap_or_default();
    match places.iter().find(|(file, _)| CODE.ends_with(file) || file.ends_with(CODE)) {
        Some((_, line)) => Problem::new(format!(
            "{} does not compile: {message}",
            item(code, *line)
        ))
        .in_file(CODE)
        .at_place(format!("line {line}"))
        .remedy(
            "this is a fault of the generator: fix trackstar-api/build or xtask/src/lower, with the document as a \
             test; until then correct the document by an overlay",
        ),
        None => {
            let (file, line) = places.first().copied().unwrap_or((CODE, 0));
            Problem::new(format!("the client does not compile: {message}"))
                .in_file(file)
                .at_place(format!("line {line}"))
                .remedy("the document changed what this code uses: fix it by hand")
        }
    }
}

/// The item that a line of code belongs to, by its name.
fn item(code: &str, line: usize) -> String {
    const STARTS: [&str; 5] = ["pub struct ", "pub enum ", "pub fn ", "impl ", "pub mod "];
    let lines: Vec<&str> = code.lines().take(line).collect();
    let start = lines.iter().rev().find_map(|line| {
        let line = line.trim_start();
        STARTS.iter().find_map(|start| line.strip_prefix(start))
    });
    let name = start.unwrap_or_default().split(['(', '<', '{', ';']).next();
    format!("`{}`", name.unwrap_or_default().trim())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_error_of_the_compiler_names_the_item_and_what_a_macro_wrote_its_call() {
        let code = "pub mod types {\n    pub struct Order {\n        pub id: Strin,\n    }\n}\n";
        let at = |file: &str, line: u64| json!({"file_name": file, "line_start": line, "expansion": null});
        let mut in_macro = at("trackstar-api/src/model/record.rs", 7);
        in_macro["expansion"] = json!({"span": at("trackstar-api/src/generated.rs", 3)});
        for span in [at("trackstar-api/src/generated.rs", 3), in_macro] {
            let error = json!({"message": "cannot find type `Strin`", "spans": [span]});
            let problem = problem(&error, code).to_string();
            let says = "trackstar-api/src/generated.rs at line 3: `Order` does not compile: cannot find type `Strin`";
            assert!(problem.starts_with(says), "{problem}");
        }
        let by_hand =
            json!({"message": "no such type", "spans": [at("trackstar-api/src/lib.rs", 9)]});
        let problem = problem(&by_hand, code).to_string();
        assert!(
            problem.starts_with("trackstar-api/src/lib.rs at line 9: "),
            "{problem}"
        );
    }
}
