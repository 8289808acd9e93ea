//! The responses that both sides decode: texts, written once before anything is measured.

use serde_json::{Value, json};

pub const KEY: &str = "bench-key-0123456789abcdef";
pub const TOKEN: &str = "bench-token-0123456789abcdef";

/// A small response: two magic links.
pub fn magic_links() -> String {
    let link = |id: &str| {
        json!({
            "id": id,
            "url": format!("https://link.example.com/magic-link/{id}"),
            "customer_id": "customer-7",
            "expires_at": "2026-03-01T12:00:00Z",
            "integration_type": "wms",
            "integration_allow_list": ["shiphero", "extensiv"],
            "integration_block_list": [],
            "integrations_with_endpoints": [],
        })
    };
    json!({"magic_links": [link("5b9e"), link("77ad")]}).to_string()
}

/// A small response: one order.
pub fn one_order() -> String {
    json!({"data": order(1)}).to_string()
}

/// A page of orders, with all the fields that the API has, as systems fill them: some always, some now and
/// then, some never (`null`).
pub fn page_of_orders(count: usize, next_token: Option<&str>) -> String {
    let data: Vec<Value> = (0..count).map(order).collect();
    json!({"data": data, "next_token": next_token, "total_count": count}).to_string()
}

/// The same page, of which every order deviates from the document in six fields or more.
#[allow(dead_code, reason = "one benchmark needs it")]
pub fn deviating_page_of_orders(count: usize) -> String {
    let data = (0..count).map(|i| {
        let mut order = order(i);
        order["total_price"] = json!("19.99");
        order["created_date"] = json!("2025-11-03 08:15:30");
        order["saturday_delivery"] = json!("false");
        order["reference_id"] = json!(i);
        order["scac"] = json!({"code": "FDXG"});
        for line in order["line_items"].as_array_mut().into_iter().flatten() {
            line["quantity"] = json!("2");
        }
        order
    });
    json!({"data": data.collect::<Vec<_>>(), "next_token": null, "total_count": count}).to_string()
}

fn order(i: usize) -> Value {
    let is_shipped = !i.is_multiple_of(3);
    let statuses = ["open", "fulfilled", "partially_fulfilled", "backordered"];
    let items: Vec<Value> = (0..i % 4 + 1).map(|line| line_item(i, line)).collect();
    let now_and_then = |is_given: bool, value: Value| if is_given { value } else { Value::Null };
    let raw_status = now_and_then(is_shipped, json!("Shipped – complete"));
    let duty = now_and_then(i.is_multiple_of(10), json!("recipient"));
    let shipments: Vec<Value> = is_shipped.then(|| shipment(i)).into_iter().collect();
    let (tags, fields) = match i % 5 {
        0 => (
            json!(["gift", "priority:high"]),
            json!({"wave": i, "zone": null}),
        ),
        _ => (json!([]), json!({})),
    };
    json!({
        "id": format!("64f1c0de-{i:08}"),
        "warehouse_customer_id": format!("merchant-{}", i % 17),
        "warehouse_id": format!("warehouse-{}", i % 3),
        "created_date": "2025-11-03T08:15:30Z",
        "updated_date": "2025-11-04T17:45:01.250000Z",
        "trackstar_created_date": "2025-11-03T08:20:00.123456Z",
        "trackstar_updated_date": "2025-11-04T17:50:00.654321Z",
        "reference_id": format!("SO-{i}"),
        "order_number": format!("#{}", 1000 + i),
        "status": statuses[i % statuses.len()],
        "raw_status": raw_status,
        "channel": "shopify",
        "channel_object": {"channel_id": format!("channel-{}", i % 5), "channel_name": "Web shop"},
        "type": "d2c",
        "trading_partner": null,
        "shipping_method": "FedEx Ground",
        "shipping_method_id": "method-12",
        "shipping_method_name": "FedEx Ground",
        "service_level": "Standard",
        "carrier_id": "carrier-3",
        "carrier_name": "FedEx",
        "scac": "FDXG",
        "is_third_party_freight": false,
        "third_party_freight_account_number": null,
        "first_party_freight_account_number": null,
        "international_duty_paid_by": duty,
        "invoice_currency_code": "USD",
        "total_price": 19.99 + i as f64,
        "total_tax": 1.6,
        "total_discount": 0,
        "total_shipping": 4.95,
        "ship_to_address": address(i),
        "line_items": items,
        "shipments": shipments,
        "tags": tags,
        "trackstar_tags": [],
        "required_ship_date": "2025-11-05T00:00:00Z",
        "saturday_delivery": false,
        "signature_required": i.is_multiple_of(7),
        "external_system_url": format!("https://wms.example.com/orders/{i}"),
        "additional_fields": fields,
    })
}

fn line_item(i: usize, line: usize) -> Value {
    json!({
        "product_id": format!("product-{}", (i * 7 + line) % 400),
        "sku": format!("SKU-{:05}", (i * 7 + line) % 400),
        "quantity": line + 1,
        "unit_price": 9.5 + line as f64,
        "is_picked": i.is_multiple_of(2),
        "discount_amount": if line == 0 { json!(0.5) } else { Value::Null },
    })
}

fn address(i: usize) -> Value {
    json!({
        "full_name": format!("Käufer {i}"),
        "company": null,
        "address1": format!("{} Main Street", i + 1),
        "address2": if i.is_multiple_of(6) { json!("Apartment 4") } else { Value::Null },
        "address3": null,
        "city": "Springfield",
        "state": "IL",
        "postal_code": "62701",
        "country": "US",
        "email_address": format!("buyer-{i}@example.com"),
        "phone_number": "+1 217 555 0100",
    })
}

fn shipment(i: usize) -> Value {
    let lines: Vec<Value> = (0..i % 4 + 1)
        .map(|line| {
            json!({
                "inventory_item_id": format!("item-{}", (i * 7 + line) % 400),
                "sku": format!("SKU-{:05}", (i * 7 + line) % 400),
                "quantity": line + 1,
                "parent_product_id": null,
            })
        })
        .collect();
    let packed: Vec<Value> = lines
        .iter()
        .map(|line| {
            let mut line = line.clone();
            line["lot_id"] = json!("lot-2025-10");
            line["expiration_date"] = if i.is_multiple_of(2) {
                json!("2027-01-31T00:00:00Z")
            } else {
                Value::Null
            };
            line
        })
        .collect();
    json!({
        "shipment_id": format!("shipment-{i}"),
        "warehouse_id": format!("warehouse-{}", i % 3),
        "shipped_date": "2025-11-04T16:00:00Z",
        "status": "shipped",
        "raw_status": "Shipped",
        "shipping_method": "FedEx Ground",
        "line_items": lines,
        "ship_to_address": address(i),
        "ship_from_address": {
            "address1": "1 Warehouse Way", "address2": null, "address3": null, "city": "Reno",
            "state": "NV", "postal_code": "89501", "country": "US",
        },
        "packages": [{
            "package_id": format!("package-{i}"),
            "package_name": "12x9x4",
            "tracking_number": format!("7946{i:08}"),
            "tracking_url": format!("https://tracking.example.com/7946{i:08}"),
            "carrier": "FedEx",
            "carrier_id": "carrier-3",
            "carrier_name": "FedEx",
            "scac": "FDXG",
            "shipping_method": "FedEx Ground",
            "shipping_method_id": "method-12",
            "shipping_method_name": "FedEx Ground",
            "shipping_cost": 7.85,
            "measurements": {
                "length": 12, "width": 9.0, "height": 4.0, "unit": "in", "weight": 2.25, "weight_unit": "lb",
            },
            "line_items": packed,
        }],
    })
}
