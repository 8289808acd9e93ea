//! Writes the JSON schema of every data type to a folder, one file each:
//! `cargo run --example schemas --features schemars -- DIR`. `cargo xtask schemas DIR` does the same.

use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1);
    let folder = PathBuf::from(folder.ok_or("pass the folder to write the schemas to")?);
    std::fs::create_dir_all(&folder)?;
    let schemas = trackstar_api::json_schema::all();
    for (name, schema) in &schemas {
        let text = serde_json::to_string_pretty(schema)?;
        std::fs::write(folder.join(format!("{name}.json")), text + "\n")?;
    }
    println!("{} schemas in {}", schemas.len(), folder.display());
    Ok(())
}
