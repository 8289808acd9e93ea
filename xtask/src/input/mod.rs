//! The documents: read, merged into one, and corrected. What is wrong with them is a [`Problem`]; what the
//! pipeline sets aside goes into the [`Diagnostics`].

mod diagnostics;
mod document;
pub mod merge;
mod operations;
pub mod overlay;
mod pointer;
pub mod problem;
mod profile;
mod provenance;
mod references;
pub mod unseen;
mod yaml;

pub use diagnostics::Diagnostics;
pub use document::{Document, check_version};
pub use operations::{for_each_operation, is_method, members, members_mut, operations};
pub use pointer::Pointer;
pub use problem::{Problem, Problems};
pub use profile::{Names, Profile};
pub use provenance::Provenance;
pub use references::{for_each_reference, for_each_target};
