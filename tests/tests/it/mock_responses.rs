//! The client reads what a mock responds with: errors of every kind, headers, delays, pages.

use std::time::{Duration, Instant};

use futures_util::TryStreamExt as _;
use httpmock::MockServer;
use trackstar_api::filter::one_of;
use trackstar_api::mock::{MockServerExt as _, Then};
use trackstar_api::types::{CreateOrder, Order, OrderStatus};
use trackstar_api::{Client, Error, ErrorKind, Origin, Page, RetryPolicy, WriteResponse};

fn client(server: &MockServer) -> Client {
    let client = Client::builder()
        .api_key("key")
        .base_url(server.base_url())
        .retry(RetryPolicy::off());
    client.build().unwrap().connection("token")
}

/// The error that the client makes of a response.
async fn error(response: impl FnOnce(Then<Page<Order>>)) -> Error {
    let server = MockServer::start_async().await;
    let mock = server.list_wms_orders(|_, then| response(then));
    let error = client(&server).list_wms_orders().send().await.unwrap_err();
    mock.assert();
    error
}

#[tokio::test]
async fn errors_come_by_their_kind() {
    let trackstar = Some(Origin::Trackstar);
    let found = error(|then| drop(then.unauthorized())).await;
    assert_eq!(found.kind(), ErrorKind::Unauthorized);
    let found = error(|then| drop(then.forbidden("get_orders"))).await;
    assert_eq!(found.kind(), ErrorKind::Forbidden);
    assert!(
        found.to_string().contains("get_orders is disabled"),
        "{found}"
    );
    let found = error(|then| drop(then.not_found("o-1"))).await;
    assert_eq!(found.kind(), ErrorKind::NotFound);
    assert_eq!(found.missing_id(), Some("o-1"));
    let found = error(|then| drop(then.conflict())).await;
    assert_eq!(found.kind(), ErrorKind::Conflict);
    let found = error(|then| drop(then.not_implemented("get_returns"))).await;
    assert_eq!(found.kind(), ErrorKind::NotImplemented);
    assert!(found.to_string().contains("get_returns"), "{found}");
    let found = error(|then| drop(then.server_error())).await;
    assert_eq!(found.kind(), ErrorKind::Server);
    assert_eq!(found.origin().cloned(), trackstar);
    let found = error(|then| drop(then.error(400, "bad"))).await;
    assert_eq!(found.kind(), ErrorKind::BadRequest);
    let found = error(|then| drop(then.refused_by_integration(418, "no tea"))).await;
    assert_eq!(found.kind(), ErrorKind::Status);
    assert_eq!(found.origin().cloned(), Some(Origin::Integration));
    assert!(found.to_string().contains("no tea"), "{found}");
}

#[tokio::test]
async fn a_refused_request_names_its_fields() {
    let found = error(|then| {
        then.invalid([
            ("json", "name", "Bad."),
            ("query", "limit", "Too many."),
            ("query", "limit", "Not a number."),
        ]);
    })
    .await;
    assert_eq!(found.kind(), ErrorKind::Validation);
    let fields: Vec<String> = found.fields().iter().map(ToString::to_string).collect();
    assert_eq!(
        fields,
        [
            "json `name`: Bad.",
            "query `limit`: Too many.",
            "query `limit`: Not a number.",
        ]
    );
}

#[tokio::test]
async fn a_rate_limited_response_reports_the_delay_in_whole_seconds() {
    for (delay, reported) in [(0, 0), (1, 1), (1_000, 1), (2_001, 3)] {
        let found = error(|then| drop(then.rate_limited(Duration::from_millis(delay)))).await;
        assert_eq!(found.kind(), ErrorKind::RateLimited);
        assert_eq!(found.retry_after(), Some(Duration::from_secs(reported)));
    }
}

#[tokio::test]
async fn a_mock_responds_with_headers_and_after_a_delay() {
    let server = MockServer::start_async().await;
    let delay = Duration::from_millis(150);
    let page = Page::new(vec![Order::example()]);
    server.list_wms_orders(|_, then| {
        then.ok(&page).request_id("r-1").replayed().delay(delay);
    });
    let start = Instant::now();
    let response = client(&server).list_wms_orders().send().await.unwrap();
    assert!(start.elapsed() >= delay);
    assert_eq!(response.request_id(), Some("r-1"));
    assert!(response.was_replayed());

    let found = error(|then| drop(then.server_error().request_id("r-2"))).await;
    assert_eq!(found.request_id(), Some("r-2"));
    let found = error(|then| drop(then.http(|then| then.status(502).body("<html>")))).await;
    assert_eq!(found.kind(), ErrorKind::Server);
}

#[tokio::test]
async fn a_write_is_known_by_its_key_and_by_a_part_of_its_body() {
    let server = MockServer::start_async().await;
    let part = CreateOrder::default().order_number("1042");
    let written = WriteResponse::new("7", Some(Order::example()));
    let mock = server.create_wms_order(|when, then| {
        when.idempotency_key("key-1").body_includes(part.clone());
        then.ok(&written);
    });
    let client = client(&server);
    let body = part.clone().reference_id("r");
    let send = async |body: CreateOrder, key: &str| {
        let request = client.create_wms_order(body).idempotency_key(key);
        request.send().await.map(|response| response.into_inner())
    };
    assert_eq!(send(body.clone(), "key-1").await.unwrap(), written);
    assert!(send(body, "key-2").await.is_err());
    assert!(
        send(CreateOrder::default().reference_id("r"), "key-1")
            .await
            .is_err()
    );
    mock.assert_calls(1);
}

#[tokio::test]
async fn attaching_a_file_is_mocked_as_well() {
    let server = MockServer::start_async().await;
    let attached = WriteResponse::new("7", Some("success".to_owned()));
    let mock = server.attach_wms_order_file(|when, then| {
        when.order_id("o/1")
            .http(|when| when.body_includes("the bytes"));
        then.ok(&attached);
    });
    let client = client(&server);
    let attach = client
        .attach_wms_order_file("o/1")
        .bytes("a.txt", "the bytes");
    assert_eq!(attach.send().await.unwrap().into_inner(), attached);
    let other = client
        .attach_wms_order_file("o")
        .bytes("a.txt", "the bytes");
    assert!(other.send().await.is_err());
    mock.assert_calls(1);
}

#[tokio::test]
async fn the_mock_of_a_record_leaves_other_paths_alone() {
    let server = MockServer::start_async().await;
    let mock = server.get_wms_inventory(|_, then| drop(then.not_found("any")));
    let client = client(&server);
    let found = client.list_wms_inventory_ledger().send().await.unwrap_err();
    assert_eq!(found.missing_id(), None);
    mock.assert_calls(0);
    let found = client.get_wms_inventory("x.y").send().await.unwrap_err();
    assert_eq!(found.missing_id(), Some("any"));
    // A dot of an id is no wildcard.
    let mut mock = mock;
    mock.delete();
    let mock = server.get_wms_inventory(|when, then| {
        when.inventory_id("x.y");
        then.not_found("any");
    });
    assert!(client.get_wms_inventory("xay").send().await.is_err());
    mock.assert_calls(0);
}

#[tokio::test]
async fn pages_are_made_of_one_list_and_keep_their_filters() {
    let server = MockServer::start_async().await;
    let order = |number: usize| {
        let mut order = Order::example();
        order.id = format!("o-{number}");
        order
    };
    let orders: Vec<Order> = (0..5).map(order).collect();
    for (page_size, requests) in [
        (2, vec![1, 1, 1]),
        (5, vec![1]),
        (9, vec![1]),
        (0, vec![1; 5]),
    ] {
        let when = |when: trackstar_api::mock::When<_>| drop(filtered(when));
        let mock = server.list_wms_orders_pages(when, orders.clone(), page_size);
        let stream = client(&server)
            .list_wms_orders()
            .status(one_of([OrderStatus::Open]));
        let walked: Vec<Order> = stream.stream().try_collect().await.unwrap();
        assert_eq!(walked, orders);
        assert_eq!(mock.calls(), requests);
        mock.assert();
        let unfiltered = client(&server).list_wms_orders().send().await;
        assert_eq!(unfiltered.unwrap_err().kind(), ErrorKind::NotFound);
        server.reset_async().await;
    }
    let mock = server.list_wms_orders_pages(drop, Vec::new(), 10);
    let response = client(&server).list_wms_orders().send().await.unwrap();
    assert!(response.data.is_empty());
    assert_eq!(response.next_token, None);
    assert_eq!(mock.pages().len(), 1);
}

fn filtered(
    when: trackstar_api::mock::When<trackstar_api::operations::ListWmsOrders>,
) -> trackstar_api::mock::When<trackstar_api::operations::ListWmsOrders> {
    when.status(one_of([OrderStatus::Open]))
}
