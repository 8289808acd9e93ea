use serde_json::json;

use super::*;
use crate::model::record::record;

#[derive(Clone, Debug, PartialEq)]
struct Order {
    id: String,
    total: Option<i64>,
    extra: Extra,
}
record!(Order { id "id" required, total "total" optional } extra);

fn read(sent: &Value) -> Result<Page<Order>, Mismatch> {
    page(sent.to_string().as_bytes())
}

fn ids(page: &Page<Order>) -> Vec<&str> {
    page.data.iter().map(|order| order.id.as_str()).collect()
}

#[test]
fn a_page_needs_its_list_and_nothing_else() {
    let page =
        read(&json!({"total_count": 2, "new": [], "data": [{"id": "a"}], "next_token": "n"}));
    let page = page.unwrap();
    assert_eq!(ids(&page), ["a"]);
    assert_eq!(page.next_token.as_deref(), Some("n"));
    assert_eq!(page.total_count, Some(2));
    assert_eq!(read(&json!({"data": null})).unwrap(), Page::default());
    let error = read(&json!({})).unwrap_err().to_string();
    assert!(error.contains("missing field `data`"), "{error}");
}

#[test]
fn what_is_around_the_records_never_fails_a_page() {
    for (token, count, read_token, read_count) in [
        (json!(7), json!("2"), Some("7"), Some(2)),
        (json!({}), json!({"all": 2}), None, None),
        (json!(null), json!(2.5), None, None),
    ] {
        for record in [json!({"id": "a"}), json!({"no": "id"})] {
            let sent = json!({"data": [record], "next_token": token, "total_count": count});
            let page = read(&sent).unwrap();
            assert_eq!(page.next_token.as_deref(), read_token, "{sent}");
            assert_eq!(page.total_count, read_count, "{sent}");
        }
    }
}

#[test]
fn a_record_that_cannot_be_read_costs_only_itself() {
    let bad = json!({"id": null, "total": 1});
    let sent = json!({"data": [null, {"id": "a"}, bad, {"id": "b", "total": "x"}, {"id": {"n": 1}}], "next_token": "n"});
    let (page, found) = deviation::collect(|| read(&sent).unwrap());
    assert_eq!(ids(&page), ["a", "b"]);
    assert_eq!(page.next_token.as_deref(), Some("n"));
    let places: Vec<_> = page
        .unreadable
        .iter()
        .map(|it| (it.index(), it.field()))
        .collect();
    assert_eq!(places, [(0, None), (2, Some("id")), (4, Some("id"))]);
    assert_eq!(page.unreadable[1].json(), &bad);
    assert!(page.unreadable[1].problem().contains("null"));
    let found: Vec<String> = found.list.iter().map(ToString::to_string).collect();
    assert_eq!(found, ["data[].total: string in place of integer"]);
    assert_eq!(serde_json::to_value(&page).unwrap()["data"], sent["data"]);
    let order: Vec<bool> = page.into_records().map(|record| record.is_ok()).collect();
    assert_eq!(order, [false, true, false, true, false]);
}

#[test]
fn data_that_is_no_list_is_a_record_that_cannot_be_read() {
    let page = read(&json!({"data": {"a": 1}, "next_token": "n"})).unwrap();
    assert_eq!(page.unreadable[0].json(), &json!({"a": 1}));
    assert_eq!(page.next_token.as_deref(), Some("n"));
}

#[test]
fn pages_that_are_joined_keep_the_places_of_their_records() {
    let one = read(&json!({"data": [{"id": "a"}, 1]})).unwrap();
    let two = read(&json!({"data": [2, {"id": "b"}]})).unwrap();
    let all = one.followed_by(two);
    assert_eq!(all.total_count, Some(4));
    let json = serde_json::to_value(&all).unwrap();
    assert_eq!(json["data"], json!([{"id": "a"}, 1, 2, {"id": "b"}]));
}

#[test]
fn a_write_whose_record_cannot_be_read_has_succeeded() {
    let read = |sent: &Value| serde_json::from_value::<WriteResponse<Order>>(sent.clone());
    let sent = json!({"id": "7", "data": {"total": 1}, "unused_fields": ["a"]});
    let write = read(&sent).unwrap();
    assert_eq!((write.id.as_deref(), &write.data), (Some("7"), &None));
    assert_eq!(write.unused_fields, ["a"]);
    let record = write.unreadable.as_ref().unwrap();
    assert_eq!((record.field(), record.json()), (Some("id"), &sent["data"]));
    assert_eq!(serde_json::to_value(&write).unwrap(), sent);
    for (sent, id) in [
        (json!({"data": {"id": "a"}, "id": 7}), Some("7")),
        (json!({"data": null}), None),
        (json!({}), None),
    ] {
        assert_eq!(read(&sent).unwrap().id.as_deref(), id, "{sent}");
    }
}

#[test]
fn what_is_written_is_read_again() {
    let order = Order {
        id: "a".to_owned(),
        total: None,
        extra: Extra::default(),
    };
    let mut page = Page::new(vec![order.clone()]);
    page.next_token = Some("n".to_owned());
    assert_eq!(read(&serde_json::to_value(&page).unwrap()).unwrap(), page);
    let write = WriteResponse::new("7", Some(order));
    let json = serde_json::to_value(&write).unwrap();
    assert_eq!(
        serde_json::from_value::<WriteResponse<Order>>(json).unwrap(),
        write
    );
}

#[test]
fn a_record_that_is_null_is_no_record() {
    assert!(serde_json::from_str::<Data<Order>>(r#"{"data":null}"#).is_err());
    let data: Data<Order> = serde_json::from_str(r#"{"data":{"id":"a"}}"#).unwrap();
    assert_eq!(data.0.id, "a");
}
