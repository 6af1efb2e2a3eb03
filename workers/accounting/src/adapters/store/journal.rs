//! The journal over SQL.

use contracts::Event;
use contracts::events::JournalEntryPosted;
use kernel::ids::EntryId;
use kernel::text::ShortText;
use kernel::{Date, Failure, Limit, Money};
use serde::Deserialize;
use store::{DatabaseError, Rows, Unit, json, values};
use web::Context;

use super::entry_row::EntryRow;
use super::reports::sum_account;
use super::sql::{journal as sql, receivables as receivables_sql};
use super::{Store, only};
use crate::application::journal_error::{JournalError, Refusal};
use crate::application::ports::{Booked, Books, Journal};
use crate::domain::account::Direction;
use crate::domain::booking::Booking;
use crate::domain::entry::{Entry, EntryDraft, EntryStatus, EntryType};
use crate::domain::span::{Span, beginning};

/// Which entries a list has, and where its page starts.
pub(crate) struct EntryFilter {
    pub(crate) status: Option<EntryStatus>,
    pub(crate) from: Date,
    pub(crate) to: Option<Date>,
    /// (date, id) of the last entry of the page before.
    pub(crate) before: (String, String),
    pub(crate) limit: Limit,
}

/// A place in the ledger of an account: after the line (date, entry, line number).
#[derive(Debug, Clone)]
pub(crate) struct Position {
    pub(crate) day: Date,
    pub(crate) entry_id: String,
    pub(crate) line_number: i64,
}

/// A line of an account's ledger.
#[derive(Deserialize)]
pub(crate) struct LedgerLine {
    pub(crate) entry_id: EntryId,
    pub(crate) line_number: i64,
    pub(crate) entry_date: Date,
    pub(crate) direction: Direction,
    pub(crate) amount_minor: i64,
    pub(crate) entry_number: Option<String>,
    pub(crate) description: ShortText,
    pub(crate) reference: Option<ShortText>,
    pub(crate) entry_type: EntryType,
    pub(crate) source_id: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct BalanceRow {
    pub(super) balance_minor: i64,
}

#[derive(Deserialize)]
struct NumberRow {
    entry_number: String,
}

/// The journal's refusal for a broken rule; none when the rule is not the journal's.
pub(super) fn refusal(error: &DatabaseError) -> Option<Refusal> {
    let DatabaseError::Rule { rule, detail } = error else { return None };
    let account = |why| Refusal::Account(detail.clone(), why);
    Some(match rule.as_str() {
        "entries_balanced" => Refusal::Unbalanced,
        "entries_two_lines" => Refusal::TooFewLines,
        "lines_header_account" => account("is a header account, which takes no lines"),
        "lines_inactive_account" => account("is not an active account"),
        "lines_control_account" => account("is kept by sales and stock, and takes no lines by hand"),
        "periods_closed" => Refusal::PeriodClosed(detail.clone()),
        "account_balances_debit"
        | "account_balances_credit"
        | "account_day_balances_debit"
        | "account_day_balances_credit" => Refusal::BalanceTooLarge,
        "entries_posted_is_final" => Refusal::NotADraft,
        "journal_entries.reverses_entry_id" => Refusal::AlreadyVoided,
        "entries_void_at_the_source" => Refusal::AtTheSource,
        "entries_reverse_stays" => Refusal::ReverseStays,
        _ => return None,
    })
}

impl Store<'_> {
    /// A page of entries, newest first, with one extra row when there is more.
    pub(crate) async fn list_entries(&self, filter: &EntryFilter) -> Result<Vec<Entry>, DatabaseError> {
        // "~" is after every day.
        let to = filter.to.map_or_else(|| "~".to_owned(), |day| day.to_string());
        let (from, rows) = (filter.from, filter.limit.rows().saturating_add(1));
        let (day, id) = (filter.before.0.as_str(), filter.before.1.as_str());
        let statement = match filter.status {
            None => sql::LIST_ENTRIES.bind(values![from, to, day, id, rows]),
            Some(status) => {
                sql::LIST_ENTRIES_BY_STATUS.bind(values![from, to, day, id, rows, status.as_str()])
            }
        };
        self.entries(self.context.query(statement).await?)
    }

    /// The entry of a source event.
    pub(crate) async fn find_by_source(&self, source_id: &str) -> Result<Vec<Entry>, DatabaseError> {
        self.entries(self.context.query(sql::FIND_ENTRY_OF_SOURCE.bind(values![source_id])).await?)
    }
}

impl<T: Sync> Store<'_, T> {
    fn entries(&self, rows: Rows) -> Result<Vec<Entry>, DatabaseError> {
        let currency = self.context.currency();
        rows.read::<EntryRow>()?.into_iter().map(|row| row.entry(currency)).collect()
    }

    pub(crate) async fn find_entry(&self, id: EntryId) -> Result<Option<Entry>, Failure> {
        let rows = self.context.query(sql::FIND_ENTRY.bind(values![id])).await?;
        Ok(self.entries(rows)?.into_iter().next())
    }

    /// The lines of an account after a position up to a day, with the balance at the position and the balance at the
    /// end of the day; debit positive. One extra line when there is more.
    pub(crate) async fn ledger(
        &self,
        code: &str,
        after: &Position,
        to: Date,
        limit: Limit,
    ) -> Result<(i64, Vec<LedgerLine>, i64), DatabaseError> {
        let (entry, line) = (after.entry_id.as_str(), after.line_number);
        let [before, of_the_day, lines, closing] = self
            .context
            .query_all([
                sum_account(code, &Span::before(after.day)),
                sql::SUM_LEDGER_DAY.bind(values![code, after.day, entry, line]),
                sql::LIST_LEDGER_LINES.bind(values![
                    code,
                    after.day,
                    entry,
                    line,
                    to,
                    limit.rows().saturating_add(1)
                ]),
                sum_account(code, &Span::between(beginning(), to)),
            ])
            .await?;
        let balance = |rows| only::<BalanceRow>(rows).map(|row| row.balance_minor);
        let opening = balance(before)?.saturating_add(balance(of_the_day)?);
        Ok((opening, lines.read()?, balance(closing)?))
    }
}

/// Adds an entry to a unit, as a draft.
fn push_entry(
    context: &Context,
    unit: &mut Unit,
    id: EntryId,
    draft: &EntryDraft,
    reverses: Option<EntryId>,
) {
    let lines: Vec<_> = draft
        .lines()
        .iter()
        .map(|line| (&line.account_code, line.direction.as_str(), line.amount.minor()))
        .collect();
    unit.push(sql::INSERT_ENTRY.bind(values![
        id,
        draft.entry_date,
        &draft.description,
        &draft.reference,
        draft.entry_type.as_str(),
        draft.source.as_ref().map(|source| source.id.as_str()),
        draft.source.as_ref().map(|source| source.total.minor()),
        draft.total().minor(),
        context.caller.subject.as_str(),
        context.now(),
        reverses
    ]));
    unit.push(sql::INSERT_LINES.bind(values![id, draft.entry_date, json(&lines)]));
}

/// Posts an entry of the unit, and publishes it. Returns the index of the row with its number.
fn push_posting(
    context: &Context,
    unit: &mut Unit,
    id: EntryId,
    entry_date: Date,
    total: Money,
) -> Result<usize, Failure> {
    unit.push(sql::TAKE_ENTRY_NUMBER.bind(values![id]));
    let number = unit.push(sql::POST_ENTRY.bind(values![id, context.now()]));
    let event = JournalEntryPosted { entry_id: id, entry_date, total };
    context.publish(unit, &Event::JournalEntryPosted(event), id)?;
    Ok(number)
}

/// Adds an entry to a unit, and posts it. Returns the index of the row with its number.
pub(super) fn push_posted_entry(
    context: &Context,
    unit: &mut Unit,
    id: EntryId,
    draft: &EntryDraft,
) -> Result<usize, Failure> {
    push_entry(context, unit, id, draft, None);
    push_posting(context, unit, id, draft.entry_date, draft.total())
}

/// Puts the entry's number, which only the batch knows, into the remembered answer.
pub(super) fn patch_entry_number(unit: &mut Unit, id: EntryId) {
    unit.patch_answer(&sql::PATCH_ENTRY_NUMBER, values![id]);
}

/// The number that posting assigned.
pub(super) fn posted_number(rows: Vec<Rows>, index: usize) -> Result<String, DatabaseError> {
    let rows =
        rows.into_iter().nth(index).ok_or_else(|| DatabaseError::Shape("a number is missing".to_owned()))?;
    only::<NumberRow>(rows).map(|row| row.entry_number)
}

impl Store<'_, Entry> {
    /// The entry that is created from a draft.
    fn begun(&self, id: EntryId, draft: &EntryDraft, status: EntryStatus) -> Entry {
        Entry {
            id,
            entry_number: None,
            entry_date: draft.entry_date,
            description: draft.description.clone(),
            reference: draft.reference.clone(),
            entry_type: draft.entry_type,
            status,
            source_id: None,
            total: draft.total(),
            lines: draft.lines().to_vec(),
            created_by: self.context.caller.subject.clone(),
            created_at: self.context.now(),
            posted_at: (status == EntryStatus::Posted).then(|| self.context.now()),
            reverses_entry_id: None,
            reversed_by_entry_id: None,
        }
    }

    /// Commits a unit whose answer is the entry; `posted` is the index of its number's row.
    async fn write(&self, unit: Unit, entry: Entry, posted: Option<usize>) -> Result<Entry, JournalError> {
        match self.context.commit(unit).await {
            Ok(rows) => match posted {
                Some(index) => {
                    let number = posted_number(rows, index).map_err(Failure::from)?;
                    Ok(Entry { entry_number: Some(number), ..entry })
                }
                None => Ok(entry),
            },
            // The chart was checked before, so a missing account never existed.
            Err(error) if error.rule() == Some("foreign_key") => {
                Err(JournalError::Refused(Refusal::Account(String::new(), "is not in the chart of accounts")))
            }
            Err(error) => Err(match refusal(&error) {
                Some(refusal) => JournalError::Refused(refusal),
                None => Failure::from(error).into(),
            }),
        }
    }
}

impl Journal for Store<'_, Entry> {
    async fn find(&self, id: EntryId) -> Result<Option<Entry>, Failure> {
        self.find_entry(id).await
    }

    async fn record(&self, draft: &EntryDraft, post: bool) -> Result<Entry, JournalError> {
        let id: EntryId = self.context.new_id().map_err(Failure::from)?;
        let mut unit = self.context.unit();
        push_entry(self.context, &mut unit, id, draft, None);
        let status = if post { EntryStatus::Posted } else { EntryStatus::Draft };
        let entry = self.begun(id, draft, status);
        let posted = post
            .then(|| push_posting(self.context, &mut unit, id, draft.entry_date, draft.total()))
            .transpose()?;
        self.present.keep(self.context, &mut unit, &entry)?;
        if post {
            patch_entry_number(&mut unit, id);
        }
        self.write(unit, entry, posted).await
    }

    async fn post(&self, entry: &Entry) -> Result<Entry, JournalError> {
        let mut unit = self.context.unit();
        let posted = push_posting(self.context, &mut unit, entry.id, entry.entry_date, entry.total)?;
        let entry =
            Entry { status: EntryStatus::Posted, posted_at: Some(self.context.now()), ..entry.clone() };
        self.present.keep(self.context, &mut unit, &entry)?;
        patch_entry_number(&mut unit, entry.id);
        self.write(unit, entry, Some(posted)).await
    }

    async fn void(&self, entry: &Entry, reverse: Option<&EntryDraft>) -> Result<Entry, JournalError> {
        let mut unit = self.context.unit();
        let mut reversed_by_entry_id = None;
        if let Some(draft) = reverse {
            let id: EntryId = self.context.new_id().map_err(Failure::from)?;
            push_entry(self.context, &mut unit, id, draft, Some(entry.id));
            push_posting(self.context, &mut unit, id, draft.entry_date, draft.total())?;
            reversed_by_entry_id = Some(id);
        }
        unit.push(sql::VOID_ENTRY.bind(values![entry.id]));
        let voided = Entry { status: EntryStatus::Voided, reversed_by_entry_id, ..entry.clone() };
        self.present.keep(self.context, &mut unit, &voided)?;
        self.write(unit, voided, None).await.map_err(|error| match error {
            // It was voided or posted since it was read.
            JournalError::Refused(Refusal::NotADraft) => JournalError::Refused(Refusal::AlreadyVoided),
            error => error,
        })
    }
}

impl Books for Store<'_> {
    async fn book(&self, booking: &Booking) -> Result<Booked, Failure> {
        let (context, mut unit) = (self.context, self.context.unit());
        if let Some(entry) = &booking.entry {
            let id: EntryId = context.new_id()?;
            push_posted_entry(context, &mut unit, id, entry)?;
            push_receivable(context, &mut unit, id, booking)?;
        } else {
            let source = &booking.source;
            unit.push(sql::INSERT_SOURCE_WITHOUT_ENTRY.bind(values![
                source.id.as_str(),
                source.total.minor(),
                context.now()
            ]));
        }
        match context.commit(unit).await {
            Ok(_) => Ok(Booked::Now),
            Err(error) => match error.rule() {
                Some("journal_entries.source_id" | "sources_without_entry.source_id") => Ok(Booked::Before),
                Some("periods_closed") => Ok(Booked::PeriodClosed),
                _ => Err(error.into()),
            },
        }
    }
}

/// Adds the invoice or the credit of a booking to a unit.
fn push_receivable(
    context: &Context,
    unit: &mut Unit,
    entry_id: EntryId,
    booking: &Booking,
) -> Result<(), Failure> {
    let now = context.now();
    if let Some(invoice) = &booking.invoice {
        let id: kernel::ids::InvoiceId = context.new_id()?;
        unit.push(receivables_sql::TAKE_INVOICE_NUMBER.bind(values![invoice.issue_date]));
        unit.push(receivables_sql::INSERT_INVOICE.bind(values![
            id,
            invoice.order_id,
            invoice.order_number.as_str(),
            invoice.customer_id,
            &invoice.customer_name,
            &invoice.purchase_order_number,
            invoice.issue_date,
            invoice.due_date,
            invoice.total.minor(),
            entry_id,
            now
        ]));
    }
    if let Some(credit) = &booking.credit {
        unit.push(receivables_sql::INSERT_CREDIT.bind(values![
            credit.refund_id,
            credit.order_id,
            credit.customer_id,
            credit.amount.minor(),
            entry_id,
            now
        ]));
    }
    Ok(())
}
