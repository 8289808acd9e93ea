//! Every edit of a document is told: as a change of the client, as one that a correction keeps from it, or as an
//! error. The edits are made from the documents themselves.

use serde_json::{Value, json};

use super::pipeline::{Lowered, Output};
use super::regen::unseen;
use crate::compare::{Change, Class, Snapshot, diff};
use crate::input::merge::merge;
use crate::input::overlay::Unmatched;
use crate::input::unseen::{self, Unseen};
use crate::input::{Document, Pointer, Problem, Profile};
use crate::repository::workspace::{Committed, Workspace};

const PAGE: &str = "openapi/magic-links.yaml";
/// How many edits of each other document are tried.
const SAMPLE: usize = 5;

/// One change of a document.
struct Edit {
    /// What was done, and where.
    what: String,
    /// The last key of its place.
    key: String,
    document: Value,
}

/// Everything removed, added and changed in turn.
fn edits(document: &Value) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut queue = vec![Pointer::default()];
    while let Some(at) = queue.pop() {
        let mut edit = |what: &str, at: &Pointer, change: &dyn Fn(&mut Value)| {
            let mut document = document.clone();
            change(document.pointer_mut(at.as_str()).unwrap());
            edits.push(Edit {
                what: format!("{what} {}", at.as_str()),
                key: at.keys().last().unwrap_or_default(),
                document,
            });
        };
        match at.get(document).unwrap() {
            Value::Object(members) => {
                for key in members.keys() {
                    queue.push(at.child(key));
                    edit(&format!("remove {key} of"), &at, &|holder| {
                        holder.as_object_mut().unwrap().remove(key);
                    });
                }
                // What is added is like what is there: a field, a schema, a status, a path.
                let holder = at.keys().last().unwrap_or_default();
                let new = match holder.as_str() {
                    "properties" | "schemas" => "added",
                    "responses" => "409",
                    "paths" => "/added",
                    _ => continue,
                };
                if let Some(first) = members.values().next() {
                    edit("add to", &at, &|holder| holder[new] = first.clone());
                }
            }
            Value::Array(items) => {
                for index in 0..items.len() {
                    queue.push(at.child(index));
                    edit(&format!("remove {index} of"), &at, &|list| {
                        list.as_array_mut().unwrap().remove(index);
                    });
                }
                let mut new = items.first().cloned().unwrap_or(json!("added"));
                match &mut new {
                    Value::Object(members) => drop(members.insert("name".to_owned(), json!("added"))),
                    other => *other = json!("added"),
                }
                edit("add to", &at, &|list| list.as_array_mut().unwrap().push(new.clone()));
            }
            scalar => {
                let changed = match scalar {
                    Value::Bool(is_so) => json!(!is_so),
                    Value::Number(number) => json!(number.as_f64().unwrap() + 1.0),
                    Value::String(text) if text == "string" => json!(["string", "null"]),
                    Value::String(text) => json!(format!("{text}-changed")),
                    _ => json!("changed"),
                };
                edit("change", &at, &|value| *value = changed.clone());
            }
        }
    }
    edits
}

struct Before {
    committed: Committed,
    overlay: Document,
    profile: Profile,
    snapshot: Snapshot,
}

fn run(page: &Value, overlay: &Document, profile: &Profile) -> Result<Output, Problem> {
    let document = Document {
        name: PAGE.to_owned(),
        value: page.clone(),
    };
    Lowered::of(vec![document], Some(overlay), profile, Unmatched::Reported)?.generate()
}

impl Before {
    fn of(page: &Value) -> Self {
        let workspace = Workspace::new(None);
        let (overlay, profile) = (workspace.overlay().unwrap(), workspace.profile().unwrap());
        let output = run(page, &overlay, &profile).unwrap();
        let snapshot = Snapshot::of(&output.lowered.document, &output.code).unwrap();
        let committed = Committed {
            lowered: output.lowered.text,
            code: output.code,
            merged: output.lowered.said.to_string(),
            readme: String::new(),
            changelog: String::new(),
        };
        Self {
            committed,
            overlay,
            profile,
            snapshot,
        }
    }

    /// What a run tells of a page.
    fn told(&self, page: &Value) -> Result<(Vec<Change>, Vec<Unseen>), Problem> {
        let output = run(page, &self.overlay, &self.profile)?;
        let after = Snapshot::of(&output.lowered.document, &output.code)?;
        let changes = diff(&self.snapshot, &after);
        let is_same = changes.is_empty();
        let unseen = unseen(&self.committed, &self.overlay, &output, is_same)?;
        Ok((changes, unseen))
    }
}

#[test]
fn no_edit_of_the_vendors_page_goes_untold() {
    let text = include_str!("../../../openapi/magic-links.yaml");
    let page = Document::parse(text, PAGE).unwrap().value;
    let before = Before::of(&page);
    let (changes, unseen) = before.told(&page).unwrap();
    assert_eq!((changes.len(), unseen.len()), (0, 0));

    let edits = edits(&page);
    let (mut refused, mut kept, mut seen) = (0, 0, 0);
    for edit in &edits {
        let Ok((changes, unseen)) = before.told(&edit.document) else {
            refused += 1;
            continue;
        };
        assert!(
            !changes.is_empty() || !unseen.is_empty(),
            "nothing changed: {}",
            edit.what
        );
        if ["description", "summary", "title"].contains(&edit.key.as_str()) {
            let is_text = changes.iter().all(|change| change.class == Class::Text);
            assert!(is_text, "{}: {changes:?}", edit.what);
        }
        seen += usize::from(!changes.is_empty());
        kept += usize::from(unseen.iter().any(|change| change.kept_by.is_some()));
    }
    println!(
        "{} edits: {seen} change the client, {kept} are kept by corrections, {refused} are refused",
        edits.len()
    );
    // Edits of each kind are among them.
    assert!(seen > 50 && kept > 10 && refused > 10 && refused < edits.len() / 3);
}

#[test]
fn no_edit_of_any_document_is_lost_when_documents_are_merged() {
    let documents = Workspace::new(None).documents().unwrap();
    let said = |documents: &[Document]| {
        let documents = documents.iter().map(|document| Document {
            name: document.name.clone(),
            value: document.value.clone(),
        });
        merge(documents.collect()).map(|merged| merged.value)
    };
    let before = said(&documents).unwrap();
    for index in 0..documents.len() {
        let mut documents = Workspace::new(None).documents().unwrap();
        let edits = edits(&documents[index].value);
        let step = (edits.len() / SAMPLE).max(1);
        for edit in edits.iter().step_by(step) {
            documents[index].value = edit.document.clone();
            if let Ok(after) = said(&documents) {
                let is_told = !unseen::changed(&before, &after).is_empty();
                assert!(is_told, "{}: {}", documents[index].name, edit.what);
            }
        }
    }
}
