//! The documentation of operations, from the descriptions of the document.

mod alias;
mod errors;
mod example;
mod index;
mod operation;
mod page;
mod parameter;
mod value;

pub use alias::aliases;
pub use errors::errors;
pub use example::{Call, example};
pub use index::{heading, index};
pub use operation::operation;
pub use page::page_of_event;
pub use parameter::parameter;
pub use value::Values;

/// The text as a sentence.
fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?', ':']) || text.is_empty() {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}
