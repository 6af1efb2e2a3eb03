//! What a history needs before its first sale: catalogue, warehouse, opening stock, customers.

use std::sync::atomic::Ordering;

use anyhow::{Context as _, Result, anyhow, bail};
use kernel::Money;
use serde_json::json;

use super::{CHUNK, Replay, SETTLE_SECONDS_MAX, customer_id, encode, id};
use crate::replay::bar::Bar;
use crate::replay::history::{History, Kind};

impl Replay<'_> {
    /// Everything sold becomes a product, through the same CSV a merchant would upload. The product of an article is the same
    /// for every file, so that one history can follow the other. An article that the catalogue has in a product of its own
    /// stays as it is: the file has its prices.
    pub(super) fn catalogue(&self, history: &History) -> Result<()> {
        let items: Vec<_> = history.items.iter().collect();
        let bar = Bar::new("catalogue", items.len(), self.quiet);
        for chunk in items.chunks(CHUNK) {
            let mut csv = csv::Writer::from_writer(Vec::new());
            csv.write_record([
                "Handle",
                "Title",
                "Published",
                "Status",
                "Variant SKU",
                "Variant Price",
                "Cost per item",
                "Kind",
                "Wholesale Minimum Quantity",
            ])?;
            for (sku, item) in chunk {
                let name = if item.name.is_empty() { sku.as_str() } else { item.name.as_str() };
                let cost =
                    if item.kind == Kind::Goods { cost_of(item.price)?.amount() } else { String::new() };
                let handle = format!("replay-{}", sku.to_lowercase().replace(' ', "-"));
                let price = item.price.amount();
                csv.write_record([
                    &handle,
                    name,
                    "true",
                    "Active",
                    sku,
                    &price,
                    &cost,
                    item.kind.name(),
                    "1",
                ])?;
            }
            let csv = String::from_utf8(csv.into_inner().map_err(|error| anyhow!("{error}"))?)?;
            let answer = self.client.post_csv("/products/import", &csv)?.accepted("import the catalogue")?;
            for refused in answer["refused"].as_array().into_iter().flatten() {
                if refused["code"] != "SKU_TAKEN" {
                    bail!("the catalogue refused a product: {refused}");
                }
                self.foreign.fetch_add(1, Ordering::Relaxed);
            }
            bar.add(chunk.len());
        }
        Ok(())
    }

    pub(super) fn warehouse(&self) -> Result<()> {
        let code = format!("R-{}", &self.seed[..8]);
        let body = json!({ "id": self.warehouse, "code": code, "name": "Replay warehouse", "region": "GB" });
        self.client
            .post("/inventory/warehouses", &self.key("warehouse"), &body)?
            .accepted("create the warehouse")?;
        Ok(())
    }

    /// The stock needed at the start so that every sale of the file finds its goods.
    pub(super) fn opening_stock(&self, history: &History) -> Result<()> {
        let goods: Vec<_> = history.items.iter().filter(|(_, item)| item.kind == Kind::Goods).collect();
        self.client.wait_for("a stock record for every product", SETTLE_SECONDS_MAX, |client| {
            let last = goods.last().context("the file has no goods")?.0;
            let path = format!("/inventory/stock?warehouseId={}&sku={}", self.warehouse, encode(last));
            let known = client.get(&path)?.accepted("read the stock")?;
            Ok(known["data"].as_array().is_some_and(|rows| !rows.is_empty()).then_some(()))
        })?;
        let stocked: Vec<_> = goods.into_iter().filter(|(_, item)| item.opening_units > 0).collect();
        let bar = Bar::new("opening stock", stocked.len(), self.quiet);
        for (index, chunk) in stocked.chunks(CHUNK).enumerate() {
            let items = chunk
                .iter()
                .map(|(sku, item)| {
                    let cost = self.money(cost_of(item.price)?);
                    Ok(json!({ "sku": sku, "delta": item.opening_units, "unitCost": cost }))
                })
                .collect::<Result<Vec<_>>>()?;
            let body = json!({
                "id": id(&self.seed, &format!("opening {index}")),
                "warehouseId": self.warehouse,
                "reason": "OpeningBalance",
                "items": items,
            });
            // The stock records of new products arrive by message: the last may exist before another.
            let what = format!("opening stock, part {}", index + 1);
            let key = self.key(&format!("opening-{index}"));
            self.client.wait_for(&what, SETTLE_SECONDS_MAX, |client| {
                let answer = client.post("/inventory/adjustments", &key, &body)?;
                if answer.status == 422 { Ok(None) } else { answer.accepted(&what).map(Some) }
            })?;
            bar.add(chunk.len());
        }
        Ok(())
    }

    pub(super) fn customers(&self, history: &History) -> Result<()> {
        let mut customers: Vec<&str> =
            history.documents.iter().filter_map(|d| d.customer.as_deref()).collect();
        customers.sort_unstable();
        customers.dedup();
        let limit = self.money(Money::parse("100000000", self.currency)?);
        self.each("customers", &customers, |customer| {
            let id = customer_id(customer);
            let body = json!({
                "id": id,
                "name": format!("Customer {customer}"),
                "email": format!("{customer}@replay.test"),
                "type": "Wholesale",
                "creditLimit": limit,
                "paymentTerms": "Net30",
            });
            let made = self.client.post("/customers", &format!("replay-customer-{customer}"), &body)?;
            // An earlier history has it.
            if made.status == 409 && self.client.get(&format!("/customers/{id}"))?.status == 200 {
                return Ok(());
            }
            made.accepted(&format!("customer {customer}")).map(drop)
        })
    }
}

/// Half the price, at least one minor unit: the file has no costs.
fn cost_of(price: Money) -> Result<Money> {
    let half = price.share(1, 2)?;
    Ok(if half.is_zero() { Money::from_minor(1, price.currency())? } else { half })
}
