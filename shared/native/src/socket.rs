//! Connections to real servers, for tests that talk to one. A test says whose certificates are good.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use platform::{Boxed, SOCKET_SECONDS_MAX, Socket, SocketError, Tls};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// What a plain and an encrypted connection have in common.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

struct Connection {
    stream: Box<dyn Stream>,
    /// The name for which the certificate must be.
    host: String,
    trusted: Vec<Vec<u8>>,
}

/// Waits as long as a Worker would.
async fn within<T>(work: impl Future<Output = io::Result<T>> + Send) -> Result<T, SocketError> {
    match timeout(Duration::from_secs(u64::from(SOCKET_SECONDS_MAX)), work).await {
        Ok(done) => done.map_err(|error| SocketError(error.to_string())),
        Err(_) => Err(SocketError("the server took too long".to_owned())),
    }
}

pub(crate) async fn connect(
    host: String,
    port: u16,
    tls: Tls,
    trusted: Vec<Vec<u8>>,
) -> Result<Box<dyn Socket>, SocketError> {
    let stream = within(TcpStream::connect((host.clone(), port))).await?;
    let connection = Box::new(Connection { stream: Box::new(stream), host, trusted });
    if tls == Tls::On { connection.start_tls().await } else { Ok(connection) }
}

impl Socket for Connection {
    fn read(&mut self) -> Boxed<'_, Result<Vec<u8>, SocketError>> {
        Box::pin(async move {
            let mut bytes = vec![0; 4096];
            let length = within(self.stream.read(&mut bytes)).await?;
            bytes.truncate(length);
            Ok(bytes)
        })
    }

    fn write(&mut self, bytes: Vec<u8>) -> Boxed<'_, Result<(), SocketError>> {
        Box::pin(async move {
            within(async {
                self.stream.write_all(&bytes).await?;
                self.stream.flush().await
            })
            .await
        })
    }

    fn start_tls(self: Box<Self>) -> Boxed<'static, Result<Box<dyn Socket>, SocketError>> {
        Box::pin(async move {
            let Self { stream, host, trusted } = *self;
            let mut roots = RootCertStore::empty();
            for certificate in &trusted {
                let added = roots.add(CertificateDer::from(certificate.clone()));
                added.map_err(|error| SocketError(error.to_string()))?;
            }
            let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
            let name = ServerName::try_from(host.clone()).map_err(|error| SocketError(error.to_string()))?;
            let stream = within(TlsConnector::from(Arc::new(config)).connect(name, stream)).await?;
            let socket: Box<dyn Socket> = Box::new(Self { stream: Box::new(stream), host, trusted });
            Ok(socket)
        })
    }
}
