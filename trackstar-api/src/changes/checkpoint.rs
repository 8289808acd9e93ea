//! How far a copy has come.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::window::Window;

/// The only version there is.
const VERSION: u64 = 1;

/// How far the copy of one kind of record of one connection has come.
///
/// Store it with the records of its [`Batch`](super::Batch), in the same transaction, and pass it to
/// [`Client::changes`](crate::Client::changes) the next time. It is a few hundred bytes at most, written with
/// `serde` in any format that describes itself, such as JSON.
///
/// It has a version. A checkpoint of a version that this one cannot read is refused with the number of both, and
/// so is one whose times cannot be: begin without a checkpoint then, and everything is read again.
///
/// ```
/// use trackstar_api::changes::Checkpoint;
///
/// let refused = serde_json::from_str::<Checkpoint>(r#"{"version": 7}"#).unwrap_err(); // serde_json = "1"
/// assert!(refused.to_string().contains("version 7"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Checkpoint {
    version: u64,
    /// The operation that lists the records.
    pub(super) list: String,
    /// What changed before this second has been given, but for what is in `open`. None if nothing has.
    pub(super) until: Option<i64>,
    pub(super) open: Vec<Window>,
}

impl Checkpoint {
    pub(super) fn new(list: &str) -> Self {
        Self {
            version: VERSION,
            list: list.to_owned(),
            until: None,
            open: Vec::new(),
        }
    }

    /// Whether a first copy is whole: what comes after it is what has changed since.
    pub fn is_complete(&self) -> bool {
        self.until.is_some() && self.open.iter().all(|window| window.from.is_some())
    }

    fn is_sound(&self) -> bool {
        let is_whole = |window: &Window| !window.is_empty() && Some(window.to) <= self.until;
        let is_apart = |pair: &[Window]| match pair {
            [one, next] => one.to <= next.start(),
            _ => true,
        };
        self.open.iter().all(is_whole) && self.open.windows(2).all(is_apart)
    }
}

impl<'de> Deserialize<'de> for Checkpoint {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        /// What every version has.
        #[derive(Deserialize)]
        struct Stored {
            version: u64,
            #[serde(flatten)]
            content: Map<String, Value>,
        }

        /// What this version has.
        #[derive(Deserialize)]
        struct Content {
            list: String,
            until: Option<i64>,
            open: Vec<Window>,
        }

        let stored = Stored::deserialize(from)?;
        if stored.version != VERSION {
            return Err(D::Error::custom(format_args!(
                "the checkpoint has version {}, and this version of trackstar-api reads version {VERSION}: use the \
                 one that wrote it, or begin without a checkpoint",
                stored.version
            )));
        }
        let content =
            Content::deserialize(Value::Object(stored.content)).map_err(D::Error::custom)?;
        let checkpoint = Self {
            version: VERSION,
            list: content.list,
            until: content.until,
            open: content.open,
        };
        match checkpoint.is_sound() {
            true => Ok(checkpoint),
            false => Err(D::Error::custom(
                "the checkpoint has times that no copy can have come to: begin without a checkpoint",
            )),
        }
    }
}
