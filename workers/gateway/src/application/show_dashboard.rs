//! The figures of the day, collected from three services at once. A service that does not answer does not affect the
//! others' figures.

use contracts::Service;
use contracts::ops::{BooksSummary, SalesSummary, StockSummary};
use futures_util::future::join3;
use kernel::Failure;

use super::ports::Summaries;

/// The collected figures.
#[derive(Debug)]
pub struct Dashboard {
    /// From the order service.
    pub sales: Option<SalesSummary>,
    /// From inventory.
    pub stock: Option<StockSummary>,
    /// From accounting.
    pub books: Option<BooksSummary>,
    /// The services that did not answer, and why.
    pub unavailable: Vec<(Service, Failure)>,
}

/// Calls the three services at the same time.
pub async fn show_dashboard(summaries: &impl Summaries) -> Dashboard {
    let (sales, stock, books) = join3(summaries.sales(), summaries.stock(), summaries.books()).await;
    let mut unavailable = Vec::new();
    Dashboard {
        sales: answered(Service::Order, sales, &mut unavailable),
        stock: answered(Service::Inventory, stock, &mut unavailable),
        books: answered(Service::Accounting, books, &mut unavailable),
        unavailable,
    }
}

fn answered<T>(
    service: Service,
    answer: Result<T, Failure>,
    unavailable: &mut Vec<(Service, Failure)>,
) -> Option<T> {
    answer.map_err(|failure| unavailable.push((service, failure))).ok()
}
