//! An HTTP/1.1 server on loopback that keeps what it is sent, to the letter.
//!
//! A mock matches requests against expectations; here a test sees all that went over the wire, so that
//! it can also say what must not.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What the server does with a request.
#[derive(Clone, Debug)]
pub enum Act {
    /// Responds, and closes the connection.
    Respond(HttpResponse),
    /// Sends the head and half of the body, and closes the connection.
    CutShort(HttpResponse),
    /// Closes the connection without a word.
    HangUp,
    /// Says nothing for as long as the client waits.
    Hang,
}

/// A scripted server, which runs for as long as the runtime of the test.
pub struct Server {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
}

/// A request as it came over the wire.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// `GET`, `POST`, ...
    pub method: String,
    /// Path and query, still encoded.
    pub target: String,
    /// In the order of the wire, names in lower case.
    pub headers: Vec<(String, String)>,
    /// As many bytes as `content-length` says.
    pub body: Vec<u8>,
}

/// What the server responds with.
#[derive(Clone, Debug)]
pub struct HttpResponse {
    /// The status code.
    pub status: u16,
    /// Headers besides `content-length` and `connection`.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
}

impl HttpResponse {
    /// An error of the API.
    pub fn error(status: u16, error: &str) -> Self {
        Self::json(format!("{{\"error\": \"{error}\"}}")).status(status)
    }

    /// With another status.
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// With one more header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A success with a JSON text.
    pub fn json(body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: body.into(),
        }
    }
}

impl Server {
    /// Starts a server on a free port that gives every request the same response.
    ///
    /// # Panics
    /// If loopback has no free port.
    pub async fn start(response: HttpResponse) -> Self {
        Self::start_with(move |_| Act::Respond(response.clone())).await
    }

    /// Starts a server on a free port that does one thing for each request, and the last one from then on.
    ///
    /// # Panics
    /// If there is nothing to do, or if loopback has no free port.
    pub async fn script(acts: impl Into<Vec<Act>>) -> Self {
        let acts = acts.into();
        let mut next = 0;
        Self::start_with(move |_| {
            let act = acts.get(next).or(acts.last());
            next += 1;
            act.expect("there is something to do").clone()
        })
        .await
    }

    /// Starts a server on a free port that asks a function what to do with each request, one after the other.
    ///
    /// # Panics
    /// If loopback has no free port.
    pub async fn start_with(act: impl FnMut(&Request) -> Act + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("loopback has a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&requests);
        let act = Arc::new(Mutex::new(act));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (kept, act) = (Arc::clone(&kept), Arc::clone(&act));
                // A request is kept before its response goes out. What is no whole request is not kept,
                // and the client sees a broken connection.
                tokio::spawn(async move { serve(stream, &*act, &kept).await });
            }
        });
        Self { address, requests }
    }

    /// Where the server is: `http://127.0.0.1:40123`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All requests so far, in the order in which they came.
    pub fn requests(&self) -> Vec<Request> {
        locked(&self.requests).clone()
    }
}

impl Request {
    /// All values of a header, whose name is given in lower case.
    pub fn header(&self, name: &str) -> Vec<&str> {
        let headers = self.headers.iter().filter(|(other, _)| other == name);
        headers.map(|(_, value)| value.as_str()).collect()
    }
}

async fn serve(
    stream: TcpStream,
    act: &Mutex<impl FnMut(&Request) -> Act>,
    kept: &Mutex<Vec<Request>>,
) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let request = read(&mut stream).await?;
    let act = locked(act)(&request);
    locked(kept).push(request);
    match act {
        Act::Respond(response) => {
            let length = response.body.len();
            write(&mut stream, &response, length).await
        }
        Act::CutShort(response) => {
            let length = response.body.len() / 2;
            write(&mut stream, &response, length).await
        }
        Act::HangUp => Ok(()),
        // Until the client gives up.
        Act::Hang => stream.read_u8().await.map(drop),
    }
}

/// Writes a response, but only the first bytes of its body.
async fn write(
    stream: &mut BufReader<TcpStream>,
    response: &HttpResponse,
    sent: usize,
) -> io::Result<()> {
    let mut head = format!("HTTP/1.1 {} Response\r\n", response.status);
    for (name, value) in &response.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    let length = response.body.len();
    head.push_str(&format!(
        "content-length: {length}\r\nconnection: close\r\n\r\n"
    ));
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&response.body[..sent]).await?;
    stream.shutdown().await
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn read(stream: &mut BufReader<TcpStream>) -> io::Result<Request> {
    let mut request = Request::default();
    let line = line(stream).await?;
    let mut words = line.split(' ').map(str::to_owned);
    request.method = words.next().unwrap_or_default();
    request.target = words.next().unwrap_or_default();
    loop {
        let line = self::line(stream).await?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        let header = (name.to_ascii_lowercase(), value.trim().to_owned());
        request.headers.push(header);
    }
    let length = request.header("content-length").first().copied();
    let length = length.map_or(Ok(0), str::parse).map_err(io::Error::other)?;
    request.body = vec![0; length];
    stream.read_exact(&mut request.body).await?;
    Ok(request)
}

async fn line(stream: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    Ok(line.trim_end().to_owned())
}
