//! Warehouses over SQL.

use contracts::Event;
use contracts::events::WarehouseChanged;
use contracts::stock::Warehouse;
use kernel::ids::WarehouseId;
use kernel::text::{Code, Name, Region};
use kernel::{Failure, Limit};
use serde::Deserialize;
use store::{DatabaseError, Unit, values};
use web::Context;

use super::operation::text;
use super::sql;
use crate::application::ports::{WarehouseSaved, Warehouses};

/// Warehouses in the service's database.
pub(crate) struct SqlWarehouses<'a> {
    context: &'a Context,
}

impl<'a> SqlWarehouses<'a> {
    pub(crate) fn new(context: &'a Context) -> Self {
        Self { context }
    }

    fn publish(&self, unit: &mut Unit, warehouse: &Warehouse) -> Result<(), Failure> {
        let event = Event::WarehouseChanged(WarehouseChanged {
            warehouse_id: warehouse.id,
            code: warehouse.code.clone(),
            name: warehouse.name.clone(),
            region: warehouse.region.clone(),
        });
        self.context.publish(unit, &event, warehouse.id)
    }

    /// The same id or code again: the same warehouse is the same call.
    async fn created_before(&self, warehouse: &Warehouse) -> Result<WarehouseSaved, Failure> {
        Ok(match self.find(warehouse.id).await? {
            Some((version, found)) if found == *warehouse => WarehouseSaved::Done(version, found),
            Some(_) => WarehouseSaved::IdTaken,
            None => WarehouseSaved::CodeTaken,
        })
    }
}

#[derive(Deserialize)]
struct WarehouseRow {
    id: WarehouseId,
    code: Code,
    name: Name,
    region: Region,
    version: i64,
}

impl WarehouseRow {
    fn read(self) -> (i64, Warehouse) {
        (self.version, Warehouse { id: self.id, code: self.code, name: self.name, region: self.region })
    }
}

impl Warehouses for SqlWarehouses<'_> {
    async fn create(&self, warehouse: &Warehouse) -> Result<WarehouseSaved, Failure> {
        let context = self.context;
        let mut unit = context.unit();
        unit.push(sql::warehouses::INSERT_WAREHOUSE.bind(values![
            warehouse.id,
            &warehouse.code,
            &warehouse.name,
            &warehouse.region,
            context.now()
        ]));
        unit.push(sql::warehouses::STOCK_WAREHOUSE.bind(values![warehouse.id]));
        self.publish(&mut unit, warehouse)?;
        unit.answer(super::kept(201, Some(1), text(warehouse)?));
        match context.commit(unit).await {
            Ok(_) => Ok(WarehouseSaved::Done(1, warehouse.clone())),
            Err(error) => match error.rule() {
                Some("warehouses.id" | "warehouses.code") => self.created_before(warehouse).await,
                Some("warehouses_count") => Ok(WarehouseSaved::TooMany),
                _ => Err(error.into()),
            },
        }
    }

    async fn find(&self, id: WarehouseId) -> Result<Option<(i64, Warehouse)>, Failure> {
        let rows = self.context.query(sql::warehouses::FIND_WAREHOUSE.bind(values![id])).await?;
        Ok(rows.first::<WarehouseRow>()?.map(WarehouseRow::read))
    }

    async fn change(&self, warehouse: &Warehouse, version: i64) -> Result<WarehouseSaved, Failure> {
        let mut unit = self.context.unit();
        unit.push(sql::warehouses::UPDATE_WAREHOUSE.bind(values![
            warehouse.id,
            &warehouse.code,
            &warehouse.name,
            &warehouse.region,
            version
        ]));
        self.publish(&mut unit, warehouse)?;
        unit.answer(super::kept(200, Some(version.saturating_add(1)), text(warehouse)?));
        match self.context.commit(unit).await {
            Ok(_) => Ok(WarehouseSaved::Done(version.saturating_add(1), warehouse.clone())),
            Err(error) => match error.rule() {
                Some("warehouses_version") => Ok(WarehouseSaved::Stale),
                Some("warehouses.code") => Ok(WarehouseSaved::CodeTaken),
                _ => Err(error.into()),
            },
        }
    }

    fn new_id(&self) -> Result<WarehouseId, Failure> {
        Ok(self.context.new_id()?)
    }
}

/// Warehouses by code, after `after`: one more than the limit, if there are more.
pub(crate) async fn list_warehouses(
    context: &Context,
    after: &str,
    limit: Limit,
) -> Result<Vec<Warehouse>, DatabaseError> {
    let limit = limit.rows().saturating_add(1);
    let rows = context.query(sql::warehouses::LIST_WAREHOUSES.bind(values![after, limit])).await?;
    let rows = rows.read::<WarehouseRow>()?;
    Ok(rows.into_iter().map(|row| row.read().1).collect())
}
