//! What no single crate can test: see `tests/`. The README's examples are compiled here.
#![doc = include_str!("../../README.md")]

pub mod comparison;
pub mod server;
