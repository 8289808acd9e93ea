//! The workflows: the one that follows the vendor's document, and CI.

use std::path::Path;
use std::process::Command;

use yaml_serde::Value;

fn workflow() -> Value {
    yaml(".github/workflows/follow-the-vendor.yml")
}

fn yaml(name: &str) -> Value {
    yaml_serde::from_str(&text(name)).unwrap()
}

fn text(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    std::fs::read_to_string(root.join(name)).unwrap()
}

fn steps(workflow: &Value) -> &Vec<Value> {
    workflow["jobs"]["regenerate"]["steps"]
        .as_sequence()
        .unwrap()
}

#[test]
fn the_workflow_runs_commands_and_options_that_there_are() {
    let workflow = workflow();
    let scripts: Vec<&str> = steps(&workflow)
        .iter()
        .filter_map(|step| step["run"].as_str())
        .collect();
    let commands = scripts
        .iter()
        .flat_map(|script| script.split("cargo xtask ").skip(1));
    let mut seen = Vec::new();
    for command in commands {
        let line = command.lines().next().unwrap();
        let name = line.split_whitespace().next().unwrap();
        let mut help = Command::new(env!("CARGO_BIN_EXE_xtask"));
        let help = help.args([name, "--help"]).output().unwrap();
        assert!(help.status.success(), "there is no `cargo xtask {name}`");
        let help = String::from_utf8(help.stdout).unwrap();
        for option in line
            .split_whitespace()
            .filter(|word| word.starts_with("--"))
        {
            assert!(
                help.contains(&format!("{option} ")) || help.contains(&format!("{option}\n")),
                "{option} of {name}: {help}"
            );
        }
        seen.push(name);
    }
    assert_eq!(seen, ["vendor", "regen"]);
    assert!(scripts.iter().any(|script| script.contains("gh pr create")));
    assert!(
        scripts
            .iter()
            .any(|script| script.contains("--body-file \"$RUNNER_TEMP/report.md\""))
    );
}

#[test]
fn the_workflow_runs_weekly_with_no_more_rights_than_it_needs() {
    let workflow = workflow();
    assert!(
        workflow["on"]["schedule"][0]["cron"]
            .as_str()
            .unwrap()
            .ends_with("* * 1")
    );
    assert!(workflow["permissions"].as_mapping().unwrap().is_empty());
    let rights = workflow["jobs"]["regenerate"]["permissions"]
        .as_mapping()
        .unwrap();
    assert_eq!(rights.len(), 2);
    for step in steps(&workflow) {
        let script = step["run"].as_str().unwrap_or_default();
        assert!(
            !script.contains("${{"),
            "what comes from outside goes through `env`: {script}"
        );
        if let Some(action) = step["uses"].as_str() {
            let (_, version) = action.split_once('@').unwrap();
            assert!(version.starts_with('v') && version.len() > 1, "{action}");
        }
    }
}

#[test]
fn the_workflow_takes_the_vendors_own_document_unless_it_is_told_otherwise() {
    let job = &workflow()["jobs"]["regenerate"];
    assert!(job.get("if").is_none());
    let address = job["env"]["DOCUMENT"].as_str().unwrap();
    let page = yaml("openapi/magic-links.yaml");
    let server = page["servers"][0]["url"].as_str().unwrap();
    let default = format!("vars.VENDOR_DOCUMENT || '{server}/openapi.json'");
    assert!(address.contains(&default), "{address}");
    let name = job["env"]["NAME"].as_str().unwrap();
    assert!(
        name.contains("vars.VENDOR_DOCUMENT_NAME || 'trackstar'"),
        "{name}"
    );
}

#[test]
fn ci_runs_everything_for_changes_with_the_oldest_rust_and_checks_the_dependencies() {
    let ci = yaml(".github/workflows/ci.yml");
    let on = ci["on"].as_mapping().unwrap();
    assert!(on.contains_key("pull_request") && on.contains_key("push"));
    assert_eq!(ci["permissions"]["contents"].as_str(), Some("read"));
    let runs = |job: &str, words: &str| {
        let steps = ci["jobs"][job]["steps"].as_sequence().unwrap();
        let said = steps.iter().flat_map(|step| [&step["run"], &step["uses"]]);
        let said: Vec<&str> = said.filter_map(Value::as_str).collect();
        assert!(said.iter().any(|said| said.contains(words)), "{said:?}");
    };
    runs("everything", "bash .ci/run");
    runs("dependencies", "EmbarkStudios/cargo-deny-action@v");
    let manifest = text("Cargo.toml");
    let (_, oldest) = manifest.split_once("rust-version = \"").unwrap();
    let (oldest, _) = oldest.split_once('"').unwrap();
    runs(
        "oldest-rust",
        &format!("cargo +{oldest} build --workspace --locked"),
    );
}
