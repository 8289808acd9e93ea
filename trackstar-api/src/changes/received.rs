//! What received events say of the records of a copy.

use futures_util::stream::{StreamExt as _, poll_fn};
use tokio::sync::mpsc::Receiver;

use super::events::{Signal, Signals};
use super::listed::Listed;
use crate::model::json;
use crate::response::envelope::Data;
use crate::webhooks::{Event, EventData};

/// What the events of a connection, or of all if its id is not known, say of these records.
pub(super) fn signals<R: Listed>(
    mut receiver: Receiver<Event>,
    connection: Option<String>,
) -> Signals<R> {
    let events = poll_fn(move |cx| receiver.poll_recv(cx));
    let signals = events.filter_map(move |event| {
        let other = connection.as_deref().zip(event.connection_id());
        let is_other = other.is_some_and(|(own, other)| own != other);
        std::future::ready(signal(&event).filter(|_| !is_other))
    });
    signals.boxed()
}

fn signal<R: Listed>(event: &Event) -> Option<Signal<R>> {
    if !R::EVENTS.contains(&event.event_type()) {
        return None;
    }
    let changed = |id: Option<String>| Some(Signal::Changed(id?));
    match event.data() {
        EventData::Truncated(truncated) => changed(truncated.id().map(str::to_owned)),
        EventData::Unknown(unknown) => changed(unknown.id()),
        _ => {
            let Data(record) = json::read::<Data<R>>(event.body()).ok()?;
            match record.trackstar_updated_date() {
                Some(_) => Some(Signal::Record(Box::new(record))),
                None => changed(Some(record.id().to_owned())),
            }
        }
    }
}
