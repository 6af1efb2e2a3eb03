//! Cuts a fuzzer's bytes into values.

/// What is left of the bytes; when they run out, everything is zero and empty.
pub(crate) struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    pub(crate) fn new(data: &'a [u8]) -> Self {
        Self(data)
    }

    pub(crate) fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    /// Any number; small ones are as likely as large ones.
    pub(crate) fn number(&mut self) -> i64 {
        let length = usize::from(self.byte() % 9).min(self.0.len());
        let (bytes, rest) = self.0.split_at(length);
        self.0 = rest;
        let mut number = [0; 8];
        number[..length].copy_from_slice(bytes);
        let number = i64::from_le_bytes(number);
        if self.byte().is_multiple_of(2) { number } else { number.wrapping_neg() }
    }

    pub(crate) fn choose<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::from(self.byte()) % all.len()]
    }

    pub(crate) fn rest(self) -> &'a [u8] {
        self.0
    }

    /// The rest as text; broken characters are replaced.
    pub(crate) fn text(self) -> std::borrow::Cow<'a, str> {
        String::from_utf8_lossy(self.0)
    }
}
