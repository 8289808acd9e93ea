//! `cargo xtask` as a maintainer runs it, on copies of the repository.

use crate::copy::{Copy, repository};

const SEED: &str = "openapi/magic-links.yaml";
const GENERATED: &str = "trackstar-api/src/generated.rs";
const LOWERED: &str = "trackstar-api/openapi-3.0.json";

#[test]
fn the_committed_client_is_fresh() {
    let run = Copy::new().xtask(&["regen", "--check"]);
    assert_eq!(run.code(), 0, "{}{}", run.stdout(), run.stderr());
    assert!(run.stdout().contains("nothing changed"), "{}", run.stdout());
}

#[test]
fn a_changed_document_makes_the_client_stale_and_regen_mends_it() {
    let copy = Copy::new();
    let before = copy.read(GENERATED);
    copy.change(
        SEED,
        "        customer_id:\n",
        "        nickname:\n          type: string\n        customer_id:\n",
    );

    let check = copy.xtask(&["regen", "--check"]);
    assert_eq!(check.code(), 1);
    for says in [
        "+ type MagicLink: field nickname (Option<String>, optional)",
        "+++ b/trackstar-api/src/generated.rs",
        "+        pub nickname: Option<String>,",
    ] {
        assert!(check.stdout().contains(says), "{}", check.stdout());
    }
    let stale = "The client is stale: trackstar-api/openapi-3.0.json, trackstar-api/src/generated.rs, \
                 openapi/merged.lock. \
                 To fix it, run: cargo xtask regen\n";
    assert!(check.stderr().ends_with(stale), "{}", check.stderr());
    assert_eq!(copy.read(GENERATED), before, "`--check` writes nothing");

    assert_eq!(copy.xtask(&["regen"]).code(), 0);
    assert!(
        copy.read(GENERATED)
            .contains("pub nickname: Option<String>")
    );
    assert_eq!(copy.xtask(&["regen", "--check"]).code(), 0);
}

#[test]
fn an_edited_generated_file_is_stale() {
    for file in [GENERATED, LOWERED] {
        let copy = Copy::new();
        copy.write(file, &format!("{}\n", copy.read(file)));
        let check = copy.xtask(&["regen", "--check", "--diff", "none"]);
        assert_eq!(check.code(), 1, "{file}");
        let stale = format!("The client is stale: {file}. To fix it");
        assert!(check.stderr().contains(&stale), "{}", check.stderr());
    }
}

#[test]
fn a_broken_document_is_refused_with_its_place_and_a_remedy() {
    let schema = |text: &str| {
        format!(
            "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\ncomponents:\n  schemas:\n    {text}\n"
        )
    };
    for (what, text, says) in [
        (
            "not YAML",
            "openapi: [3.1.0\npaths: {}\n".to_owned(),
            "openapi/broken.yaml at line 2",
        ),
        (
            "no openapi",
            "info: {title: t}\n".to_owned(),
            "openapi/broken.yaml at /: there is no `openapi`",
        ),
        (
            "2.0",
            "swagger: '2.0'\n".to_owned(),
            "openapi/broken.yaml at /swagger: this is Swagger 2.0",
        ),
        (
            "a dangling $ref",
            schema("A: {properties: {b: {$ref: '#/components/schemas/B'}}}"),
            "openapi/broken.yaml at /components/schemas/A/properties/b: the reference `#/components/schemas/B` leads nowhere",
        ),
        (
            "two meanings for one name",
            schema("OrderSchema: {type: string}"),
            "openapi/wms.yaml at /components/schemas/OrderSchema: `OrderSchema` means something else in openapi/broken.yaml",
        ),
        (
            "a map where a list is due",
            "- 1\n".to_owned(),
            "openapi/broken.yaml at /: the document is not a map",
        ),
    ] {
        let copy = Copy::new();
        copy.write("openapi/broken.yaml", &text);
        for arguments in [&["regen"][..], &["regen", "--check"]] {
            let run = copy.xtask(arguments);
            assert_eq!(run.code(), 2, "{what}: {}", run.stderr());
            assert!(run.stderr().contains(says), "{what}: {}", run.stderr());
            assert!(
                run.stderr().contains("what to do: "),
                "{what}: {}",
                run.stderr()
            );
        }
        copy.xtask(&["regen"]);
        assert_eq!(
            copy.read(GENERATED),
            std::fs::read_to_string(repository().join(GENERATED)).unwrap()
        );
    }
}

#[test]
fn what_the_client_cannot_express_is_refused_with_the_file_that_says_it() {
    let copy = Copy::new();
    copy.change(
        SEED,
        "          description: The magic link ID\n",
        "          patternProperties: {a: {}}\n",
    );
    let run = copy.xtask(&["regen"]);
    assert_eq!(run.code(), 2);
    assert!(
        run.stderr().contains(
            "openapi/magic-links.yaml at /components/schemas/MagicLink/properties/id/patternProperties: \
             the keyword `patternProperties` cannot be expressed"
        ),
        "{}",
        run.stderr()
    );
}

#[test]
fn a_correction_that_changes_nothing_any_more_is_reported_and_stale_until_it_is_gone() {
    let copy = Copy::new();
    let action = |target: &str, update: &str| {
        format!("  - target: {target}\n    description: It was so once.\n    update: {update}\n")
    };
    let overlay = "openapi/overlay.yaml";
    let needless = action("$.components.schemas.Gone", "{title: t}")
        + &action(
            "$.components.schemas.MagicLink.properties.id",
            "{type: string}",
        )
        .replace("    update", "    x-found: {type: integer}\n    update");
    let fresh = copy.read(overlay);
    copy.write(overlay, &format!("{}\n{needless}", fresh.trim_end()));
    let run = copy.xtask(&["regen"]);
    assert_eq!(run.code(), 0, "{}", run.stderr());
    for says in [
        "Corrections that change nothing; remove them, or fix their targets:\n  openapi/overlay.yaml at /actions/",
        ": the target matches nothing: `$.components.schemas.Gone`\n",
        ": the documents say it themselves: `$.components.schemas.MagicLink.properties.id`\n",
    ] {
        assert!(run.stdout().contains(says), "{}", run.stdout());
    }
    let check = copy.xtask(&["regen", "--check"]);
    assert_eq!(check.code(), 1, "{}", check.stdout());
    let says = "Corrections change nothing: remove them from openapi/overlay.yaml: /actions/";
    assert!(check.stderr().contains(says), "{}", check.stderr());

    copy.write(overlay, &fresh);
    assert_eq!(copy.xtask(&["regen", "--check"]).code(), 0);
}

/// A real document of the vendor's, where one is at hand. The tests above cover its edge cases one by one
/// where it is not.
fn revision(date: &str) -> Option<String> {
    let path = repository().join(format!("../shared/upstream/openapi-{date}.json"));
    if !path.exists() {
        println!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path.to_str().unwrap().to_owned())
}

#[test]
fn a_real_revision_is_read_or_refused_with_a_named_reason() {
    for date in ["2024-07-02", "2025-10-13"] {
        let Some(revision) = revision(date) else {
            return;
        };
        let copy = Copy::new();
        let overlay = "openapi/overlay.yaml";
        let run = copy.xtask(&[
            "regen",
            "--from",
            &revision,
            "--overlay",
            overlay,
            "--out",
            "out",
            "--diff",
            "none",
        ]);
        assert_eq!(run.code(), 0, "{}", run.stderr());
        assert!(
            copy.read("out/generated.rs")
                .contains("pub fn list_wms_orders(")
        );
    }
}

#[test]
fn nothing_of_the_vendors_document_is_missing_or_differs_without_a_reason() {
    let Some(revision) = revision("2025-10-13") else {
        return;
    };
    let copy = Copy::new();
    let run = copy.xtask(&["diff", &revision, "openapi", "--format", "json"]);
    assert_eq!(run.code(), 0, "{}", run.stderr());
    let readme = copy.read("openapi/README.md");
    let report: serde_json::Value = serde_json::from_str(run.stdout()).unwrap();
    let changes = report["changes"].as_array().unwrap();
    let mut listed = 0;
    for change in changes {
        let member = |key: &str| change[key].as_str().unwrap_or_default();
        let is_harmless = ["additive", "text"].contains(&member("class"))
            || (member("change") == "added" && member("class") == "behaviour")
            || member("aspect") == "deprecated";
        if is_harmless {
            continue;
        }
        listed += 1;
        let aspect = member("aspect");
        let names = [
            format!("{}: {aspect}`", member("of")),
            format!("`{} {}: {aspect}`", member("kind"), member("name")),
            format!("`any {}: {aspect}`", member("kind")),
        ];
        assert!(names.iter().any(|name| readme.contains(name)), "{change}");
    }
    let is_new = |name: &str| {
        changes
            .iter()
            .any(|change| change["change"] == "added" && change["name"] == name)
    };
    assert!(listed > 0 && is_new("list_erp_customers"), "{listed}");
}
