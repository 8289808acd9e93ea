//! Reading lists: filters, pages, and going on where you stopped.
//!
//! # Filters
//!
//! Each field that a list can be filtered by has one setter. It takes a value, a range, or a condition of
//! [`filter`](crate::filter):
//!
//! ```no_run
//! use trackstar_api::filter::{contains, none_of, one_of};
//! use trackstar_api::types::OrderStatus;
//!
//! # async fn run(connection: trackstar_api::Client) -> Result<(), trackstar_api::Error> {
//! let day = chrono::TimeDelta::days(1);
//! let now = chrono::Utc::now();
//! let page = connection
//!     .list_wms_orders()
//!     .status(one_of([OrderStatus::Open, OrderStatus::Processing]))
//!     .order_number(contains("2026"))
//!     .channel(none_of(["test"]))
//!     .created_date(now - day..now)
//!     .await?;
//! println!("{} of {:?}", page.data.len(), page.total_count);
//! # Ok(())
//! # }
//! ```
//!
//! - Conditions add up: all of them have to hold. Two on one field are two calls of its setter.
//! - A condition that the API does not have for a field is refused before anything is sent
//!   ([`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest)); the setter's documentation lists what it takes.
//! - [`one_of`](crate::filter::one_of) and [`none_of`](crate::filter::none_of) take at most 100 values. `ids` takes any
//!   number: the client sends a request for each hundred. Other filters have no effect beside `ids`.
//! - Times are filtered by whole seconds, UTC. `start..end` includes the start and not the end.
//!
//! # Pages
//!
//! ```no_run
//! use futures_util::TryStreamExt as _;
//!
//! # async fn run(connection: trackstar_api::Client) -> Result<(), trackstar_api::Error> {
//! // Record by record, across all pages:
//! let mut orders = connection.list_wms_orders().stream();
//! while let Some(order) = orders.try_next().await? {
//!     println!("{}", order.id);
//! }
//!
//! // Page by page:
//! let mut pages = connection.list_wms_orders().limit(200).pages();
//! while let Some(page) = pages.try_next().await? {
//!     println!("{} records", page.data.len());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! While you use one page, the next is fetched; at most one is held ahead. Pages have 1 to 1,000 records, and 1,000 if
//! you set no `limit`. Only a page without a `next_token` is the last one: an empty page is not.
//!
//! # A record that cannot be read
//!
//! It does not hide the others. A [`Page`](crate::Page) has it in `unreadable`, with its JSON. A stream yields an error in
//! its place and goes on; a stream that you collect should take such records aside:
//!
//! ```no_run
//! use futures_util::TryStreamExt as _;
//!
//! # async fn run(connection: trackstar_api::Client) -> Result<(), trackstar_api::Error> {
//! let orders = connection.list_wms_orders().stream();
//! let orders = orders.on_unreadable(|record| eprintln!("{record}: {}", record.json()));
//! let orders: Vec<_> = orders.try_collect().await?;
//! # let _ = orders;
//! # Ok(())
//! # }
//! ```
//!
//! # Going on where you stopped
//!
//! After an error the stream ends. Repeat the filters with the token of the page that failed:
//!
//! ```no_run
//! use futures_util::TryStreamExt as _;
//!
//! # async fn run(connection: trackstar_api::Client) -> Result<(), trackstar_api::Error> {
//! let mut token: Option<String> = None;
//! loop {
//!     let mut request = connection.list_wms_orders();
//!     if let Some(token) = token.take() {
//!         request = request.page_token(token);
//!     }
//!     let mut pages = request.pages();
//!     loop {
//!         match pages.try_next().await {
//!             Ok(Some(page)) => println!("{} records", page.data.len()),
//!             Ok(None) => return Ok(()),
//!             Err(error) if error.status().is_none() => break, // the network: go on
//!             Err(error) => return Err(error),
//!         }
//!     }
//!     token = pages.next_token().map(str::to_owned);
//! }
//! # }
//! ```
//!
//! What a page token means is not documented. Use it soon, and store a time instead of it.
//!
//! # Windows of time
//!
//! To read what changed, filter by `trackstar_updated_date`: it moves whenever the vendor's copy of a record does, also
//! when an old record is seen for the first time. `updated_date` is the clock of the connected system, and may be late.
//! Read from the time of the last run, less a minute of overlap, and store records by their ids. A range with both ends is
//! the fastest. The guide on keeping a copy does all of this for you.
//!
//! Run it: `cargo run --example reading_lists`.
