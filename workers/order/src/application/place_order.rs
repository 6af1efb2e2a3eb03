//! Places an order on the web, retail or wholesale: it waits for payment and holds no stock.
//!
//! Prices are taken from the catalogue at this moment and stay with the order. An order on account binds the customer's
//! credit in the batch that creates it.

use contracts::terms::{PaymentTerms, SalesChannel};
use kernel::ids::{CartId, CustomerId, OrderId, WarehouseId};
use kernel::text::ShortText;
use kernel::{Currency, Failure, Money, Timestamp};

use super::basket::{Basket, BasketError, BasketRequest, WantedLine, fill_basket, find_ground};
use super::ports::orders::{InsertError, NewOrder, Orders, Party, Wanted};
use super::ports::peers::{Catalogue, Goods};
use crate::domain::customer::{Customer, CustomerType};
use crate::domain::order::{Address, Contact, Order};

/// A client's request.
#[derive(Debug, Clone)]
pub struct Placement {
    /// The order's id, which the client may have chosen.
    pub id: OrderId,
    /// Where it is served from.
    pub warehouse_id: WarehouseId,
    /// The delivery address.
    pub shipping_address: Option<Address>,
    /// Who gets the invoice; by default the delivery address.
    pub billing_address: Option<Address>,
    pub lines: Vec<WantedLine>,
    /// A whole-order discount.
    pub discount: Option<Money>,
    /// Whether who places it may give reductions.
    pub gives_discounts: bool,
    /// The cart that it is made from, with its version.
    pub cart: Option<(CartId, i64)>,
    /// What the buyer was told that it costs: another total is refused.
    pub expected_total: Option<Money>,
    /// The buyer, by channel.
    pub buyer: Buyer,
    /// Identifies the request.
    pub request_hash: String,
    /// The hash of the guest's token, if a guest places it.
    pub guest_token: Option<String>,
    /// The currency of the house.
    pub currency: Currency,
    pub now: Timestamp,
}

/// The buyer of an order.
#[derive(Debug, Clone)]
pub enum Buyer {
    /// On the retail web.
    Retail {
        /// The contact for notices.
        contact: Contact,
        /// The registered customer, if there is one.
        customer_id: Option<CustomerId>,
        /// Whether this customer must be registered here, because someone else named it.
        must_exist: bool,
        /// The owner of the order.
        owner: Option<String>,
    },
    /// On the wholesale web.
    Wholesale {
        customer_id: CustomerId,
        /// Its payment terms; by default as agreed.
        payment_terms: Option<PaymentTerms>,
        /// Its own number for the order.
        purchase_order_number: ShortText,
        /// Whether longer terms than agreed are allowed.
        any_terms: bool,
    },
}

/// An order that was placed, or a sale that was made.
#[derive(Debug)]
pub enum Placed {
    New(Order),
    /// By an earlier request with the same id and content.
    Known(Order),
}

/// Why no order was placed.
#[derive(Debug, thiserror::Error)]
pub enum PlaceOrderError {
    /// The items cannot be sold like this.
    #[error(transparent)]
    Basket(#[from] BasketError),
    #[error("the customer is unknown")]
    UnknownCustomer,
    /// The customer does not buy wholesale.
    #[error("the customer does not buy wholesale")]
    NotWholesale,
    /// The terms are longer than agreed with the customer.
    #[error("the terms agreed with the customer are {}", .0.as_str())]
    TermsNotAgreed(PaymentTerms),
    /// It costs something else than the buyer was told.
    #[error("the total is now {0}")]
    TotalChanged(Money),
    #[error(transparent)]
    Insert(#[from] InsertError),
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Places an order.
pub async fn place_order(
    orders: &impl Orders,
    catalogue: &impl Catalogue,
    goods: &impl Goods,
    placement: Placement,
) -> Result<Placed, PlaceOrderError> {
    let region = placement.shipping_address.as_ref().map(|address| &address.region);
    let (customer_id, must_exist) = match &placement.buyer {
        Buyer::Retail { customer_id, must_exist, .. } => (*customer_id, *must_exist),
        Buyer::Wholesale { customer_id, .. } => (Some(*customer_id), true),
    };
    let wanted = Wanted {
        order_id: Some(placement.id),
        warehouse_id: placement.warehouse_id,
        region,
        party: Party::Customer(customer_id),
        at: placement.now,
    };
    let mut background = orders.background(&wanted).await?;
    if let Some(existing) = background.existing.take() {
        let same = existing.request_hash == placement.request_hash;
        return if same { Ok(Placed::Known(existing.order)) } else { Err(InsertError::IdTaken.into()) };
    }
    let customer = background.customer.take();
    if must_exist && customer.is_none() {
        return Err(PlaceOrderError::UnknownCustomer);
    }
    let terms = terms(&placement.buyer, customer.as_ref())?;
    let ground = find_ground(orders, goods, &background, &wanted).await?;
    let request = BasketRequest {
        channel: channel(&placement.buyer),
        currency: placement.currency,
        lines: &placement.lines,
        discount: placement.discount,
        gives_discounts: placement.gives_discounts,
        happened: None,
    };
    let basket = fill_basket(catalogue, &request, &ground.taxation).await?;
    if placement.expected_total.is_some_and(|expected| expected != basket.totals.total) {
        return Err(PlaceOrderError::TotalChanged(basket.totals.total));
    }
    let (request_hash, cart) = (placement.request_hash.clone(), placement.cart);
    let (id, order) = (placement.id, order(placement, basket, customer, terms));
    let order = Order { time_zone: ground.time_zone, ..order };
    let new = NewOrder {
        order,
        request_hash: request_hash.clone(),
        warehouse: ground.new_warehouse,
        step: None,
        cart,
    };
    match orders.insert(new).await {
        // The same request may have been sent twice at once.
        Err(InsertError::IdTaken) => match orders.find_stored(id).await? {
            Some(known) if known.request_hash == request_hash => Ok(Placed::Known(known.order)),
            _ => Err(InsertError::IdTaken.into()),
        },
        inserted => Ok(Placed::New(inserted?)),
    }
}

const fn channel(buyer: &Buyer) -> SalesChannel {
    match buyer {
        Buyer::Retail { .. } => SalesChannel::RetailWeb,
        Buyer::Wholesale { .. } => SalesChannel::WholesaleWeb,
    }
}

/// When a wholesale customer pays: never later than agreed, unless staff allow it.
fn terms(buyer: &Buyer, customer: Option<&Customer>) -> Result<Option<PaymentTerms>, PlaceOrderError> {
    let (Buyer::Wholesale { payment_terms, any_terms, .. }, Some(customer)) = (buyer, customer) else {
        return Ok(None);
    };
    if customer.details.kind != CustomerType::Wholesale {
        return Err(PlaceOrderError::NotWholesale);
    }
    let agreed = customer.details.payment_terms;
    let terms = payment_terms.unwrap_or(agreed);
    if !any_terms && terms.days() > agreed.days() {
        return Err(PlaceOrderError::TermsNotAgreed(agreed));
    }
    Ok(Some(terms))
}

fn order(
    placement: Placement,
    basket: Basket,
    customer: Option<Customer>,
    payment_terms: Option<PaymentTerms>,
) -> Order {
    let channel = channel(&placement.buyer);
    let (owner, customer_id, contact, purchase_order_number) = match placement.buyer {
        Buyer::Retail { contact, customer_id, owner, .. } => {
            (customer_id.map(|id| id.to_string()).or(owner), customer_id, Some(contact), None)
        }
        Buyer::Wholesale { customer_id, purchase_order_number, .. } => {
            let contact = customer.map(|Customer { details, .. }| Contact {
                email: details.email,
                name: details.name,
                language: details.language,
            });
            (Some(customer_id.to_string()), Some(customer_id), contact, Some(purchase_order_number))
        }
    };
    Order {
        owner,
        guest_token: placement.guest_token,
        customer_id,
        contact,
        shipping_address: placement.shipping_address,
        billing_address: placement.billing_address,
        payment_terms,
        purchase_order_number,
        ..Order::new(
            placement.id,
            channel,
            placement.warehouse_id,
            basket.lines,
            basket.totals,
            placement.now,
        )
    }
}
