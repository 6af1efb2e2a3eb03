//! Shipments over SQL, and what is to be sent. The schema keeps the units of each line and how far the order is.

use kernel::ids::WarehouseId;
use kernel::{Failure, Limit};
use store::{DatabaseError, Unit, values};

use super::notices::{self, Notice};
use super::order_parts::ShipmentRow;
use super::order_row::OrderRow;
use super::sql::shipments as sql;
use super::{Store, text};
use crate::application::ports::shipments::{ShipError, Shipments};
use crate::domain::order::{Fulfilment, Order, Shipment, ShipmentStatus};

/// Filters a page of orders by what is to be sent.
pub(crate) struct FulfilmentFilter<'a> {
    /// None: those with goods that nobody sends yet.
    pub(crate) fulfilment: Option<Fulfilment>,
    pub(crate) warehouse_id: Option<WarehouseId>,
    /// Completed after this time, or then with a greater id.
    pub(crate) after: (&'a str, &'a str),
}

impl Store<'_> {
    /// A page, the oldest first, with one extra row when there is more.
    pub(crate) async fn list_to_send(
        &self,
        filter: &FulfilmentFilter<'_>,
        limit: Limit,
    ) -> Result<Vec<Order>, DatabaseError> {
        let ((since, id), rows) = (filter.after, limit.rows().saturating_add(1));
        let statement = match (filter.fulfilment.map(Fulfilment::as_str), filter.warehouse_id) {
            (None, None) => sql::LIST_TO_PICK.bind(values![since, id, rows]),
            (None, Some(place)) => sql::LIST_TO_PICK_AT.bind(values![since, id, rows, place]),
            (Some(status), None) => sql::LIST_BY_FULFILMENT.bind(values![since, id, rows, status]),
            (Some(status), Some(place)) => {
                sql::LIST_BY_FULFILMENT_AT.bind(values![since, id, rows, status, place])
            }
        };
        let rows = self.context.query(statement).await?.read::<OrderRow>()?;
        rows.into_iter().map(OrderRow::into_order).collect()
    }

    /// Tells the customer what happened to their goods.
    fn push_notice(
        &self,
        unit: &mut Unit,
        order: &Order,
        shipment: &Shipment,
        told: bool,
    ) -> Result<(), Failure> {
        let notice = Notice::of_shipment(self.context, order, shipment, told)?;
        notices::push(self.context, unit, notice.as_slice());
        Ok(())
    }

    async fn keep_shipment(&self, mut unit: Unit, shipment: &Shipment) -> Result<(), ShipError> {
        self.keep(self.presents.shipment, &mut unit, shipment)?;
        match self.context.commit(unit).await {
            Ok(_) => Ok(()),
            Err(error) => Err(match error.rule() {
                Some("shipments.id") => ShipError::Taken,
                Some("fulfilment_lines_bought" | "shipments_status" | "orders_version") => ShipError::Stale,
                _ => Failure::from(error).into(),
            }),
        }
    }
}

impl Shipments for Store<'_> {
    async fn insert_shipment(&self, order: &Order, shipment: &Shipment) -> Result<(), ShipError> {
        let row = text(&ShipmentRow::from(shipment))?;
        let mut unit = self.unit();
        unit.push(sql::INSERT_SHIPMENT.bind(values![row.as_str()]));
        unit.push(sql::INSERT_SHIPMENT_LINES.bind(values![row.as_str()]));
        if shipment.status != ShipmentStatus::Picking {
            unit.push(sql::MOVE_SHIPMENT.bind(values![row]));
        }
        self.push_notice(&mut unit, order, shipment, false)?;
        self.keep_shipment(unit, shipment).await
    }

    async fn move_shipment(
        &self,
        order: &Order,
        before: &Shipment,
        after: &Shipment,
    ) -> Result<(), ShipError> {
        let mut unit = self.unit();
        unit.push(sql::MOVE_SHIPMENT.bind(values![text(&ShipmentRow::from(after))?]));
        let told = matches!(before.status, ShipmentStatus::Shipped | ShipmentStatus::ReadyForPickUp);
        self.push_notice(&mut unit, order, after, told)?;
        self.keep_shipment(unit, after).await
    }
}
