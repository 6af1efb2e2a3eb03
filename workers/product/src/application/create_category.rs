//! Adds a category. Products may also name one that does not exist yet: it is then added with them.

use kernel::Timestamp;
use kernel::ids::CategoryId;
use kernel::text::Name;

use super::ports::{Categories, CreateCategoryError};
use crate::domain::product::{Category, ListedCategory};
use crate::domain::slug::slug;

/// One batch. `parent` is the category above it, by name or slug.
pub async fn create_category(
    categories: &impl Categories,
    name: Name,
    parent: Option<&Name>,
    id: CategoryId,
    now: Timestamp,
) -> Result<ListedCategory, CreateCategoryError> {
    let new = ListedCategory {
        id,
        category: Category::new(name).map_err(CreateCategoryError::Name)?,
        parent: parent.map(|parent| slug(parent.as_str())),
        created_at: now,
    };
    categories.create_category(&new).await?;
    Ok(new)
}
