//! Generates the client from `openapi-3.0.json` when the feature `codegen` is on.
//! Without it the committed `src/generated.rs` is compiled, and there is nothing to do here.

#[cfg(feature = "codegen")]
#[path = "generate.rs"]
mod generate;

#[cfg(feature = "codegen")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=openapi-3.0.json");
    println!("cargo::rerun-if-changed=build");
    let document = std::fs::read_to_string("openapi-3.0.json")
        .map_err(|cause| format!("openapi-3.0.json cannot be read: {cause}"))?;
    let out = std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR for build scripts")?;
    let client = std::path::Path::new(&out).join("client.rs");
    std::fs::write(client, generate::generate(&document)?)?;
    Ok(())
}

#[cfg(not(feature = "codegen"))]
fn main() {
    println!("cargo::rerun-if-changed=build/main.rs");
}
