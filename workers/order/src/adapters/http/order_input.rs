//! Input that the orders of all channels share: items, discount, and who may set a price.

use kernel::ids::LineId;
use kernel::text::Sku;
use kernel::{Currency, Money, Quantity};
use schemars::JsonSchema;
use selling::refund::Article;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use web::{Context, FieldError, Problem};

use super::grants;
use crate::adapters::guest_secret::hash;
use crate::application::basket::{VariantName, WantedLine};
use crate::domain::order::Order;
use contracts::terms::SalesChannel;

/// The most lines an order may have.
pub(super) const LINES_MAX: usize = 1000;

/// A line of a web order.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "OrderItem")]
pub(super) struct ItemInput {
    sku: Sku,
    quantity: Quantity,
    /// Overrides the catalogue's unit price; needs the grant `prices:override`.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit_price: Option<Money>,
    /// A discount on this line; needs the grant `prices:override`.
    #[serde(skip_serializing_if = "Option::is_none")]
    discount: Option<Money>,
}

impl ItemInput {
    /// The lines to price.
    pub(super) fn wanted(items: &[Self]) -> Vec<WantedLine> {
        items
            .iter()
            .map(|item| WantedLine {
                variant: VariantName::Sku(item.sku.clone()),
                quantity: item.quantity,
                unit_price: item.unit_price,
                discount: item.discount,
            })
            .collect()
    }
}

/// An item of a refund or a shipment: a line, or all lines of a SKU in their order.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "LineQuantity")]
pub(super) struct LineInput {
    /// Give either this or the `lineId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    sku: Option<Sku>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line_id: Option<LineId>,
    pub(super) quantity: Quantity,
}

impl LineInput {
    /// What it names; `index` is its place in the list.
    pub(super) fn article(&self, index: usize) -> Result<Article, FieldError> {
        article(self.sku.as_ref(), self.line_id, index)
    }
}

/// What an item of a refund or a shipment names.
pub(super) fn article(
    sku: Option<&Sku>,
    line_id: Option<LineId>,
    index: usize,
) -> Result<Article, FieldError> {
    match (sku, line_id) {
        (Some(sku), None) => Ok(Article::Sku(sku.clone())),
        (None, Some(id)) => Ok(Article::Line(id)),
        (None, None) => Err(FieldError::new(format!("/items/{index}"), "must have a sku or a lineId")),
        (Some(_), Some(_)) => {
            Err(FieldError::new(format!("/items/{index}/lineId"), "must not be given together with a sku"))
        }
    }
}

/// The field of an item that names nothing in the order.
pub(super) fn named_field(index: usize, article: &Article) -> String {
    match article {
        Article::Sku(_) => format!("/items/{index}/sku"),
        Article::Line(_) => format!("/items/{index}/lineId"),
    }
}

/// Refuses an empty or too long list, another currency, and price overrides by callers without the grant.
pub(super) fn check_lines(
    context: &Context,
    lines: &[WantedLine],
    discount: Option<Money>,
) -> Result<(), Problem> {
    check_amounts(context.currency(), lines, discount)?;
    if discount.is_some() || lines.iter().any(WantedLine::is_repriced) {
        context.require(grants::PRICE_OVERRIDE)?;
    }
    Ok(())
}

/// Refuses an empty or too long list, and another currency.
pub(super) fn check_amounts(
    currency: Currency,
    lines: &[WantedLine],
    discount: Option<Money>,
) -> Result<(), Problem> {
    if lines.is_empty() || lines.len() > LINES_MAX {
        return Err(Problem::field("/items", format!("must have 1 to {LINES_MAX} lines")));
    }
    let foreign = |money: &Money| money.currency() != currency;
    let mut errors = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        for (field, amount) in [("unitPrice", &line.unit_price), ("discount", &line.discount)] {
            if amount.as_ref().is_some_and(foreign) {
                errors.push(wrong_currency(format!("/items/{index}/{field}"), currency));
            }
        }
    }
    if discount.as_ref().is_some_and(foreign) {
        errors.push(wrong_currency("/discount".to_owned(), currency));
    }
    if errors.is_empty() { Ok(()) } else { Err(Problem::validation(errors)) }
}

/// The error for money in another currency than the house's.
pub(super) fn wrong_currency(pointer: String, currency: Currency) -> FieldError {
    FieldError::new(pointer, format!("must be in {currency}"))
}

/// Identifies a creating request: the same id with the same content is the same order.
pub(super) fn request_hash(scope: &str, request: &impl Serialize) -> Result<String, Problem> {
    let mut hash = Sha256::new();
    hash.update(scope.as_bytes());
    hash.update(serde_json::to_vec(request).map_err(Problem::internal)?);
    Ok(web::tokens::hex(&hash.finalize()))
}

/// The request as text: the same id with the same text is the same request.
pub(super) fn request_text(request: &impl Serialize) -> Result<String, Problem> {
    serde_json::to_string(request).map_err(Problem::internal)
}

/// Identifies a retry by its `Idempotency-Key`: the caller and the purpose of the key.
pub(super) fn request_key(context: &Context, what: &str) -> Option<String> {
    let key = context.idempotency_key()?;
    Some(format!("{} {what} {key}", context.caller.subject))
}

/// Whether the caller may see an order: all orders, their own, or a guest's order whose token they have.
pub(super) fn visible(context: &Context, order: &Order) -> bool {
    let caller = &context.caller;
    let by_token =
        || caller.order_token.as_deref().is_some_and(|token| order.opens(&hash(token), context.now()));
    caller.may(grants::ORDER_READ_ALL)
        || match &order.owner {
            Some(owner) => caller.owner().as_ref() == Some(owner),
            None => order.channel == SalesChannel::RetailWeb && by_token(),
        }
}
