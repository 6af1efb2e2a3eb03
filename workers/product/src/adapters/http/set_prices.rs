//! `PUT /products/sku/{sku}/prices`. One query, and one batch when anything differs.

use contracts::catalogue::WholesaleTerms;
use kernel::Money;
use kernel::text::Sku;
use serde::{Deserialize, Deserializer};
use web::{Context, Grant, Json, Path, Problem, Tagged};

use super::problem;
use super::product_body::Faults;
use crate::adapters::store::SqlProducts;
use crate::adapters::wire::ProductJson;
use crate::application::set_prices::{NewPrices, NewTerms, set_prices};

/// What to change. A missing field keeps; `"wholesale": null` ends wholesale.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PricesBody {
    price: Option<Money>,
    #[serde(default, deserialize_with = "given")]
    wholesale: NewTerms,
}

/// Tells `null` from a field that is not there.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NewTerms, D::Error> {
    let terms: Option<WholesaleTerms> = Option::deserialize(deserializer)?;
    Ok(terms.map_or(NewTerms::End, NewTerms::Set))
}

/// Answers 200 with the product and its version as `ETag`, 404, 412 when `If-Match` names another version, 422.
pub(super) async fn handle(
    context: Context,
    Path(sku): Path<Sku>,
    Json(body): Json<PricesBody>,
) -> Result<Tagged<ProductJson>, Problem> {
    let mut faults = Faults::new(context.currency());
    if body.price.is_none() && body.wholesale == NewTerms::Keep {
        faults.add("", "needs a price or wholesale terms");
    }
    if let Some(price) = body.price {
        faults.check_price("/price", price);
    }
    let wholesale = match body.wholesale {
        NewTerms::Set(terms) => faults.terms("/wholesale", terms).map_or(NewTerms::Keep, NewTerms::Set),
        other => other,
    };
    let prices = faults.finish(Some(NewPrices { price: body.price, wholesale }))?;
    let products = SqlProducts::new(&context);
    let product =
        set_prices(&products, &sku, &prices, context.if_match(), context.now()).await.map_err(problem)?;
    Ok(Tagged(product.version, ProductJson::new(product, context.caller.may(grants::COST_READ))))
}
