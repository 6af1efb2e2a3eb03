//! What the use cases need from the outside, in their own terms. Every writing method is one whole business
//! transaction.

use std::future::Future;

use kernel::Failure;
use kernel::ids::ProductId;
use kernel::text::{Sku, TextError};

use crate::domain::change::Change;
use crate::domain::draft::{Claims, Wanted};
use crate::domain::import::ImportReport;
use crate::domain::merge::Existing;
use crate::domain::product::{ListedCategory, Product};

/// How a write ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// It is written.
    Done,
    /// Another writer was faster, and nothing is written: read again.
    Raced,
}

/// Single products.
pub trait Products: Sync {
    /// A product that is not deleted.
    fn find(&self, id: ProductId) -> impl Future<Output = Result<Option<Product>, Failure>> + Send;

    /// The product of a variant; neither is deleted.
    fn find_by_sku(&self, sku: &Sku) -> impl Future<Output = Result<Option<Product>, Failure>> + Send;

    /// Who owns these names.
    fn claims(&self, wanted: &Wanted) -> impl Future<Output = Result<Claims, Failure>> + Send;

    /// Writes a new product, publishes it and remembers the answer.
    fn create(&self, product: &Product) -> impl Future<Output = Result<Saved, Failure>> + Send;

    /// Writes a change, if there is one, publishes it and remembers the answer: the product after the change.
    fn replace(
        &self,
        product: &Product,
        change: Option<&Change>,
    ) -> impl Future<Output = Result<Saved, Failure>> + Send;

    /// Deletes a product from the catalogue, publishes that and remembers the answer.
    fn delete(&self, change: &Change) -> impl Future<Output = Result<Saved, Failure>> + Send;
}

/// The catalogue, for merging a file into it.
pub trait Catalogue: Sync {
    /// The existing products and names of a chunk, in one read.
    fn existing(&self, wanted: &Wanted) -> impl Future<Output = Result<Existing, Failure>> + Send;

    /// Writes and publishes a chunk's changes.
    fn save(&self, changes: &[Change]) -> impl Future<Output = Result<Saved, Failure>> + Send;

    /// Remembers the answer for a repeated request.
    fn remember(&self, report: &ImportReport) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// The catalogue, for writing it into a file.
pub trait ProductPages: Sync {
    /// Some products that are not deleted, in the order of their creation, each with the key after which the next page
    /// starts.
    fn page(&self, after: i64) -> impl Future<Output = Result<Vec<(i64, Product)>, Failure>> + Send;
}

/// Why a category was not added.
#[derive(Debug, thiserror::Error)]
pub enum CreateCategoryError {
    /// It would have no slug.
    #[error("the name is refused: {0}")]
    Name(TextError),
    /// A category with this slug already exists.
    #[error("the category exists")]
    Exists,
    #[error("the parent is unknown")]
    UnknownParent,
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Categories.
pub trait Categories: Sync {
    /// Writes a new category and remembers the answer.
    fn create_category(
        &self,
        category: &ListedCategory,
    ) -> impl Future<Output = Result<(), CreateCategoryError>> + Send;
}
