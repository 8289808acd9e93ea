//! Which credential a 401 is about.

use reqwest::Method;

use super::Client;
use crate::error::{Error, ErrorKind};
use crate::operation::{Operation, Token};
use crate::request::Request;

/// A request with the API key alone. Any response but a 401 says that the key is good.
static CHECK_KEY: Operation = Operation {
    id: "check API key",
    method: Method::GET,
    path: "/connections",
    token: Token::Unused,
    is_passthrough: false,
};

/// One of the two credentials of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CredentialKind {
    /// The organisation's API key.
    ApiKey,
    /// The access token of the connection: it is wrong, or the connection was deleted.
    AccessToken,
}

/// # After a 401
impl Client {
    /// Which credential the API rejected with a 401; `None` if the error is another one, or if the system behind
    /// the API sent it.
    ///
    /// A 401 names no credential. For a client with an access token this sends `GET /connections` with the API
    /// key alone: if that is a 401 as well, it is the key.
    ///
    /// ```no_run
    /// use trackstar_api::{Client, CredentialKind, Error};
    ///
    /// # #[cfg(feature = "wms")]
    /// # async fn run(client: Client) -> Result<(), Error> {
    /// if let Err(error) = client.list_wms_orders().await {
    ///     match client.rejected_credential(&error).await? {
    ///         Some(CredentialKind::AccessToken) => println!("connect the warehouse again"),
    ///         Some(_) => println!("set another TRACKSTAR_API_KEY"),
    ///         None => return Err(error),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// That of the check, if it fails without a status, so that nothing is known.
    pub async fn rejected_credential(
        &self,
        error: &Error,
    ) -> Result<Option<CredentialKind>, Error> {
        let is_of_api = error.origin() != Some(&crate::Origin::Integration);
        if error.kind() != ErrorKind::Unauthorized || !is_of_api {
            return Ok(None);
        }
        if self.token.is_none() {
            return Ok(Some(CredentialKind::ApiKey));
        }
        match Request::new(self, &CHECK_KEY).execute().await {
            Err(check) if check.kind() == ErrorKind::Unauthorized => {
                Ok(Some(CredentialKind::ApiKey))
            }
            Err(check) if check.status().is_none_or(|status| status.is_server_error()) => {
                Err(check)
            }
            _ => Ok(Some(CredentialKind::AccessToken)),
        }
    }
}
