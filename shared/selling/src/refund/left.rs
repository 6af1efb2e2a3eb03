//! What is left of a sale, and what a refund takes from it.
//!
//! A line is shared from its last reduction on: what was left of it then belongs to the units that were left then.

use contracts::terms::LineKind;
use kernel::text::{Name, Sku};
use kernel::{Currency, Money, Quantity};

use super::{ADJUSTMENT_SKU, Given, LineState, RefundError, RefundLine, Returned, Share, SoldLine, Taxed};

/// What is left of a sale.
#[derive(Debug, Clone)]
pub struct Left<'a> {
    currency: Currency,
    lines: Vec<LineLeft<'a>>,
    /// What can be given back only by amount: fees that were kept.
    kept: Taxed,
}

#[derive(Debug, Clone)]
struct LineLeft<'a> {
    sold: &'a SoldLine,
    state: LineState,
    /// What can still be given back.
    left: Taxed,
    /// The units that were back at the last reduction, what was left of the line then, and what went back since.
    shared_from: i64,
    shared: Taxed,
    given: Taxed,
}

impl<'a> Left<'a> {
    /// What is left. `unshared` is what was given back by amount without taking it from lines: fees that were kept are
    /// negative. What earlier rules gave back otherwise than they should have is taken from what is left.
    pub fn of(currency: Currency, sold: &'a [SoldLine], unshared: Taxed) -> Result<Self, RefundError> {
        let paid = paid(currency, sold)?;
        let mut lines = Vec::with_capacity(sold.len());
        for (sold, paid) in sold.iter().zip(paid) {
            lines.push(LineLeft::of(sold, paid)?);
        }
        let mut rest = Taxed::zero(currency).minus(unshared)?;
        for line in lines.iter_mut().filter(|line| line.units() == 0 || line.left.gross.is_negative()) {
            rest = rest.plus(line.left)?;
            line.take_off(line.left)?;
        }
        let mut left = Self { currency, lines, kept: rest };
        if rest.gross.is_negative() {
            left.kept = Taxed::zero(currency);
            let missing = left.kept.minus(rest)?;
            let grosses = missing.gross.spread(&left.weights())?;
            let taxes = missing.tax.spread(&minors(&grosses))?;
            for ((line, gross), tax) in left.lines.iter_mut().zip(grosses).zip(taxes) {
                line.take_off(Taxed { gross, tax })?;
            }
        }
        Ok(left)
    }

    /// Takes items back. An item takes from the lines that it names, in their order.
    pub fn take_back(&mut self, items: &[Returned], restock: bool) -> Result<Vec<RefundLine>, RefundError> {
        let mut lines = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let (mut wanted, mut left, mut named) = (item.quantity.units(), 0_i64, None);
            let known: Vec<_> = self.lines.iter().map(|line| (line.sold.id, &line.sold.sku)).collect();
            let picked = item.article.picks(&known);
            for (line, _) in self.lines.iter_mut().zip(picked).filter(|(_, picked)| *picked) {
                named = Some(&line.sold.sku);
                left = left.saturating_add(line.units());
                if let Some(units) = Quantity::new(wanted.min(line.units())) {
                    let back = line.take_back(units, restock)?;
                    lines.push(RefundLine { of_shipped: item.of_shipped, ..back });
                    wanted = wanted.saturating_sub(units.units());
                }
            }
            let Some(sku) = named else {
                return Err(RefundError::NotSold { index, article: item.article.clone() });
            };
            if wanted > 0 {
                return Err(RefundError::TooMany { index, sku: sku.clone(), left });
            }
        }
        Ok(lines)
    }

    /// Gives back an amount: a later price reduction (kind Discount). It is spread over what is left of the lines, and
    /// returned with what it takes from each.
    pub fn give(&mut self, amount: Money) -> Result<(RefundLine, Vec<Share>), RefundError> {
        let open = Money::sum(self.currency, self.lines.iter().map(|line| line.left.gross))?;
        let of_lines = if amount.minor() > open.minor() { open } else { amount };
        let of_kept = amount.minus(of_lines)?;
        if of_kept.minor() > self.kept.gross.minor() {
            return Err(RefundError::TooMuch);
        }
        let kept = tax_follows(of_kept, self.kept)?;
        self.kept = self.kept.minus(kept)?;
        let (mut tax, mut shares) = (kept.tax, Vec::new());
        let grosses = of_lines.spread(&self.weights())?;
        for (line, gross) in self.lines.iter_mut().zip(grosses).filter(|(_, gross)| gross.is_positive()) {
            let part = tax_follows(gross, line.left)?;
            shares.push(Share { of: line.state, amount: part });
            line.reduce(part)?;
            tax = tax.plus(part.tax)?;
        }
        Ok((adjustment(LineKind::Discount, "Reduction given", Taxed { gross: amount, tax })?, shares))
    }

    /// Keeps a fee (kind Fee) out of what these lines give back.
    pub fn keep(fee: Money, lines: &[RefundLine]) -> Result<RefundLine, RefundError> {
        let mut whole = Taxed::zero(fee.currency());
        for line in lines {
            whole = whole.plus(Taxed::of(line.line_total, line.tax_amount)?)?;
        }
        if fee.minor() > whole.gross.minor() {
            return Err(RefundError::BelowZero);
        }
        let kept = tax_follows(fee, whole)?;
        adjustment(LineKind::Fee, "Fee kept", Taxed::zero(fee.currency()).minus(kept)?)
    }

    fn weights(&self) -> Vec<i64> {
        self.lines.iter().map(|line| line.left.gross.minor().max(0)).collect()
    }
}

impl<'a> LineLeft<'a> {
    fn of(sold: &'a SoldLine, paid: Taxed) -> Result<Self, RefundError> {
        let nothing = Taxed::zero(paid.gross.currency());
        // The amount of a line of kind Discount is in the lines that it reduces.
        let amounts: &[Given] = if sold.kind == LineKind::Discount { &[] } else { &sold.given };
        let parts = amounts.iter().filter(|given| given.units == 0);
        let shared_from = parts.clone().map(|part| part.before).max().unwrap_or(0);
        let reduced = Money::sum(nothing.gross.currency(), parts.map(|part| part.amount.gross))?;
        let (mut shared, mut given) = (paid, nothing);
        for back in amounts {
            if back.units == 0 || back.before < shared_from {
                shared = shared.minus(back.amount)?;
            } else {
                given = given.plus(back.amount)?;
            }
        }
        let state = LineState { line: sold.line, returned: sold.returned(), reduced };
        Ok(Self { sold, state, left: shared.minus(given)?, shared_from, shared, given })
    }

    /// Units that are not back.
    fn units(&self) -> i64 {
        self.sold.quantity.saturating_sub(self.state.returned).max(0)
    }

    /// Takes off what went back otherwise than by this line.
    fn take_off(&mut self, part: Taxed) -> Result<(), RefundError> {
        self.left = self.left.minus(part)?;
        self.shared = self.shared.minus(part)?;
        Ok(())
    }

    /// Takes off its share of an amount.
    fn reduce(&mut self, part: Taxed) -> Result<(), RefundError> {
        self.left = self.left.minus(part)?;
        self.state.reduced = self.state.reduced.plus(part.gross)?;
        (self.shared_from, self.shared) = (self.state.returned, self.left);
        self.given = Taxed::zero(part.gross.currency());
        Ok(())
    }

    fn take_back(&mut self, quantity: Quantity, restock: bool) -> Result<RefundLine, RefundError> {
        let (sold, of) = (self.sold, self.state);
        let after = of.returned.saturating_add(quantity.units());
        let part = self.part(after)?;
        self.left = self.left.minus(part)?;
        self.given = self.given.plus(part)?;
        self.state.returned = after;
        let cost = |whole: Money| {
            whole
                .share(after, sold.quantity)
                .and_then(|up_to| up_to.minus(whole.share(of.returned, sold.quantity)?))
        };
        let restock = restock && sold.kind == LineKind::Goods;
        Ok(RefundLine {
            of: Some(of),
            sku: sold.sku.clone(),
            name: sold.name.clone(),
            kind: sold.kind,
            quantity,
            line_total: part.net()?,
            tax_amount: part.tax,
            restock,
            of_shipped: false,
            cost: sold.cost.filter(|_| restock).map(cost).transpose()?,
        })
    }

    /// What the units up to `after` are due, less what went back.
    fn part(&self, after: i64) -> Result<Taxed, RefundError> {
        let units = self.sold.quantity.saturating_sub(self.shared_from);
        let back = after.saturating_sub(self.shared_from);
        if back >= units {
            return Ok(self.left);
        }
        let due = self.shared.gross.share(back, units)?;
        let gross = within(due.minus(self.given.gross)?, self.left.gross);
        let tax_due =
            self.shared.tax.share(self.given.gross.plus(gross)?.minor(), self.shared.gross.minor())?;
        let tax = within(within(tax_due.minus(self.given.tax)?, self.left.tax), gross);
        Ok(Taxed { gross, tax })
    }
}

impl SoldLine {
    /// Units that are back.
    #[must_use]
    pub fn returned(&self) -> i64 {
        self.given.iter().fold(0, |sum, given| sum.saturating_add(given.units))
    }
}

/// What was paid for each line: the lines of kind Discount are in the lines of their tax class, or in all where those
/// are less than the discount.
fn paid(currency: Currency, sold: &[SoldLine]) -> Result<Vec<Taxed>, RefundError> {
    let is_discount = |line: &&SoldLine| line.kind == LineKind::Discount;
    let mut paid = Vec::with_capacity(sold.len());
    for line in sold {
        let amount = Taxed::of(line.line_total, line.tax_amount)?;
        paid.push(if is_discount(&line) { Taxed::zero(currency) } else { amount });
    }
    for discount in sold.iter().filter(is_discount) {
        // What an earlier rule gave back of the discount itself reduces nothing any more.
        let back =
            discount.given.iter().try_fold(Taxed::zero(currency), |sum, given| sum.plus(given.amount))?;
        let off = back.minus(Taxed::of(discount.line_total, discount.tax_amount)?)?;
        let weights = |of_class: bool| -> Vec<i64> {
            let fits = |line: &SoldLine| !of_class || line.tax_class == discount.tax_class;
            let weight =
                |(line, paid): (&SoldLine, &Taxed)| if fits(line) { paid.gross.minor().max(0) } else { 0 };
            sold.iter().zip(&paid).map(weight).collect()
        };
        let own = weights(true);
        let enough = Money::from_minor(own.iter().fold(0, |sum, own| sum.saturating_add(*own)), currency)?;
        let weights = if enough.minor() < off.gross.minor() { weights(false) } else { own };
        let grosses = off.gross.spread(&weights)?;
        let taxes = off.tax.spread(&minors(&grosses))?;
        for ((paid, gross), tax) in paid.iter_mut().zip(grosses).zip(taxes) {
            *paid = paid.minus(Taxed { gross, tax })?;
        }
    }
    Ok(paid)
}

/// A part of an amount with its share of the tax.
fn tax_follows(gross: Money, whole: Taxed) -> Result<Taxed, RefundError> {
    let tax =
        if gross == whole.gross { whole.tax } else { whole.tax.share(gross.minor(), whole.gross.minor())? };
    Ok(Taxed { gross, tax })
}

/// Not below zero and not above `most`.
fn within(amount: Money, most: Money) -> Money {
    let zero = Money::zero(amount.currency());
    if amount.is_negative() || most.is_negative() {
        zero
    } else if amount.minor() > most.minor() {
        most
    } else {
        amount
    }
}

fn minors(amounts: &[Money]) -> Vec<i64> {
    amounts.iter().map(|amount| amount.minor()).collect()
}

/// A line that names no variant.
fn adjustment(kind: LineKind, name: &str, amount: Taxed) -> Result<RefundLine, RefundError> {
    let (Ok(sku), Ok(name), Some(quantity)) =
        (Sku::parse(ADJUSTMENT_SKU), Name::parse(name), Quantity::new(1))
    else {
        return Err(RefundError::Nothing);
    };
    Ok(RefundLine {
        of: None,
        sku,
        name,
        kind,
        quantity,
        line_total: amount.net()?,
        tax_amount: amount.tax,
        restock: false,
        of_shipped: false,
        cost: None,
    })
}
