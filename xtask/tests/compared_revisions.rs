//! Real documents of the vendor's, where they are at hand: every pair of them in the order of time. Where
//! they are not, the tests of small documents stand for them.

#![allow(clippy::unwrap_used, reason = "fixtures of tests may unwrap")]

mod upstream;

use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn report(old: &Path, new: &Path) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command
        .arg("diff")
        .arg(old)
        .arg(new)
        .args(["--format", "json"]);
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{} to {}: {said}",
        old.display(),
        new.display()
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn every_pair_of_revisions_in_the_order_of_time_is_compared() {
    let revisions = upstream::revisions();
    for (index, (_, old)) in revisions.iter().enumerate() {
        for (_, new) in &revisions[index..] {
            let report = report(old, new);
            let changes = report["changes"].as_array().unwrap();
            let counts = report["counts"].as_object().unwrap().values();
            let counted: u64 = counts.map(|count| count.as_u64().unwrap()).sum();
            assert_eq!(counted, changes.len() as u64);
            // A revision does not differ from itself, and from each other one.
            assert_eq!(
                changes.is_empty(),
                old == new,
                "{} to {}",
                old.display(),
                new.display()
            );
            assert_eq!(report["version"]["next"].is_null(), changes.is_empty());
        }
    }
}
