//! Reading everything once more, to find what a copy lacks and what it has too much.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use futures_util::TryStreamExt as _;

use super::batch::Deleted;
use super::listed::Listed;
use super::source::Source;
use crate::error::Error;
use crate::model::unreadable::UnreadableRecord;
use crate::response::{Page, Pages};

/// How many ids the API looks up in a request.
const MAX_IDS: usize = 100;

/// When each record of a copy changed last, as the copy has it, by id.
pub(super) type Known = HashMap<String, Option<DateTime<Utc>>>;

/// One sweep: all pages of the list, then a look at each record of the copy that was on none of them. Only what the
/// API does not find by its id is gone: a page can miss a record that moved.
pub(super) struct Sweep<R> {
    source: Source,
    /// None when all have been read.
    pages: Option<Pages<R>>,
    /// What has not been seen.
    known: Known,
    has_seen_any: bool,
    /// The ids to look up, when all pages have been read.
    unseen: Option<Vec<String>>,
}

/// What a sweep finds on a page.
pub(super) struct Found<R> {
    pub(super) records: Vec<R>,
    pub(super) deleted: Vec<Deleted>,
    pub(super) unreadable: Vec<UnreadableRecord>,
}

impl<R: Listed> Sweep<R> {
    pub(super) fn new(source: Source, known: Known) -> Self {
        Self {
            pages: Some(source.changed(None, None)),
            source,
            known,
            has_seen_any: false,
            unseen: None,
        }
    }

    /// What is found next; none when there is nothing more.
    pub(super) async fn next(&mut self) -> Result<Option<Found<R>>, Error> {
        while let Some(pages) = &mut self.pages {
            let Some(page) = pages.try_next().await? else {
                self.pages = None;
                break;
            };
            let found = self.compare(page.into_inner());
            if !found.is_empty() {
                return Ok(Some(found));
            }
        }
        if self.unseen.is_none() {
            self.unseen = Some(self.ids_to_look_up().await?);
        }
        loop {
            let unseen = self.unseen.get_or_insert_default();
            let ids = unseen.split_off(unseen.len().saturating_sub(MAX_IDS));
            if ids.is_empty() {
                return Ok(None);
            }
            let found = self.look_up(ids).await?;
            if !found.is_empty() {
                return Ok(Some(found));
            }
        }
    }

    /// What of a page is not as the copy has it.
    fn compare(&mut self, page: Page<R>) -> Found<R> {
        self.has_seen_any |= !page.data.is_empty() || !page.unreadable.is_empty();
        for id in page.unreadable.iter().filter_map(UnreadableRecord::id) {
            self.known.remove(&id);
        }
        let is_other = |record: &R| {
            let known = self.known.remove(record.id());
            known.is_none_or(|time| time.is_none() || time != record.trackstar_updated_date())
        };
        Found {
            records: page.data.into_iter().filter(is_other).collect(),
            deleted: Vec::new(),
            unreadable: page.unreadable,
        }
    }

    /// The records of the copy that were on no page. An empty list is believed only if the connection says that its
    /// first synchronisation has ended.
    async fn ids_to_look_up(&mut self) -> Result<Vec<String>, Error> {
        if !self.has_seen_any && !self.known.is_empty() && !self.source.is_synced().await? {
            tracing::warn!(
                target: "trackstar_api",
                operation = self.source.list.id,
                "the list is empty, and the connection does not say that it has been synchronised: nothing counts as deleted"
            );
            return Ok(Vec::new());
        }
        // An id that the API would read as two was never one of its own.
        let known = std::mem::take(&mut self.known).into_keys();
        Ok(known
            .filter(|id| !id.is_empty() && !id.contains(','))
            .collect())
    }

    async fn look_up(&mut self, mut ids: Vec<String>) -> Result<Found<R>, Error> {
        let mut found = Found {
            records: Vec::new(),
            deleted: Vec::new(),
            unreadable: Vec::new(),
        };
        let mut pages = self.source.by_ids(&ids);
        while let Some(page) = pages.try_next().await? {
            let page: Page<R> = page.into_inner();
            found.records.extend(page.data);
            found.unreadable.extend(page.unreadable);
        }
        ids.retain(|id| !found.records.iter().any(|record| record.id() == id));
        let unreadable: Option<Vec<String>> =
            found.unreadable.iter().map(UnreadableRecord::id).collect();
        // Any of them may be the one whose id cannot be read.
        if let Some(unreadable) = unreadable {
            ids.retain(|id| !unreadable.contains(id));
            found.deleted = ids.into_iter().map(Deleted).collect();
        }
        Ok(found)
    }
}

impl<R> Found<R> {
    fn is_empty(&self) -> bool {
        self.records.is_empty() && self.deleted.is_empty() && self.unreadable.is_empty()
    }
}
