//! Generates the client from `openapi-3.0.json` when the feature `codegen` is on.
//! Without it the committed `src/generated.rs` is compiled.

#[cfg(feature = "codegen")]
mod generate;

/// Operations that hand-written code builds on: it is compiled where the document has them.
const BUILT_ON: [&str; 1] = ["get_connection_on_demand_sync"];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=openapi-3.0.json");
    println!("cargo::rerun-if-changed=build");
    let document = std::fs::read_to_string("openapi-3.0.json")
        .map_err(|cause| format!("openapi-3.0.json cannot be read: {cause}"))?;
    for operation in BUILT_ON {
        println!("cargo::rustc-check-cfg=cfg({operation})");
        if document.contains(&format!("\"operationId\": \"{operation}\"")) {
            println!("cargo::rustc-cfg={operation}");
        }
    }
    #[cfg(feature = "codegen")]
    {
        let out = std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR for build scripts")?;
        let client = std::path::Path::new(&out).join("client.rs");
        std::fs::write(client, generate::generate(&document)?)?;
    }
    Ok(())
}
