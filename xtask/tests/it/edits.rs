//! No edit of the vendor's page goes unreported.

use serde_json::{Value, json};

use crate::copy::{Copy, repository};

const PAGE: &str = "openapi/magic-links.yaml";
const METHOD: &str = "/paths/~1magic-links/get";

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

fn without(place: &str) -> Edit {
    let (holder, key) = place.rsplit_once('/').unwrap();
    let key = key.replace("~1", "/");
    let page = edited(holder, |holder| match holder {
        Value::Array(items) => drop(items.remove(key.parse().unwrap())),
        holder => drop(holder.as_object_mut().unwrap().shift_remove(&key).unwrap()),
    });
    (format!("{place} goes"), page)
}

fn with(place: &str, key: &str, value: Value) -> Edit {
    let said = format!("{place}/{key} is {value}");
    (said, edited(place, |holder| holder[key] = value))
}

fn keys(at: &str) -> Vec<String> {
    let page = page();
    let value = page.pointer(at).unwrap();
    let escaped = |key: &String| key.replace('~', "~0").replace('/', "~1");
    let keys: Vec<String> = match value {
        Value::Array(items) => (0..items.len()).map(|index| index.to_string()).collect(),
        value => value.as_object().unwrap().keys().map(escaped).collect(),
    };
    keys.iter().map(|key| format!("{at}/{key}")).collect()
}

fn edits_of_schemas() -> Vec<Edit> {
    let mut edits = Vec::new();
    for schema in keys("/components/schemas") {
        edits.push(without(&schema));
        edits.push(with(&schema, "description", json!("Something else.")));
        let properties = format!("{schema}/properties");
        edits.push(with(&properties, "another", json!({"type": "string"})));
        edits.extend(
            keys(&format!("{schema}/required"))
                .iter()
                .map(|it| without(it)),
        );
        for field in keys(&properties) {
            edits.push(without(&field));
            edits.push(with(&field, "type", json!("boolean")));
            edits.push(with(&field, "type", json!(["string", "null"])));
            edits.push(with(&field, "description", json!("Something else.")));
            edits.push(with(&field, "deprecated", json!(true)));
        }
    }
    let values = "/components/schemas/MagicLink/properties/integration_type/enum";
    edits.extend(keys(values).iter().map(|value| without(value)));
    let page = edited(values, |list| {
        list.as_array_mut().unwrap().push(json!("tms"));
    });
    edits.push((format!("{values} has another"), page));
    edits.push(with(
        "/components/schemas",
        "Another",
        json!({"type": "string"}),
    ));
    edits
}

fn edits_of_the_operation() -> Vec<Edit> {
    let parameter = format!("{METHOD}/parameters/0");
    let mut edits = vec![
        without(METHOD),
        without(&parameter),
        with(&parameter, "required", json!(false)),
        with(&parameter, "name", json!("x-another")),
        with(&parameter, "in", json!("query")),
        with(METHOD, "summary", json!("Something else")),
        with(METHOD, "operationId", json!("another")),
        with(METHOD, "deprecated", json!(true)),
        with("/servers/0", "url", json!("https://h.example")),
    ];
    let page = edited(&format!("{METHOD}/parameters"), |list| {
        let limit = json!({"in": "query", "name": "limit", "schema": {"type": "integer"}});
        list.as_array_mut().unwrap().push(limit);
    });
    edits.push(("a parameter is new".to_owned(), page));
    for response in keys(&format!("{METHOD}/responses")) {
        edits.push(without(&response));
        edits.push(with(&response, "description", json!("Something else.")));
        let content = format!("{response}/content/application~1json");
        edits.push(with(&content, "schema", json!({"type": "string"})));
    }
    let response = json!({"description": "No."});
    edits.push(with(&format!("{METHOD}/responses"), "418", response));
    edits
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
fn every_edit_of_the_page_is_reported() {
    let mut edits = edits_of_schemas();
    edits.extend(edits_of_the_operation());
    edits.retain(|(_, edited)| *edited != page());
    assert!(edits.len() > 70, "{} edits", edits.len());
    let of_each = edits.len().div_ceil(4);
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let check = |edits: &[Edit]| -> Vec<String> {
            let checked = edits.iter().map(|(what, page)| (what, checked(page)));
            let wrong = checked.filter(|(_, (code, report))| {
                let is_told = [
                    "Breaking:\n",
                    "Additive:\n",
                    "Behaviour:\n",
                    "Text:\n",
                    "Kept from the client by corrections:\n",
                    "that the client does not show:\n",
                    "error: ",
                ];
                *code == 0
                    || report.contains("nothing changed")
                    || !is_told.iter().any(|part| report.contains(part))
            });
            wrong
                .map(|(what, (code, report))| format!("{what}: {code}\n{report}"))
                .collect()
        };
        let threads: Vec<_> = edits
            .chunks(of_each)
            .map(|edits| scope.spawn(move || check(edits)))
            .collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
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
