//! Revisions of documents: of a small one, and of the vendor's own where they are at hand. Their edge cases are
//! tested one by one, on small documents, in xtask itself.

use std::path::Path;
use std::process::Command;

use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::copy::{Run, copy_all, repository, xtask};
use crate::upstream::sequences;

fn regen(from: &Path, out: &Path) -> Run {
    let [from, out] = [from, out].map(|path| path.to_str().unwrap());
    let overlay = "openapi/overlay.yaml";
    xtask(
        &repository(),
        &[
            "regen",
            "--from",
            from,
            "--overlay",
            overlay,
            "--out",
            out,
            "--diff",
            "none",
        ],
    )
}

fn read(folder: &Path) -> [String; 2] {
    ["openapi-3.0.json", "generated.rs"]
        .map(|name| std::fs::read_to_string(folder.join(name)).unwrap())
}

/// The same document with the members of all maps in another order.
fn shuffled(value: Value, seed: &mut u64) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(|item| shuffled(item, seed)).collect(),
        Value::Object(members) => {
            let mut members: Vec<(u64, (String, Value))> = members
                .into_iter()
                .map(|(key, member)| {
                    *seed = seed
                        .wrapping_mul(6364136223846793005)
                        .wrapping_add(1442695040888963407);
                    (*seed >> 33, (key, member))
                })
                .collect();
            members.sort_by_key(|(order, _)| *order);
            let members = members
                .into_iter()
                .map(|(_, (key, member))| (key, shuffled(member, seed)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        other => other,
    }
}

#[test]
fn every_revision_gives_the_same_client_in_whatever_order_it_is_written() {
    for (date, path) in sequences().concat() {
        let folder = TempDir::new().unwrap();
        let (plain, other) = (folder.path().join("plain"), folder.path().join("other"));
        let run = regen(&path, &plain);
        assert_eq!(run.code(), 0, "{date}: {}", run.stderr());

        let text = std::fs::read_to_string(&path).unwrap();
        let document = shuffled(yaml_serde::from_str(&text).unwrap(), &mut 7);
        let from = folder.path().join("shuffled.json");
        std::fs::write(&from, document.to_string()).unwrap();
        let run = regen(&from, &other);
        assert_eq!(run.code(), 0, "{date}: {}", run.stderr());
        assert!(
            read(&plain) == read(&other),
            "{date}: the order of the document leaves a trace"
        );
    }
}

#[test]
fn the_client_of_every_revision_compiles() {
    let copy = TempDir::new().unwrap();
    for name in [
        "Cargo.toml",
        "Cargo.lock",
        "trackstar-api",
        "xtask",
        "tests",
        "README.md",
    ] {
        copy_all(&repository().join(name), &copy.path().join(name));
    }
    // What was compiled for the workspace needs not be compiled again.
    let target = Path::new(env!("CARGO_BIN_EXE_xtask"))
        .ancestors()
        .nth(2)
        .unwrap();
    for (date, path) in sequences().concat() {
        let out = copy.path().join("out");
        assert_eq!(regen(&path, &out).code(), 0);
        let [lowered, code] = read(&out);
        std::fs::write(copy.path().join("trackstar-api/openapi-3.0.json"), lowered).unwrap();
        std::fs::write(copy.path().join("trackstar-api/src/generated.rs"), code).unwrap();
        let check = Command::new(env!("CARGO"))
            .args(["check", "--quiet", "--locked", "--package", "trackstar-api"])
            .args([
                "--no-default-features",
                "--features",
                "carrier,cart,erp,freight,sandbox,wms",
            ])
            .env("CARGO_TARGET_DIR", target)
            .current_dir(copy.path())
            .output()
            .unwrap();
        assert!(
            check.status.success(),
            "{date}: {}",
            String::from_utf8_lossy(&check.stderr)
        );
    }
}

fn report(old: &Path, new: &Path) -> Value {
    let [old, new] = [old, new].map(|path| path.to_str().unwrap());
    let run = xtask(&repository(), &["diff", old, new, "--format", "json"]);
    serde_json::from_str(&run.succeeded()).unwrap()
}

#[test]
fn every_pair_of_revisions_in_the_order_of_time_is_compared() {
    for revisions in sequences() {
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
}

#[test]
fn each_step_of_a_document_is_classed_by_what_it_does_to_users() {
    let [small, _] = sequences();
    let steps = small.windows(2).map(|step| report(&step[0].1, &step[1].1));
    let expected = [
        json!({"breaking": 0, "additive": 4, "behaviour": 1, "text": 0}),
        json!({"breaking": 3, "additive": 0, "behaviour": 1, "text": 0}),
        json!({"breaking": 3, "additive": 2, "behaviour": 0, "text": 2}),
    ];
    for (report, counts) in steps.zip(expected) {
        assert_eq!(report["counts"], counts, "{report:#}");
    }
}
