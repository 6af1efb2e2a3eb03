//! Adds a category. Products may also name one that does not exist yet: it is then added with them.

use kernel::ids::CategoryId;
use kernel::{Failure, Timestamp};

use super::ports::{Categories, CategorySaved};
use crate::domain::product::Category;

/// A category to add.
#[derive(Debug, Clone, PartialEq)]
pub struct NewCategory {
    /// Its id.
    pub id: CategoryId,
    /// Its name and slug.
    pub category: Category,
    /// The slug of the category above it.
    pub parent: Option<String>,
    /// When.
    pub created_at: Timestamp,
}

/// Why it was not added.
#[derive(Debug, thiserror::Error)]
pub enum CreateCategoryError {
    /// There is one with this slug.
    #[error("the category exists")]
    Exists,
    /// There is no such parent.
    #[error("the parent is unknown")]
    UnknownParent,
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// One batch.
pub async fn create_category(
    categories: &impl Categories,
    category: &NewCategory,
) -> Result<(), CreateCategoryError> {
    match categories.create(category).await? {
        CategorySaved::Done => Ok(()),
        CategorySaved::Exists => Err(CreateCategoryError::Exists),
        CategorySaved::UnknownParent => Err(CreateCategoryError::UnknownParent),
    }
}
