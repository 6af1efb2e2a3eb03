//! A house that is put together once and then wound back before each run: its databases keep a savepoint
//! behind which every run happens.

use std::sync::{Arc, Mutex};

use contracts::Service;
use serde_json::{Value, json};
use store::Sqlite;
use web::Role;

use crate::client::Client;
use crate::core::{Core, lock};
use crate::mutation::Mutation;
use crate::shop::{
    ARTICLES, CREDIT_LIMIT_MINOR, MANAGERS, MINIMUM, REORDER_POINT, STOCK, Shop, TAX_PERCENT, usd,
};
use crate::world::{Builder, Residence};

/// A house with its shop.
pub struct House {
    pub(crate) residence: Residence,
    pub(crate) shop: Arc<Shop>,
}

fn database(service: Service, mutation: Option<Mutation>) -> Result<Sqlite, String> {
    let mut scripts = native::migrations(service).map_err(|error| error.to_string())?;
    if let Some(mutation) = mutation {
        mutation.migrations(service, &mut scripts)?;
    }
    Sqlite::in_memory(&scripts).map_err(|error| format!("{service}: {error}"))
}

impl House {
    /// Puts the services together, with the deliberate fault if there is one, and lets the shop open.
    ///
    /// # Errors
    /// When a migration does not apply or the shop cannot open.
    pub fn open(mutation: Option<Mutation>) -> Result<Self, String> {
        let mut builder = Builder::new();
        for service in Service::ALL {
            builder = builder.with(service, database(service, mutation)?);
        }
        let residence = builder.build(Core::new(), mutation);
        let mut house = Self { residence, shop: Arc::default() };
        house.hire_managers()?;
        house.open_shop()?;
        house.residence.begin_mutation();
        house.script("savepoint run")?;
        Ok(house)
    }

    /// The users whom an approval names. They sign in nowhere: their tokens are made by the clients.
    fn hire_managers(&self) -> Result<(), String> {
        let gateway = self.residence.database(Service::Gateway);
        for id in MANAGERS {
            let user = format!(
                "insert into users (id, email, name, role, password_hash, created_at) \
                 values ('{id}', '{id}@example.org', 'Manager', 'manager', '', '2026-01-01T00:00:00.000Z');"
            );
            gateway.script(&user).map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    /// As it was when the shop opened.
    pub(crate) fn wind_back(&self) -> Result<(), String> {
        self.script("rollback to run")
    }

    /// From here, [`Self::return_to_mark`] comes back; winding back forgets it.
    pub(crate) fn mark(&self) -> Result<(), String> {
        self.script("savepoint mark")
    }

    pub(crate) fn return_to_mark(&self) -> Result<(), String> {
        self.script("rollback to mark")
    }

    fn script(&self, text: &str) -> Result<(), String> {
        for service in Service::ALL {
            let done = self.residence.database(service).script(text);
            done.map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    /// Lets everything under way come to its end.
    pub(crate) fn run_until_idle(&self, steps_max: u64) -> bool {
        let core = &self.residence.core;
        for _ in 0..steps_max {
            if core.has_ready() {
                core.step();
            } else if !core.state().queues.is_empty() {
                self.residence.deliver();
            } else if let Some(at) = core.next_timer() {
                let now = core.now_ms(None);
                core.advance_ms((at - now).max(1));
            } else {
                return true;
            }
        }
        false
    }

    fn open_shop(&mut self) -> Result<(), String> {
        self.residence.core.state().faults.end();
        let opened: Arc<Mutex<Result<Shop, String>>> =
            Arc::new(Mutex::new(Err("the shop did not open".to_owned())));
        let client =
            Client::new(&self.residence, &self.shop, &Arc::default(), &Arc::default(), Role::Manager);
        let result = opened.clone();
        let work = async move {
            let shop = prepare(&client).await;
            *lock(&result) = shop;
        };
        self.residence.core.spawn(None, Box::pin(work));
        self.run_until_idle(100_000);
        for _ in 0..3 {
            self.residence.core.advance_ms(61_000);
            self.residence.tick();
            self.run_until_idle(100_000);
        }
        self.shop = Arc::new(lock(&opened).clone()?);
        Ok(())
    }
}

pub(crate) async fn prepare(client: &Client) -> Result<Shop, String> {
    let mut shop = Shop::default();
    for (index, (units, percent)) in STOCK.iter().zip(TAX_PERCENT).enumerate() {
        let region = if percent == 0 { "ZZ" } else { "US-CA" };
        let body =
            json!({ "code": format!("W{index}"), "name": format!("Warehouse {index}"), "region": region });
        shop.warehouses.push(made(client, "POST", "/inventory/warehouses", &body).await?);
        let _ = units;
    }
    let rate = json!({ "region": "US-CA", "taxClass": "standard", "name": "Tax", "rate": "10" });
    client.role(Role::Accountant).ask("PUT", "/tax-rates", None, &rate).await;
    for article in ARTICLES {
        let price = usd(article.price_minor);
        let variant = json!({
            "sku": article.sku, "name": article.sku, "price": price,
            "cost": { "amount": article.cost, "currency": "USD" }, "wholesale": { "minimumQuantity": MINIMUM },
        });
        let body = json!({ "name": article.sku, "status": "Active", "variants": [variant] });
        made(client, "POST", "/products", &body).await?;
    }
    for (warehouse, units) in shop.warehouses.iter().zip(STOCK) {
        let items: Vec<Value> = ARTICLES
            .iter()
            .zip(units)
            .map(|(article, units)| json!({ "sku": article.sku, "delta": units, "unitCost": { "amount": article.cost, "currency": "USD" } }))
            .collect();
        let body = json!({ "warehouseId": warehouse, "reason": "Received", "items": items });
        // The stock records of new products arrive by message.
        loop {
            match made(client, "POST", "/inventory/adjustments", &body).await {
                Err(why) if why.contains(": 422 ") => client.core().sleep(1_000).await,
                Err(why) => return Err(why),
                Ok(_) => break,
            }
        }
    }
    for warehouse in &shop.warehouses {
        for sku in [ARTICLES[0].sku, ARTICLES[2].sku] {
            let body = json!({ "warehouseId": warehouse, "sku": sku, "reorderPoint": REORDER_POINT });
            client.ask("PUT", "/inventory/stock/reorder-point", None, &body).await;
        }
    }
    for number in 0..2 {
        let body = json!({
            "name": format!("Customer {number}"), "email": format!("customer{number}@example.org"), "type": "Wholesale",
            "creditLimit": usd(CREDIT_LIMIT_MINOR), "paymentTerms": "Net30",
        });
        shop.customers.push(made(client, "POST", "/customers", &body).await?);
    }
    Ok(shop)
}

async fn made(client: &Client, method: &str, path: &str, body: &Value) -> Result<String, String> {
    let answer = client.ask(method, path, None, body).await.ok_or_else(|| format!("{path}: no answer"))?;
    answer
        .id()
        .filter(|_| answer.status == 201)
        .ok_or_else(|| format!("{path}: {} {}", answer.status, answer.body))
}
