//! Attaching a file to an order, with a multipart body, which the generator cannot write.

use std::fmt;

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE};
use reqwest::multipart::{Form, Part};
use tokio::io::AsyncRead;
use tokio_util::io::ReaderStream;

use crate::client::{Client, RetryPolicy};
use crate::error::{Cause, Error, InvalidRequest};
use crate::operation::{Operation, Token};
use crate::request::Request;
use crate::request::options::{into_future, request_options};
use crate::response::envelope::write;
use crate::response::{Response, WriteResponse};

pub(crate) static ATTACH_WMS_ORDER_FILE: Operation = Operation {
    id: "attach_wms_order_file",
    method: Method::POST,
    path: "/wms/orders/{order_id}/file",
    token: Token::Required,
    is_passthrough: false,
};

/// # Warehouses: files
impl Client {
    /// Attach a file to an order.
    ///
    /// Send the file itself ([`AttachWmsOrderFile::file`], [`AttachWmsOrderFile::bytes`]), or its address
    /// ([`AttachWmsOrderFile::url`]).
    ///
    /// `POST /wms/orders/{order_id}/file`. Needs the API key and the access token of a connection
    /// ([`Client::connection`]).
    ///
    /// [The vendor's documentation](https://docs.trackstarhq.com/api-reference/wms-api/orders/attach-file)
    ///
    /// ```no_run
    /// # async fn run(client: trackstar_api::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let label = std::fs::read("label.pdf")?;
    /// let request = client.connection("the-access-token").attach_wms_order_file("order-id");
    /// let response = request.bytes("label.pdf", label).await?;
    /// println!("{:?}", response.data);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// - 403, [`Forbidden`](crate::ErrorKind::Forbidden): the function is disabled for the organisation or the
    ///   connection.
    /// - 404, [`NotFound`](crate::ErrorKind::NotFound): no order has this id, which is in
    ///   [`Error::missing_id`](crate::Error::missing_id).
    /// - 422, [`Validation`](crate::ErrorKind::Validation): a field was refused; [`Error::fields`](crate::Error::fields)
    ///   says which one, and why.
    /// - 501, [`NotImplemented`](crate::ErrorKind::NotImplemented): the integration of the connection does not accept
    ///   files.
    ///
    /// [`ErrorKind`](crate::ErrorKind) lists what else can go wrong.
    #[doc(alias("attach_file", "/wms/orders/{order_id}/file"))]
    pub fn attach_wms_order_file(&self, order_id: impl Into<String>) -> AttachWmsOrderFile {
        let mut request = Request::new(self, &ATTACH_WMS_ORDER_FILE);
        request.path("order_id", &order_id.into());
        AttachWmsOrderFile {
            request,
            texts: Vec::new(),
            file: None,
        }
    }
}

/// Attach a file to an order: the file itself, or its address.
///
/// `POST /wms/orders/{order_id}/file`. Made by [`Client::attach_wms_order_file`], where there is an example.
#[must_use = "nothing is sent before `send` is awaited"]
pub struct AttachWmsOrderFile {
    request: Box<Request>,
    texts: Vec<(String, String)>,
    file: Option<File>,
}

/// What is attached.
enum File {
    /// The API downloads it.
    Address,
    Bytes(String, Bytes),
    /// It can be read only once.
    Reader(String, Option<reqwest::Body>),
}

impl AttachWmsOrderFile {
    /// Sends a file while it is read, under a name. The whole file is never in memory. Because it can be read
    /// only once, the request is never retried.
    pub fn file(
        mut self,
        name: impl Into<String>,
        reader: impl AsyncRead + Send + Sync + 'static,
    ) -> Self {
        let body = reqwest::Body::wrap_stream(ReaderStream::new(reader));
        self.file = Some(File::Reader(name.into(), Some(body)));
        self
    }

    /// Sends a file that is in memory, under a name.
    pub fn bytes(mut self, name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        self.file = Some(File::Bytes(name.into(), bytes.into()));
        self
    }

    /// Lets the API download the file from an address, and gives it a name.
    pub fn url(mut self, name: impl Into<String>, url: impl Into<String>) -> Self {
        self.texts.push(("file_name".to_owned(), name.into()));
        self.texts.push(("file_url".to_owned(), url.into()));
        self.file = Some(File::Address);
        self
    }

    /// Adds a field that only some integrations know.
    pub fn extra(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.texts.push((name.into(), value.into()));
        self
    }

    request_options!(of a write);

    /// Sends `POST /wms/orders/{order_id}/file`. The data of its response is `success`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if there is neither a file nor an
    /// address; see [`ErrorKind`](crate::ErrorKind) for all other errors.
    pub async fn send(mut self) -> Result<Response<WriteResponse<String>>, Error> {
        if let Some(File::Reader(..)) = &self.file {
            self.request.retry(RetryPolicy::off());
        }
        self.request.mint_key();
        let Self {
            request,
            texts,
            file,
        } = &mut self;
        let response = request
            .execute_with(&mut || make_http(request, texts, file))
            .await?;
        self.request.decode(response, write)
    }
}

/// The HTTP request of one attempt.
fn make_http(
    request: &Request,
    texts: &[(String, String)],
    file: &mut Option<File>,
) -> Result<reqwest::Request, Error> {
    let failed = |cause| Error::new(&ATTACH_WMS_ORDER_FILE, cause);
    let part = match file {
        Some(File::Address) => None,
        Some(File::Bytes(name, bytes)) => {
            let length = bytes.len() as u64;
            Some((name, Part::stream_with_length(bytes.clone(), length)))
        }
        Some(File::Reader(name, body)) => body.take().map(|body| (name, Part::stream(body))),
        None => {
            return Err(failed(Cause::InvalidRequest(
                vec![InvalidRequest::NoFile].into(),
            )));
        }
    };
    let mut form = Form::new();
    for (name, value) in texts {
        form = form.text(name.clone(), value.clone());
    }
    if let Some((name, part)) = part {
        form = form
            .text("file_name", name.clone())
            .part("file", part.file_name(name.clone()));
    }
    let mut http = request.to_http()?;
    let client = &request.client().shared().http;
    let mut multipart = client
        .post(http.url().clone())
        .multipart(form)
        .build()
        .map_err(|error| {
            failed(Cause::InvalidRequest(
                vec![InvalidRequest::Body(error.without_url().to_string())].into(),
            ))
        })?;
    for name in [CONTENT_TYPE, CONTENT_LENGTH] {
        if let Some(value) = multipart.headers_mut().remove(&name) {
            http.headers_mut().insert(name, value);
        }
    }
    *http.body_mut() = multipart.body_mut().take();
    Ok(http)
}

into_future!(AttachWmsOrderFile => WriteResponse<String>);

impl fmt::Debug for AttachWmsOrderFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttachWmsOrderFile")
            .field("request", &self.request)
            .finish_non_exhaustive()
    }
}
