//! Adds a category. Products may also name one that does not exist yet: it is then added with them.

use super::ports::Categories;
use crate::domain::product::ListedCategory;

pub use super::ports::CreateCategoryError;

/// One batch.
pub async fn create_category(
    categories: &impl Categories,
    category: &ListedCategory,
) -> Result<(), CreateCategoryError> {
    categories.create_category(category).await
}
