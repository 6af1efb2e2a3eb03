//! Warehouses over SQL.

use contracts::Event;
use contracts::events::WarehouseChanged;
use contracts::stock::Warehouse;
use kernel::ids::WarehouseId;
use kernel::text::{Code, Name, Region};
use kernel::{Date, Failure, Limit, TimeZone};
use serde::Deserialize;
use store::{DatabaseError, Unit, values};
use web::Context;

use super::{Store, one_more, sql};
use crate::application::create_warehouse::SaveWarehouseError;
use crate::application::ports::{SaveWarehouses, Warehouses};

#[derive(Deserialize)]
struct WarehouseRow {
    id: WarehouseId,
    code: Code,
    name: Name,
    region: Region,
    time_zone: Option<TimeZone>,
    version: i64,
}

impl WarehouseRow {
    /// Without a time zone of its own it has that of the books.
    fn read(self, books: &TimeZone) -> (i64, Warehouse) {
        let Self { id, code, name, region, time_zone, version } = self;
        let time_zone = time_zone.or_else(|| Some(books.clone()));
        (version, Warehouse { id, code, name, region, time_zone })
    }
}

impl<T> Warehouses for Store<'_, T> {
    async fn find_warehouse(&self, id: WarehouseId) -> Result<Option<(i64, Warehouse)>, Failure> {
        let rows = self.context.query(sql::warehouses::FIND_WAREHOUSE.bind(values![id])).await?;
        let books = self.context.time_zone()?;
        Ok(rows.first::<WarehouseRow>()?.map(|row| row.read(&books)))
    }
}

impl<T> Store<'_, T> {
    /// Today in the time zone of a warehouse. An unknown warehouse has that of the books.
    pub(super) async fn today_in(&self, id: WarehouseId) -> Result<Date, Failure> {
        let found = self.find_warehouse(id).await?;
        let zone = found.and_then(|(_, warehouse)| warehouse.time_zone);
        self.context.day_of(self.context.now(), zone.as_ref())
    }
}

impl Store<'_, (i64, Warehouse)> {
    /// Publishes the event, stores the answer and commits.
    async fn save(
        &self,
        mut unit: Unit,
        saved: &(i64, Warehouse),
    ) -> Result<Result<(), DatabaseError>, Failure> {
        let warehouse = &saved.1;
        let event = Event::WarehouseChanged(WarehouseChanged {
            warehouse_id: warehouse.id,
            code: warehouse.code.clone(),
            name: warehouse.name.clone(),
            region: warehouse.region.clone(),
            time_zone: warehouse.time_zone.clone(),
        });
        self.context.publish(&mut unit, &event, warehouse.id)?;
        self.present.keep(self.context, &mut unit, saved)?;
        Ok(self.context.commit(unit).await.map(|_| ()))
    }

    /// The same id or code was used before: the same warehouse is the same call.
    async fn created_before(&self, warehouse: &Warehouse) -> Result<(i64, Warehouse), SaveWarehouseError> {
        match self.find_warehouse(warehouse.id).await? {
            Some(found) if found.1 == *warehouse => Ok(found),
            Some(_) => Err(SaveWarehouseError::IdTaken),
            None => Err(SaveWarehouseError::CodeTaken),
        }
    }
}

impl SaveWarehouses for Store<'_, (i64, Warehouse)> {
    async fn create_warehouse(&self, warehouse: &Warehouse) -> Result<(i64, Warehouse), SaveWarehouseError> {
        let mut unit = self.context.unit();
        unit.push(sql::warehouses::INSERT_WAREHOUSE.bind(values![
            warehouse.id,
            &warehouse.code,
            &warehouse.name,
            &warehouse.region,
            self.context.now(),
            &warehouse.time_zone
        ]));
        unit.push(sql::warehouses::STOCK_WAREHOUSE.bind(values![warehouse.id]));
        let saved = (1, warehouse.clone());
        let Err(error) = self.save(unit, &saved).await? else { return Ok(saved) };
        match error.rule() {
            Some("warehouses.id" | "warehouses.code") => self.created_before(warehouse).await,
            Some("warehouses_count") => Err(SaveWarehouseError::TooMany),
            _ => Err(Failure::from(error).into()),
        }
    }

    async fn change_warehouse(
        &self,
        warehouse: &Warehouse,
        version: i64,
    ) -> Result<(i64, Warehouse), SaveWarehouseError> {
        let mut unit = self.context.unit();
        unit.push(sql::warehouses::UPDATE_WAREHOUSE.bind(values![
            warehouse.id,
            &warehouse.code,
            &warehouse.name,
            &warehouse.region,
            version,
            &warehouse.time_zone
        ]));
        let saved = (version.saturating_add(1), warehouse.clone());
        let Err(error) = self.save(unit, &saved).await? else { return Ok(saved) };
        Err(match error.rule() {
            Some("warehouses_version") => SaveWarehouseError::Stale,
            Some("warehouses.code") => SaveWarehouseError::CodeTaken,
            _ => Failure::from(error).into(),
        })
    }
}

/// Warehouses by code, after `after`: one more than the limit, if there are more.
pub(crate) async fn list_warehouses(
    context: &Context,
    after: &str,
    limit: Limit,
) -> Result<Vec<Warehouse>, Failure> {
    let rows = context.query(sql::warehouses::LIST_WAREHOUSES.bind(values![after, one_more(limit)])).await?;
    let (rows, books) = (rows.read::<WarehouseRow>()?, context.time_zone()?);
    Ok(rows.into_iter().map(|row| row.read(&books).1).collect())
}
