//! The files of the repository, at present and at earlier revisions.

pub mod atomic;
mod beside;
pub mod git;
pub mod vendored;
pub mod workspace;
