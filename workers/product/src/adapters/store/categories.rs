//! Categories over SQL.

use kernel::ids::CategoryId;
use kernel::text::Name;
use kernel::{Failure, Limit, Timestamp};
use serde::Deserialize;
use store::{DatabaseError, values};

use super::{Store, sql, sql_write};
use crate::application::ports::{Categories, CreateCategoryError};
use crate::domain::product::{Category, ListedCategory};

impl Categories for Store<'_, ListedCategory> {
    async fn create_category(&self, new: &ListedCategory) -> Result<(), CreateCategoryError> {
        let mut unit = self.context.unit();
        unit.push(sql_write::INSERT_CATEGORY.bind(values![
            new.id,
            &new.category.name,
            new.category.slug.as_str(),
            &new.parent,
            new.created_at
        ]));
        self.present.keep(self.context, &mut unit, new)?;
        match self.context.commit(unit).await {
            Ok(_) => Ok(()),
            Err(error) => Err(match error.rule() {
                Some("categories.slug") => CreateCategoryError::Exists,
                Some("foreign_key") => CreateCategoryError::UnknownParent,
                _ => Failure::from(error).into(),
            }),
        }
    }
}

#[derive(Deserialize)]
struct CategoryRow {
    id: CategoryId,
    name: Name,
    slug: String,
    parent: Option<String>,
    created_at: Timestamp,
}

impl Store<'_> {
    /// Up to `limit + 1` categories after a slug, by slug.
    pub(crate) async fn list_categories(
        &self,
        after: &str,
        limit: Limit,
    ) -> Result<Vec<ListedCategory>, DatabaseError> {
        let rows_max = limit.rows().saturating_add(1);
        let rows = self.context.query(sql::LIST_CATEGORIES.bind(values![after, rows_max])).await?;
        let category = |row: CategoryRow| ListedCategory {
            id: row.id,
            category: Category { name: row.name, slug: row.slug },
            parent: row.parent,
            created_at: row.created_at,
        };
        Ok(rows.read::<CategoryRow>()?.into_iter().map(category).collect())
    }
}
