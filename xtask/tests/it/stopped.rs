//! `cargo xtask regen` stopped in the middle.

use std::process::{Command, Stdio};
use std::time::Duration;

use crate::copy::Copy;

const SEED: &str = "openapi/magic-links.yaml";
const FILES: [&str; 2] = [
    "trackstar-api/openapi-3.0.json",
    "trackstar-api/src/generated.rs",
];

/// A client with a field of this name in the place of `customer_id`.
fn with_field(text: &str, name: &str) -> String {
    text.replacen("customer_id", name, 1)
}

#[test]
fn a_run_that_is_killed_leaves_each_file_old_or_new_and_check_names_what_is_stale() {
    let copy = Copy::new();
    let seed = copy.read(SEED);
    let regen = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command
            .arg("--root")
            .arg(copy.path(""))
            .args(["regen", "--diff", "none"]);
        command.stdout(Stdio::null()).spawn().unwrap()
    };
    let names = ["first_field", "second_field"];
    let texts = names.map(|name| {
        copy.write(SEED, &with_field(&seed, name));
        assert!(regen().wait().unwrap().success());
        FILES.map(|file| copy.read(file))
    });
    for round in 0..12_u64 {
        let next = usize::from(round % 2 == 1);
        copy.write(SEED, &with_field(&seed, names[next]));
        let mut run = regen();
        std::thread::sleep(Duration::from_millis(round * 60));
        run.kill().unwrap();
        run.wait().unwrap();
        let present = FILES.map(|file| copy.read(file));
        let mut stale = Vec::new();
        for (index, file) in FILES.into_iter().enumerate() {
            let is = |which: usize| present[index] == texts[which][index];
            assert!(is(0) || is(1), "{file} is neither old nor new");
            stale.extend((!is(next)).then_some(file));
        }
        let check = copy.xtask(&["regen", "--check", "--diff", "none"]);
        assert_eq!(
            check.code(),
            i32::from(!stale.is_empty()),
            "{}",
            check.stderr()
        );
        for file in stale {
            assert!(check.stderr().contains(file), "{file}: {}", check.stderr());
        }
    }
    // What was written beside the files does not stop the next run.
    assert!(regen().wait().unwrap().success());
    assert_eq!(copy.xtask(&["regen", "--check"]).code(), 0);
}
