//! Connections to servers that do not speak HTTP: mail servers.

use crate::Boxed;

/// The longest wait for one read, one write, or a connection, in seconds.
pub const SOCKET_SECONDS_MAX: u32 = 30;

/// Whether a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// Not, and never.
    Off,
    /// From the start.
    On,
    /// Not yet: [`Socket::start_tls`] may follow.
    Later,
}

/// A connection broke, was refused, or took too long.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SocketError(pub String);

/// A connection. It ends when it is dropped. Each wait is limited ([`SOCKET_SECONDS_MAX`]).
pub trait Socket: Send {
    /// What has arrived; waits until there is something. Empty at the end.
    fn read(&mut self) -> Boxed<'_, Result<Vec<u8>, SocketError>>;

    /// Sends all of it.
    fn write(&mut self, bytes: Vec<u8>) -> Boxed<'_, Result<(), SocketError>>;

    /// The same connection, encrypted from here on. The server's certificate must be valid for its name.
    fn start_tls(self: Box<Self>) -> Boxed<'static, Result<Box<dyn Socket>, SocketError>>;
}
