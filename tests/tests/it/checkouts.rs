//! The repository works where it is checked out: with carriage returns by default, and with the tools of macOS.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap().to_owned()
}

fn run(folder: &Path, program: &str, arguments: &[impl AsRef<OsStr>]) -> String {
    let mut command = Command::new(program);
    // A hook runs tests with these set, which lead elsewhere.
    for name in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"] {
        command.env_remove(name);
    }
    let output = command
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_is_compared_byte_for_byte_has_the_same_bytes_in_a_checkout_with_carriage_returns() {
    let folder = tempfile::tempdir().unwrap();
    let git = |arguments: &[&str]| run(folder.path(), "git", arguments);
    git(&["init", "--quiet"]);
    git(&["config", "core.autocrlf", "true"]);
    let names = [
        ".gitattributes",
        ".ci/run",
        "CHANGELOG.md",
        "openapi/README.md",
        "openapi/magic-links.yaml",
        "trackstar-api/openapi-3.0.json",
        "trackstar-api/src/generated.rs",
    ];
    // As documents are that come from Windows.
    let foreign = "openapi/foreign.yaml";
    for name in names {
        let copy = folder.path().join(name);
        std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
        std::fs::copy(root().join(name), copy).unwrap();
    }
    std::fs::write(folder.path().join(foreign), "openapi: 3.1.0\r\n").unwrap();
    git(&["add", "--all"]);
    for name in names.iter().chain([&foreign]) {
        std::fs::remove_file(folder.path().join(name)).unwrap();
    }
    git(&["checkout-index", "--all"]);
    for name in names {
        let checked_out = std::fs::read(folder.path().join(name)).unwrap();
        assert!(
            checked_out == std::fs::read(root().join(name)).unwrap(),
            "{name}"
        );
        assert!(!checked_out.contains(&b'\r'), "{name}");
    }
    let foreign = std::fs::read(folder.path().join(foreign)).unwrap();
    assert_eq!(foreign, b"openapi: 3.1.0\r\n");
}

#[test]
fn ci_runs_with_bash_3_and_the_tools_of_bsd() {
    run(&root(), "bash", &["-n", ".ci/run"]);
    let script = std::fs::read_to_string(root().join(".ci/run")).unwrap();
    // What only later versions of bash, or only GNU's tools, understand.
    for (number, line) in script.lines().enumerate() {
        for unknown in [
            "%(",
            ",,}",
            "^^}",
            "mapfile",
            "readarray",
            "coproc",
            "declare -A",
            "local -n",
            "wait -n",
            "&>>",
            "|&",
            "@Q}",
            "[[ -v",
            "globstar",
            "EPOCH",
            "cp --",
            "cp -al",
            "cp -t",
            " -t ",
            "sed -i",
            "sed -r",
            "readlink -f",
            "realpath",
            "date -d",
            "grep -P",
            "xargs -r",
            "stat -c",
            "head -c -",
            "mktemp --",
            "--null-data",
            "sort -V",
            "nproc",
            "timeout ",
        ] {
            assert!(!line.contains(unknown), "line {}: {unknown}", number + 1);
        }
        // An empty array is unset for it.
        assert!(!line.contains("[@]}"), "line {}: an array", number + 1);
    }
}
