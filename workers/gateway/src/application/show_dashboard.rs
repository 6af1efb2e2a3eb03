//! The figures of the day, gathered from three services at once. A part that is not there does not take
//! the rest with it.

use contracts::Service;
use contracts::ops::{BooksSummary, SalesSummary, StockSummary};
use futures_util::future::join3;
use kernel::Failure;

use super::ports::Summaries;

/// What was gathered.
#[derive(Debug)]
pub struct Dashboard {
    /// Of the order service.
    pub sales: Option<SalesSummary>,
    /// Of inventory.
    pub stock: Option<StockSummary>,
    /// Of accounting.
    pub books: Option<BooksSummary>,
    /// Who did not answer, and why.
    pub unavailable: Vec<(Service, Failure)>,
}

/// Asks the three services at the same time.
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
