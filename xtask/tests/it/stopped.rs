//! `cargo xtask regen` stopped in the middle.

use std::process::{Command, Stdio};
use std::time::Duration;

use crate::repository::{LINKS, Repository};

const FILES: [&str; 3] = [
    "trackstar-api/openapi-3.0.json",
    "trackstar-api/src/generated.rs",
    "openapi/merged.lock",
];

#[test]
fn a_run_that_is_killed_leaves_each_file_old_or_new_and_check_names_what_is_stale() {
    let repository = Repository::new();
    let regen = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.arg("--root").arg(repository.root()).args([
            "regen",
            "--diff",
            "none",
            "--no-verify",
        ]);
        command.stdout(Stdio::null()).spawn().unwrap()
    };
    let names = ["url", "address"];
    let documents = names.map(|name| repository.read(LINKS).replace("url", name));
    let texts = documents.each_ref().map(|document| {
        repository.write(LINKS, document);
        assert!(regen().wait().unwrap().success());
        FILES.map(|file| repository.read(file))
    });
    for round in 0..24_u64 {
        let next = usize::from(round % 2 == 1);
        repository.write(LINKS, &documents[next]);
        let mut run = regen();
        std::thread::sleep(Duration::from_millis(round * 4));
        run.kill().unwrap();
        run.wait().unwrap();
        let present = FILES.map(|file| repository.read(file));
        let mut stale = Vec::new();
        for (index, file) in FILES.into_iter().enumerate() {
            let is = |which: usize| present[index] == texts[which][index];
            assert!(is(0) || is(1), "{file} is neither old nor new");
            stale.extend((!is(next)).then_some(file));
        }
        let check = repository.run(&["regen", "--check", "--diff", "none"]);
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
    assert_eq!(repository.run(&["regen", "--check"]).code(), 0);
}
