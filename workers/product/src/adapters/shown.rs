//! Products as lists and lookups show them: JSON text that the database writes, one text for each product. What only
//! passes through is not read into the domain and written again.
//!
//! So these statements know how an answer looks, which no store does: `http/product_json.rs` writes the same shape after
//! a change, and a test compares the two byte by byte. Amounts stand in the texts in minor units, between two
//! characters that JSON never contains; [`with_money`] writes them as money.

use kernel::ids::ProductId;
use kernel::text::{Barcode, Sku};
use kernel::{Currency, Limit, Money};
use serde::Deserialize;
use store::{DatabaseError, Statement, values};
use web::Context;

use super::http::grants::COST_READ;
use crate::domain::product::Status;

/// Around an amount in minor units.
const MONEY_BEGINS: char = '\u{1}';
const MONEY_ENDS: char = '\u{2}';

/// An amount in minor units that is not null.
macro_rules! money {
    ($column:literal) => {
        concat!("char(1) || ", $column, " || char(2)")
    };
}

/// The product `p` with its variants, after `$head`, which opens the object. `?1` says whether costs are shown.
macro_rules! product {
    ($columns:literal, $head:literal, $rest:literal) => {
        concat!(
            "select ", $columns, ", ", $head, r#" || format(
              '"id":%s,"handle":%s,"name":%s,"description":%s,"category":%s,"brand":%s,"tags":%s,"status":%s,"taxClass":%s,"version":%d,"createdAt":%s,"updatedAt":%s,"variants":[%s]}',
              json_quote(p.id), json_quote(p.handle), json_quote(p.name), json_quote(p.description),
              json_quote(p.category), json_quote(p.brand), p.tags, json_quote(p.status), json_quote(p.tax_class),
              p.version, json_quote(p.created_at), json_quote(p.updated_at),
              (select group_concat(format(
                  '{"sku":%s,"name":%s,"kind":%s,"barcode":%s,"options":%s,"price":%s%s,"wholesale":%s}',
                  json_quote(v.sku), json_quote(v.name), json_quote(v.kind), json_quote(v.barcode), v.options, "#,
                  money!("v.price_minor"), r#",
                  case when ?1 then ',"cost":' || coalesce("#, money!("v.cost_minor"), r#", 'null') end,
                  case when v.minimum_quantity is null then 'null' else format(
                    '{"minimumQuantity":%d,"tiers":[%s]}', v.minimum_quantity,
                    (select group_concat(format('{"minimumQuantity":%d,"unitPrice":%s}', t.minimum_quantity, "#,
                       money!("t.unit_price_minor"), r#"), ',' order by t.minimum_quantity)
                     from price_tiers t where t.sku = v.sku)) end), ',' order by v.position)
               from variants v where v.product_id = p.id and v.deleted_at is null)) as json
            from "#, $rest
        )
    };
}

/// A page of products after the key `?2`, with the key of each.
macro_rules! page {
    ($rest:literal) => {
        product!("p.seq", "'{'", $rest)
    };
}

store::statements! {
    SHOW_PRODUCT: product!("p.version, p.status", "'{'", "products p where p.id = ?2 and p.deleted_at is null");
    SHOW_BY_SKU: product!("p.version, p.status", r#"'{"sku":' || json_quote(s.sku) || ','"#,
        "variants s join products p on p.id = s.product_id where s.sku = ?2 and s.deleted_at is null");
    SHOW_BY_BARCODE: product!("p.version, p.status", r#"'{"sku":' || json_quote(s.sku) || ','"#,
        "variants s join products p on p.id = s.product_id where s.barcode = ?2 and s.deleted_at is null");

    SHOW_ALL: page!("products p where p.seq > cast(?2 as integer) and p.deleted_at is null
        order by p.seq limit cast(?3 as integer)");
    SHOW_BY_STATUS: page!("products p where p.status = ?4 and p.seq > cast(?2 as integer) and p.deleted_at is null
        order by p.seq limit cast(?3 as integer)");
    SHOW_BY_CATEGORY: page!("products p where p.category_slug = ?4 and p.seq > cast(?2 as integer)
        and p.deleted_at is null order by p.seq limit cast(?3 as integer)");
    SHOW_BY_CATEGORY_AND_STATUS: page!("products p where p.category_slug = ?4 and p.status = ?5
        and p.seq > cast(?2 as integer) and p.deleted_at is null order by p.seq limit cast(?3 as integer)");
    /// The index returns rows in the order of rowid, which is seq. So a page reads no more matches than it shows,
    /// except those that the other filters exclude.
    SEARCH_PRODUCTS: page!("products_search cross join products p on p.seq = products_search.rowid
        where products_search match ?4 and products_search.rowid > cast(?2 as integer)
          and (?5 is null or p.category_slug = ?5) and (?6 is null or p.status = ?6) and p.deleted_at is null
        order by products_search.rowid limit cast(?3 as integer)");
}

/// The filters of a product list.
pub(crate) struct Filter {
    /// An expression of the search index.
    pub(crate) search: Option<String>,
    pub(crate) category: Option<String>,
    pub(crate) status: Option<Status>,
    /// The key of the last product of the previous page; 0 at first.
    pub(crate) after: i64,
    pub(crate) limit: Limit,
}

/// A product as the caller may see it.
#[derive(Deserialize)]
pub(crate) struct Shown {
    pub(crate) version: i64,
    pub(crate) status: Status,
    pub(crate) json: String,
}

#[derive(Deserialize)]
struct PageRow {
    seq: i64,
    json: String,
}

/// A product by its id.
pub(crate) async fn product(context: &Context, id: ProductId) -> Result<Option<Shown>, DatabaseError> {
    first(context, SHOW_PRODUCT.bind(values![shows_costs(context), id])).await
}

/// The product of a SKU, which stands first in the text.
pub(crate) async fn by_sku(context: &Context, sku: &Sku) -> Result<Option<Shown>, DatabaseError> {
    first(context, SHOW_BY_SKU.bind(values![shows_costs(context), sku])).await
}

/// The product of a barcode; the SKU of its variant stands first in the text.
pub(crate) async fn by_barcode(context: &Context, barcode: &Barcode) -> Result<Option<Shown>, DatabaseError> {
    first(context, SHOW_BY_BARCODE.bind(values![shows_costs(context), barcode])).await
}

/// Up to `limit + 1` products with their keys, in the order of their creation.
pub(crate) async fn page(context: &Context, filter: Filter) -> Result<Vec<(String, String)>, DatabaseError> {
    let Filter { search, category, status, after, limit } = filter;
    let (costs, rows_max) = (shows_costs(context), limit.rows().saturating_add(1));
    let status = status.map(Status::as_str);
    let statement = match (search, category, status) {
        (Some(search), category, status) => {
            SEARCH_PRODUCTS.bind(values![costs, after, rows_max, search, category, status])
        }
        (None, None, None) => SHOW_ALL.bind(values![costs, after, rows_max]),
        (None, None, Some(status)) => SHOW_BY_STATUS.bind(values![costs, after, rows_max, status]),
        (None, Some(category), None) => SHOW_BY_CATEGORY.bind(values![costs, after, rows_max, category]),
        (None, Some(category), Some(status)) => {
            SHOW_BY_CATEGORY_AND_STATUS.bind(values![costs, after, rows_max, category, status])
        }
    };
    let rows = context.query(statement).await?.read::<PageRow>()?;
    rows.into_iter()
        .map(|row| Ok((row.seq.to_string(), with_money(&row.json, context.currency())?)))
        .collect()
}

fn shows_costs(context: &Context) -> bool {
    context.caller.may(COST_READ)
}

async fn first(context: &Context, statement: Statement) -> Result<Option<Shown>, DatabaseError> {
    let Some(shown) = context.query(statement).await?.first::<Shown>()? else { return Ok(None) };
    Ok(Some(Shown { json: with_money(&shown.json, context.currency())?, ..shown }))
}

/// Writes the amounts of a text as money.
fn with_money(text: &str, currency: Currency) -> Result<String, DatabaseError> {
    let shape = |what: &dyn std::fmt::Display| DatabaseError::Shape(format!("a product's text: {what}"));
    let mut pieces = text.split(MONEY_BEGINS);
    let mut written = String::with_capacity(text.len().saturating_mul(2));
    written.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let (minor, rest) = piece.split_once(MONEY_ENDS).ok_or_else(|| shape(&"an amount without an end"))?;
        let minor = minor.parse().map_err(|error: std::num::ParseIntError| shape(&error))?;
        let amount = Money::from_minor(minor, currency).map_err(|error| shape(&error))?.amount();
        written.extend(["{\"amount\":\"", &amount, "\",\"currency\":\"", currency.code(), "\"}", rest]);
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_become_money_wherever_they_stand() {
        let text = "{\"price\":\u{1}850\u{2},\"tiers\":[\u{1}5\u{2},\u{1}9007199254740991\u{2}]}";
        let money = |amount: &str| format!("{{\"amount\":\"{amount}\",\"currency\":\"USD\"}}");
        let [price, five, most] = ["8.50", "0.05", "90071992547409.91"].map(money);
        let expected = format!("{{\"price\":{price},\"tiers\":[{five},{most}]}}");
        assert_eq!(with_money(text, Currency::USD).unwrap(), expected);
        assert_eq!(with_money("{}", Currency::USD).unwrap(), "{}");
        for broken in ["\u{1}850", "\u{1}\u{2}", "\u{1}8.5\u{2}", "\u{1}99999999999999999\u{2}"] {
            assert!(with_money(broken, Currency::USD).is_err(), "{broken:?}");
        }
    }
}
