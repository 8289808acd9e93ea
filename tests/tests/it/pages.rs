//! Lists that come page by page.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, Utc};
use futures_util::{StreamExt as _, TryStreamExt as _};
use httpmock::{HttpMockRequest, HttpMockResponse, MockServer};
use serde_json::{Value, json};
use trackstar_api::filter::{gte, one_of};
use trackstar_api::types::OrderStatus;
use trackstar_api::{Client, ErrorKind, RetryPolicy};

/// Orders in pages; the token of page n is `page-n`.
struct Orders {
    server: MockServer,
    asked: Arc<AtomicUsize>,
}

impl Orders {
    /// Serves what `page` gives for each page number and the query of the request.
    async fn new(
        page: impl Fn(usize, &[(String, String)]) -> Value + Send + Sync + 'static,
    ) -> Self {
        let server = MockServer::start_async().await;
        let asked = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&asked);
        server
            .mock_async(|when, then| {
                when.method("GET")
                    .path("/wms/orders")
                    .header("x-trackstar-access-token", "token");
                then.respond_with(move |request: &HttpMockRequest| {
                    counter.fetch_add(1, Ordering::SeqCst);
                    let query = query(request);
                    let token = query.iter().find(|(name, _)| name == "page_token");
                    let number = token.map_or(0, |(_, token)| token[5..].parse().unwrap());
                    let response = page(number, &query);
                    let status = response.get("error").map_or(200, |_| 500);
                    HttpMockResponse::builder()
                        .status(status)
                        .body(response.to_string())
                        .build()
                });
            })
            .await;
        Self { server, asked }
    }

    /// Serves as many pages as `sizes` says, each with as many orders.
    async fn of_sizes(sizes: &'static [usize]) -> Self {
        Self::new(|number, _| page(number, sizes[number], number + 1 < sizes.len())).await
    }

    fn client(&self) -> Client {
        let builder = Client::builder()
            .api_key("key")
            .base_url(self.server.base_url());
        builder
            .retry(RetryPolicy::off())
            .rate_limiting(false)
            .build()
            .unwrap()
            .connection("token")
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn page(number: usize, size: usize, has_next: bool) -> Value {
    let orders: Vec<Value> = (0..size)
        .map(|order| json!({"id": format!("{number}-{order}")}))
        .collect();
    let next = has_next.then(|| format!("page-{}", number + 1));
    json!({"data": orders, "next_token": next, "total_count": size})
}

fn query(request: &HttpMockRequest) -> Vec<(String, String)> {
    let uri = request.uri().to_string();
    let url = reqwest::Url::parse("http://h").unwrap().join(&uri).unwrap();
    url.query_pairs().into_owned().collect()
}

#[tokio::test]
async fn a_stream_over_fifty_pages_repeats_all_filters_and_holds_at_most_two_pages() {
    const PAGES: usize = 50;
    const EMPTY: usize = 25;
    let size = |number| if number == EMPTY { 0 } else { 1_000 };
    let orders = Orders::new(move |number, query| {
        let filters: Vec<&(String, String)> = query
            .iter()
            .filter(|(name, _)| name != "page_token")
            .collect();
        let expected = [
            ("created_date[gte]", "2025-01-01T00:00:00Z"),
            ("limit", "1000"),
            ("status[in]", "open,fulfilled,on the moon"),
        ];
        assert_eq!(filters.len(), expected.len());
        for (name, value) in expected {
            assert!(
                filters.iter().any(|(n, v)| n == name && v == value),
                "{name} in {query:?}"
            );
        }
        page(number, size(number), number + 1 < PAGES)
    })
    .await;

    let time: DateTime<Utc> = "2025-01-01T00:00:00.999Z".parse().unwrap();
    let mut stream = orders
        .client()
        .list_wms_orders()
        .created_date(gte(time))
        .status(one_of([
            OrderStatus::Open,
            OrderStatus::Fulfilled,
            OrderStatus::from("on the moon"),
        ]))
        .limit(1_000)
        .stream();
    assert_eq!(
        orders.asked(),
        0,
        "nothing is sent before the stream is polled"
    );

    let (mut seen, mut most_held) = (0_usize, 0);
    while let Some(order) = stream.try_next().await.unwrap() {
        let number: usize = order.id.split_once('-').unwrap().0.parse().unwrap();
        seen += 1;
        // Pages that were asked for, less those that lie behind.
        most_held = most_held.max(orders.asked() - number);
    }
    assert_eq!(seen, 49_000);
    assert_eq!(orders.asked(), PAGES);
    assert!(most_held <= 2, "held {most_held}");
}

#[tokio::test]
async fn no_more_than_one_page_is_requested_ahead() {
    let orders = Orders::of_sizes(&[4, 4, 4, 4]).await;
    let mut stream = orders.client().list_wms_orders().stream();
    let mut asked = Vec::new();
    while let Some(order) = stream.try_next().await.unwrap() {
        // Time for whatever was sent to arrive.
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        asked.push((order.id, orders.asked()));
    }
    let ahead = |id: &str| asked.iter().find(|(other, _)| other == id).unwrap().1;
    assert_eq!(
        ahead("0-0"),
        1,
        "the first record needs the first page only"
    );
    assert_eq!(
        ahead("0-3"),
        2,
        "halfway through a page the next one is asked for"
    );
    assert_eq!(ahead("1-0"), 2);
    assert_eq!(ahead("3-3"), 4);
}

#[tokio::test]
async fn a_caller_that_takes_a_few_records_does_not_fetch_the_second_page() {
    let orders = Orders::of_sizes(&[100, 100]).await;
    let first: Vec<_> = orders
        .client()
        .list_wms_orders()
        .stream()
        .take(10)
        .try_collect()
        .await
        .unwrap();
    assert_eq!(first.len(), 10);
    assert_eq!(orders.asked(), 1);
}

#[tokio::test]
async fn pages_come_whole_and_an_empty_one_does_not_end_them() {
    let orders = Orders::of_sizes(&[2, 0, 0, 3]).await;
    let pages: Vec<_> = orders
        .client()
        .list_wms_orders()
        .pages()
        .try_collect()
        .await
        .unwrap();
    let sizes: Vec<usize> = pages.iter().map(|page| page.data.len()).collect();
    assert_eq!(sizes, [2, 0, 0, 3]);
    assert_eq!(pages[0].total_count, Some(2));
}

#[tokio::test]
async fn a_walk_can_be_saved_and_gone_on_with() {
    let orders = Orders::of_sizes(&[2, 2, 2]).await;
    let mut pages = orders.client().list_wms_orders().pages();
    assert_eq!(pages.next_token(), None);
    pages.try_next().await.unwrap();
    let saved = pages.next_token().unwrap().to_owned();
    drop(pages);

    let rest = orders.client().list_wms_orders().page_token(saved).stream();
    let ids: Vec<String> = rest.map_ok(|order| order.id).try_collect().await.unwrap();
    assert_eq!(ids, ["1-0", "1-1", "2-0", "2-1"]);
}

#[tokio::test]
async fn a_list_that_goes_round_is_an_error_and_not_an_endless_walk() {
    let orders = Orders::new(|number, _| {
        let mut page = page(number, 1, true);
        page["next_token"] = json!(format!("page-{}", 1 + number % 3));
        page
    })
    .await;
    let results: Vec<_> = orders.client().list_wms_orders().stream().collect().await;
    assert_eq!(results.len(), 5, "the page that leads back has its record");
    let error = results[4].as_ref().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RepeatedPage);
    assert!(
        error.to_string().contains("a page that was read before"),
        "{error}"
    );
}

#[tokio::test]
async fn an_error_ends_the_stream_and_leaves_the_token_to_go_on_from() {
    let orders = Orders::new(|number, _| match number {
        1 => json!({"error": "down"}),
        _ => page(number, 1, true),
    })
    .await;
    let mut pages = orders.client().list_wms_orders().pages();
    assert!(pages.next().await.unwrap().is_ok());
    assert_eq!(
        pages.next().await.unwrap().unwrap_err().kind(),
        ErrorKind::Server
    );
    assert!(pages.next().await.is_none());
    assert_eq!(pages.next_token(), Some("page-1"));
}

#[tokio::test]
async fn a_walk_reports_how_many_records_the_api_counts() {
    let orders = Orders::of_sizes(&[3, 2]).await;
    let mut stream = orders.client().list_wms_orders().stream();
    assert_eq!(stream.total_count(), None);
    stream.try_next().await.unwrap();
    assert_eq!(stream.total_count(), Some(3));
    let mut pages = orders.client().list_wms_orders().pages();
    pages.try_next().await.unwrap();
    pages.try_next().await.unwrap();
    assert_eq!(pages.total_count(), Some(2));
}

#[tokio::test]
async fn a_resumed_walk_whose_first_page_fails_keeps_its_token() {
    let orders = Orders::new(|_, _| json!({"error": "down"})).await;
    let request = orders.client().list_wms_orders().page_token("page-7");
    let mut pages = request.clone().pages();
    assert_eq!(pages.next_token(), Some("page-7"));
    assert!(pages.next().await.unwrap().is_err());
    assert_eq!(pages.next_token(), Some("page-7"));
    let mut stream = request.stream();
    assert!(stream.next().await.unwrap().is_err());
    assert_eq!(stream.next_token(), Some("page-7"));
}

/// Responds with an order for each id in the request, at most 40 a page.
async fn orders_by_id() -> Orders {
    Orders::new(|number, query| {
        let ids = query.iter().find(|(name, _)| name == "ids[in]");
        let ids: Vec<&str> = ids.unwrap().1.split(',').collect();
        assert!(ids.len() <= 100, "{} ids", ids.len());
        let here = ids.iter().skip(40 * number).take(40);
        let data: Vec<Value> = here.map(|id| json!({"id": id})).collect();
        let next = (40 * (number + 1) < ids.len()).then(|| format!("page-{}", number + 1));
        json!({"data": data, "next_token": next})
    })
    .await
}

#[tokio::test]
async fn any_number_of_ids_is_requested_in_hundreds() {
    let ids: Vec<String> = (0..250).map(|id| id.to_string()).collect();
    let orders = orders_by_id().await;
    let request = orders.client().list_wms_orders().ids(&ids);

    let page = request.clone().await.unwrap();
    let found: Vec<&str> = page.data.iter().map(|order| order.id.as_str()).collect();
    assert_eq!(found, ids);
    assert_eq!(
        (page.next_token.as_deref(), page.total_count),
        (None, Some(250))
    );
    assert_eq!(
        orders.asked(),
        8,
        "three pages of each hundred, two of the rest"
    );

    let found: Vec<String> = request
        .clone()
        .stream()
        .map_ok(|order| order.id)
        .try_collect()
        .await
        .unwrap();
    assert_eq!(found, ids);
    let pages: Vec<_> = request.clone().pages().try_collect().await.unwrap();
    assert_eq!(pages.len(), 8);

    let error = request.page_token("page-1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(
        error
            .to_string()
            .contains("a page token belongs to one request"),
        "{error}"
    );
}

#[tokio::test]
async fn a_hundred_ids_are_one_request() {
    let orders = orders_by_id().await;
    let ids: Vec<String> = (0..30).map(|id| id.to_string()).collect();
    let request = orders.client().list_wms_orders().ids(ids);
    assert_eq!(request.await.unwrap().data.len(), 30);
    assert_eq!(orders.asked(), 1);
}

#[test]
fn a_walk_goes_on_in_another_runtime_and_fails_outside_one() {
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().build().unwrap()
    };
    let servers = tokio::runtime::Builder::new_multi_thread();
    let servers = { servers }.enable_all().build().unwrap();
    let orders = servers.block_on(Orders::of_sizes(&[2, 2, 2, 2]));
    let mut stream = orders.client().list_wms_orders().stream();
    let mut ids = Vec::new();
    for _ in 0..7 {
        // Each runtime ends with a page ahead, in flight or ready.
        let order = runtime().block_on(stream.next()).unwrap();
        ids.push(order.unwrap().id);
    }
    assert_eq!(ids, ["0-0", "0-1", "1-0", "1-1", "2-0", "2-1", "3-0"]);

    let mut stream = orders.client().list_wms_orders().stream();
    runtime().block_on(stream.next()).unwrap().unwrap();
    let rest = futures_util::FutureExt::now_or_never(stream.collect::<Vec<_>>());
    let rest = rest.expect("nothing is waited for outside a runtime");
    let last = rest.last().unwrap().as_ref().unwrap_err();
    assert_eq!(rest.len(), 2, "the record that was read, and an error");
    assert_eq!(last.kind(), ErrorKind::InvalidRequest);
    assert!(last.to_string().contains("no tokio runtime"), "{last}");
}
