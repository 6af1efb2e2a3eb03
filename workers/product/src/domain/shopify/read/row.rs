//! A line under its header: its cells by the names of their columns.

use std::collections::BTreeMap;

use kernel::{Currency, Money, UnitCost};

use super::FileError;
use crate::domain::amount::{parse_amount, parse_unit_cost};
use crate::domain::csv::{Record, without_guard};
use crate::domain::import::{Cell, RefusalCode};
use crate::domain::shopify::column::{self, Column};

/// Where each column is.
pub(super) struct Header {
    /// By the name in lower case: the place, and the name as the file has it.
    places: BTreeMap<String, (usize, String)>,
    pub(super) width: usize,
}

impl Header {
    pub(super) fn new(record: Record) -> Result<Self, FileError> {
        let mut places = BTreeMap::new();
        let width = record.cells.len();
        for (at, name) in record.cells.into_iter().enumerate() {
            let name = name.trim().to_owned();
            let key = name.to_lowercase();
            if !key.is_empty() && places.insert(key, (at, name.clone())).is_some() {
                return Err(FileError::Twice(name));
            }
        }
        let header = Self { places, width };
        if header.has(column::HANDLE) { Ok(header) } else { Err(FileError::NoHandle) }
    }

    pub(super) fn has(&self, column: Column) -> bool {
        self.place(column).is_some()
    }

    fn place(&self, column: Column) -> Option<&(usize, String)> {
        self.places.get(&column.0.to_lowercase()).or_else(|| self.places.get(&column.1.to_lowercase()))
    }
}

/// A line under its header.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) header: &'a Header,
    pub(super) record: &'a Record,
    pub(super) currency: Currency,
}

/// What is wrong with a line.
pub(super) type Fault = (RefusalCode, String);

pub(super) fn fault(code: RefusalCode, detail: impl Into<String>) -> Fault {
    (code, detail.into())
}

pub(super) fn invalid(column: &str, error: impl std::fmt::Display) -> Fault {
    fault(RefusalCode::InvalidField, format!("{column} {error}."))
}

impl<'a> Row<'a> {
    /// The column's name in this file.
    pub(super) fn named(&self, column: Column) -> &'a str {
        self.header.place(column).map_or(column.0, |(_, name)| name)
    }

    /// The trimmed text of a cell; none when the file has no such column.
    fn cell(&self, column: Column) -> Option<&'a str> {
        let (at, _) = self.header.place(column)?;
        self.record.cells.get(*at).map(|cell| without_guard(cell.trim()).trim())
    }

    /// The text of a cell that is not empty.
    pub(super) fn text(&self, column: Column) -> Option<&'a str> {
        self.cell(column).filter(|text| !text.is_empty())
    }

    /// A cell's value.
    pub(super) fn read<T, E: std::fmt::Display>(
        &self,
        column: Column,
        read: impl FnOnce(&'a str) -> Result<T, E>,
    ) -> Result<Cell<T>, Fault> {
        match self.cell(column) {
            None => Ok(Cell::Missing),
            Some("") => Ok(Cell::Empty),
            Some(text) => read(text).map(Cell::Value).map_err(|error| invalid(self.named(column), error)),
        }
    }

    pub(super) fn money(&self, column: Column) -> Result<Cell<Money>, Fault> {
        self.read(column, |text| parse_amount(text, self.currency))
    }

    pub(super) fn unit_cost(&self, column: Column) -> Result<Cell<UnitCost>, Fault> {
        self.read(column, |text| parse_unit_cost(text, self.currency))
    }

    pub(super) fn boolean(&self, column: Column) -> Result<Option<bool>, Fault> {
        let read = |text: &str| match text.to_ascii_lowercase().as_str() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err("must be true or false"),
        };
        self.read(column, read).map(|cell| cell.over(None))
    }

    /// Whether the line contains nothing about a variant: a line for a picture.
    pub(super) fn has_no_variant(&self) -> bool {
        let mut columns = vec![column::SKU, column::PRICE, column::BARCODE];
        columns.extend(column::OPTIONS.map(|(_, value)| value));
        columns.into_iter().all(|column| self.text(column).is_none())
    }
}
