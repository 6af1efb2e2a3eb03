//! The use cases, one per file, over the ports they need. Lookups and lists are plain reads and have no use case.

pub mod create_category;
pub mod create_product;
pub mod delete_product;
pub mod export_products;
pub mod import_products;
pub mod ports;
pub mod replace_product;
pub mod set_prices;

use kernel::Failure;

use crate::domain::draft::{Refused, Taken};

/// How often a use case starts again when another writer was faster.
const ATTEMPTS_MAX: u32 = 3;

/// Why a product was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    #[error("no such product")]
    NotFound,
    #[error("the product has changed since it was read")]
    Stale,
    /// A name belongs to another product.
    #[error(transparent)]
    Taken(#[from] Taken),
    /// Other requests kept changing it at the same time.
    #[error("the product is being changed by others")]
    Contended,
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<Refused> for ChangeError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Taken(taken) => Self::Taken(taken),
            Refused::Name(_) => Self::Failure(Failure::Defect(refused.to_string())),
        }
    }
}

impl From<kernel::text::TextError> for ChangeError {
    fn from(error: kernel::text::TextError) -> Self {
        Refused::Name(error).into()
    }
}
