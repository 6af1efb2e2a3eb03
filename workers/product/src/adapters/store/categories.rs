//! Categories over SQL.

use kernel::ids::CategoryId;
use kernel::text::Name;
use kernel::{Failure, Limit, Timestamp};
use serde::Deserialize;
use store::{DatabaseError, values};
use web::Context;

use super::{sql, sql_write};
use crate::adapters::wire::CategoryJson;
use crate::application::create_category::NewCategory;
use crate::application::ports::{Categories, CategorySaved};

/// Categories in the service's database.
pub(crate) struct SqlCategories<'a> {
    context: &'a Context,
}

impl<'a> SqlCategories<'a> {
    pub(crate) fn new(context: &'a Context) -> Self {
        Self { context }
    }
}

impl Categories for SqlCategories<'_> {
    async fn create(&self, new: &NewCategory) -> Result<CategorySaved, Failure> {
        let mut unit = self.context.unit();
        unit.push(sql_write::INSERT_CATEGORY.bind(values![
            new.id,
            &new.category.name,
            new.category.slug.as_str(),
            new.parent.as_deref(),
            new.created_at
        ]));
        unit.answer(201, serde_json::to_string(&CategoryJson::from(new)).unwrap_or_default());
        match self.context.commit(unit).await {
            Ok(_) => Ok(CategorySaved::Done),
            Err(error) => match error.rule() {
                Some("categories.slug") => Ok(CategorySaved::Exists),
                Some("foreign_key") => Ok(CategorySaved::UnknownParent),
                _ => Err(error.into()),
            },
        }
    }
}

impl From<&NewCategory> for CategoryJson {
    fn from(new: &NewCategory) -> Self {
        Self {
            id: new.id,
            name: new.category.name.clone(),
            slug: new.category.slug.clone(),
            parent: new.parent.clone(),
            created_at: new.created_at,
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

/// Up to `limit + 1` categories after a slug, by slug.
pub(crate) async fn list_categories(
    context: &Context,
    after: &str,
    limit: Limit,
) -> Result<Vec<CategoryJson>, DatabaseError> {
    let rows_max = limit.rows().saturating_add(1);
    let rows = context.query(sql::LIST_CATEGORIES.bind(values![after, rows_max])).await?;
    let category = |row: CategoryRow| CategoryJson {
        id: row.id,
        name: row.name,
        slug: row.slug,
        parent: row.parent,
        created_at: row.created_at,
    };
    Ok(rows.read::<CategoryRow>()?.into_iter().map(category).collect())
}
