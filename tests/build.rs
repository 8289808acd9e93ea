//! Writes tests from the lowered document, so that no operation and no field is without one.
//!
//! What the client is generated from is read here a second time, by code that shares nothing with its
//! generator: a field or parameter that the generator loses is missed by these tests.

#[path = "build/document.rs"]
mod document;
#[path = "build/emulated.rs"]
mod emulated;
#[path = "build/events.rs"]
mod events;
#[path = "build/example.rs"]
mod example;
#[path = "build/examples.rs"]
mod examples;
#[path = "build/mocks.rs"]
mod mocks;
#[path = "build/operations.rs"]
mod operations;
#[path = "build/responses.rs"]
mod responses;
#[path = "build/schemas.rs"]
mod schemas;
#[path = "build/values.rs"]
mod values;

use std::path::Path;

use document::Document;

const DOCUMENT: &str = "../trackstar-api/openapi-3.0.json";

fn main() {
    println!("cargo::rerun-if-changed={DOCUMENT}");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    let text = std::fs::read_to_string(DOCUMENT).expect("the lowered document is there");
    let document = Document::read(&text);
    // The client waits for syncs where its document has them.
    println!("cargo::rustc-check-cfg=cfg(get_connection_on_demand_sync)");
    if text.contains("\"operationId\": \"get_connection_on_demand_sync\"") {
        println!("cargo::rustc-cfg=get_connection_on_demand_sync");
    }

    // Copies are tried with orders, where their list can be filtered by when they changed.
    println!("cargo::rustc-check-cfg=cfg(changes_of_orders)");
    let can_be_filtered = |operation: document::Operation| {
        operation.id == "list_wms_orders"
            && operation.value["parameters"]
                .to_string()
                .contains("trackstar_updated_date[gte]")
    };
    if document.operations().any(can_be_filtered) {
        println!("cargo::rustc-cfg=changes_of_orders");
    }

    let folder = std::env::var_os("OUT_DIR").expect("cargo names a folder for the output");
    let write = |name: &str, source: String| {
        std::fs::write(Path::new(&folder).join(name), source)
            .expect("the folder can be written to");
    };
    write("operations.rs", operations::tests(&document));
    write("emulated.rs", emulated::calls(&document));
    write("mocks.rs", mocks::tests(&document));
    write("examples.rs", examples::tests(&document));
    write("schemas.rs", schemas::tests(&document));
    write("responses.rs", responses::tests(&document));
    write("events.rs", events::tests(&document));
    let (types, table) = values::tests(&document);
    write("values.rs", types);
    write("values.json", table);
}
