//! A till's sale in a request, alone or in a batch that is synced.

use contracts::terms::SalesChannel;
use kernel::ids::{OrderId, WarehouseId};
use kernel::text::{Barcode, Code, Sku};
use kernel::{Money, Quantity, Timestamp};
use schemars::JsonSchema;
use selling::tender::{TillPayment, TillPaymentError};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use web::duties::check_method;
use web::{Context, FieldError, Problem, ProblemCode, Role};

use super::order_input::{LINES_MAX, check_amounts, request_hash, request_key, wrong_currency};
use super::{grants, problems, till_key};
use crate::adapters::settings;
use crate::application::basket::{Happened, VariantName, WantedLine};
use crate::application::sell_at_till::{Sale, SellError};
use crate::domain::as_told::Told;
use crate::domain::order::TillStamp;

/// The most parts a payment may have.
const PAYMENTS_MAX: usize = 20;
/// The highest sequence number of a till.
pub(super) const SEQUENCE_MAX: i64 = 1_000_000_000;
/// By how much a till's clock may be ahead, in seconds.
const CLOCK_AHEAD_SECONDS: i64 = 300;
const DAY_SECONDS: i64 = 86_400;

/// A sale at a till. Online the id may be left out; a synced sale needs it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "TillSale")]
pub(super) struct SaleInput {
    /// The id that the till chose: the same id with the same content is the same sale.
    pub(super) id: Option<OrderId>,
    terminal_id: Code,
    /// The till's sequence number of the sale, without gaps from 1.
    #[schemars(range(min = 1, max = SEQUENCE_MAX))]
    terminal_sequence: Option<i64>,
    cashier_id: Option<Code>,
    warehouse_id: WarehouseId,
    #[schemars(length(min = 1, max = LINES_MAX))]
    items: Vec<SaleItem>,
    /// They must sum to the total; none when there is nothing to pay.
    #[serde(default)]
    #[schemars(length(max = PAYMENTS_MAX))]
    payments: Vec<TillPayment>,
    discount: Option<Money>,
    /// Of a sale that has already happened: the total that the till made. Without it, what was paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    total: Option<Money>,
    /// Of a sale that has already happened: the tax in the total.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tax: Option<Money>,
    /// When it took place; now by default.
    sold_at: Option<Timestamp>,
    /// Whether it has already happened, without a connection.
    #[serde(default)]
    offline: bool,
}

/// What is sold, named by its SKU or its barcode, not both.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "TillSaleItem")]
struct SaleItem {
    sku: Option<Sku>,
    barcode: Option<Barcode>,
    quantity: Quantity,
    unit_price: Option<Money>,
    /// A discount on this line; needs the grant `prices:override`.
    #[serde(skip_serializing_if = "Option::is_none")]
    discount: Option<Money>,
}

impl SaleInput {
    /// The sale, checked as far as possible without the catalogue. A synced sale has already happened.
    pub(super) fn into_sale(
        mut self,
        context: &Context,
        key_hash: Option<String>,
        synced: bool,
    ) -> Result<Sale, Problem> {
        let offline = self.offline || synced;
        let lines = self.lines()?;
        check_amounts(context.currency(), &lines, self.discount)?;
        // An offline sale cannot be refused any more; a price override in it is left for a person to review.
        let priced = self.discount.is_some() || lines.iter().any(WantedLine::is_repriced);
        if priced && !offline {
            context.require(grants::PRICE_OVERRIDE)?;
        }
        self.check_fields(context)?;
        let (sold_at, mut reasons) = self.time(context, offline)?;
        reasons.extend(self.methods(context, offline)?);
        let told = self.told(context, offline)?;
        // How and when a sale is sent does not change the sale: one whose answer was lost online is synced later.
        self.offline = false;
        (self.sold_at, self.total, self.tax) = (None, None, None);
        let caller = &context.caller;
        let cashier = self.cashier_id.as_ref().map_or(caller.subject.as_str(), Code::as_str);
        // Who may set prices may do so offline, too, but only in sales of their own.
        let sets_prices = caller.may(grants::PRICE_OVERRIDE) && cashier == caller.subject;
        let limits = if offline && !sets_prices { Some(settings::offline_limits(context)?) } else { None };
        let is_bound = !offline && !caller.may(grants::PRICE_OVERRIDE);
        let discount_percent_max =
            if is_bound { Some(settings::offline_limits(context)?.discount_percent) } else { None };
        let request_hash = request_hash(SalesChannel::POS.as_str(), &self)?;
        Ok(Sale {
            id: sale_id(context, self.id, &request_hash)?,
            may_be_stored: self.id.is_some() || context.holds_key(),
            warehouse_id: self.warehouse_id,
            till: TillStamp {
                terminal_id: self.terminal_id.clone(),
                sequence: self.terminal_sequence,
                cashier_id: Some(cashier.to_owned()),
                recorded_by: Some(caller.subject.clone()),
            },
            lines,
            payments: self.payments.clone(),
            discount: self.discount,
            sold_at,
            offline,
            happened: Happened { told, limits },
            key_hash,
            key_required: settings::key_required(context)?,
            discount_percent_max,
            reasons,
            request_hash,
            currency: context.currency(),
            now: context.now(),
        })
    }

    /// When it took place, and what is to be reviewed about that. A time that the caller's role cannot choose is not
    /// taken for an online sale; an offline sale has happened, and is dated when it arrives.
    fn time(&self, context: &Context, offline: bool) -> Result<(Timestamp, Vec<String>), Problem> {
        let now = context.now();
        let Some(told) = self.sold_at else { return Ok((now, Vec::new())) };
        let days = days_back(context.caller.role);
        let wrong = if told > now.plus_seconds(CLOCK_AHEAD_SECONDS) {
            "must not be in the future".to_owned()
        } else if days.is_some_and(|days| told < now.plus_seconds(days.saturating_mul(-DAY_SECONDS))) {
            format!("must not be more than {} days ago for your role", days.unwrap_or_default())
        } else {
            return Ok((told, Vec::new()));
        };
        if !offline {
            return Err(Problem::field("/soldAt", wrong));
        }
        Ok((
            now,
            vec![format!("the till's clock said {told}, which is not plausible: dated when it arrived")],
        ))
    }

    /// Whether the caller may record a bank transfer. One that has happened is left for a person to review.
    fn methods(&self, context: &Context, offline: bool) -> Result<Option<String>, Problem> {
        for (index, payment) in self.payments.iter().enumerate() {
            let may = check_method(context, payment.method, true, &format!("/payments/{index}/method"));
            match may {
                Err(problem) if problem.code() == ProblemCode::Forbidden && offline => {
                    return Ok(Some("a bank transfer was recorded by somebody who may not".to_owned()));
                }
                may => may?,
            }
        }
        Ok(None)
    }

    /// What the till said about the amounts of a sale that has already happened.
    fn told(&self, context: &Context, offline: bool) -> Result<Told, Problem> {
        let paid = Money::sum(context.currency(), self.payments.iter().map(|payment| payment.amount));
        let paid = paid.map_err(|error| Problem::field("/payments", error.to_string()))?;
        for (name, amount) in [("/total", self.total), ("/tax", self.tax)] {
            if amount.is_some() && !offline {
                return Err(Problem::field(name, "is for a sale that has already happened"));
            }
        }
        let total = self.total.unwrap_or(paid);
        if total.is_negative() {
            return Err(Problem::field("/total", "must not be negative"));
        }
        if self.tax.is_some_and(|tax| tax.is_negative() || tax.minor() > total.minor()) {
            return Err(Problem::field("/tax", "must be from zero to the total"));
        }
        Ok(Told { total, is_stated: self.total.is_some(), tax: self.tax })
    }

    fn lines(&self) -> Result<Vec<WantedLine>, Problem> {
        let mut errors = Vec::new();
        let mut lines = Vec::with_capacity(self.items.len());
        for (index, item) in self.items.iter().enumerate() {
            let variant = match (&item.sku, &item.barcode) {
                (Some(sku), None) => VariantName::Sku(sku.clone()),
                (None, Some(barcode)) => VariantName::Barcode(barcode.clone()),
                _ => {
                    errors
                        .push(FieldError::new(format!("/items/{index}"), "needs either a sku or a barcode"));
                    continue;
                }
            };
            lines.push(WantedLine {
                variant,
                quantity: item.quantity,
                unit_price: item.unit_price,
                discount: item.discount,
            });
        }
        if errors.is_empty() { Ok(lines) } else { Err(Problem::validation(errors)) }
    }

    fn check_fields(&self, context: &Context) -> Result<(), Problem> {
        let mut errors = Vec::new();
        if self.payments.len() > PAYMENTS_MAX {
            errors.push(FieldError::new("/payments", format!("must have at most {PAYMENTS_MAX} parts")));
        }
        let currency = context.currency();
        for (index, payment) in self.payments.iter().enumerate() {
            if payment.amount.currency() != currency {
                errors.push(wrong_currency(format!("/payments/{index}/amount"), currency));
            }
            if payment.tendered.is_some_and(|tendered| tendered.currency() != currency) {
                errors.push(wrong_currency(format!("/payments/{index}/tendered"), currency));
            }
        }
        if self.terminal_sequence.is_some_and(|count| !(1..=SEQUENCE_MAX).contains(&count)) {
            let detail = format!("must be a whole number from 1 to {SEQUENCE_MAX}");
            errors.push(FieldError::new("/terminalSequence", detail));
        }
        for (name, amount) in [("/total", self.total), ("/tax", self.tax)] {
            if amount.is_some_and(|amount| amount.currency() != currency) {
                errors.push(wrong_currency(name.to_owned(), currency));
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(Problem::validation(errors)) }
    }
}

/// How many days ago a sale may have taken place that a role hands in; none for no limit: who replays a history.
const fn days_back(role: Role) -> Option<i64> {
    match role {
        Role::Admin | Role::System => None,
        Role::Manager => Some(366),
        _ => Some(14),
    }
}

/// The id of a sale: the till's; else one that follows from caller, `Idempotency-Key` and
/// content, so that a retry of a request that stopped half-way completes what it stored; else a new one.
///
/// A derived id is a UUID of version 8 (RFC 9562): the first 16 bytes of a SHA-256.
fn sale_id(context: &Context, given: Option<OrderId>, request_hash: &str) -> Result<OrderId, Problem> {
    let (None, Some(key)) = (given, request_key(context, "order")) else {
        return context.given_or_new(given);
    };
    let digest = Sha256::new().chain_update(key).chain_update(request_hash).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(digest.split_at(16).0);
    Ok(uuid::Builder::from_custom_bytes(bytes).into_uuid().into())
}

pub(super) fn problem(error: SellError) -> Problem {
    match error {
        SellError::Key(why) => till_key::refused(why),
        SellError::Basket(error) => problems::basket(error),
        SellError::Discount(percent) => {
            let detail = format!("Lines of kind Discount above {percent} % need the grant prices:override.");
            let why = FieldError::new("/items", format!("must not take off more than {percent} %"));
            Problem::new(ProblemCode::Forbidden, detail).with_errors(vec![why])
        }
        SellError::Payments(error) => {
            let pointer = match error {
                TillPaymentError::Method(index) => format!("/payments/{index}/method"),
                TillPaymentError::NotPositive(index) | TillPaymentError::Money(index, _) => {
                    format!("/payments/{index}/amount")
                }
                TillPaymentError::TenderedWithoutCash(index) | TillPaymentError::TenderedTooLittle(index) => {
                    format!("/payments/{index}/tendered")
                }
                TillPaymentError::NotTheTotal { expected } => {
                    return Problem::field("/payments", format!("must sum to the total, {expected}"));
                }
            };
            Problem::field(pointer, error.to_string())
        }
        SellError::OutOfStock(availability) => problems::out_of_stock(&availability),
        SellError::Insert(error) => problems::not_inserted(error),
        SellError::Unfinished(_, failure) | SellError::Failure(failure) => failure.into(),
    }
}
