//! `GET /accounting/ledger/{accountCode}?from=&to=&limit=&cursor=`: the lines of an account with its running balance,
//! positive on the account's normal side.

use kernel::ids::EntryId;
use kernel::text::{Code, ShortText};
use kernel::{Cursor, Date, Limit, Money};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::{Context, Path, Problem, Query, Reply, Route};

use super::grants;
use super::input::{key_parts, shown};
use crate::adapters::store::{LedgerLine, Position, Store};
use crate::domain::account::Direction;
use crate::domain::entry::EntryType;
use crate::domain::span::beginning;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/accounting/ledger/{code}",
            grants::ACCOUNTING_READ,
            "Show the lines of an account with its running balance.",
            handle,
        )
        .details("Balances are positive on the account's normal side."),
    ]
}

/// Which lines.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ShowLedger {
    from: Option<Date>,
    to: Option<Date>,
    #[serde(default)]
    limit: Limit,
    cursor: Option<Cursor>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Ledger {
    account_code: Code,
    account_name: kernel::text::Name,
    normal_balance: Direction,
    from: Date,
    to: Date,
    /// Before the first line of this page.
    opening_balance: Money,
    /// At the end of the last requested day.
    closing_balance: Money,
    data: Vec<Row>,
    next_cursor: Option<Cursor>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "LedgerRow")]
struct Row {
    entry_id: EntryId,
    entry_number: Option<String>,
    line_number: i64,
    entry_date: Date,
    description: ShortText,
    reference: Option<ShortText>,
    entry_type: EntryType,
    source_id: Option<String>,
    direction: Direction,
    amount: Money,
    /// The balance after it, positive on the account's normal side.
    balance: Money,
}

async fn handle(
    context: Context,
    Path(code): Path<Code>,
    Query(query): Query<ShowLedger>,
) -> Result<Reply<Ledger>, Problem> {
    let store = Store::new(&context);
    let account = store.find_account(&code).await?.ok_or_else(|| Problem::not_found("account"))?;
    let from = query.from.unwrap_or_else(beginning);
    let to = query.to.map_or_else(|| context.today().map(|today| today.max(from)), Ok)?;
    if from > to {
        return Err(Problem::field("from", "must not be after to"));
    }
    let position = match &query.cursor {
        None => Position { day: from, entry_id: String::new(), line_number: 0 },
        Some(cursor) => position(cursor)?,
    };
    let (opening, mut lines, closing) = store.ledger(code.as_str(), &position, to, query.limit).await?;
    let more = lines.len() > query.limit.rows();
    lines.truncate(query.limit.rows());
    let next_cursor = lines
        .last()
        .filter(|_| more)
        .map(|line| Cursor::after(format!("{}|{}|{}", line.entry_date, line.entry_id, line.line_number)));
    let (currency, side) = (context.currency(), account.normal_balance);
    let mut balance = opening;
    let mut data = Vec::with_capacity(lines.len());
    for line in lines {
        balance = balance.saturating_add(line.direction.seen(line.amount_minor));
        data.push(row(line, side.seen(balance), currency)?);
    }
    Ok(Reply(Ledger {
        account_code: account.code,
        account_name: account.name,
        normal_balance: side,
        from,
        to,
        opening_balance: shown(side.seen(opening), currency)?,
        closing_balance: shown(side.seen(closing), currency)?,
        data,
        next_cursor,
    }))
}

/// Where the last page ended.
fn position(cursor: &Cursor) -> Result<Position, Problem> {
    let [day, entry_id, line_number] = key_parts::<3>(cursor)?;
    let (day, line_number) = Date::parse(&day)
        .zip(line_number.parse().ok())
        .ok_or_else(|| Problem::field("cursor", "must be the nextCursor of an earlier answer"))?;
    Ok(Position { day, entry_id, line_number })
}

fn row(line: LedgerLine, balance_minor: i64, currency: kernel::Currency) -> Result<Row, Problem> {
    Ok(Row {
        entry_id: line.entry_id,
        entry_number: line.entry_number,
        line_number: line.line_number,
        entry_date: line.entry_date,
        description: line.description,
        reference: line.reference,
        entry_type: line.entry_type,
        source_id: line.source_id,
        direction: line.direction,
        amount: shown(line.amount_minor, currency)?,
        balance: shown(balance_minor, currency)?,
    })
}
