//! `cargo xtask regen` stopped half-way, and two of it at once.

#![allow(clippy::unwrap_used, reason = "fixtures of tests may unwrap")]

use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use fs4::FileExt;
use tempfile::TempDir;

fn document(field: &str) -> String {
    format!(
        "openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths:\n  /orders:\n    get:\n      responses:\n        \
         '200': {{description: ok, content: {{application/json: {{schema: {{type: object, properties: \
         {{{field}: {{type: string}}}}}}}}}}}}\n"
    )
}

fn regen(folder: &Path, document: &str) -> Command {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.arg("--root").arg(repository).current_dir(folder);
    command.args([
        "regen", "--from", document, "--out", "out", "--diff", "none",
    ]);
    command
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A folder with two documents, and the client of the first.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, field) in [("old.yaml", "old_field"), ("new.yaml", "new_field")] {
        std::fs::write(folder.path().join(name), document(field)).unwrap();
    }
    let run = regen(folder.path(), "old.yaml").output().unwrap();
    assert!(run.status.success(), "{}", stderr(&run));
    folder
}

#[test]
fn of_two_runs_at_once_the_second_says_so_and_changes_nothing() {
    let folder = folder();
    let lock = folder.path().join("out/.regen/lock");
    let lock = std::fs::File::options().write(true).open(lock).unwrap();
    FileExt::lock(&lock).unwrap();
    let run = regen(folder.path(), "new.yaml").output().unwrap();
    assert_eq!(run.status.code(), Some(2));
    assert!(stderr(&run).contains("another `cargo xtask` is changing these files"));
    let code = folder.path().join("out/generated.rs");
    assert!(
        std::fs::read_to_string(&code)
            .unwrap()
            .contains("old_field")
    );

    drop(lock);
    assert!(regen(folder.path(), "new.yaml").status().unwrap().success());
    assert!(
        std::fs::read_to_string(&code)
            .unwrap()
            .contains("new_field")
    );
}

#[test]
fn a_run_that_is_killed_leaves_both_files_old_or_both_new() {
    let folder = folder();
    let out = folder.path().join("out");
    let mut is_old = true;
    for round in 0..24 {
        let next = if is_old { "new.yaml" } else { "old.yaml" };
        let mut run = regen(folder.path(), next).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(round * 6));
        run.kill().unwrap();
        run.wait().unwrap();
        let fields = ["openapi-3.0.json", "generated.rs"].map(|name| {
            let text = std::fs::read_to_string(out.join(name)).unwrap();
            (text.contains("old_field"), text.contains("new_field"))
        });
        // Half-way only where the journal says that the next run finishes it.
        let is_journaled = out.join(".regen/journal.json").exists();
        assert!(fields[0] == fields[1] || is_journaled, "{fields:?}");
        assert!(fields.iter().all(|(old, new)| old != new), "{fields:?}");
        is_old = fields[0].0;
    }
    // No lock is left behind by those that were killed.
    let run = regen(folder.path(), "new.yaml").output().unwrap();
    assert!(run.status.success(), "{}", stderr(&run));
    assert_eq!(std::fs::read_dir(out.join(".regen")).unwrap().count(), 1);
}
