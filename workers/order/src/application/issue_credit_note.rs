//! Gives money or credit back without an order: goods bought elsewhere, a later price reduction, refunded postage. It
//! uses the same record and the same saga as a refund.

use contracts::terms::{LineKind, PaymentMethod, SalesChannel};
use kernel::ids::{CustomerId, RefundId, WarehouseId};
use kernel::text::{Code, ShortText, Sku};
use kernel::{Currency, Date, Failure, Money, Quantity, Timestamp};
use selling::pricing::{PriceLine, PriceRequest, PricingError, Taxation, price};
use selling::refund::{PaidBack, RefundLine, RefundTotals};
use selling::tender::in_coins;

use super::advance_refund::{Effects, advance_refund, find_repeated};
use super::basket::{BasketError, Named, VariantName, find_ground};
use super::ports::orders::{Background, Orders, Party, Wanted};
use super::ports::peers::{Catalogue, Goods, PaymentProvider};
use super::ports::refunds::{RecordError, Refunds};
use crate::domain::customer::CustomerType;
use crate::domain::refund::{Refund, RefundStatus, number_parts};

/// A credit note to issue.
#[derive(Debug)]
pub struct IssueCreditNote {
    pub id: RefundId,
    pub customer_id: Option<CustomerId>,
    /// The warehouse that gets the goods; decides the tax region.
    pub warehouse_id: WarehouseId,
    /// The channel whose revenue is reduced; by default it follows from the customer's type.
    pub channel: Option<SalesChannel>,
    /// What is credited, each with the price of a unit.
    pub items: Vec<(Sku, Quantity, Money)>,
    /// How the money goes back; by default on account for a customer, otherwise in cash.
    pub method: Option<PaymentMethod>,
    /// Whether goods go into stock.
    pub restock: bool,
    pub reason: ShortText,
    pub refunded_by: String,
    /// The till from whose drawer the cash is paid.
    pub terminal_id: Option<Code>,
    /// The request as text.
    pub request: String,
    /// Caller and idempotency key.
    pub request_key: Option<String>,
    /// The currency of the house.
    pub currency: Currency,
    pub at: Timestamp,
}

/// Why no credit note was issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueCreditNoteError<E> {
    #[error("no such warehouse")]
    NoWarehouse,
    #[error("no such customer")]
    NoCustomer,
    /// Credit on account needs a customer.
    #[error("on account without a customer")]
    AccountNeedsCustomer,
    /// A card refund needs the order that it paid.
    #[error("a card without an order")]
    CardNeedsOrder,
    /// The catalogue does not have these SKUs; by item index.
    #[error("unknown SKUs")]
    UnknownSkus(Vec<usize>),
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The items cannot be priced.
    #[error(transparent)]
    Pricing(#[from] PricingError),
    /// Who asks may not do this, or not alone.
    #[error("the caller may not")]
    Forbidden(E),
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// The ports that a credit note needs.
pub struct CreditNotePorts<'a, F, O, C, G> {
    /// Refunds and credit notes.
    pub refunds: &'a F,
    /// The order service's warehouses, rates and customers.
    pub orders: &'a O,
    pub catalogue: &'a C,
    pub goods: &'a G,
}

/// Issues a credit note. (1) A retry continues where the first request stopped. (2) Find customer, warehouse, items and
/// tax. (3) Record, if `may` allows it. (4) Goods, money, books.
pub async fn issue_credit_note<E>(
    ports: &CreditNotePorts<'_, impl Refunds, impl Orders, impl Catalogue, impl Goods>,
    effects: &Effects<'_, impl Goods, impl PaymentProvider>,
    request: IssueCreditNote,
    may: impl Fn(&Refund) -> Result<(), E> + Sync,
) -> Result<Refund, IssueCreditNoteError<E>> {
    if let Some(refund) = repeated(ports.refunds, &request).await? {
        return Ok(advance_refund(ports.refunds, effects, refund).await?);
    }
    let wanted = Wanted {
        order_id: None,
        warehouse_id: request.warehouse_id,
        region: None,
        party: Party::Customer(request.customer_id),
        at: request.at,
    };
    let known = ports.orders.background(&wanted).await?;
    let (channel, method) = settle_how(&request, &known)?;
    let ground =
        find_ground(ports.orders, ports.goods, &known, &wanted).await.map_err(|error| match error {
            BasketError::Failure(failure) => failure.into(),
            _ => IssueCreditNoteError::NoWarehouse,
        })?;
    let day = ports.orders.day_of(request.at, ground.time_zone.as_ref())?;
    let (lines, totals) = credit_lines(ports.catalogue, &request, &ground.taxation).await?;
    let coin = ground.taxation.smallest_coin.filter(|_| method == PaymentMethod::Cash);
    let paid = in_coins(totals.total, coin).map_err(PricingError::from)?;
    let rounding = paid.minus(totals.total).map_err(PricingError::from)?;
    let money = PaidBack { payment_id: None, method, amount: paid };
    let refund = compose(&request, day, channel, (money, rounding), lines, totals);
    may(&refund).map_err(IssueCreditNoteError::Forbidden)?;
    let recorded = match ports.refunds.record(&refund, &[], ground.new_warehouse.as_ref()).await {
        Ok(()) => refund,
        Err(RecordError::Taken) => repeated(ports.refunds, &request).await?.ok_or(RecordError::Taken)?,
        Err(error) => return Err(error.into()),
    };
    Ok(advance_refund(ports.refunds, effects, recorded).await?)
}

async fn repeated(refunds: &impl Refunds, request: &IssueCreditNote) -> Result<Option<Refund>, RecordError> {
    find_repeated(refunds, request.id, request.request_key.as_deref(), &request.request).await
}

fn settle_how<E>(
    request: &IssueCreditNote,
    known: &Background,
) -> Result<(SalesChannel, PaymentMethod), IssueCreditNoteError<E>> {
    if request.customer_id.is_some() && known.customer.is_none() {
        return Err(IssueCreditNoteError::NoCustomer);
    }
    let customer = known.customer.as_ref();
    let usual = if customer.is_some_and(|customer| customer.details.kind == CustomerType::Wholesale) {
        SalesChannel::WholesaleWeb
    } else {
        SalesChannel::POS
    };
    let usual_method = if customer.is_some() { PaymentMethod::PurchaseOrder } else { PaymentMethod::Cash };
    let method = request.method.unwrap_or(usual_method);
    match method {
        PaymentMethod::Card => Err(IssueCreditNoteError::CardNeedsOrder),
        PaymentMethod::PurchaseOrder if customer.is_none() => Err(IssueCreditNoteError::AccountNeedsCustomer),
        _ => Ok((request.channel.unwrap_or(usual), method)),
    }
}

/// The lines, priced and taxed like a sale of them. A line that would be a Discount in a sale is money for the customer
/// here: every line counts in the customer's favour.
async fn credit_lines<E>(
    catalogue: &impl Catalogue,
    request: &IssueCreditNote,
    taxation: &Taxation,
) -> Result<(Vec<RefundLine>, RefundTotals), IssueCreditNoteError<E>> {
    let mut skus: Vec<Sku> = request.items.iter().map(|(sku, ..)| sku.clone()).collect();
    skus.sort();
    skus.dedup();
    let variants = catalogue.resolve(skus, Vec::new()).await?;
    let variants = Named::new(&variants);
    let mut unknown = Vec::new();
    let mut lines = Vec::with_capacity(request.items.len());
    let mut kinds = Vec::with_capacity(request.items.len());
    for (index, (sku, quantity, unit_price)) in request.items.iter().enumerate() {
        let Some(variant) = variants.find(&VariantName::Sku(sku.clone())) else {
            unknown.push(index);
            continue;
        };
        kinds.push(variant.kind);
        lines.push(PriceLine {
            sku: variant.sku.clone(),
            name: variant.name.clone(),
            kind: LineKind::Goods,
            quantity: *quantity,
            unit_price: *unit_price,
            tax_class: variant.tax_class.clone(),
            discount: Money::zero(request.currency),
        });
    }
    if !unknown.is_empty() {
        return Err(IssueCreditNoteError::UnknownSkus(unknown));
    }
    let discount = Money::zero(request.currency);
    let basket = price(&PriceRequest { currency: request.currency, lines: &lines, discount, taxation })?;
    let net = Money::sum(request.currency, basket.lines.iter().map(|line| line.line_total));
    let subtotal = net.map_err(PricingError::from)?;
    let totals = RefundTotals { subtotal, tax: basket.totals.tax, total: basket.totals.total };
    let credited = lines.into_iter().zip(kinds).zip(basket.lines).map(|((line, kind), priced)| RefundLine {
        of: None,
        sku: line.sku,
        name: line.name,
        kind,
        quantity: line.quantity,
        line_total: priced.line_total,
        tax_amount: priced.tax_amount,
        restock: request.restock && kind == LineKind::Goods,
        of_shipped: false,
        cost: None,
    });
    Ok((credited.collect(), totals))
}

fn compose(
    request: &IssueCreditNote,
    business_day: Date,
    channel: SalesChannel,
    (money, cash_rounding): (PaidBack, Money),
    lines: Vec<RefundLine>,
    totals: RefundTotals,
) -> Refund {
    let parts = if money.amount.is_positive() { vec![money] } else { Vec::new() };
    Refund {
        id: request.id,
        order: None,
        channel,
        customer_id: request.customer_id,
        warehouse_id: request.warehouse_id,
        currency: request.currency,
        lines,
        totals,
        payments: number_parts(parts),
        cash_rounding,
        restock: request.restock,
        reason: request.reason.clone(),
        status: RefundStatus::Pending,
        refunded_by: request.refunded_by.clone(),
        terminal_id: request.terminal_id.clone(),
        request: request.request.clone(),
        request_key: request.request_key.clone(),
        created_at: request.at,
        business_day,
    }
}
