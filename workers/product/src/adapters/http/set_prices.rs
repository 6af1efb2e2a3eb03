//! `PUT /products/sku/{sku}/prices`. One query, and one batch when anything differs.

use contracts::catalogue::WholesaleTerms;
use kernel::Money;
use kernel::text::Sku;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use web::{Context, Json, Path, Problem, ProblemCode, Route, Tagged};

use super::product_body::Faults;
use super::product_json::{CHANGED, ProductJson, tagged};
use super::{grants, problem};
use crate::adapters::store::Store;
use crate::application::set_prices::{NewPrices, NewTerms, set_prices};

pub(super) fn routes() -> Vec<Route> {
    let summary = "Change the retail price or the wholesale terms of a variant.";
    vec![
        Route::put("/products/sku/{sku}/prices", grants::CATALOGUE_WRITE, summary, handle)
            .audited()
            .details("A field that is left out stays unchanged; `\"wholesale\": null` ends wholesale.")
            .problems(&[ProblemCode::PreconditionFailed, ProblemCode::StateConflict]),
    ]
}

/// The changes; a field that is left out stays unchanged.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "SetPrices", extend("minProperties" = 1))]
pub(super) struct PricesBody {
    /// The retail price, zero or more.
    price: Option<Money>,
    /// Null ends wholesale.
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Option<WholesaleTerms>")]
    wholesale: NewTerms,
}

/// Distinguishes `null` from a missing field.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NewTerms, D::Error> {
    let terms: Option<WholesaleTerms> = Option::deserialize(deserializer)?;
    Ok(terms.map_or(NewTerms::End, NewTerms::Set))
}

async fn handle(
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
    let store = Store::answering(&context, CHANGED);
    let product =
        set_prices(&store, &sku, &prices, context.if_match(), context.now()).await.map_err(problem)?;
    Ok(tagged(&context, product))
}
