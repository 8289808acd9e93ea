//! The documents: read, merged into one, and corrected. What is wrong with them is a [`problem::Problem`];
//! what the pipeline sets aside goes into the [`diagnostics`].

pub mod diagnostics;
pub mod document;
pub mod merge;
pub mod operations;
pub mod overlay;
pub mod pointer;
pub mod problem;
pub mod profile;
pub mod provenance;
pub mod references;
