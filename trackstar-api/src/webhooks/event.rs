//! An event: its data, and what all events have in common.

use std::fmt;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::content::Content;
use super::{EventData, PreviousAttributes};
use crate::model::deviation::{self, Deviations};
use crate::model::json;

/// A verified event.
///
/// Whatever its body is, it is an event: what cannot be read is absent, or [`EventData::Unknown`] with its JSON,
/// and [`body`](Self::body) has all of it.
///
/// An event can be stored and read again, with `serde`: for a queue whose readers do not know the secret. What
/// is stored are its id, its timestamp and its raw body, so that a later version of this crate can read more
/// of it. It is not verified again: read events only from where you stored them. The body may contain access
/// tokens and addresses.
///
/// ```
/// # use trackstar_api::webhooks::{Webhook, testing};
/// use trackstar_api::webhooks::Event;
/// # let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// # let body = r#"{"event_type": "order.created", "data": {"id": "1"}}"#;
/// # let headers = testing::sign(secret, "msg_1", std::time::SystemTime::now(), body)?;
/// # let event = Webhook::new(secret)?.verify(&headers, body)?;
///
/// let message = serde_json::to_string(&event)?; // serde_json = "1"
/// let read: Event = serde_json::from_str(&message)?;
/// assert_eq!(read, event);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// `Debug` shows the type of the event and where it comes from, but not its data.
#[derive(Clone, PartialEq)]
pub struct Event {
    pub(super) id: String,
    pub(super) timestamp: DateTime<Utc>,
    pub(super) body: Bytes,
    content: Content,
    deviations: Deviations,
}

impl Event {
    /// Reads what can be read.
    pub(super) fn read(id: String, timestamp: DateTime<Utc>, body: Bytes) -> Self {
        let (content, deviations) = deviation::collect(|| Content::read(&body));
        Self::new(id, timestamp, body, content, deviations)
    }

    pub(super) fn new(
        id: String,
        timestamp: DateTime<Utc>,
        body: Bytes,
        content: Content,
        deviations: Deviations,
    ) -> Self {
        Self {
            id,
            timestamp,
            body,
            content,
            deviations,
        }
    }

    /// The id of the event, from `svix-id`: the same each time the event is sent. See
    /// [`Deduplicator`](super::Deduplicator).
    pub fn id(&self) -> &str {
        &self.id
    }

    /// When it was signed, from `svix-timestamp`: another time each time the event is sent.
    pub fn timestamp(&self) -> DateTime<Utc> {
        self.timestamp
    }

    /// The body as it was received. It may contain access tokens and addresses: do not log it.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The type, as the API writes it: `order.created`. Empty if the body has none that can be read; the data is
    /// [`EventData::Unknown`] then.
    pub fn event_type(&self) -> &str {
        &self.content.event_type
    }

    /// The connection that it comes from. A failed installation may have none.
    pub fn connection_id(&self) -> Option<&str> {
        self.content.connection_id.as_deref()
    }

    /// The name of the integration, such as `shiphero`.
    pub fn integration_name(&self) -> Option<&str> {
        self.content.integration_name.as_deref()
    }

    /// The type of the integration: `wms`, `cart`, …; `general` if the event is about a connection.
    pub fn integration_type(&self) -> Option<&str> {
        self.content.integration_type.as_deref()
    }

    /// Your own id of the end customer, if the connection has one.
    pub fn customer_id(&self) -> Option<&str> {
        self.content.customer_id.as_deref()
    }

    /// The previous values of the fields that changed, if any.
    pub fn previous_attributes(&self) -> Option<&PreviousAttributes> {
        self.content.previous_attributes.as_ref()
    }

    /// Whether a value at the path has changed, as far as the previous values tell: `*` stands for any one name or
    /// index. A path also covers what is within: `line_items` has changed if any field of any item has.
    ///
    /// A previous value that is the same as the one in the data has not changed: the API may send a whole record
    /// of which only one field is another now. The data of a truncated event cannot be compared; all previous
    /// values count as changed then.
    ///
    /// ```
    /// # use trackstar_api::webhooks::{Webhook, testing};
    /// # let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    /// # let body = r#"{"event_type": "order.updated",
    /// #     "data": {"id": "1", "status": "open", "line_items": [{"is_picked": true}]},
    /// #     "previous_attributes": {"line_items.0.is_picked": false}}"#;
    /// # let headers = testing::sign(secret, "msg_1", std::time::SystemTime::now(), body)?;
    /// # let event = Webhook::new(secret)?.verify(&headers, body)?;
    /// assert!(event.changed("line_items.*.is_picked"));
    /// assert!(!event.changed("status"));
    /// # Ok::<(), trackstar_api::webhooks::WebhookError>(())
    /// ```
    pub fn changed(&self, path: &str) -> bool {
        let Some(before) = self.previous_attributes() else {
            return false;
        };
        if self.is_truncated() {
            return before.differs(path, None);
        }
        let body = json::read::<Value>(&self.body).ok();
        let now = body.as_ref().and_then(|body| body.get("data"));
        before.differs(path, now)
    }

    /// Whether the event was too large to send (`data_truncated`). Its data is [`EventData::Truncated`] then;
    /// [`Event::fetch`] gets the whole event.
    pub fn is_truncated(&self) -> bool {
        self.content.is_truncated
    }

    /// The address of the whole event, if it was too large to send. Use [`Event::fetch`] to get it, because it
    /// requires the API key.
    pub fn data_url(&self) -> Option<&str> {
        self.content.data_url.as_deref()
    }

    /// The data.
    pub fn data(&self) -> &EventData {
        &self.content.data
    }

    /// Takes the data out.
    pub fn into_data(self) -> EventData {
        self.content.data
    }

    /// The fields beside the data that the API's documentation does not describe, and those that cannot be
    /// understood, by name.
    pub fn extra(&self) -> &Map<String, Value> {
        &self.content.extra
    }

    /// The values that are not what the document says, with what became of each. [`Webhook::on_deviation`]
    /// reports them too.
    ///
    /// [`Webhook::on_deviation`]: super::Webhook::on_deviation
    pub fn deviations(&self) -> &Deviations {
        &self.deviations
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("id", &self.id)
            .field("timestamp", &self.timestamp)
            .field("event_type", &self.content.event_type)
            .field("connection_id", &self.content.connection_id)
            .field("integration_name", &self.content.integration_name)
            .field("data", &self.content.data)
            .finish_non_exhaustive()
    }
}
