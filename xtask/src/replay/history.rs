//! Reads a sales history (the columns of the UCI "Online Retail" data set) and classifies each line: a sale, a return,
//! an adjustment of stock, or refused with a reason. It does not know the API.

use std::collections::BTreeMap;
use std::io::Read;

use anyhow::{Context as _, Result};
use kernel::{Currency, Money};

/// The most units a line may move: the API's own limit.
const UNITS_MAX: i64 = 1_000_000;

/// The meaning of a line's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Goods,
    Shipping,
    Fee,
    Discount,
}

impl Kind {
    /// Goods have numbers; other charges have a word.
    fn of(code: &str) -> Self {
        match code {
            "POST" | "DOT" | "C2" | "C3" => Self::Shipping,
            "D" => Self::Discount,
            _ if code.bytes().filter(u8::is_ascii_digit).count() >= 3 => Self::Goods,
            _ => Self::Fee,
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Goods => "Goods",
            Self::Shipping => "Shipping",
            Self::Fee => "Fee",
            Self::Discount => "Discount",
        }
    }
}

/// A usable line. Units are positive; the document says what they mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) sku: String,
    pub(crate) kind: Kind,
    pub(crate) units: i64,
    pub(crate) price: Money,
}

impl Line {
    pub(crate) fn amount(&self) -> Result<Money> {
        Ok(self.price.times(self.units)?)
    }
}

/// The kind of an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Group {
    /// A sale to a customer on account.
    Wholesale,
    /// A sale at the till.
    Pos,
    /// Goods or money given back to a customer on account.
    Return,
    /// Money given back out of the till: a credit note that names no customer.
    TillReturn,
}

impl Group {
    pub(crate) const ALL: [Self; 4] = [Self::Wholesale, Self::Pos, Self::Return, Self::TillReturn];

    pub(crate) const fn is_return(self) -> bool {
        matches!(self, Self::Return | Self::TillReturn)
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Wholesale => "wholesale",
            Self::Pos => "pos",
            Self::Return => "returns",
            Self::TillReturn => "till returns",
        }
    }
}

/// One invoice: one order, or one credit note.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    pub(crate) number: String,
    pub(crate) customer: Option<String>,
    pub(crate) group: Group,
    pub(crate) lines: Vec<Line>,
}

/// A correction of stock: units without a price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Adjustment {
    pub(crate) number: String,
    pub(crate) sku: String,
    pub(crate) delta: i64,
}

/// An item that was sold.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) price: Money,
    /// Units needed at the start so that no sale lacks stock.
    pub(crate) opening_units: i64,
}

/// A line that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) line: u64,
    pub(crate) reason: String,
}

/// A whole file, classified.
#[derive(Debug, Default)]
pub(crate) struct History {
    pub(crate) documents: Vec<Document>,
    pub(crate) adjustments: Vec<Adjustment>,
    pub(crate) items: BTreeMap<String, Item>,
    pub(crate) refused: Vec<Refused>,
    pub(crate) lines: usize,
}

struct Row {
    invoice: String,
    sku: String,
    name: String,
    units: i64,
    price: Money,
    customer: Option<String>,
}

/// Reads a file.
pub(crate) fn read(file: impl Read, currency: Currency) -> Result<History> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
    let headers = reader.headers().context("the file has no header line")?.clone();
    let mut columns = [0; 6];
    let names = ["InvoiceNo", "StockCode", "Description", "Quantity", "UnitPrice", "CustomerID"];
    for (column, name) in columns.iter_mut().zip(names) {
        let found = headers.iter().position(|header| header.trim().trim_start_matches('\u{feff}') == name);
        *column = found.with_context(|| format!("the file has no column {name}"))?;
    }
    let mut history = History::default();
    let mut documents: BTreeMap<String, usize> = BTreeMap::new();
    for record in reader.records() {
        history.lines += 1;
        let line = history.lines as u64 + 1;
        let row =
            record.map_err(|error| error.to_string()).and_then(|record| parse(&record, columns, currency));
        if let Err(reason) = row.and_then(|row| history.add(row, &mut documents)) {
            history.refused.push(Refused { line, reason });
        }
    }
    Ok(history)
}

fn parse(record: &csv::StringRecord, columns: [usize; 6], currency: Currency) -> Result<Row, String> {
    let field = |index: usize| record.get(columns[index]).unwrap_or("").trim();
    let units: i64 =
        field(3).parse().map_err(|_| format!("Quantity \"{}\" is not a whole number", field(3)))?;
    if units == 0 || units.abs() > UNITS_MAX {
        return Err(format!("Quantity {units} is not between 1 and {UNITS_MAX}, or its negative"));
    }
    let price =
        Money::parse(field(4), currency).map_err(|error| format!("UnitPrice \"{}\" {error}", field(4)))?;
    if price.is_negative() {
        return Err(format!("UnitPrice {} is negative", price.amount()));
    }
    let (invoice, sku) = (field(0).to_owned(), field(1).to_uppercase());
    if invoice.is_empty() || sku.is_empty() {
        return Err("InvoiceNo or StockCode is empty".to_owned());
    }
    let customer = Some(field(5)).filter(|customer| !customer.is_empty()).map(ToOwned::to_owned);
    Ok(Row { invoice, sku, name: field(2).to_owned(), units, price, customer })
}

impl History {
    fn add(&mut self, row: Row, documents: &mut BTreeMap<String, usize>) -> Result<(), String> {
        let kind = Kind::of(&row.sku);
        let is_return = row.invoice.starts_with('C');
        if row.price.is_zero() {
            if kind != Kind::Goods || is_return {
                return Err("a price of 0 for something without stock has no meaning".to_owned());
            }
            self.item(&row, kind).opening_units += (-row.units).max(0);
            self.adjustments.push(Adjustment { number: row.invoice, sku: row.sku, delta: row.units });
            return Ok(());
        }
        if is_return != (row.units < 0) {
            let what = if is_return {
                "a positive quantity on a credit note"
            } else {
                "a negative quantity on a sale"
            };
            return Err(what.to_owned());
        }
        let group = match (&row.customer, is_return) {
            (Some(_), true) => Group::Return,
            (None, true) => Group::TillReturn,
            (Some(_), false) => Group::Wholesale,
            (None, false) => Group::Pos,
        };
        let item = self.item(&row, kind);
        if !is_return && kind == Kind::Goods {
            item.opening_units += row.units;
        }
        let index = *documents.entry(row.invoice.clone()).or_insert_with(|| {
            let lines = Vec::new();
            self.documents.push(Document {
                number: row.invoice,
                customer: row.customer.clone(),
                group,
                lines,
            });
            self.documents.len() - 1
        });
        let document = &mut self.documents[index];
        if document.group != group || document.customer != row.customer {
            return Err("the invoice has another customer on an earlier line".to_owned());
        }
        document.lines.push(Line { sku: row.sku, kind, units: row.units.abs(), price: row.price });
        Ok(())
    }

    fn item(&mut self, row: &Row, kind: Kind) -> &mut Item {
        let item = self.items.entry(row.sku.clone()).or_insert_with(|| Item {
            name: String::new(),
            kind,
            price: row.price,
            opening_units: 0,
        });
        if item.name.is_empty() {
            item.name.clone_from(&row.name);
        }
        if item.price.is_zero() {
            item.price = row.price;
        }
        item
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n\
        1,10001a,LAMP ,6,2010-12-01T08:26:00,2.55,17850,United Kingdom\n\
        1,10001A,LAMP,2,2010-12-01T08:26:00,2.10,17850,United Kingdom\n\
        1,POST,POSTAGE,1,2010-12-01T08:26:00,18,17850,United Kingdom\n\
        2,10002,\"JAR, SMALL\",1,2010-12-01T08:26:00,0.85,,United Kingdom\n\
        C3,10001A,LAMP,-1,2010-12-01T08:26:00,2.55,17850,United Kingdom\n\
        C4,D,Discount,-1,2010-12-01T08:26:00,27.5,17850,United Kingdom\n\
        C9,10002,JAR,-1,2010-12-01T08:26:00,0.85,,United Kingdom\n\
        5,10002,,-10,2010-12-01T08:26:00,0,,United Kingdom\n\
        6,10002,JAR,-1,2010-12-01T08:26:00,1.00,,United Kingdom\n\
        7,10002,JAR,1.5,2010-12-01T08:26:00,1.00,,United Kingdom\n\
        8,10002,JAR,1,2010-12-01T08:26:00,1.005,,United Kingdom\n";

    #[test]
    fn every_line_is_sold_returned_adjusted_or_refused() {
        let history = read(FILE.as_bytes(), Currency::USD).unwrap();
        let groups: Vec<_> =
            history.documents.iter().map(|d| (d.number.as_str(), d.group, d.lines.len())).collect();
        assert_eq!(
            groups,
            [
                ("1", Group::Wholesale, 3),
                ("2", Group::Pos, 1),
                ("C3", Group::Return, 1),
                ("C4", Group::Return, 1),
                ("C9", Group::TillReturn, 1)
            ]
        );
        assert_eq!(history.adjustments.len(), 1);
        let refused: Vec<u64> = history.refused.iter().map(|refused| refused.line).collect();
        assert_eq!(refused, [10, 11, 12]);
        let used: usize = history.documents.iter().map(|document| document.lines.len()).sum();
        assert_eq!(used + history.adjustments.len() + history.refused.len(), history.lines);
        assert_eq!(history.items["10001A"].opening_units, 8);
        assert_eq!(history.items["10002"].opening_units, 11);
        assert_eq!(history.items["POST"].kind, Kind::Shipping);
    }
}
