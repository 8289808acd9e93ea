//! A document that the vendor published takes the place of what is described, on copies of the repository.

use std::path::Path;

use serde_json::{Map, Value, json};

use crate::copy::{Copy, repository};
use crate::upstream::revisions;

/// A page of one operation that is described in openapi/cart.yaml, as the vendor may write it today: other names of
/// schemas, an operationId, another field, one that has gone, and a value more.
const PAGE: &str = "# Adjust inventory

```json
{\"quantity\": 1}
```

````yaml put /cart/products/{product_id}/adjust-inventory
openapi: 3.1.0
info: {title: Trackstar API, version: 0.1.0}
servers: [{url: 'https://production.trackstarhq.com'}]
security: []
paths:
  /cart/products/{id}/adjust-inventory:
    put:
      operationId: put_cart_adjust_inventory
      tags: [cart, Products]
      parameters:
        - {in: header, name: x-trackstar-api-key, required: true, schema: {type: string}}
        - {in: header, name: x-trackstar-access-token, required: true, schema: {type: string}}
        - {in: path, name: id, required: true, schema: {type: string}}
      requestBody:
        content: {application/json: {schema: {$ref: '#/components/schemas/AdjustInventorycartProductInputSchema'}}}
      responses:
        '200':
          description: Successful response
          content: {application/json: {schema: {$ref: '#/components/schemas/cartAdjustInventoryProductResponse'}}}
components:
  schemas:
    AdjustInventorycartProductInputSchema:
      type: object
      properties:
        quantity: {type: integer}
        reason: {type: string, description: Why.}
        adjustment_type: {type: string, enum: [increase, decrease, exact, recount]}
      additionalProperties: false
      title: AdjustInventorycartProductInputSchema
    cartAdjustInventoryProductResponse:
      type: object
      properties:
        id: {type: string}
        unused_fields: {type: array, items: {type: string}}
        data: {$ref: '#/components/schemas/CartProductSchema'}
    CartProductSchema:
      type: object
      properties: {id: {type: string}, sku: {type: string}}
````
";

#[test]
fn a_page_of_an_operation_stands_in_place_of_its_description_and_names_stay() {
    let copy = Copy::new();
    copy.write("adjust-inventory.md", PAGE);
    let said = copy.xtask(&["vendor", "adjust-inventory.md"]).succeeded();
    assert!(
        said.starts_with("openapi/adjust-inventory.yaml written"),
        "{said}"
    );
    let report = copy.xtask(&["regen", "--diff", "none"]).succeeded();
    for says in [
        "field reason",
        "value recount",
        "field warehouse_id",
        "openapi/cart.yaml: 1 operations: PUT /cart/products/{product_id}/adjust-inventory\n",
        "AdjustCartInventorySchema--Base_Schema--",
        "Only described, and in no document of the vendor:\n",
        "openapi/erp.yaml: 36 operations: ",
    ] {
        assert!(report.contains(says), "{says}: {report}");
    }
    let code = copy.read("trackstar-api/src/generated.rs");
    for says in [
        "pub fn adjust_cart_product_inventory(",
        "pub struct AdjustCartInventory {",
        "pub enum AdjustCartInventoryAdjustmentType",
    ] {
        assert!(code.contains(says), "{says}");
    }
    assert!(
        !code.contains("InputSchema") && !code.contains("AdjustInventorycart"),
        "names changed"
    );
    let readme = copy.read("openapi/README.md");
    let row = readme
        .lines()
        .find(|line| line.starts_with("| `adjust-inventory.yaml` | 1 |"));
    assert!(
        row.is_some_and(|row| row.contains("| 1 / 3 / 0 |")),
        "{readme}"
    );
    // Nothing changes from run to run, and the page of the seed stays.
    assert_eq!(copy.xtask(&["regen", "--check"]).code(), 0);
    let seed = "openapi/magic-links.yaml";
    assert_eq!(
        copy.read(seed),
        std::fs::read_to_string(repository().join(seed)).unwrap()
    );

    copy.write("next.md", &PAGE.replace("reason: ", "cause: "));
    let said = copy.xtask(&["vendor", "next.md"]).succeeded();
    let place = "/components/schemas/AdjustInventorycartProductInputSchema/properties";
    for says in [
        "2 changes of the document:\n",
        &format!("  + {place}/cause: "),
        &format!("  - {place}/reason: "),
        "openapi/adjust-inventory.yaml written",
    ] {
        assert!(said.contains(says), "{said}");
    }
}

#[test]
fn what_is_not_plainly_the_same_document_needs_a_name_and_a_page_without_one_is_refused() {
    let copy = Copy::new();
    copy.write("magic-links.md", PAGE);
    let run = copy.xtask(&["vendor", "magic-links.md"]);
    assert_eq!(run.code(), 2, "{}", run.stdout());
    for says in ["`magic-links` that is not plainly the same", "--as NAME"] {
        assert!(run.stderr().contains(says), "{}", run.stderr());
    }
    copy.write("page.md", "# Page\n\n```sh\ncurl\n```\n");
    let run = copy.xtask(&["vendor", "page.md", "--as", "magic-links"]);
    assert_eq!(run.code(), 2);
    assert!(
        run.stderr().contains("page.md: this has no OpenAPI block"),
        "{}",
        run.stderr()
    );
    let seed = "openapi/magic-links.yaml";
    assert_eq!(
        copy.read(seed),
        std::fs::read_to_string(repository().join(seed)).unwrap()
    );
    // With a name, it takes the place of what has it, whatever its notation was.
    let document = PAGE
        .split("````")
        .nth(1)
        .unwrap()
        .split_once('\n')
        .unwrap()
        .1;
    let document: Value = yaml_serde::from_str(document).unwrap();
    copy.write("cart.json", &document.to_string());
    copy.xtask(&[
        "vendor",
        "cart.json",
        "--as",
        "magic-links",
        "--date",
        "2026-02",
    ])
    .succeeded();
    assert!(copy.path("openapi/magic-links.json").exists() && !copy.path(seed).exists());
    let readme = copy.read("openapi/README.md");
    assert!(
        readme.contains("| `magic-links.json` | the file `cart.json` (sha256 "),
        "{readme}"
    );
    assert!(
        readme.contains("| 2026-02 | verbatim |") && !readme.contains("| `magic-links.yaml` | the"),
        "{readme}"
    );
}

/// The names of public types and operations in the lowered document.
fn names(copy: &Copy) -> [Vec<String>; 2] {
    let lowered: Value =
        serde_json::from_str(&copy.read("trackstar-api/openapi-3.0.json")).unwrap();
    let types = lowered["components"]["schemas"]
        .as_object()
        .unwrap()
        .keys()
        .cloned();
    let operations = lowered["paths"].as_object().unwrap().values();
    let operations = operations.flat_map(|item| item.as_object().unwrap().values());
    let operations =
        operations.map(|operation| operation["operationId"].as_str().unwrap().to_owned());
    [types.collect(), operations.collect()]
}

fn vendored(path: &Path) -> Copy {
    let copy = Copy::new();
    copy.xtask(&[
        "vendor",
        path.to_str().unwrap(),
        "--as",
        "trackstar",
        "--date",
        "2025-10",
    ])
    .succeeded();
    copy
}

#[test]
fn the_vendors_whole_document_stands_and_every_name_stays() {
    let dates = ["2025-10-07", "2025-10-13"];
    for (date, path) in revisions()
        .into_iter()
        .filter(|(date, _)| dates.contains(date))
    {
        let copy = vendored(&path);
        let before = names(&copy);
        let run = copy.xtask(&["regen", "--diff", "none"]);
        assert_eq!(run.code(), 0, "{date}: {}", run.stderr());
        let [types, operations] = names(&copy);
        assert_eq!(operations, before[1], "{date}");
        // The measurements of cart products are known from later pages only.
        let gone = before[0].iter().filter(|name| !types.contains(name));
        let gone: Vec<&str> = gone.map(String::as_str).collect();
        assert!(
            gone.iter().all(|name| *name == "CartProductMeasurements"),
            "{date}: {gone:?}"
        );
        assert!(
            run.stdout().contains("openapi/wms.yaml: "),
            "{}",
            run.stdout()
        );
        let link = copy.read("trackstar-api/src/generated.rs");
        // The page of the seed is later.
        assert!(link.contains("The full Magic Link URL"), "{date}");
    }
}

/// The document with its write schemas and nested ones called in the later style, and with operationIds.
fn renamed(mut document: Value) -> Value {
    let mut names = Map::new();
    for (path, item) in document["paths"].as_object_mut().unwrap() {
        for (method, operation) in item.as_object_mut().unwrap() {
            operation["operationId"] = format!("{method}_{}", path.replace('/', "_")).into();
        }
    }
    let schemas = document["components"]["schemas"].as_object_mut().unwrap();
    let unions: Vec<String> = schemas
        .keys()
        .filter(|name| name.ends_with("InputSchema"))
        .cloned()
        .collect();
    for union in unions {
        let branches = schemas[&union]["oneOf"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let base = branches.iter().filter_map(|branch| branch["$ref"].as_str());
        let base = base.filter_map(|target| target.rsplit('/').next());
        if let Some(base) = base.clone().find(|name| name.ends_with("--Base_Schema--")) {
            // The base is the body now, and its variants are gone.
            let schema = schemas.remove(base).unwrap();
            schemas.insert(union.clone(), schema);
            names.insert(base.to_owned(), union.into());
        }
    }
    for (old, new) in [
        ("ProductKitComponents", "WmsKitUpdateInventoryItem"),
        (
            "CreateInboundReceiptLineItem",
            "CreateReceiptInboundShipmentLineItem",
        ),
    ] {
        let schema = schemas.remove(old).unwrap();
        schemas.insert(new.to_owned(), schema);
        names.insert(old.to_owned(), json!(new));
    }
    assert!(names.len() > 15, "{names:?}");
    let mut text = document.to_string();
    for (old, new) in names {
        let reference = |name: &str| format!("\"#/components/schemas/{name}\"");
        text = text.replace(&reference(&old), &reference(new.as_str().unwrap()));
    }
    serde_json::from_str(&text).unwrap()
}

#[test]
fn the_vendors_document_with_other_names_gives_the_names_of_today() {
    for (_, path) in revisions()
        .into_iter()
        .filter(|(date, _)| *date == "2025-10-13")
    {
        let document = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let other = Copy::new();
        let file = other.path("renamed.json");
        std::fs::write(&file, renamed(document).to_string()).unwrap();
        let (plain, other) = (vendored(&path), vendored(&file));
        for copy in [&plain, &other] {
            copy.xtask(&["regen", "--diff", "none"]).succeeded();
        }
        let code = |copy: &Copy| copy.read("trackstar-api/src/generated.rs");
        assert!(
            code(&plain) == code(&other),
            "the client shows what its vendor calls things"
        );
    }
}
