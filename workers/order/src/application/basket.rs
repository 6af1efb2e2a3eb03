//! Turns a client's request into priced lines: the catalogue's names and prices, and the tax in force.

mod happened;

use selling::pricing::{
    MinimumNotMet, PriceLine, PriceRequest, PricedLine, PricingError, RegionalTaxes, Taxation, Totals,
    below_minimum, price, unit_price_for,
};
use std::collections::BTreeMap;

use contracts::catalogue::{SellableVariant, WholesaleTerms};
use contracts::stock::Warehouse;
use contracts::terms::{LineKind, SalesChannel};
use kernel::text::{Barcode, Sku};
use kernel::{Currency, Failure, Money, Quantity, TimeZone};

use super::ports::orders::{Background, Orders, Wanted};
use super::ports::peers::{Catalogue, Goods};
use crate::domain::as_told::{Limits, Told};
use crate::domain::order::{OrderLine, stock_items};

/// How a client names a variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VariantName {
    /// By SKU.
    Sku(Sku),
    /// By a scanned barcode.
    Barcode(Barcode),
}

/// A line as the client requests it.
#[derive(Debug, Clone)]
pub struct WantedLine {
    pub variant: VariantName,
    pub quantity: Quantity,
    /// Overrides the catalogue's price.
    pub unit_price: Option<Money>,
    /// A discount on this line.
    pub discount: Option<Money>,
}

impl WantedLine {
    /// Whether the client asks for something else than the catalogue's price.
    #[must_use]
    pub const fn is_repriced(&self) -> bool {
        self.unit_price.is_some() || self.discount.is_some()
    }
}

/// The lines to price, and the rules for them.
#[derive(Debug)]
pub struct BasketRequest<'a> {
    /// Decides whether wholesale terms apply.
    pub channel: SalesChannel,
    /// The currency of the house.
    pub currency: Currency,
    pub lines: &'a [WantedLine],
    /// A whole-order discount.
    pub discount: Option<Money>,
    /// Whether articles of kind Discount may be among the lines: a buyer takes none from the shelf.
    pub gives_discounts: bool,
    /// For a sale that has already happened: what the till said. Then nothing about the catalogue refuses it.
    pub happened: Option<Happened>,
}

/// A sale that has already happened.
#[derive(Debug, Clone, Copy)]
pub struct Happened {
    pub told: Told,
    /// The limits of the shop; none when the seller may set prices.
    pub limits: Option<Limits>,
}

/// A priced basket.
#[derive(Debug)]
pub struct Basket {
    /// The order's lines.
    pub lines: Vec<OrderLine>,
    pub totals: Totals,
    /// What a person should review of a sale that has already happened.
    pub reasons: Vec<String>,
    /// By how much it differs from the list, net of tax, if that is beyond the shop's limits.
    pub price_deviation: Option<Money>,
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LineFault {
    /// The catalogue does not know it.
    #[error("names nothing in the catalogue")]
    Unknown,
    /// It is a draft or archived.
    #[error("is not for sale")]
    NotForSale,
    /// It lowers the price.
    #[error("is a reduction, which only the shop gives")]
    Reduction,
    /// It has no wholesale terms.
    #[error("is not sold wholesale")]
    NotWholesale,
    /// The lines of one SKU add up to more than a quantity can be.
    #[error("is ordered in more units than one order can have")]
    TooManyUnits,
}

/// Why a basket cannot be priced.
#[derive(Debug, thiserror::Error)]
pub enum BasketError {
    #[error("the warehouse is unknown")]
    UnknownWarehouse,
    /// Lines, by index.
    #[error("lines cannot be sold")]
    Lines(Vec<(usize, LineFault)>),
    /// Lines below their minimum order quantity.
    #[error("lines are below their minimum")]
    BelowMinimum(Vec<MinimumNotMet>),
    /// Less was paid than the till's own prices make.
    #[error("the payments contradict the till's own prices, which make {0}")]
    PaidTooLittle(Money),
    #[error(transparent)]
    Pricing(#[from] PricingError),
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Where an order is served from, and how it is taxed.
#[derive(Debug)]
pub struct Ground {
    /// The warehouse, when the store does not know it yet.
    pub new_warehouse: Option<Warehouse>,
    /// The time zone of the warehouse; none for that of the books.
    pub time_zone: Option<TimeZone>,
    pub taxation: Taxation,
}

/// Completes the store's data: an unknown warehouse is fetched from inventory.
pub async fn find_ground(
    orders: &impl Orders,
    goods: &impl Goods,
    background: &Background,
    wanted: &Wanted<'_>,
) -> Result<Ground, BasketError> {
    let taxation = |taxes: &RegionalTaxes, warehouse: &Warehouse| -> Result<Taxation, Failure> {
        let day = orders.day_of(wanted.at, warehouse.time_zone.as_ref())?;
        Ok(taxes.of(day, wanted.region, &warehouse.region))
    };
    if let Some(warehouse) = &background.warehouse {
        let taxation = taxation(&background.taxes, warehouse)?;
        return Ok(Ground { new_warehouse: None, time_zone: warehouse.time_zone.clone(), taxation });
    }
    let warehouse = goods.find_warehouse(wanted.warehouse_id).await?.ok_or(BasketError::UnknownWarehouse)?;
    // The store could not know the warehouse's region.
    let regions = [wanted.region.unwrap_or(&warehouse.region), &warehouse.region];
    let taxation = taxation(&orders.taxes(regions, wanted.at).await?, &warehouse)?;
    let time_zone = warehouse.time_zone.clone();
    Ok(Ground { new_warehouse: Some(warehouse), time_zone, taxation })
}

/// Asks the catalogue for every line at once and prices them.
pub async fn fill_basket(
    catalogue: &impl Catalogue,
    request: &BasketRequest<'_>,
    taxation: &Taxation,
) -> Result<Basket, BasketError> {
    let (skus, barcodes) = names(request.lines);
    let variants = catalogue.resolve(skus, barcodes).await?;
    price_basket(request, &variants, taxation)
}

/// The SKUs and barcodes of the lines, each once.
#[must_use]
pub fn names<'a>(lines: impl IntoIterator<Item = &'a WantedLine>) -> (Vec<Sku>, Vec<Barcode>) {
    let (mut skus, mut barcodes) = (std::collections::BTreeSet::new(), std::collections::BTreeSet::new());
    for line in lines {
        match &line.variant {
            VariantName::Sku(sku) => skus.insert(sku.clone()),
            VariantName::Barcode(barcode) => barcodes.insert(barcode.clone()),
        };
    }
    (skus.into_iter().collect(), barcodes.into_iter().collect())
}

/// Prices the lines with what the catalogue says of their variants.
pub fn price_basket(
    request: &BasketRequest<'_>,
    variants: &[SellableVariant],
    taxation: &Taxation,
) -> Result<Basket, BasketError> {
    if let Some(happened) = &request.happened {
        return happened::value_basket(request, happened, variants, taxation);
    }
    let found = find_variants(request, variants)?;
    let quantities = request.lines.iter().map(|line| line.quantity);
    let wholesale = request.channel == SalesChannel::WholesaleWeb;
    if wholesale {
        check_minimums(&found, quantities.clone())?;
    }
    let sums = sums(&found, quantities)?;
    let one = Quantity::new(1);
    let mut lines = Vec::with_capacity(found.len());
    for (wanted, variant) in request.lines.iter().zip(&found) {
        let sum = sums.get(&variant.sku).copied().or(one).unwrap_or(wanted.quantity);
        let listed = match &variant.wholesale {
            Some(terms) if wholesale => unit_price_for(sum, variant.price, terms),
            _ => variant.price,
        };
        lines.push(price_line(wanted, variant, (wanted.unit_price.unwrap_or(listed), wanted.discount)));
    }
    let discount = request.discount.unwrap_or(Money::zero(request.currency));
    let priced = price(&PriceRequest { currency: request.currency, lines: &lines, discount, taxation })?;
    let lines = order_lines(lines, priced.lines, &found);
    Ok(Basket { lines, totals: priced.totals, reasons: Vec::new(), price_deviation: None })
}

fn price_line(
    wanted: &WantedLine,
    variant: &SellableVariant,
    (unit_price, discount): (Money, Option<Money>),
) -> PriceLine {
    PriceLine {
        sku: variant.sku.clone(),
        name: variant.name.clone(),
        kind: variant.kind,
        quantity: wanted.quantity,
        unit_price,
        tax_class: variant.tax_class.clone(),
        discount: discount.unwrap_or(Money::zero(unit_price.currency())),
    }
}

fn order_lines(lines: Vec<PriceLine>, priced: Vec<PricedLine>, found: &[&SellableVariant]) -> Vec<OrderLine> {
    let lines = (1..).zip(lines.into_iter().zip(priced).zip(found));
    let lines = lines.map(|(line, ((item, price), variant))| OrderLine {
        line,
        item,
        price,
        product_id: variant.product_id,
        cost: None,
        sent: None,
    });
    lines.collect()
}

/// Variants by their names.
pub struct Named<'a> {
    by_sku: BTreeMap<&'a Sku, &'a SellableVariant>,
    by_barcode: BTreeMap<&'a Barcode, &'a SellableVariant>,
    all: &'a [SellableVariant],
}

impl<'a> Named<'a> {
    #[must_use]
    pub fn new(all: &'a [SellableVariant]) -> Self {
        // Of several that had a barcode, the one on sale has it now.
        let scanned = |variant: &'a SellableVariant| Some((variant.barcode.as_ref()?, variant));
        let (active, gone): (Vec<_>, Vec<_>) =
            all.iter().filter_map(scanned).partition(|(_, variant)| variant.active);
        Self {
            by_sku: all.iter().map(|variant| (&variant.sku, variant)).collect(),
            by_barcode: gone.into_iter().chain(active).collect(),
            all,
        }
    }

    /// The variant that is written like this, otherwise the one with the same key: a SKU in another case or Unicode form,
    /// a GTIN in another length.
    #[must_use]
    pub fn find(&self, name: &VariantName) -> Option<&'a SellableVariant> {
        match name {
            VariantName::Sku(sku) => self.by_sku.get(sku).copied().or_else(|| {
                let key = sku.key();
                self.all.iter().find(|variant| variant.sku.key() == key)
            }),
            VariantName::Barcode(barcode) => self.by_barcode.get(barcode).copied().or_else(|| {
                let key = barcode.key();
                let mut scanned =
                    self.by_barcode.iter().filter(|(code, _)| code.key() == key).map(|(_, v)| *v);
                let first = scanned.next()?;
                Some(std::iter::once(first).chain(scanned).find(|variant| variant.active).unwrap_or(first))
            }),
        }
    }
}

/// The variant of each line, or all lines without one.
fn find_variants<'a>(
    request: &BasketRequest<'_>,
    variants: &'a [SellableVariant],
) -> Result<Vec<&'a SellableVariant>, BasketError> {
    let named = Named::new(variants);
    let wholesale = request.channel == SalesChannel::WholesaleWeb;
    let mut faults = Vec::new();
    let mut found = Vec::with_capacity(request.lines.len());
    for (index, line) in request.lines.iter().enumerate() {
        match named.find(&line.variant) {
            None => faults.push((index, LineFault::Unknown)),
            Some(variant) if !variant.active => faults.push((index, LineFault::NotForSale)),
            Some(variant) if variant.kind == LineKind::Discount && !request.gives_discounts => {
                faults.push((index, LineFault::Reduction));
            }
            // Postage and fees have no wholesale terms and are charged unchanged.
            Some(variant) if wholesale && variant.kind == LineKind::Goods && variant.wholesale.is_none() => {
                faults.push((index, LineFault::NotWholesale));
            }
            Some(variant) => found.push(variant),
        }
    }
    if faults.is_empty() { Ok(found) } else { Err(BasketError::Lines(faults)) }
}

fn check_minimums(
    found: &[&SellableVariant],
    quantities: impl Iterator<Item = Quantity> + Clone,
) -> Result<(), BasketError> {
    let Some(one) = Quantity::new(1) else { return Ok(()) };
    let no_terms = WholesaleTerms { minimum_quantity: one, tiers: Vec::new() };
    let lines = found
        .iter()
        .zip(quantities)
        .map(|(variant, quantity)| (&variant.sku, quantity, variant.wholesale.as_ref().unwrap_or(&no_terms)));
    let failing = below_minimum(lines);
    if failing.is_empty() { Ok(()) } else { Err(BasketError::BelowMinimum(failing)) }
}

/// Units per SKU of goods: volume prices and stock use the sum of all lines.
fn sums(
    found: &[&SellableVariant],
    quantities: impl Iterator<Item = Quantity> + Clone,
) -> Result<BTreeMap<Sku, Quantity>, BasketError> {
    let lines = found.iter().zip(quantities.clone()).map(|(v, quantity)| (&v.sku, v.kind, quantity));
    if let Some(items) = stock_items(lines) {
        return Ok(items.into_iter().map(|item| (item.sku, item.quantity)).collect());
    }
    // The sum is too large: name the line where it becomes too large.
    let mut units: BTreeMap<&Sku, i64> = BTreeMap::new();
    for (index, (variant, quantity)) in found.iter().zip(quantities).enumerate() {
        let sum = units.entry(&variant.sku).or_default();
        *sum = sum.saturating_add(quantity.units());
        if Quantity::new(*sum).is_none() {
            return Err(BasketError::Lines(vec![(index, LineFault::TooManyUnits)]));
        }
    }
    Ok(BTreeMap::new())
}
