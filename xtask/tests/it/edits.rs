//! Edits of the vendor's page, as a run reports them.

use serde_json::{Value, json};

use crate::copy::{Copy, repository};

const PAGE: &str = "openapi/magic-links.yaml";

type Edit = (String, Value);

fn page() -> Value {
    let text = std::fs::read_to_string(repository().join(PAGE)).unwrap();
    yaml_serde::from_str(&text).unwrap()
}

/// The page with one place changed.
fn edited(place: &str, edit: impl FnOnce(&mut Value)) -> Value {
    let mut page = page();
    edit(page.pointer_mut(place).unwrap());
    page
}

fn with(place: &str, key: &str, value: Value) -> Edit {
    let said = format!("{place}/{key} is {value}");
    (said, edited(place, |holder| holder[key] = value))
}

/// Whether a run finds the client fresh, and its report. Of a page that cannot be read, that is an error.
fn checked(page: &Value) -> (i32, String) {
    let copy = Copy::new();
    copy.write(PAGE, &page.to_string());
    let run = copy.xtask(&["regen", "--check", "--diff", "none"]);
    (run.code(), format!("{}{}", run.stdout(), run.stderr()))
}

#[test]
fn the_page_in_another_notation_is_no_change() {
    let (code, report) = checked(&page());
    assert_eq!(code, 0, "{report}");
    assert!(report.contains("nothing changed"), "{report}");
}

#[test]
fn what_a_correction_keeps_is_reported_with_what_the_client_does() {
    let link = "/components/schemas/MagicLink";
    let (_, page) = with(
        &format!("{link}/properties/expires_at"),
        "format",
        json!("date"),
    );
    let (code, report) = checked(&page);
    assert_eq!(code, 1, "{report}");
    for says in [
        "the documents changed, the client did not\n",
        "Kept from the client by corrections:\n  openapi/overlay.yaml at /actions/",
        ": It is a UTC time, written YYYY-MM-DDTHH:MM:SSZ.\n",
        "+ /components/schemas/MagicLink/properties/expires_at/format: \"date\"; the client still has \"date-time\"\n",
    ] {
        assert!(report.contains(says), "{report}");
    }
}

#[test]
fn a_value_that_one_place_lists_is_a_value_of_the_type() {
    let values = "/components/schemas/MagicLink/properties/integration_type/enum";
    let page = edited(values, |list| {
        list.as_array_mut().unwrap().push(json!("tms"));
    });
    let (_, report) = checked(&page);
    let says = "+ type IntegrationType: value tms";
    assert!(report.contains(says), "{report}");
}

#[test]
fn a_server_that_moves_is_one_change() {
    let (_, page) = with("/servers/0", "url", json!("https://h.example"));
    let (code, report) = checked(&page);
    assert_eq!(code, 1, "{report}");
    let says =
        "~ document API: servers/0/url: https://production.trackstarhq.com → https://h.example";
    assert!(report.contains(says), "{report}");
}
