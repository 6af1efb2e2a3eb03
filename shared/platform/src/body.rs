//! The body of a request or an answer: bytes in memory, or bytes that are read when they are needed.

use std::any::Any;
use std::fmt;
use std::pin::Pin;

use futures_util::Stream;
use futures_util::StreamExt as _;

use crate::Boxed;

/// Bytes as they arrive.
pub type ByteStream = Pin<Box<dyn Stream<Item = Result<Vec<u8>, BodyError>> + Send>>;

/// Why a body could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// It is longer than the reader accepts.
    #[error("the body has more than {bytes_max} bytes")]
    TooLarge {
        /// What the reader accepts.
        bytes_max: usize,
    },
    /// The connection ended before the body did.
    #[error("the body ended too early: {0}")]
    Broken(String),
}

/// Bytes that are not read yet: the platform's own body.
pub trait Source: Send {
    /// How many there are, if that is known before they are read.
    fn length(&self) -> Option<usize>;

    /// Whether all of them may be read at once without counting them first: their number is known, or their sender is
    /// trusted.
    fn at_once(&self) -> bool {
        self.length().is_some()
    }

    /// All of them at once, which a platform may do faster than piece by piece.
    fn whole(self: Box<Self>) -> Boxed<'static, Result<Vec<u8>, BodyError>>;

    /// Piece by piece.
    fn stream(self: Box<Self>) -> ByteStream;

    /// The platform's own body again, so that it can be passed on unchanged.
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

/// The body of a request or an answer.
pub enum Body {
    /// Bytes in memory.
    Bytes(Vec<u8>),
    /// Bytes that are read when they are needed.
    Source(Box<dyn Source>),
}

impl Body {
    /// A body that is made while it is sent.
    #[must_use]
    pub fn stream(stream: ByteStream) -> Self {
        Self::Source(Box::new(Streamed(stream)))
    }

    /// How many bytes, if that is known.
    #[must_use]
    pub fn length(&self) -> Option<usize> {
        match self {
            Self::Bytes(bytes) => Some(bytes.len()),
            Self::Source(source) => source.length(),
        }
    }

    /// All bytes, at most `bytes_max`.
    pub async fn read(self, bytes_max: usize) -> Result<Vec<u8>, BodyError> {
        let too_large = BodyError::TooLarge { bytes_max };
        if self.length().is_some_and(|length| length > bytes_max) {
            return Err(too_large);
        }
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            Self::Source(source) if source.at_once() => {
                let bytes = source.whole().await?;
                if bytes.len() > bytes_max { Err(too_large) } else { Ok(bytes) }
            }
            Self::Source(source) => {
                let (mut stream, mut bytes) = (source.stream(), Vec::new());
                while let Some(piece) = stream.next().await {
                    bytes.extend(piece?);
                    if bytes.len() > bytes_max {
                        return Err(too_large);
                    }
                }
                Ok(bytes)
            }
        }
    }

    /// The bytes piece by piece.
    #[must_use]
    pub fn into_stream(self) -> ByteStream {
        match self {
            Self::Bytes(bytes) => Box::pin(futures_util::stream::once(std::future::ready(Ok(bytes)))),
            Self::Source(source) => source.stream(),
        }
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::Bytes(Vec::new())
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Self::Bytes(text.into_bytes())
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.length() {
            Some(length) => write!(f, "a body of {length} bytes"),
            None => f.write_str("a body"),
        }
    }
}

struct Streamed(ByteStream);

impl Source for Streamed {
    fn length(&self) -> Option<usize> {
        None
    }

    fn whole(self: Box<Self>) -> Boxed<'static, Result<Vec<u8>, BodyError>> {
        let mut stream = self.0;
        Box::pin(async move {
            let mut bytes = Vec::new();
            while let Some(piece) = stream.next().await {
                bytes.extend(piece?);
            }
            Ok(bytes)
        })
    }

    fn stream(self: Box<Self>) -> ByteStream {
        self.0
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(pieces: &[&str]) -> Body {
        let pieces: Vec<_> = pieces.iter().map(|piece| Ok(piece.as_bytes().to_vec())).collect();
        Body::stream(Box::pin(futures_util::stream::iter(pieces)))
    }

    #[tokio::test]
    async fn a_body_is_read_up_to_a_limit_whether_its_length_is_known_or_not() {
        for body in [|| Body::from("abcd".to_owned()), || pieces(&["ab", "cd"])] {
            assert_eq!(body().read(4).await, Ok(b"abcd".to_vec()));
            assert_eq!(body().read(3).await, Err(BodyError::TooLarge { bytes_max: 3 }));
        }
    }

    #[tokio::test]
    async fn a_body_that_breaks_is_not_a_short_one() {
        let broken = || Err(BodyError::Broken("reset".to_owned()));
        let body = Body::stream(Box::pin(futures_util::stream::iter([Ok(b"ab".to_vec()), broken()])));
        assert_eq!(body.read(10).await, broken());
    }
}
