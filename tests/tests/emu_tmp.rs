#[path = "it/emulator/mod.rs"]
mod emulator;
