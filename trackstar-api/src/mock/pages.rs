//! The pages of a list, from all its records.

use std::fmt;

use httpmock::{Mock, MockServer};
use serde::Serialize;

use super::{Mocked, Then, When};
use crate::response::pages::Page;

/// A mock for each page of a list.
pub struct PagedMock<'a> {
    pages: Vec<Mock<'a>>,
}

impl<'a> PagedMock<'a> {
    /// The mocks, in the order of the pages.
    pub fn pages(&self) -> &[Mock<'a>] {
        &self.pages
    }

    /// How often each page was asked for.
    pub fn calls(&self) -> Vec<usize> {
        self.pages.iter().map(Mock::calls).collect()
    }

    /// Asserts that each page was asked for once.
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

/// A page as the API writes it.
#[derive(Serialize)]
struct Written<'a, T> {
    data: &'a [T],
    next_token: Option<String>,
    total_count: usize,
}

pub(crate) fn pages<'s, O: Mocked, P>(
    server: &'s MockServer,
    when: impl Fn(When<O>),
    records: &[P::Item],
    page_size: usize,
) -> PagedMock<'s>
where
    P: Page,
    P::Item: Serialize,
{
    let mut chunks: Vec<&[P::Item]> = records.chunks(page_size.max(1)).collect();
    if chunks.is_empty() {
        chunks.push(&[]);
    }
    let last = chunks.len() - 1;
    let token = |index: usize| format!("page-{}", index + 1);
    let mock = |(index, data): (usize, &&[P::Item])| {
        let page = Written {
            data,
            next_token: (index < last).then(|| token(index + 1)),
            total_count: records.len(),
        };
        super::operation::<O, P>(server, |asked, then: Then<P>| {
            when(match index {
                0 => asked.without("page_token"),
                _ => asked.query("page_token", &token(index)),
            });
            then.value(&page);
        })
    };
    PagedMock {
        pages: chunks.iter().enumerate().map(mock).collect(),
    }
}
