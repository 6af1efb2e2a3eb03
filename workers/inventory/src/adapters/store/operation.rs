//! What every change of stock has in common: it happens once per id, its answer is kept, the messages its
//! rows cause are handed to the queues, and the rules it may break have a name each.

use contracts::Queue;
use contracts::terms::DepletedBy;
use kernel::ids::{MessageId, WarehouseId};
use kernel::text::Sku;
use kernel::{Currency, Failure};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{DatabaseError, OutboxMessage, Rows, Statement, Unit, Value, values};
use web::Context;

use super::sql;
use crate::application::ports::Moved;

/// A change of stock that happens once.
pub(super) struct Operation {
    /// The order's, refund's or adjustment's id; a transfer's with the step.
    pub(super) id: String,
    /// `Deduction`, `Restock`, `Adjustment` or `Transfer`.
    pub(super) kind: &'static str,
    /// Where.
    pub(super) warehouse_id: WarehouseId,
    /// What was asked for, without what may differ between repetitions.
    pub(super) request: String,
}

/// Where in a committed unit the rows of interest are.
#[derive(Default)]
pub(super) struct Places {
    answer: usize,
    messages: Vec<usize>,
}

/// One line of a change, as the statements read it.
#[derive(Serialize)]
pub(super) struct StockLine<'a> {
    pub(super) sku: &'a Sku,
    /// Units, negative for fewer.
    pub(super) delta: i64,
    /// What more units bring along, in minor units; none for the average.
    pub(super) value: Option<i64>,
}

/// A candidate for a message about a line.
#[derive(Serialize)]
struct Alert<'a> {
    sku: &'a Sku,
    r#type: &'static str,
    id: MessageId,
    queue: &'static str,
}

/// A currency as the statements render amounts of it: `{code, pattern, scale}`.
pub(super) fn currency(currency: Currency) -> Value {
    let digits = currency.exponent();
    let pattern = if digits == 0 { "%s%d".to_owned() } else { format!("%s%d.%0{digits}d") };
    let scale = 10_i64.saturating_pow(digits);
    store::json(&json!({ "code": currency.code(), "pattern": pattern, "scale": scale }))
}

impl Operation {
    /// The first statement of its unit: a repeated id ends it here.
    pub(super) fn begin(&self, context: &Context) -> Statement {
        sql::movements::INSERT_OPERATION.bind(values![
            self.id.as_str(),
            self.kind,
            self.warehouse_id,
            self.request.as_str(),
            context.now()
        ])
    }

    /// The movements of these lines.
    pub(super) fn movements(
        &self,
        context: &Context,
        kind: &str,
        reason: Option<&str>,
        lines: &[StockLine<'_>],
    ) -> Statement {
        sql::movements::INSERT_MOVEMENTS.bind(values![
            self.id.as_str(),
            self.warehouse_id,
            kind,
            reason,
            store::json(lines),
            context.now()
        ])
    }

    /// `StockDepleted` and `StockLow` for those lines that take goods away and cross a limit.
    pub(super) fn push_alerts(
        &self,
        context: &Context,
        unit: &mut Unit,
        places: &mut Places,
        lines: &[StockLine<'_>],
        by: DepletedBy,
    ) -> Result<(), Failure> {
        let alert = |sku, r#type, queue| -> Result<Alert<'_>, Failure> {
            Ok(Alert { sku, r#type, id: context.new_id()?, queue })
        };
        let candidates: Vec<Alert<'_>> = lines
            .iter()
            .filter(|line| line.delta < 0)
            .flat_map(|line| {
                [alert(line.sku, "StockDepleted", Queue::OrderInbox.name()), alert(line.sku, "StockLow", "")]
            })
            .collect::<Result<_, _>>()?;
        if candidates.is_empty() {
            return Ok(());
        }
        places.messages.push(unit.push(sql::movements::INSERT_ALERTS.bind(values![
            self.id.as_str(),
            self.warehouse_id,
            store::json(&candidates),
            by.as_str(),
            context.now(),
            &*context.request_id
        ])));
        Ok(())
    }

    /// Remembers where a message was made from rows.
    pub(super) fn push_message(unit: &mut Unit, places: &mut Places, message: Statement) {
        places.messages.push(unit.push(message));
    }

    /// The last statement: it makes the answer from the rows. A request's key remembers the same text.
    pub(super) fn push_answer(&self, unit: &mut Unit, places: &mut Places, answer: Statement, status: u16) {
        places.answer = unit.push(answer);
        unit.answer(super::kept(status, None, "{}".to_owned()));
        unit.patch_answer(&sql::movements::PATCH_ANSWER, values![self.id.as_str()]);
    }

    /// Commits; on a repeated id with the same request the first answer, on a broken rule its outcome.
    pub(super) async fn commit<T: DeserializeOwned>(
        &self,
        context: &Context,
        unit: Unit,
        places: Places,
    ) -> Result<Moved<T>, Failure> {
        let mut rows = match context.commit(unit).await {
            Ok(rows) => rows,
            Err(error) => {
                return match error.rule() {
                    Some("stock_operations.id") => self.first_answer(context).await,
                    Some("stock_on_hand" | "stock_operations_refused") => Ok(Moved::Short),
                    Some("movements_stock" | "transfer_lines_stock") => Ok(Moved::UnknownStock),
                    Some("stock_on_hand_most" | "stock_value" | "stock_totals_value") => Ok(Moved::TooMuch),
                    Some("transfers_status") => Ok(Moved::Conflict),
                    _ => Err(error.into()),
                };
            }
        };
        let mut take = |place: usize| rows.get_mut(place).map(std::mem::take).unwrap_or_default();
        let messages = places.messages.iter().map(|place| outbox(take(*place)));
        let messages: Vec<Vec<OutboxMessage>> = messages.collect::<Result<_, _>>()?;
        context.hint(messages.into_iter().flatten().collect());
        let answer: Option<AnswerRow> = take(places.answer).first()?;
        read(answer.and_then(|row| row.answer)).map(Moved::Done)
    }

    /// What the first call with this id was told, if it asked for the same.
    pub(super) async fn first_answer<T: DeserializeOwned>(
        &self,
        context: &Context,
    ) -> Result<Moved<T>, Failure> {
        let found = sql::movements::FIND_OPERATION.bind(values![self.id.as_str()]);
        let row: Option<OperationRow> = context.query(found).await?.first()?;
        match row {
            Some(row) if row.kind == self.kind && row.request == self.request => {
                read(row.answer).map(Moved::Done)
            }
            _ => Ok(Moved::Conflict),
        }
    }
}

#[derive(Deserialize)]
struct OperationRow {
    kind: String,
    request: String,
    answer: Option<String>,
}

#[derive(Deserialize)]
struct AnswerRow {
    answer: Option<String>,
}

#[derive(Deserialize)]
struct OutboxRow {
    id: String,
    queue: String,
    body: String,
}

fn outbox(rows: Rows) -> Result<Vec<OutboxMessage>, DatabaseError> {
    let rows = rows.read::<OutboxRow>()?;
    Ok(rows.into_iter().map(|row| OutboxMessage { id: row.id, queue: row.queue, body: row.body }).collect())
}

/// A text that is kept or sent.
pub(super) fn text<T: Serialize>(value: &T) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|error| Failure::Defect(error.to_string()))
}

/// Reads an answer that a statement rendered.
pub(super) fn read<T: DeserializeOwned>(answer: Option<String>) -> Result<T, Failure> {
    serde_json::from_str(&answer.unwrap_or_default())
        .map_err(|error| Failure::Defect(format!("an answer made of rows: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_currency_says_how_its_amounts_are_written() {
        for (code, pattern, scale) in
            [("USD", "%s%d.%02d", 100), ("JPY", "%s%d", 1), ("KWD", "%s%d.%03d", 1000)]
        {
            let expected = json!({ "code": code, "pattern": pattern, "scale": scale });
            assert_eq!(currency(Currency::parse(code).unwrap()), store::json(&expected), "{code}");
        }
    }
}
