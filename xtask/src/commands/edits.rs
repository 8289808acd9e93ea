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
const SAMPLE: usize = 4;

/// One change of a document.
#[derive(Debug)]
struct Edit {
    at: Pointer,
    what: What,
}

#[derive(Debug)]
enum What {
    Member(String, Option<Value>),
    Item(usize, Option<Value>),
    Scalar(Value),
}

impl Edit {
    fn applied(&self, document: &Value) -> Value {
        let mut document = document.clone();
        let place = document.pointer_mut(self.at.as_str()).unwrap();
        match &self.what {
            What::Member(key, None) => drop(place.as_object_mut().unwrap().remove(key)),
            What::Member(key, Some(value)) => place[key] = value.clone(),
            What::Item(index, None) => drop(place.as_array_mut().unwrap().remove(*index)),
            What::Item(_, Some(value)) => place.as_array_mut().unwrap().push(value.clone()),
            What::Scalar(value) => *place = value.clone(),
        }
        document
    }

    /// The place of what is removed, added or changed.
    fn place(&self) -> Pointer {
        match &self.what {
            What::Member(key, _) => self.at.child(key),
            _ => self.at.clone(),
        }
    }

    fn is_below(&self, place: &str) -> bool {
        let at = self.place();
        at.as_str() == place || at.as_str().starts_with(&format!("{place}/"))
    }

    /// Whether only words change.
    fn is_of_words(&self) -> bool {
        let key = self.place().keys().last().unwrap_or_default();
        let is_field = self.at.as_str().ends_with("/properties");
        ["description", "summary", "title"].contains(&key.as_str()) && !is_field
    }
}

/// What says nothing of the API: the version of the notation, and in a document that is not the first one what
/// describes it as a file.
const OF_THE_FILE: [&str; 4] = [
    "/openapi",
    "/info",
    "/externalDocs",
    "/servers/0/description",
];

/// Everything removed, added and changed in turn.
fn edits(document: &Value) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut queue = vec![Pointer::default()];
    while let Some(at) = queue.pop() {
        let mut edit = |what| {
            edits.push(Edit {
                at: at.clone(),
                what,
            });
        };
        match at.get(document).unwrap() {
            Value::Object(members) => {
                for key in members.keys() {
                    queue.push(at.child(key));
                    edit(What::Member(key.clone(), None));
                }
                // What is added is like what is there: a field, a schema, a status, a path.
                let new = match at.keys().last().unwrap_or_default().as_str() {
                    "properties" | "schemas" => "added",
                    "responses" => "409",
                    "paths" => "/added",
                    _ => continue,
                };
                if let Some(first) = members.values().next() {
                    edit(What::Member(new.to_owned(), Some(first.clone())));
                }
            }
            Value::Array(items) => {
                for index in 0..items.len() {
                    queue.push(at.child(index));
                    edit(What::Item(index, None));
                }
                let mut new = items.first().cloned().unwrap_or_default();
                match new.as_object_mut() {
                    Some(members) => drop(members.insert("name".to_owned(), json!("added"))),
                    None => new = json!("added"),
                }
                edit(What::Item(items.len(), Some(new)));
            }
            scalar => {
                let changed = match scalar {
                    Value::Bool(is_so) => json!(!is_so),
                    Value::Number(number) => json!(number.as_f64().unwrap() + 1.0),
                    Value::String(text) if text == "string" => json!(["string", "null"]),
                    Value::String(text) => json!(format!("{text}-changed")),
                    _ => json!("changed"),
                };
                edit(What::Scalar(changed));
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
    let document = Document::new(PAGE, page.clone());
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

    let mut edits = edits(&page);
    edits.retain(|edit| !edit.is_below("/openapi"));
    let (mut refused, mut kept, mut seen) = (0, 0, 0);
    for edit in &edits {
        let Ok((changes, unseen)) = before.told(&edit.applied(&page)) else {
            refused += 1;
            continue;
        };
        assert!(
            !changes.is_empty() || !unseen.is_empty(),
            "nothing changed: {edit:?}"
        );
        if edit.is_of_words() {
            let is_text = changes.iter().all(|change| change.class == Class::Text);
            assert!(is_text, "{edit:?}: {changes:?}");
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
        let documents = documents.iter().cloned();
        merge(documents.collect()).map(|merged| merged.value)
    };
    let before = said(&documents).unwrap();
    let mut tried = 0;
    for index in 0..documents.len() {
        let mut documents = Workspace::new(None).documents().unwrap();
        let whole = documents[index].value.take();
        let mut edits = edits(&whole);
        edits.retain(|edit| !OF_THE_FILE.iter().any(|place| edit.is_below(place)));
        // A document of schemas alone says so or not.
        edits.retain(|edit| edit.place().get(&whole) != Some(&json!({})));
        let step = (edits.len() / SAMPLE).max(1);
        for edit in edits.iter().step_by(step) {
            documents[index].value = edit.applied(&whole);
            if let Ok(after) = said(&documents) {
                let is_told = !unseen::changed(&before, &after).is_empty();
                assert!(is_told, "{}: {edit:?}", documents[index].name);
                tried += 1;
            }
        }
    }
    println!("{tried} edits");
    assert!(tried > documents.len());
}
