//! Sales to review and sales that were refused, over SQL.

use contracts::terms::ReviewOutcome;
use kernel::ids::OrderId;
use kernel::text::{Code, ShortText};
use kernel::{Currency, Failure, Limit, Money, Timestamp};
use serde::Deserialize;
use serde_json::value::RawValue;
use store::{DatabaseError, Statement, values};

use super::sql::reviews as sql;
use super::{Store, defect, money, shape};
use crate::adapters::events;
use crate::application::ports::reviews::{Reviews, Settling};
use crate::domain::order::Deviation;
use crate::domain::review::{RefusedSale, Review, Settled};

/// Which reviews a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    Open,
    /// Open, with amounts on the suspense accounts.
    Quarantined,
    All,
}

#[derive(Deserialize)]
struct ReviewRow {
    order_id: OrderId,
    order_number: String,
    terminal_id: Option<Code>,
    cashier_id: Option<String>,
    recorded_by: Option<String>,
    currency: Currency,
    reason: String,
    quarantined: bool,
    price_deviation_minor: i64,
    missing_cost_minor: i64,
    opened_at: Timestamp,
    outcome: Option<ReviewOutcome>,
    note: Option<ShortText>,
    settled_by: Option<String>,
    settled_at: Option<Timestamp>,
}

impl ReviewRow {
    fn into_review(self) -> Result<Review, DatabaseError> {
        let deviation = Deviation {
            price: money(self.price_deviation_minor, self.currency)?,
            missing_cost: money(self.missing_cost_minor, self.currency)?,
        };
        let settled = match (self.outcome, self.note, self.settled_by, self.settled_at) {
            (Some(outcome), Some(note), Some(by), Some(at)) => Some(Settled { outcome, note, by, at }),
            (None, None, None, None) => None,
            _ => return Err(shape("sale_reviews: settled in part")),
        };
        Ok(Review {
            order_id: self.order_id,
            order_number: self.order_number,
            terminal_id: self.terminal_id,
            cashier_id: self.cashier_id,
            recorded_by: self.recorded_by,
            reason: self.reason,
            deviation: self.quarantined.then_some(deviation),
            opened_at: self.opened_at,
            settled,
        })
    }
}

/// A completed sale that somebody should review.
pub(super) fn open(
    order_id: OrderId,
    reason: &str,
    deviation: Option<Deviation>,
    at: Timestamp,
) -> Statement {
    let minor =
        |amount: fn(&Deviation) -> Money| deviation.as_ref().map_or(0, |deviation| amount(deviation).minor());
    let (price, missing) = (minor(|deviation| deviation.price), minor(|deviation| deviation.missing_cost));
    sql::OPEN_REVIEW.bind(values![order_id, reason, deviation.is_some(), price, missing, at])
}

impl Store<'_> {
    /// A page of reviews, oldest first, after (time, order), with one extra row when there is more.
    pub(crate) async fn list_reviews(
        &self,
        which: Which,
        after: (&str, &str),
        limit: Limit,
    ) -> Result<Vec<Review>, DatabaseError> {
        let sql = match which {
            Which::Open => &sql::LIST_OPEN_REVIEWS,
            Which::Quarantined => &sql::LIST_QUARANTINE,
            Which::All => &sql::LIST_REVIEWS,
        };
        let rows = values![after.0, after.1, limit.rows().saturating_add(1)];
        let rows = self.context.query(sql.bind(rows)).await?.read::<ReviewRow>()?;
        rows.into_iter().map(ReviewRow::into_review).collect()
    }

    /// The same for refused sales.
    pub(crate) async fn list_refused(
        &self,
        all: bool,
        after: (&str, &str),
        limit: Limit,
    ) -> Result<Vec<RefusedSale>, DatabaseError> {
        let sql = if all { &sql::LIST_REFUSED } else { &sql::LIST_OPEN_REFUSED };
        let rows = values![after.0, after.1, limit.rows().saturating_add(1)];
        self.context.query(sql.bind(rows)).await?.read()
    }

    /// Keeps what a till handed in and was refused, each with the reason.
    pub(crate) async fn keep_refused(
        &self,
        terminal_id: &Code,
        refused: &[(&[u8], String)],
    ) -> Result<(), Failure> {
        if refused.is_empty() {
            return Ok(());
        }
        let (caller, now, mut unit) = (&self.context.caller, self.context.now(), self.unit());
        for (body, reason) in refused {
            let (text, is_text) = match std::str::from_utf8(body) {
                Ok(text) => (text.to_owned(), true),
                Err(_) => (web::tokens::hex(body), false),
            };
            unit.push(sql::KEEP_REFUSED.bind(values![
                web::tokens::sha256(&[terminal_id.as_str().as_bytes(), b" ", *body].concat()),
                terminal_id,
                sequence(body),
                text,
                is_text,
                reason.as_str(),
                caller.subject.as_str(),
                now
            ]));
        }
        self.context.commit(unit).await?;
        Ok(())
    }
}

/// The sequence number that a refused sale names.
fn sequence(body: &[u8]) -> Option<i64> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Named<'a> {
        #[serde(borrow)]
        terminal_sequence: &'a RawValue,
    }
    let named: Named<'_> = serde_json::from_slice(body).ok()?;
    named
        .terminal_sequence
        .get()
        .parse::<i64>()
        .ok()
        .filter(|number| (0..=kernel::money::MINOR_MAX).contains(number))
}

impl Reviews for Store<'_> {
    async fn find_review(&self, id: OrderId) -> Result<Option<Review>, Failure> {
        let row = self.context.query(sql::FIND_REVIEW.bind(values![id])).await?.first::<ReviewRow>()?;
        Ok(row.map(ReviewRow::into_review).transpose()?)
    }

    async fn settle_review(&self, review: &Review) -> Result<Settling, Failure> {
        let settled =
            review.settled.as_ref().ok_or_else(|| defect("a settled review without its outcome"))?;
        let mut unit = self.unit();
        unit.push(sql::SETTLE_REVIEW.bind(values![
            review.order_id,
            settled.outcome.as_str(),
            &settled.note,
            settled.by.as_str(),
            settled.at
        ]));
        if let Some(event) = events::deviation_settled(review, settled) {
            self.context.publish(&mut unit, &event, review.order_id)?;
        }
        self.keep(self.presents.review, &mut unit, review)?;
        settling(self.context.commit(unit).await, "sale_reviews_settle")
    }

    async fn find_refused(&self, id: &str) -> Result<Option<RefusedSale>, Failure> {
        Ok(self.context.query(sql::FIND_REFUSED.bind(values![id])).await?.first()?)
    }

    async fn settle_refused(&self, sale: &RefusedSale) -> Result<Settling, Failure> {
        let mut unit = self.unit();
        unit.push(sql::SETTLE_REFUSED.bind(values![
            sale.id.as_str(),
            &sale.note,
            &sale.settled_by,
            sale.settled_at,
            sale.terminal_sequence
        ]));
        self.keep(self.presents.refused_sale, &mut unit, sale)?;
        settling(self.context.commit(unit).await, "refused_sales_settle")
    }
}

/// Whether it was settled now; not if another request was faster.
fn settling<T>(committed: Result<T, DatabaseError>, rule: &str) -> Result<Settling, Failure> {
    match committed {
        Ok(_) => Ok(Settling::Now),
        Err(error) if error.rule() == Some(rule) => Ok(Settling::Before),
        Err(error) => Err(error.into()),
    }
}
