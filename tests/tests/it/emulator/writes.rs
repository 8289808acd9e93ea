//! Writes, and records that are set past all rules.

use serde_json::{Value, json};
use trackstar_api::ErrorKind;
use trackstar_api::filter::one_of;
use trackstar_api::types::{CreateOrder, OrderStatus};

use super::{an_order, call, client, get, request, send, unlimited, write};

#[tokio::test]
async fn the_client_lists_creates_gets_and_cancels() {
    let emulator = unlimited().start().await.unwrap();
    let client = client(&emulator);
    let order = CreateOrder::default()
        .order_number("1042")
        .reference_id("r");
    let created = client.create_wms_order(order).send().await.unwrap();
    let id = created.id.clone().unwrap();
    let order = client.get_wms_order(&id).send().await.unwrap();
    assert_eq!(order.order_number.as_deref(), Some("1042"));
    client.cancel_wms_order(&id).send().await.unwrap();
    let cancelled = client
        .list_wms_orders()
        .status(one_of([OrderStatus::Cancelled]))
        .send()
        .await
        .unwrap();
    assert!(cancelled.data.iter().any(|order| order.id == id));
    let error = client.get_wms_order("none-such").send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(error.missing_id(), Some("none-such"));
}

#[tokio::test]
async fn fields_that_the_record_does_not_have_are_unused() {
    let emulator = unlimited().start().await.unwrap();
    let order = json!({"order_number": "1", "colour": "red", "trackstar_tags": ["a"]});
    let written = write(&emulator, "k", &order).await.body;
    assert_eq!(written["unused_fields"], json!(["colour"]));
    assert_eq!(written["data"]["trackstar_tags"], json!(["a"]));
    assert!(written["data"].get("colour").is_none());
}

#[tokio::test]
async fn an_adjustment_adds_takes_away_or_sets() {
    let emulator = unlimited().start().await.unwrap();
    let id = emulator.ids("wms/inventory").unwrap().remove(0);
    let stock = json!({"onhand": 5});
    emulator.change("wms/inventory", &id, &stock).unwrap();
    let path = format!("/wms/inventory/{id}/adjust");
    for (how, expected) in [("increase", 8), ("decrease", 5)] {
        let body = json!({"quantity": 3, "adjustment_type": how});
        let adjusted = call(&emulator, "PUT", &path, body).await.body;
        assert_eq!(adjusted["data"]["onhand"], expected, "{how}");
    }
    let id = emulator.ids("cart/products").unwrap().remove(0);
    let path = format!("/cart/products/{id}/adjust-inventory");
    let body = json!({"quantity": 3, "adjustment_type": "exact"});
    let adjusted = call(&emulator, "PUT", &path, body).await.body;
    assert_eq!(adjusted["data"]["inventory"], 3);
}

#[tokio::test]
async fn a_batch_adjusts_all_products_or_none() {
    let emulator = unlimited().start().await.unwrap();
    let path = "/cart/products/batch-adjust-inventory";
    let line = |id: &str| json!({"product_id": id, "quantity": 7});
    let body = |id| json!({"line_items": [line("product-000001"), line(id)]});
    let stock = |number: usize| {
        let product = emulator.record("cart/products", &format!("product-00000{number}"));
        product.unwrap()["inventory"].clone()
    };
    let before = stock(1);
    let refused = call(&emulator, "PUT", path, body("none-such")).await;
    assert_eq!(
        (refused.status, &refused.body["id"]),
        (404, &json!("none-such"))
    );
    assert_eq!(stock(1), before);
    let adjusted = call(&emulator, "PUT", path, body("product-000002")).await;
    assert_eq!(adjusted.body["data"].as_array().unwrap().len(), 2);
    assert_eq!((stock(1), stock(2)), (json!(7), json!(7)));
}

#[tokio::test]
async fn a_shipment_fulfills_its_order() {
    let emulator = unlimited().start().await.unwrap();
    let id = write(&emulator, "k", &an_order()).await.body["id"].clone();
    let path = format!("/wms/orders/{}/shipments", id.as_str().unwrap());
    let shipped = call(&emulator, "POST", &path, json!({"tracking_number": "T1"})).await;
    let order = &shipped.body["data"];
    assert_eq!(order["status"], "fulfilled");
    assert_eq!(order["shipments"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_kit_is_a_product() {
    let emulator = unlimited().start().await.unwrap();
    let kit = call(&emulator, "POST", "/wms/kits", json!({"sku": "KIT-1"})).await;
    let id = kit.body["id"].as_str().unwrap();
    let product = get(&emulator, &format!("/wms/products/{id}")).await.body;
    assert_eq!(product["data"]["sku"], "KIT-1");
}

#[tokio::test]
async fn a_passthrough_changes_nothing() {
    let emulator = unlimited().start().await.unwrap();
    let before = emulator.ids("wms/orders").unwrap();
    let body = json!({"method": "POST", "path": "/orders", "data": {"note": ""}});
    let passed = call(&emulator, "POST", "/wms/passthrough", body).await;
    assert_eq!(
        (passed.status, &passed.body["status_code"]),
        (200, &json!(200))
    );
    assert_eq!(emulator.ids("wms/orders").unwrap(), before);
}

#[tokio::test]
async fn records_are_read_and_set_past_all_rules() {
    let emulator = unlimited().start().await.unwrap();
    let record = json!({"id": "odd", "status": 3, "order_number": null});
    let own = |method: &str, path: &str, body: &Value| {
        send(request(&emulator, method, &format!("/_emulator/{path}")).body(body.to_string()))
    };
    let put = own("PUT", "wms/orders", &record).await;
    assert_eq!(put.body, json!({"id": "odd"}));
    assert_eq!(get(&emulator, "/wms/orders/odd").await.body["data"], record);
    own("PATCH", "wms/orders/odd", &json!({"status": "open"})).await;
    let changed = emulator.record("wms/orders", "odd").unwrap();
    assert_eq!(changed["status"], "open");
    assert!(emulator.put("wms/nothing", json!({})).is_err());
    assert_eq!(
        own("DELETE", "wms/orders/odd", &Value::Null).await.status,
        200
    );
    assert_eq!(get(&emulator, "/wms/orders/odd").await.status, 404);
    assert!(emulator.remove("wms/orders", "odd").is_err());
}
