//! The workflow that follows the vendor's document.

use std::path::Path;
use std::process::Command;

use yaml_serde::Value;

fn workflow() -> Value {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let path = root.join(".github/workflows/follow-the-vendor.yml");
    yaml_serde::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
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
