//! What goes wrong with an emulator itself.

/// Why an emulator does not start, or does not do what it is asked to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmulatorError {
    /// The port cannot be listened on.
    #[error("the emulator cannot listen on loopback: set another port, or none for a free one")]
    Listen(#[from] std::io::Error),
    /// The document that the emulator works from cannot be read.
    #[error("the emulator cannot read the document it works from")]
    Document(#[from] serde_json::Error),
    /// Events cannot be signed or sent: the secret is invalid, for example.
    #[error("the emulator cannot send webhooks")]
    Webhooks(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The document lists no such records, or the JSON is not an object.
    #[error(
        "the emulator has no records at `{0}`: name them as the path of their list, `wms/orders` for example"
    )]
    UnknownRecord(String),
    /// Neither a link token nor a magic link, or one that was used or has expired.
    #[error("the link cannot be finished: {0}")]
    Link(String),
}
