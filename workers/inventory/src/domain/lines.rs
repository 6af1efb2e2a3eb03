//! The rules for the lines of any request that moves stock: a limited number, each SKU once.

use std::collections::BTreeSet;

use kernel::text::Sku;

/// Why the lines are refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinesError {
    /// No lines.
    #[error("must have at least one line")]
    Empty,
    /// More than the use case accepts.
    #[error("must have at most {0} lines")]
    TooMany(usize),
    /// An earlier line has the same SKU.
    #[error("has the SKU of an earlier line: add them up")]
    Repeated {
        /// The later line, from 0.
        line: usize,
    },
}

/// Refuses more than `lines_max` lines, and duplicate SKUs.
pub fn each_once<'a>(skus: impl IntoIterator<Item = &'a Sku>, lines_max: usize) -> Result<(), LinesError> {
    let mut seen = BTreeSet::new();
    for (line, sku) in skus.into_iter().enumerate() {
        if line >= lines_max {
            return Err(LinesError::TooMany(lines_max));
        }
        if !seen.insert(sku) {
            return Err(LinesError::Repeated { line });
        }
    }
    Ok(())
}

/// Like [`each_once`], but also refuses an empty list.
pub fn some_each_once<'a>(
    skus: impl IntoIterator<Item = &'a Sku>,
    lines_max: usize,
) -> Result<(), LinesError> {
    let mut skus = skus.into_iter().peekable();
    if skus.peek().is_none() {
        return Err(LinesError::Empty);
    }
    each_once(skus, lines_max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_bounded_and_each_sku_stands_once() {
        for (skus, answer) in [
            (vec![], Err(LinesError::Empty)),
            (vec!["A", "B"], Ok(())),
            (vec!["A", "B", "A"], Err(LinesError::Repeated { line: 2 })),
            (vec!["A", "B", "C", "D"], Err(LinesError::TooMany(3))),
        ] {
            let skus: Vec<Sku> = skus.into_iter().map(|sku| Sku::parse(sku).unwrap()).collect();
            assert_eq!(some_each_once(&skus, 3), answer, "{skus:?}");
        }
        assert_eq!(each_once(&[], 3), Ok(()), "an order of services only");
    }
}
