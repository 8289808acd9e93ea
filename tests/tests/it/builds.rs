//! What is built for whom, as `cargo tree` knows it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// Crates with the features that they are built with: `serde v1.0.0 default,derive,std`.
///
/// On Linux, wherever this runs: the features of some crates depend on the platform.
fn tree(arguments: &[&str]) -> BTreeSet<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or("cargo".into());
    let output = Command::new(cargo)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap())
        .args([
            "tree", "--locked", "--prefix", "none", "--format", "{p} {f}",
        ])
        .args(["--target", "x86_64-unknown-linux-gnu"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines().map(|line| line.trim_end_matches(" (*)"));
    lines.map(str::to_owned).collect()
}

/// Name and version.
fn package(line: &str) -> &str {
    let end = line.match_indices(' ').nth(1).map(|(index, _)| index);
    &line[..end.unwrap_or(line.len())]
}

#[test]
fn the_workspace_builds_nothing_twice_and_nothing_more_for_xtask() {
    let all = tree(&["--workspace", "--edges", "normal,build,dev"]);
    let mut features: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for line in &all {
        features.entry(package(line)).or_default().insert(line);
    }
    features.retain(|_, lines| lines.len() > 1);
    assert!(
        features.is_empty(),
        "name the features that one of the builds lacks at the end of xtask/Cargo.toml: {features:#?}"
    );

    let xtask = tree(&["--package", "xtask", "--edges", "normal"]);
    let more: Vec<_> = xtask.difference(&all).collect();
    assert!(
        more.is_empty(),
        "the workspace has these with more features: name them at the end of xtask/Cargo.toml: {more:#?}"
    );
}

#[test]
fn an_example_builds_nothing_that_only_benchmarks_and_property_tests_need() {
    let tree = tree(&["--package", "trackstar-api", "--edges", "normal,build,dev"]);
    for name in [
        "allocation-counter",
        "criterion",
        "httpmock",
        "proptest",
        "schemars v1",
    ] {
        assert!(!tree.iter().any(|line| line.starts_with(name)), "{name}");
    }
}

#[test]
fn the_client_does_not_make_maps_keep_their_order() {
    let tree = tree(&[
        "--package",
        "trackstar-api",
        "--edges",
        "normal,build",
        "--all-features",
    ]);
    assert!(tree.iter().any(|line| line.starts_with("serde_json v")));
    let ordered = |line: &&String| line.contains("preserve_order");
    assert_eq!(tree.iter().find(ordered), None);
}
