//! Lists: filters, pages, and what the records are.

use futures_util::TryStreamExt as _;
use serde_json::{Value, json};
use trackstar_api::emulator::{ListOrder, PageTokens};

use super::{client, get, ids, unlimited};

#[tokio::test]
async fn the_same_seed_gives_the_same_records() {
    let (one, same) = (unlimited().start().await, unlimited().start().await);
    let (one, same) = (one.unwrap(), same.unwrap());
    let other = unlimited().seed(2).start().await.unwrap();
    let path = "/wms/orders";
    let first = get(&one, path).await.body;
    assert_eq!(first, get(&same, path).await.body);
    assert_ne!(first, get(&other, path).await.body);
}

#[tokio::test]
async fn records_refer_to_each_other() {
    let emulator = unlimited().start().await.unwrap();
    let orders = get(&emulator, "/wms/orders").await.body;
    let line = &orders["data"][0]["line_items"][0];
    let product = line["product_id"].as_str().unwrap();
    let product = emulator.record("wms/products", product).unwrap();
    assert_eq!(line["sku"], product["sku"]);
    let inventory = emulator
        .record("wms/inventory", "inventory-000003")
        .unwrap();
    let product = emulator.record("wms/products", "product-000003").unwrap();
    assert_eq!(inventory["sku"], product["sku"]);
}

#[tokio::test]
async fn lists_are_filtered_by_every_operator() {
    let emulator = unlimited().records(0).start().await.unwrap();
    for (id, status, day, tags) in [
        ("a", "open", "01", json!(["x", {"key": "value"}])),
        ("b", "cancelled", "02", json!([])),
        ("c", "open", "03", json!(["x", "y"])),
    ] {
        let record = json!({
            "id": id, "status": status, "order_number": format!("No-{id}"),
            "created_date": format!("2026-01-{day}T00:00:00Z"), "trackstar_tags": tags,
        });
        emulator.put("wms/orders", record).unwrap();
    }
    for (query, expected) in [
        ("", "abc"),
        ("ids[in]=a,c", "ac"),
        // Beside ids, the other filters have no effect.
        ("ids[in]=a,c&status=cancelled", "ac"),
        ("status=open", "ac"),
        ("status[eq]=open", "ac"),
        ("status[neq]=open", "b"),
        ("status[in]=open,cancelled", "abc"),
        ("status[nin]=open", "b"),
        ("created_date[gt]=2026-01-02T00:00:00Z", "c"),
        ("created_date[gte]=2026-01-02T00:00:00Z", "bc"),
        ("created_date[lt]=2026-01-02T00:00:00Z", "a"),
        ("created_date[lte]=2026-01-02T00:00:00Z", "ab"),
        ("trackstar_tags[contains]=y", "c"),
        ("trackstar_tags[contains]=key:value", "a"),
        ("trackstar_tags[not_contains]=y", "ab"),
        ("order_number[eq-insensitive]=NO-A", "a"),
        ("order_number[in-insensitive]=NO-A,no-b", "ab"),
        ("order_number[contains-insensitive]=O-C", "c"),
        ("status=open&created_date[gt]=2026-01-02T00:00:00Z", "c"),
    ] {
        let page = get(&emulator, &format!("/wms/orders?{query}")).await.body;
        assert_eq!(ids(&page).concat(), expected, "{query}");
        assert_eq!(page["total_count"], expected.len(), "{query}");
    }
}

#[tokio::test]
async fn what_was_changed_and_what_was_not_is_filtered_the_same() {
    let emulator = unlimited().records(200).start().await.unwrap();
    let path = "/wms/orders?status=open";
    let before = get(&emulator, path).await.body;
    for id in emulator.ids("wms/orders").unwrap() {
        emulator.change("wms/orders", &id, &json!({})).unwrap();
    }
    assert_eq!(get(&emulator, path).await.body, before);
    assert!((10..100).contains(&ids(&before).len()));
}

#[tokio::test]
async fn pages_hold_every_record_once_in_each_order_and_with_each_token() {
    for order in [ListOrder::Id, ListOrder::Created, ListOrder::Updated] {
        for tokens in [PageTokens::Keyset, PageTokens::Offset] {
            let emulator = unlimited().records(25).order(order).page_tokens(tokens);
            let emulator = emulator.start().await.unwrap();
            emulator
                .put("wms/orders", json!({"id": "order-9"}))
                .unwrap();
            emulator.remove("wms/orders", "order-000003").unwrap();
            let orders = client(&emulator).list_wms_orders().limit(10).stream();
            let orders: Vec<_> = orders.try_collect().await.unwrap();
            let mut ids: Vec<_> = orders.iter().map(|order| order.id.clone()).collect();
            ids.sort();
            let expected = emulator.ids("wms/orders").unwrap();
            assert_eq!(ids, expected, "{order:?} {tokens:?}");
            assert_eq!(ids.len(), 25);
        }
    }
}

/// The ids of two pages, with something done between them.
async fn pages_around(tokens: PageTokens, order: ListOrder, change: (&str, Value)) -> String {
    let emulator = unlimited().records(0).order(order).page_tokens(tokens);
    let emulator = emulator.start().await.unwrap();
    for (number, id) in ["a", "b", "c", "d"].into_iter().enumerate() {
        let time = format!("2026-01-0{}T00:00:00Z", number + 1);
        let order = json!({"id": id, "trackstar_updated_date": time});
        emulator.put("wms/orders", order).unwrap();
    }
    let first = get(&emulator, "/wms/orders?limit=2").await.body;
    let (id, fields) = change;
    match fields.is_null() {
        true => emulator.remove("wms/orders", id).unwrap(),
        false => drop(emulator.change("wms/orders", id, &fields).unwrap()),
    }
    let token = first["next_token"].as_str().unwrap();
    let next = format!("/wms/orders?limit=2&page_token={token}");
    let second = get(&emulator, &next).await.body;
    [ids(&first), ids(&second)].concat().concat()
}

#[tokio::test]
async fn an_offset_skips_a_record_when_one_before_it_goes_and_a_keyset_does_not() {
    let removed = || ("a", Value::Null);
    let keyset = pages_around(PageTokens::Keyset, ListOrder::Id, removed()).await;
    assert_eq!(keyset, "abcd");
    let offset = pages_around(PageTokens::Offset, ListOrder::Id, removed()).await;
    assert_eq!(offset, "abd");
}

#[tokio::test]
async fn a_record_that_changes_moves_to_the_end_where_changes_give_the_order() {
    let touched = (
        "a",
        json!({"trackstar_updated_date": "2026-02-01T00:00:00Z"}),
    );
    let pages = pages_around(PageTokens::Keyset, ListOrder::Updated, touched).await;
    assert_eq!(pages, "abcd");
    let touched = (
        "c",
        json!({"trackstar_updated_date": "2026-02-01T00:00:00Z"}),
    );
    let pages = pages_around(PageTokens::Keyset, ListOrder::Updated, touched).await;
    assert_eq!(pages, "abdc");
}

#[tokio::test]
async fn a_hundred_thousand_records_are_paged_without_being_kept() {
    let emulator = unlimited().records(100_000).start().await.unwrap();
    let page = get(&emulator, "/wms/orders?limit=2").await.body;
    assert_eq!(ids(&page), ["order-000000", "order-000001"]);
    for (list, limit) in [("/cart/warehouses", 1_000), ("/carrier/files", 100)] {
        let page = get(&emulator, list).await.body;
        assert_eq!(page["data"].as_array().unwrap().len(), limit, "{list}");
    }
    let last = get(&emulator, "/wms/orders/order-099999").await;
    assert_eq!(last.body["data"]["id"], "order-099999");
    let some = "/wms/orders?created_date[gt]=2026-01-06T00:00:00Z&status=open&limit=3";
    assert_eq!(ids(&get(&emulator, some).await.body).len(), 3);
}
