//! Documents of other vendors: nothing that is known of ours is done to them.

use std::path::Path;

use crate::copy::{Copy, Run, repository};

const DOCUMENT: &str = "openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /wms/orders/{order_id}/cancel:
    put:
      parameters:
        - {in: path, name: order_id, required: true, schema: {type: string}}
        - {in: query, name: tags, schema: {type: array, items: {type: string}}}
        - {in: query, name: 'made[gt]', schema: {type: integer}}
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/NoteSchema'}}}}
      responses:
        '200':
          description: ok
          content: {application/json: {schema: {type: object, properties: {data: {$ref: '#/components/schemas/NoteSchema'}}}}}
components:
  schemas:
    NoteSchema:
      type: object
      properties: {id: {type: string}, password: {type: string}}
";

fn regen(copy: &Copy, from: &str, more: &[&str]) -> Run {
    let arguments = [
        "regen", "--from", from, "--out", "out/here", "--diff", "none",
    ];
    copy.xtask(&[&arguments, more].concat())
}

/// The generated code, however its lines are broken.
fn code(copy: &Copy) -> String {
    let code = copy.read("out/here/generated.rs");
    code.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_foreign_document_is_read_as_it_is_and_leaves_the_repository_alone() {
    let copy = Copy::new();
    copy.write("other.yaml", DOCUMENT);
    let report = regen(&copy, "other.yaml", &[]).succeeded();
    assert!(!report.contains("overlay action"), "{report}");
    let code = code(&copy);
    for says in [
        // Lists repeat their key; no name has operators; no path is a feature; no word is cut off.
        "pub fn update_wm_order_cancel(",
        "query_each(\"tags\"",
        "pub fn made_gt(",
        "pub struct NoteSchema",
        // Nothing is required, nothing an envelope, nothing a secret.
        "pub id: Option<String>",
        "pub data: Option<",
        "const KEY_HEADER: &str = \"x-api-key\"",
    ] {
        assert!(code.contains(says), "{says}: {code}");
    }
    for says in ["feature = \"wms\"", "redacted", "x-trackstar"] {
        assert!(!code.contains(says), "{says}: {code}");
    }
    assert!(copy.read("out/here/openapi-3.0.json").contains("\"3.0.3\""));
    let generated = "trackstar-api/src/generated.rs";
    let ours = std::fs::read_to_string(repository().join(generated)).unwrap();
    assert_eq!(copy.read(generated), ours);
}

#[test]
fn a_scheme_is_a_credential_only_if_a_profile_says_so_and_the_header_is_the_same() {
    let copy = Copy::new();
    let secured = |scheme: &str| {
        let security = "    put:\n      security: [{api_key: []}]\n";
        DOCUMENT.replace("    put:\n", security)
            + &format!("  securitySchemes: {{api_key: {scheme}}}\n")
    };
    copy.write(
        "other.yaml",
        &secured("{type: apiKey, in: header, name: X-Dock}"),
    );
    let run = regen(&copy, "other.yaml", &[]);
    assert_eq!(run.code(), 2);
    assert!(
        run.stderr()
            .contains("does not have the credential `api_key`: it has none by its profile"),
        "{}",
        run.stderr()
    );

    let ours = "openapi/profile.yaml";
    let run = regen(&copy, "other.yaml", &["--profile", ours]);
    assert!(run.stderr().contains("/components/securitySchemes/api_key: the client sends `api_key` in the header `x-trackstar-api-key`"), "{}", run.stderr());

    copy.write(
        "theirs.yaml",
        &copy.read(ours).replace("x-trackstar-api-key", "x-dock"),
    );
    regen(&copy, "other.yaml", &["--profile", "theirs.yaml"]).succeeded();
    assert!(code(&copy).contains("const KEY_HEADER: &str = \"x-dock\""));

    copy.write("other.yaml", &secured("{type: http, scheme: bearer}"));
    let run = regen(&copy, "other.yaml", &["--profile", "theirs.yaml"]);
    assert_eq!(run.code(), 2, "{}", run.stderr());
}

#[test]
fn corrections_and_the_profile_are_those_that_are_named_or_in_the_folder() {
    let overlay = "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions:\n  \
        - {target: $.components.schemas.NoteSchema, description: why, update: {x-rust-name: Memo}}\n";
    let copy = Copy::new();
    copy.write("other.yaml", DOCUMENT);
    copy.write("mine.yaml", overlay);
    regen(
        &copy,
        "other.yaml",
        &[
            "--overlay",
            "mine.yaml",
            "--profile",
            "openapi/profile.yaml",
        ],
    )
    .succeeded();
    let named = code(&copy);
    for says in [
        "pub struct Memo",
        "pub fn cancel_wms_order(",
        "feature = \"wms\"",
    ] {
        assert!(named.contains(says), "{says}: {named}");
    }

    let folder = Path::new("others");
    std::fs::create_dir(copy.path("others")).unwrap();
    copy.write("others/a.yaml", DOCUMENT);
    copy.write("others/overlay.yaml", overlay);
    copy.write("others/profile.yaml", &copy.read("openapi/profile.yaml"));
    regen(&copy, folder.to_str().unwrap(), &[]).succeeded();
    assert_eq!(code(&copy), named);
    // For the whole repository they are not chosen by hand.
    let run = copy.xtask(&["regen", "--overlay", "mine.yaml"]);
    assert!(run.stderr().contains("--from"), "{}", run.stderr());
}

#[test]
fn a_document_with_our_server_has_our_profile_and_is_compared_as_the_client_reads_it() {
    let copy = Copy::new();
    let servers = "servers: [{url: 'https://production.trackstarhq.com'}]\npaths:\n";
    let ours = DOCUMENT.replacen("paths:\n", servers, 1);
    copy.write("ours.yaml", &ours);
    regen(&copy, "ours.yaml", &[]).succeeded();
    let code = code(&copy);
    assert!(
        code.contains("pub fn cancel_wms_order(") && code.contains("pub id: Option<String>"),
        "{code}"
    );

    copy.write("other.yaml", DOCUMENT);
    let changes = copy.xtask(&["diff", "other.yaml", "ours.yaml"]).succeeded();
    for says in [
        "operation update_wm_order_cancel: renamed to cancel_wms_order",
        "parameter tags: separator: repeated → joined by commas",
        "+ type Note ",
    ] {
        assert!(changes.contains(says), "{changes}");
    }
}

#[test]
fn a_file_beside_the_document_is_read_for_what_is_referred_to_in_it() {
    let copy = Copy::new();
    let reference = "{$ref: './shared%20parts.yaml#/components/schemas/Note'}";
    let document = DOCUMENT.replace("{$ref: '#/components/schemas/NoteSchema'}", reference);
    copy.write("other.yaml", &document);
    // It has no `openapi`, and operations that nobody asked for.
    copy.write(
        "shared parts.yaml",
        "paths: {/no: {get: {}}}\ncomponents: {schemas: {Note: {type: object, properties: {text: {$ref: 'more.yaml#/Text'}}}}}\n",
    );
    copy.write(
        "more.yaml",
        "Text: {type: object, properties: {of: {type: integer}}}\n",
    );
    regen(&copy, "other.yaml", &[]).succeeded();
    let code = code(&copy);
    for says in [
        "pub struct Note {",
        "pub text: Option<Text>",
        "pub of: Option<i64>",
    ] {
        assert!(code.contains(says), "{says}: {code}");
    }
    assert!(!code.contains("\"/no\""), "{code}");

    copy.write("more.yaml", "Other: {}\n");
    let run = regen(&copy, "other.yaml", &[]);
    assert!(
        run.stderr().contains("`more.yaml#/Text` leads nowhere"),
        "{}",
        run.stderr()
    );
}
