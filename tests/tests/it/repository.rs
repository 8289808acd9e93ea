//! Promises that the repository makes about itself.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::{DependencyKind, MetadataCommand, PackageId};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

#[test]
fn the_vendored_document_is_the_vendors_to_the_byte() {
    let bytes = std::fs::read(root().join("openapi/magic-links.yaml")).unwrap();
    assert_eq!(bytes.len(), 3_915);
    let hash: String = Sha256::digest(&bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(
        hash,
        "a519ec6d1e386712ab07f8a1d08683bbdc01dc55e71369459f75479e43449146"
    );
}

#[test]
fn every_operation_parameter_type_and_field_is_described() {
    let document = std::fs::read_to_string(root().join("trackstar-api/openapi-3.0.json")).unwrap();
    let document: Value = serde_json::from_str(&document).unwrap();
    let mut bare = Vec::new();
    let mut look = |place: String, value: &Value| {
        let says = |key: &str| value[key].as_str().is_some_and(|text| !text.is_empty());
        if !says("description") && !says("summary") {
            bare.push(place);
        }
    };
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        look(name.clone(), schema);
        for (field, schema) in schema["properties"].as_object().into_iter().flatten() {
            look(format!("{name}.{field}"), schema);
        }
    }
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            look(format!("{method} {path}"), operation);
            // What stands in a path is an argument of a method, where no text would be seen.
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            for parameter in parameters.filter(|parameter| parameter["in"] == "query") {
                let name = &parameter["name"];
                look(format!("{method} {path} {name}"), parameter);
            }
        }
    }
    assert!(bare.is_empty(), "{bare:#?}");
}

#[test]
fn the_rust_version_is_the_highest_that_a_dependency_of_the_client_asks_for() {
    let mut command = MetadataCommand::new();
    command
        .manifest_path(root().join("Cargo.toml"))
        .features(cargo_metadata::CargoOpt::AllFeatures);
    let metadata = command.exec().unwrap();
    let nodes: BTreeMap<&PackageId, _> = metadata
        .resolve
        .as_ref()
        .unwrap()
        .nodes
        .iter()
        .map(|node| (&node.id, node))
        .collect();
    let client = metadata
        .packages
        .iter()
        .find(|package| package.name == "trackstar-api")
        .unwrap();

    let mut reached = BTreeSet::new();
    let mut queue = vec![&client.id];
    while let Some(id) = queue.pop() {
        for dependency in &nodes[id].deps {
            let is_built = dependency
                .dep_kinds
                .iter()
                .any(|kind| kind.kind != DependencyKind::Development);
            if is_built && reached.insert(&dependency.pkg) {
                queue.push(&dependency.pkg);
            }
        }
    }
    let versions = metadata
        .packages
        .iter()
        .filter(|package| reached.contains(&package.id))
        .filter_map(|package| Some((package.rust_version.clone()?, package.name.as_str())));
    let (highest, by) = versions.max().unwrap();
    assert_eq!(
        client.rust_version.as_ref(),
        Some(&highest),
        "because of {by}"
    );
}

/// Features that are off by default, each with a crate that only it needs.
const OPTIONAL: [(&str, &[&str]); 1] = [("webhooks", &["hmac-sha256"])];

#[test]
fn a_feature_that_is_off_costs_no_crate() {
    for (feature, crates) in OPTIONAL {
        let (with, without) = (tree(&[feature]), tree(&[]));
        for name in crates {
            assert!(with.contains(*name), "{feature} does without {name}");
            assert!(
                !without.contains(*name),
                "{name} is there without {feature}"
            );
        }
        assert!(without.is_subset(&with));
    }
}

/// The crates that the client is built of, with its default features and some more.
fn tree(features: &[&str]) -> BTreeSet<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = std::process::Command::new(cargo)
        .current_dir(root())
        .args(["tree", "--package", "trackstar-api", "--edges", "normal"])
        .args(["--locked", "--prefix", "none", "--format", "{lib}"])
        .args(["--features", &features.join(",")])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    text.lines().map(|name| name.replace('_', "-")).collect()
}

#[test]
fn what_is_off_by_default_brings_no_crate_along() {
    let tree = |features: &str| {
        let cargo = std::env::var_os("CARGO").unwrap_or("cargo".into());
        let output = Command::new(cargo)
            .current_dir(root())
            .args([
                "tree",
                "--locked",
                "--offline",
                "--package",
                "trackstar-api",
            ])
            .args([
                "--edges",
                "normal",
                "--prefix",
                "none",
                "--features",
                features,
            ])
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    for (feature, krate) in [("mock", "httpmock v"), ("schemars", "schemars v")] {
        let has = |features: &str| tree(features).lines().any(|line| line.starts_with(krate));
        assert!(!has("default"), "{krate} is there without {feature}");
        assert!(has(feature), "{krate} is not there with {feature}");
    }
}

#[test]
fn the_runtime_reads_every_field_that_an_error_response_may_have() {
    let document = std::fs::read_to_string(root().join("trackstar-api/openapi-3.0.json")).unwrap();
    let document: serde_json::Value = serde_json::from_str(&document).unwrap();
    let error = document
        .pointer("/components/schemas/ApiError/properties")
        .unwrap();
    let fields: Vec<&String> = error.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["detail", "error", "id", "origin"]);
}

#[test]
fn the_top_level_holds_what_the_readme_says_and_nothing_else() {
    let mut names: Vec<String> = std::fs::read_dir(root())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with('.') && name != "target")
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "CHANGELOG.md",
            "CONTRIBUTING.md",
            "Cargo.lock",
            "Cargo.toml",
            "LICENSE-APACHE",
            "LICENSE-MIT",
            "README.md",
            "deny.toml",
            "openapi",
            "tests",
            "trackstar-api",
            "xtask",
        ]
    );
}
