//! `regen` ends with a check that the client compiles.

use std::path::Path;

use crate::copy::{Copy, copy_all, repository};

#[test]
fn a_client_that_does_not_compile_is_a_problem_with_its_place() {
    let copy = Copy::new();
    for name in [
        "Cargo.toml",
        "Cargo.lock",
        "README.md",
        "trackstar-api",
        "xtask",
        "tests",
    ] {
        copy_all(&repository().join(name), &copy.path(name));
    }
    let library = "trackstar-api/src/lib.rs";
    let text = copy.read(library) + "\npub use crate::types::NeverDescribed;\n";
    copy.write(library, &text);
    let line = text.lines().count();

    // What was compiled for the workspace needs not be compiled again.
    let target = Path::new(env!("CARGO_BIN_EXE_xtask"))
        .ancestors()
        .nth(2)
        .unwrap();
    let regen = |more: &[&str]| {
        let variables = [("CARGO_TARGET_DIR", target)];
        copy.xtask_with(&[&["regen", "--diff", "none"], more].concat(), &variables)
    };
    let run = regen(&[]);
    assert_eq!(run.code(), 2);
    let says =
        format!("error: {library} at line {line}: the client does not compile: unresolved import");
    assert!(run.stderr().contains(&says), "{}", run.stderr());
    for more in ["--no-verify", "--check"] {
        assert_eq!(regen(&[more]).code(), 0, "{more}");
    }
}
