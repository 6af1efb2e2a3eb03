//! Products as lists and lookups show them: JSON text that the database writes, one text for each product. What only
//! passes through is not read into the domain and written again.
//!
//! So these statements know how an answer looks, which no store does: `http/product_json.rs` writes the same shape after
//! a change, and a test compares the two byte by byte. Amounts stand in the texts in minor units, between two
//! characters that JSON never contains; [`with_money`] writes them as money.

use std::cmp::Ordering;

use kernel::ids::ProductId;
use kernel::money::MINOR_MAX;
use kernel::text::{Barcode, Name, Sku};
use kernel::{Currency, Limit, Money, UnitCost};
use serde::Deserialize;
use store::{DatabaseError, Statement, values};
use web::Context;

use super::http::grants::{COST_READ, WHOLESALE_READ};
use super::store::{scanned, sku_of};
use crate::domain::product::Status;
use crate::domain::search::Search;

/// Around an amount in minor units.
const MONEY_BEGINS: char = '\u{1}';
const MONEY_ENDS: char = '\u{2}';

/// An amount in minor units that is not null.
macro_rules! money {
    ($column:literal) => {
        concat!("char(1) || ", $column, " || char(2)")
    };
}

/// The product `p` with its variants, after `$head`, which opens the object. `?1` says what the caller may see: 0 neither costs nor
/// wholesale terms, 1 wholesale terms, 2 both.
macro_rules! product {
    ($columns:literal, $head:literal, $rest:expr) => {
        concat!(
            "select ", $columns, ", ", $head, r#" || format(
              '"id":%s,"handle":%s,"name":%s,"description":%s,"category":%s,"brand":%s,"tags":%s,"status":%s,"taxClass":%s,"version":%d,"createdAt":%s,"updatedAt":%s,"variants":[%s]}',
              json_quote(p.id), json_quote(p.handle), json_quote(p.name), json_quote(p.description),
              json_quote(p.category), json_quote(p.brand), p.tags, json_quote(iif(p.unlisted, 'Unlisted', p.status)), json_quote(p.tax_class),
              p.version, json_quote(p.created_at), json_quote(p.updated_at),
              (select group_concat(format(
                  '{"sku":%s,"name":%s,"kind":%s,"barcode":%s,"options":%s,"price":%s%s%s}',
                  json_quote(v.sku), json_quote(v.name), json_quote(v.kind), json_quote(v.barcode), v.options, "#,
                  money!("v.price_minor"), r#",
                  case when ?1 > 1 then ',"cost":' || coalesce("#, money!("v.cost_minor || iif(v.cost_millionths, format('.%06d', v.cost_millionths), '')"), r#", 'null') end,
                  case when ?1 > 0 then ',"wholesale":' || case when v.minimum_quantity is null then 'null' else format(
                    '{"minimumQuantity":%d,"tiers":[%s]}', v.minimum_quantity,
                    (select group_concat(format('{"minimumQuantity":%d,"unitPrice":%s}', t.minimum_quantity, "#,
                       money!("t.unit_price_minor"), r#"), ',' order by t.minimum_quantity)
                     from price_tiers t where t.sku = v.sku)) end end), ',' order by v.position)
               from variants v where v.product_id = p.id and v.deleted_at is null)) as json
            from "#, $rest
        )
    };
}

/// A page of products after the key `?2`, with the key of each.
macro_rules! page {
    ($rest:expr) => {
        product!("p.seq", "'{'", $rest)
    };
}

store::statements! {
    SHOW_PRODUCT: product!("p.version, p.status", "'{'", "products p where p.id = ?2 and p.deleted_at is null");
    /// Also one that was deleted: its page says that it is gone.
    SHOW_BY_HANDLE: product!("p.version, iif(p.deleted_at is null, p.status, 'Archived') as status", "'{'",
        "products p where p.handle = ?2");
    SHOW_BY_SKU: product!("p.version, p.status", r#"'{"sku":' || json_quote(s.sku) || ','"#,
        concat!("variants s join products p on p.id = s.product_id
            where s.sku = ", sku_of!("?2", "?3"), " and s.deleted_at is null"));
    SHOW_BY_BARCODE: product!("p.version, p.status", r#"'{"sku":' || json_quote(s.sku) || ','"#,
        concat!("variants s join products p on p.id = s.product_id where s.sku = ", scanned!("?2", "?3")));

    SHOW_ALL: page!("products p where p.seq > cast(?2 as integer) and p.deleted_at is null
        order by p.seq limit cast(?3 as integer)");
    SHOW_BY_STATUS: page!("products p where p.status = ?4 and p.unlisted = ?5 and p.seq > cast(?2 as integer) and p.deleted_at is null
        order by p.seq limit cast(?3 as integer)");
    SHOW_BY_CATEGORY: page!("products p where p.category_slug = ?4 and p.seq > cast(?2 as integer)
        and p.deleted_at is null order by p.seq limit cast(?3 as integer)");
    SHOW_BY_CATEGORY_AND_STATUS: page!("products p where p.category_slug = ?4 and p.status = ?5
        and p.unlisted = ?6 and p.seq > cast(?2 as integer) and p.deleted_at is null order by p.seq limit cast(?3 as integer)");
    /// The best matches first. `?6` to `?8` are expressions of the search index ([`Search`]), `?9` to `?11` the seq after
    /// which each goes on. SQLite takes the parts of a compound one after the other, and the index returns rows in the order
    /// of rowid, which is seq. So a page reads no more matches than it shows, except those that the other filters exclude.
    /// The inner limit, which is none, keeps the parts together.
    SEARCH_PRODUCTS: product!("found.rank, p.seq", "'{'", "(
          select 0 as rank, rowid as seq from product_entries where product_entries match ?6 and rowid > cast(?9 as integer)
          union all
          select 1, rowid from product_entries where product_entries match ?7 and rowid > cast(?10 as integer)
          union all
          select 2, rowid from product_entries where product_entries match ?8 and rowid > cast(?11 as integer)
          limit -1) found
        cross join products p on p.seq = found.seq
        where p.deleted_at is null and (?3 is null or p.category_slug = ?3)
          and (?4 is null or (p.status = ?4 and p.unlisted = ?5))
        limit cast(?2 as integer)");
}

/// The filters of a product list.
pub(crate) struct Filter {
    pub(crate) category: Option<String>,
    pub(crate) status: Option<Status>,
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
    #[serde(default)]
    rank: i64,
    seq: i64,
    json: String,
}

/// A product by its id.
pub(crate) async fn product(context: &Context, id: ProductId) -> Result<Option<Shown>, DatabaseError> {
    first(context, SHOW_PRODUCT.bind(values![sees(context), id])).await
}

/// A product by its handle, deleted or not.
pub(crate) async fn by_handle(context: &Context, handle: &Name) -> Result<Option<Shown>, DatabaseError> {
    first(context, SHOW_BY_HANDLE.bind(values![sees(context), handle])).await
}

/// The product of a SKU, which stands first in the text.
pub(crate) async fn by_sku(context: &Context, sku: &Sku) -> Result<Option<Shown>, DatabaseError> {
    first(context, SHOW_BY_SKU.bind(values![sees(context), sku, sku.key()])).await
}

/// The product of a barcode; the SKU of its variant stands first in the text.
pub(crate) async fn by_barcode(context: &Context, barcode: &Barcode) -> Result<Option<Shown>, DatabaseError> {
    first(context, SHOW_BY_BARCODE.bind(values![sees(context), barcode, barcode.key()])).await
}

/// Up to `limit + 1` products after the key `after` (0 at first) with their keys, in the order of their creation.
pub(crate) async fn page(
    context: &Context,
    filter: Filter,
    after: i64,
) -> Result<Vec<(String, String)>, DatabaseError> {
    let Filter { category, status, limit } = filter;
    let (sees, rows_max) = (sees(context), limit.rows().saturating_add(1));
    let statement = match (category, status.map(Status::stored)) {
        (None, None) => SHOW_ALL.bind(values![sees, after, rows_max]),
        (None, Some((status, unlisted))) => {
            SHOW_BY_STATUS.bind(values![sees, after, rows_max, status, unlisted])
        }
        (Some(category), None) => SHOW_BY_CATEGORY.bind(values![sees, after, rows_max, category]),
        (Some(category), Some((status, unlisted))) => {
            SHOW_BY_CATEGORY_AND_STATUS.bind(values![sees, after, rows_max, category, status, unlisted])
        }
    };
    let rows = context.query(statement).await?.read::<PageRow>()?;
    rows.into_iter()
        .map(|row| Ok((row.seq.to_string(), with_money(&row.json, context.currency())?)))
        .collect()
}

/// How many ranks a search has: a code, names, the rest, typing errors.
pub(crate) const RANKS: i64 = 4;
const MISTYPED: i64 = RANKS - 1;

/// Up to `limit + 1` products that match, the best first, after a rank and a key of it. Typing errors are looked for, with
/// a second query, when nothing else is found.
pub(crate) async fn search(
    context: &Context,
    filter: Filter,
    search: &Search,
    after: Option<(i64, i64)>,
) -> Result<Vec<(String, String)>, DatabaseError> {
    let exact = [&*search.code, &search.name, &search.others];
    let mistyped = [Search::NOTHING, Search::NOTHING, &search.mistyped];
    let mut rows = match after {
        Some((MISTYPED, seq)) => matches(context, &filter, mistyped, Some((2, seq))).await?,
        after => matches(context, &filter, exact, after).await?,
    };
    let looks_further = rows.is_empty() && after.is_none();
    if looks_further {
        rows = matches(context, &filter, mistyped, None).await?;
    }
    let is_mistyped = looks_further || after.is_some_and(|(rank, _)| rank == MISTYPED);
    let shown = |row: PageRow| {
        let rank = if is_mistyped { MISTYPED } else { row.rank };
        Ok((format!("{rank}.{}", row.seq), with_money(&row.json, context.currency())?))
    };
    rows.into_iter().map(shown).collect()
}

async fn matches(
    context: &Context,
    filter: &Filter,
    [code, name, others]: [&str; 3],
    after: Option<(i64, i64)>,
) -> Result<Vec<PageRow>, DatabaseError> {
    let (last, seq) = after.unwrap_or((0, 0));
    // A rank that is over goes on after the greatest key.
    let start = |rank: i64| match rank.cmp(&last) {
        Ordering::Less => MINOR_MAX,
        Ordering::Equal => seq,
        Ordering::Greater => 0,
    };
    let (status, unlisted) = filter.status.map(Status::stored).unzip();
    let (sees, rows_max) = (sees(context), filter.limit.rows().saturating_add(1));
    let category = filter.category.as_deref();
    let statement = SEARCH_PRODUCTS.bind(values![
        sees,
        rows_max,
        category,
        status,
        unlisted,
        code,
        name,
        others,
        start(0),
        start(1),
        start(2)
    ]);
    context.query(statement).await?.read()
}

/// What the caller may see, as [`product!`] takes it.
fn sees(context: &Context) -> i64 {
    match (context.caller.may(WHOLESALE_READ), context.caller.may(COST_READ)) {
        (false, _) => 0,
        (true, false) => 1,
        (true, true) => 2,
    }
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
        let amount = amount(minor, currency).map_err(|error| shape(&error))?;
        written.extend(["{\"amount\":\"", &amount, "\",\"currency\":\"", currency.code(), "\"}", rest]);
    }
    Ok(written)
}

/// An amount of minor units; a unit cost has millionths of one, too, after a point.
fn amount(minor: &str, currency: Currency) -> Result<String, Box<dyn std::error::Error>> {
    let Some((minor, millionths)) = minor.split_once('.') else {
        return Ok(Money::from_minor(minor.parse()?, currency)?.amount());
    };
    Ok(UnitCost::from_parts(minor.parse()?, millionths.parse()?, currency)?.amount())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_become_money_wherever_they_stand() {
        let text = "{\"price\":\u{1}850\u{2},\"tiers\":[\u{1}5\u{2},\u{1}9007199254740991\u{2}]}";
        let money = |amount: &str| format!("{{\"amount\":\"{amount}\",\"currency\":\"USD\"}}");
        let [price, five, most] = ["8.50", "0.05", "90071992547409.91"].map(money);
        assert_eq!(with_money("\u{1}0.400000\u{2}", Currency::USD).unwrap(), money("0.004"));
        let expected = format!("{{\"price\":{price},\"tiers\":[{five},{most}]}}");
        assert_eq!(with_money(text, Currency::USD).unwrap(), expected);
        assert_eq!(with_money("{}", Currency::USD).unwrap(), "{}");
        for broken in ["\u{1}850", "\u{1}\u{2}", "\u{1}8.x\u{2}", "\u{1}99999999999999999\u{2}"] {
            assert!(with_money(broken, Currency::USD).is_err(), "{broken:?}");
        }
    }
}
