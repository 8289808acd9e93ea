//! Files beside a document that it refers to: `./shared.yaml#/components/schemas/Order`.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use crate::input::{Document, Problem, for_each_target};

/// The document, and the files beside it that it leads to. They give what is referred to, but no operations.
pub fn with_referred(document: Document, path: &Path) -> Result<Vec<Document>, Problem> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let own = path.file_name().and_then(|name| name.to_str());
    let mut known: BTreeSet<String> = own.map(str::to_owned).into_iter().collect();
    let version = document.value.get("openapi").cloned();
    let mut documents = vec![document];
    let mut index = 0;
    while let Some(document) = documents.get_mut(index) {
        for name in files(&mut document.value) {
            let path = folder.join(&name);
            // One that is not there is reported as a reference that leads nowhere.
            if known.insert(name) && path.is_file() {
                let mut other = Document::read(&path, &path.display().to_string())?;
                if let Some(members) = other.value.as_object_mut() {
                    let general = ["info", "paths", "security", "servers", "tags", "webhooks"];
                    members.retain(|key, _| !general.contains(&key.as_str()));
                    members.insert("openapi".to_owned(), json!(version));
                }
                documents.push(other);
            }
        }
        index += 1;
    }
    Ok(documents)
}

/// The files that a document refers to, in its folder.
fn files(document: &mut Value) -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    for_each_target(document, |target| {
        let file = target.split('#').next().unwrap_or_default();
        let file = file.trim_start_matches("./");
        if !file.is_empty() && !file.contains(['/', '\\', ':']) {
            files.insert(file.to_owned());
        }
    });
    files
}
