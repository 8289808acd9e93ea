//! The pages of a list, from all its records.

use std::fmt;

use httpmock::{Mock, MockServer};
use serde::Serialize;

use super::When;
use super::mocked::{Mocked, mock};
use crate::Page;
use crate::request::PAGE_TOKEN;

/// A mock for each page of a list.
pub struct PagedMock<'a> {
    pages: Vec<Mock<'a>>,
}

impl<'a> PagedMock<'a> {
    /// The mocks, in the order of the pages.
    pub fn pages(&self) -> &[Mock<'a>] {
        &self.pages
    }

    /// How often each page was requested.
    pub fn calls(&self) -> Vec<usize> {
        self.pages.iter().map(Mock::calls).collect()
    }

    /// Asserts that each page was requested once.
    ///
    /// # Panics
    /// If one was not, with the request that came closest.
    pub fn assert(&self) {
        self.pages.iter().for_each(Mock::assert);
    }
}

impl fmt::Debug for PagedMock<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PagedMock")
            .field("pages", &self.pages.len())
            .finish()
    }
}

pub(crate) fn pages<'s, O: Mocked, T: Serialize + Clone>(
    server: &'s MockServer,
    when: impl Fn(When<O>),
    records: &[T],
    page_size: usize,
) -> PagedMock<'s> {
    let mut chunks: Vec<&[T]> = records.chunks(page_size.max(1)).collect();
    if chunks.is_empty() {
        chunks.push(&[]);
    }
    let last = chunks.len() - 1;
    let token = |index: usize| format!("page-{}", index + 1);
    let mock_page = |(index, data): (usize, &&[T])| {
        let mut page = Page::new(data.to_vec());
        page.next_token = (index < last).then(|| token(index + 1));
        page.total_count = i64::try_from(records.len()).ok();
        mock::<O, Page<T>>(server, |asked, then| {
            when(match index {
                0 => asked.without(PAGE_TOKEN),
                _ => asked.query(PAGE_TOKEN, &token(index)),
            });
            then.ok(&page);
        })
    };
    PagedMock {
        pages: chunks.iter().enumerate().map(mock_page).collect(),
    }
}
