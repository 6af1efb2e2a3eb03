//! The one printer of tables, in the form that documents use. A row is printed when it is known.

/// A table.
pub(crate) struct Table {
    widths: Vec<usize>,
}

/// Narrower columns are hard to read.
const WIDTH_MIN: usize = 7;

impl Table {
    /// Prints the headings; the first column has text of at most this width, the others have numbers.
    pub(crate) fn begin(first_width: usize, headings: &[impl AsRef<str>]) -> Self {
        let width = |(column, heading): (usize, &str)| {
            heading.chars().count().max(if column == 0 { first_width } else { WIDTH_MIN })
        };
        let table = Self { widths: headings.iter().map(AsRef::as_ref).enumerate().map(width).collect() };
        println!();
        table.row(headings);
        println!("|{}|", vec!["---"; headings.len()].join("|"));
        table
    }

    pub(crate) fn row(&self, cells: &[impl AsRef<str>]) {
        let padded = cells.iter().zip(&self.widths).enumerate().map(|(column, (cell, &width))| {
            let cell = cell.as_ref();
            if column == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        });
        println!("| {} |", padded.collect::<Vec<_>>().join(" | "));
    }
}

/// The middle one.
pub(crate) fn median(all: impl IntoIterator<Item = f64>) -> f64 {
    let mut all: Vec<f64> = all.into_iter().collect();
    all.sort_by(f64::total_cmp);
    all.get(all.len().saturating_sub(1) / 2).copied().unwrap_or_default()
}

/// A number with about three digits.
pub(crate) fn short(number: f64) -> String {
    match number.abs() {
        0.0..10.0 => format!("{number:.2}"),
        10.0..100.0 => format!("{number:.1}"),
        _ => format!("{number:.0}"),
    }
}

/// The same, or that it is unknown.
pub(crate) fn shown(number: Option<f64>) -> String {
    number.map_or_else(|| "unknown".to_owned(), short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_short_and_a_median_is_one_of_them() {
        assert_eq!([0.0, 9.876, 98.76, 987.6].map(short), ["0.00", "9.88", "98.8", "988"]);
        assert_eq!(median([3.0, 1.0, 2.0]).to_bits(), 2.0_f64.to_bits());
        assert_eq!(median([]).to_bits(), 0.0_f64.to_bits());
    }
}
