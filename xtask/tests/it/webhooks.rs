//! What `regen` makes of webhooks.

use crate::copy::Copy;

#[test]
fn what_comes_in_by_webhook_becomes_a_variant_and_costs_nothing_without_the_feature() {
    let copy = Copy::new();
    let event = |area: &str| {
        format!(
            "{{post: {{summary: A gate moved., tags: [{area}], requestBody: {{content: {{application/json: \
             {{schema: {{type: object, properties: {{event_type: {{type: string}}, data: \
             {{type: object, properties: {{gate: {{type: string}}}}}}}}}}}}}}}}, responses: {{}}}}}}"
        )
    };
    copy.write(
        "other.yaml",
        &format!(
            "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\n\
             paths: {{/gates: {{get: {{responses: {{'200': {{description: ok, content: {{application/json: \
             {{schema: {{type: object, properties: {{id: {{type: string}}}}}}}}}}}}}}}}}}}}\n\
             webhooks:\n  gate.opened: {}\n  gate.closed: {}\n",
            event("wms"),
            event("admin"),
        ),
    );
    let run = copy.xtask(&[
        "regen",
        "--from",
        "other.yaml",
        "--profile",
        "openapi/profile.yaml",
        "--out",
        "out",
        "--diff",
        "none",
    ]);
    assert_eq!(run.code(), 0, "{}", run.stderr());
    let stdout = run.stdout();
    for says in [
        "+ webhook gate.opened (GateOpenedData)",
        "- webhook order.created (Order)",
        "2 envelope of a webhook, which the client has by hand",
    ] {
        assert!(stdout.contains(says), "{says}: {stdout}");
    }
    // However the lines are broken.
    let code = copy.read("out/generated.rs");
    let code: Vec<&str> = code.split_whitespace().collect();
    let code = code.join(" ");
    for says in [
        r#"GateOpened "gate.opened" "A gate moved: `gate.opened`." GateOpenedData["wms"];"#,
        r#"GateClosed "gate.closed" "A gate moved: `gate.closed`." GateClosedData;"#,
        r#"#[cfg(all(feature = "webhooks", feature = "wms"))] #[derive(Clone, Debug, PartialEq, Default)] #[non_exhaustive] pub struct GateOpenedData"#,
        r#"#[cfg(feature = "webhooks")] #[derive(Clone, Debug, PartialEq, Default)] #[non_exhaustive] pub struct GateClosedData"#,
    ] {
        assert!(code.contains(says), "{says}: {code}");
    }
}
