//! Reorder points and reviews over SQL.

use contracts::stock::{MovementReviewed, ReorderPoint};
use kernel::Failure;
use kernel::text::ShortText;
use store::{DatabaseError, Rows, Statement, values};

use super::{Store, sql};
use crate::application::ports::{ReorderPoints, Reviews};
use crate::application::review_movement::ReviewMovementError;
use crate::application::set_reorder_point::SetReorderPointError;

impl<T> Store<'_, T> {
    /// Whether a statement finds a row.
    async fn finds(&self, statement: Statement) -> Result<bool, Failure> {
        let rows: Result<Rows, DatabaseError> = self.context.query(statement).await;
        Ok(!rows?.is_empty())
    }
}

impl ReorderPoints for Store<'_, ReorderPoint> {
    async fn set_reorder_point(&self, point: &ReorderPoint) -> Result<(), SetReorderPointError> {
        // Rows of stock are never removed: a row that is found now still exists when it is changed.
        let (warehouse, sku, units) = (point.warehouse_id, &point.sku, point.reorder_point);
        if !self.finds(sql::stock::FIND_STOCK.bind(values![warehouse, sku, sku.key()])).await? {
            return Err(SetReorderPointError::Unknown);
        }
        let mut unit = self.context.unit();
        unit.push(sql::stock::SET_REORDER_POINT.bind(values![warehouse, sku, units, sku.key()]));
        self.present.keep(self.context, &mut unit, point)?;
        self.context.commit(unit).await.map_err(Failure::from)?;
        Ok(())
    }
}

impl Reviews for Store<'_, MovementReviewed> {
    async fn review(
        &self,
        movement_id: &str,
        note: &ShortText,
    ) -> Result<MovementReviewed, ReviewMovementError> {
        if !self.finds(sql::movements::FIND_MOVEMENT.bind(values![movement_id])).await? {
            return Err(ReviewMovementError::Unknown);
        }
        let review = MovementReviewed {
            id: movement_id.to_owned(),
            note: note.clone(),
            reviewed_by: self.context.caller.subject.clone(),
            reviewed_at: self.context.now(),
        };
        let mut unit = self.context.unit();
        unit.push(sql::movements::REVIEW_MOVEMENT.bind(values![
            movement_id,
            note,
            review.reviewed_by.as_str(),
            review.reviewed_at
        ]));
        self.present.keep(self.context, &mut unit, &review)?;
        match self.context.commit(unit).await {
            Ok(_) => Ok(review),
            Err(error) if error.rule() == Some("movements_review") => Err(ReviewMovementError::NotOpen),
            Err(error) => Err(Failure::from(error).into()),
        }
    }
}
