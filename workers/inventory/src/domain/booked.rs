//! The movements of an operation, and the answer made from them. Movements never change, so the first call with an id
//! and every repeated one get the same answer.

use std::collections::BTreeMap;

use contracts::stock::{
    AdjustStock, Adjustment, DeductStock, DeductedItem, GoodsRestocked, RestockGoods, StockChange,
    StockDeducted, Transfer, TransferItem, TransferStatus,
};
use kernel::ids::AdjustmentId;
use kernel::money::MoneyError;
use kernel::text::Sku;
use kernel::{Currency, Money, Quantity, Timestamp};

use super::movement::{Moved, MovementKind};

/// The movements of an operation.
#[derive(Debug)]
pub struct Booked {
    at: Timestamp,
    currency: Currency,
    lines: BTreeMap<Sku, Line>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Line {
    /// The change of the stock's value; negative when it lost value.
    value_minor: i64,
    /// Units of a sale that were not recorded as on hand.
    shortage: i64,
}

/// Movements that do not match the request: a defect.
#[derive(Debug, thiserror::Error)]
pub enum BookedError {
    #[error("the operation has no movement of {0}")]
    Missing(Sku),
    #[error("a value that the books cannot hold: {0}")]
    Value(#[from] MoneyError),
}

impl Booked {
    /// An operation of that time, with its movements.
    #[must_use]
    pub fn new(at: Timestamp, currency: Currency, moved: Vec<Moved>) -> Self {
        let mut lines: BTreeMap<Sku, Line> = BTreeMap::new();
        for Moved { kind, sku, quantity, value_minor } in moved {
            let line = lines.entry(sku).or_default();
            match kind {
                // It was added for the sale that the same operation books.
                MovementKind::Variance => line.shortage = quantity,
                _ => line.value_minor = value_minor,
            }
        }
        Self { at, currency, lines }
    }

    /// An operation whose values are not known yet: each is 0.
    #[must_use]
    pub fn planned<'a>(at: Timestamp, currency: Currency, skus: impl IntoIterator<Item = &'a Sku>) -> Self {
        Self { at, currency, lines: skus.into_iter().map(|sku| (sku.clone(), Line::default())).collect() }
    }

    /// When it was booked.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    fn line(&self, sku: &Sku) -> Result<Line, BookedError> {
        self.lines.get(sku).copied().ok_or_else(|| BookedError::Missing(sku.clone()))
    }

    fn money(&self, minor: i64) -> Result<Money, BookedError> {
        Ok(Money::from_minor(minor, self.currency)?)
    }

    fn item(&self, sku: &Sku, quantity: Quantity) -> Result<DeductedItem, BookedError> {
        let Line { value_minor, shortage } = self.line(sku)?;
        let cost = self.money(value_minor.saturating_abs())?;
        Ok(DeductedItem { sku: sku.clone(), quantity, cost, shortage })
    }

    /// What a sale deducted, by SKU.
    pub fn deducted(&self, request: &DeductStock) -> Result<StockDeducted, BookedError> {
        let items = request.items.iter().map(|item| self.item(&item.sku, item.quantity));
        Ok(StockDeducted { order_id: request.order_id, items: by_sku(items)? })
    }

    /// What a refund restocked, by SKU.
    pub fn restocked(&self, request: &RestockGoods) -> Result<GoodsRestocked, BookedError> {
        let items = request.items.iter().map(|item| self.item(&item.sku, item.quantity));
        Ok(GoodsRestocked { refund_id: request.refund_id, items: by_sku(items)? })
    }

    /// What an adjustment changed, in the order of the request.
    pub fn adjusted(&self, id: AdjustmentId, request: &AdjustStock) -> Result<Adjustment, BookedError> {
        let change = |sku: &Sku, delta: i64| -> Result<StockChange, BookedError> {
            let value = self.money(self.line(sku)?.value_minor)?;
            Ok(StockChange { sku: sku.clone(), delta, value })
        };
        let items = request.items.iter().map(|item| change(&item.sku, item.delta.units()));
        let items = items.collect::<Result<Vec<_>, _>>()?;
        Ok(Adjustment {
            id,
            warehouse_id: request.warehouse_id,
            reason: request.reason,
            note: request.note.clone(),
            created_at: self.at,
            value: Money::sum(self.currency, items.iter().map(|item| item.value))?,
            items,
        })
    }

    /// A transfer that has just left, with the values of these movements.
    pub fn shipped(&self, transfer: &Transfer) -> Result<Transfer, BookedError> {
        let item = |item: &TransferItem| -> Result<TransferItem, BookedError> {
            let value = self.money(self.line(&item.sku)?.value_minor.saturating_neg())?;
            Ok(TransferItem { value: Some(value), ..item.clone() })
        };
        let items = transfer.items.iter().map(item).collect::<Result<_, _>>()?;
        let (status, shipped_at) = (TransferStatus::Shipped, Some(self.at));
        Ok(Transfer { status, shipped_at, items, ..transfer.clone() })
    }
}

fn by_sku(
    items: impl Iterator<Item = Result<DeductedItem, BookedError>>,
) -> Result<Vec<DeductedItem>, BookedError> {
    let mut items = items.collect::<Result<Vec<_>, _>>()?;
    items.sort_by(|one, other| one.sku.cmp(&other.sku));
    Ok(items)
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::stock::StockItem;
    use contracts::terms::SalesChannel;
    use kernel::ids::{OrderId, WarehouseId};

    fn sku(text: &str) -> Sku {
        Sku::parse(text).unwrap()
    }

    fn sale(skus: &[&str]) -> DeductStock {
        let item = |text: &&str| StockItem { sku: sku(text), quantity: Quantity::new(3).unwrap() };
        DeductStock {
            order_id: OrderId::parse("0193e9a0-0000-7000-8000-000000000001").unwrap(),
            warehouse_id: WarehouseId::parse("0193e9a0-0000-7000-8000-000000000002").unwrap(),
            channel: SalesChannel::POS,
            items: skus.iter().map(item).collect(),
            allow_shortage: true,
            business_day: None,
        }
    }

    fn moved(kind: MovementKind, of: &str, quantity: i64, value_minor: i64) -> Moved {
        Moved { kind, sku: sku(of), quantity, value_minor }
    }

    fn at() -> Timestamp {
        Timestamp::parse("2026-11-20T10:35:00Z").unwrap()
    }

    #[test]
    fn a_sale_is_told_by_sku_with_its_cost_and_what_it_was_short_of() {
        let moved = vec![
            moved(MovementKind::Variance, "B", 2, 200),
            moved(MovementKind::Sale, "B", -3, -301),
            moved(MovementKind::Sale, "A", -3, -7),
        ];
        let deducted = Booked::new(at(), Currency::USD, moved).deducted(&sale(&["B", "A"])).unwrap();
        let items = deducted.items.iter();
        let items: Vec<_> = items.map(|i| (i.sku.as_str(), i.cost.amount(), i.shortage)).collect();
        assert_eq!(items, [("A", "0.07".to_owned(), 0), ("B", "3.01".to_owned(), 2)]);
    }

    #[test]
    fn a_line_without_a_movement_is_a_defect_and_a_plan_has_no_values() {
        let booked = Booked::new(at(), Currency::USD, vec![moved(MovementKind::Sale, "A", -3, -7)]);
        assert!(
            matches!(booked.deducted(&sale(&["A", "B"])), Err(BookedError::Missing(of)) if of == sku("B"))
        );
        let planned = Booked::planned(at(), Currency::USD, [&sku("A"), &sku("B")]);
        let planned = planned.deducted(&sale(&["A", "B"])).unwrap();
        assert!(planned.items.iter().all(|item| item.cost.is_zero() && item.shortage == 0));
    }
}
