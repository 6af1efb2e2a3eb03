//! What is in the house when costs are measured: 10,000 products of 50 categories with stock, 200 articles of ten units
//! for races, 120 accounts, 100,000 journal lines. Loaded over the API, as a merchant would.

use anyhow::{Result, bail};
use house::{Api, Call, User};
use serde_json::{Value, json};

use crate::load::{Load, Outcome, Pace, Until};

pub(crate) const PRODUCTS: usize = 10_000;
/// Articles for one race each.
pub(crate) const HOT: usize = 200;
/// The units of such an article.
pub(crate) const HOT_UNITS: i64 = 10;
const CATEGORIES: usize = 50;
const ACCOUNTS: usize = 120;
const JOURNAL_LINES: usize = 100_000;
/// The scenarios name it.
const WAREHOUSE: &str = "0190d000-0000-7000-8000-00000000eb01";

const ADJECTIVES: [&str; 10] =
    ["Bright", "Broad", "Calm", "Fine", "Grand", "Light", "Plain", "Quick", "Round", "Warm"];
const MATERIALS: [&str; 20] = [
    "Ash", "Bronze", "Cedar", "Chrome", "Clay", "Felt", "Flax", "Hemp", "Iron", "Ivory", "Jade", "Linen",
    "Maple", "Nickel", "Paper", "Pine", "Silk", "Slate", "Straw", "Tin",
];
const NOUNS: [&str; 40] = [
    "Anchor", "Apron", "Barrel", "Basin", "Bell", "Bowl", "Broom", "Bucket", "Cabinet", "Candle", "Canoe",
    "Carpet", "Compass", "Cradle", "Crate", "Curtain", "Desk", "Door", "Drum", "Easel", "Fan", "Fork",
    "Frame", "Hammock", "Harp", "Kite", "Ladder", "Lantern", "Loom", "Mallet", "Oven", "Pillow", "Plough",
    "Quilt", "Ruler", "Saddle", "Scale", "Spade", "Teapot", "Wheel",
];
const WORDS: [&str; 12] = [
    "durable", "everyday", "garden", "handmade", "indoor", "kitchen", "office", "outdoor", "portable",
    "reliable", "travel", "workshop",
];

/// Loads it.
pub(crate) fn load(api: &dyn Api) -> Result<()> {
    goods(api, PRODUCTS)?;
    journal(api)
}

/// The goods alone, so many products of them.
pub(crate) fn goods(api: &dyn Api, products: usize) -> Result<()> {
    let body = json!({ "id": WAREHOUSE, "code": "BENCH", "name": "Bench", "region": "ZZ" });
    accepted(api, "/inventory/warehouses", User::Admin, &body)?;
    let all: Vec<(String, String)> = catalogue(products);
    for rows in all.chunks(2000) {
        let csv = rows.iter().fold(HEADINGS.to_owned(), |csv, (_, row)| csv + row);
        let (headers, path) = ([("content-type", "text/csv")], "/api/v1/products/import");
        let answer =
            api.call(&Call { user: User::Admin, method: "POST", path, headers: &headers, body: &csv });
        if answer.status >= 300 {
            bail!("the import: {} {}", answer.status, answer.text);
        }
    }
    stock(api, &all)
}

const HEADINGS: &str = "Handle,Title,Body (HTML),Vendor,Type,Published,Option1 Name,Option1 Value,Variant SKU,\
    Variant Price,Variant Taxable,Cost per item,Status\n";

/// SKU and import row of every article.
fn catalogue(products: usize) -> Vec<(String, String)> {
    let row = |sku: String, name: &str, text: &str, category: usize| {
        let handle = sku.to_lowercase();
        let line = format!(
            "{handle},{name},{text},Bench,Category {category:02},true,Title,Default Title,{sku},10.00,true,4.00,active\n"
        );
        (sku, line)
    };
    let product = |n: usize| {
        let (adjective, material, noun) = (ADJECTIVES[n / 800 % 10], MATERIALS[n / 40 % 20], NOUNS[n % 40]);
        let words: Vec<&str> = (0..18).map(|word| WORDS[(n * 7 + word * word * 5) % WORDS.len()]).collect();
        let name = format!("{adjective} {material} {noun} {n}");
        row(format!("SKU-{n:06}"), &name, &words.join(" "), n % CATEGORIES)
    };
    let hot = |n: usize| row(format!("HOT-{n:06}"), &format!("Hot item {n}"), "What everybody wants", 0);
    (0..products).map(product).chain((0..HOT).map(hot)).collect()
}

/// The stock records of new products arrive by message.
fn stock(api: &dyn Api, all: &[(String, String)]) -> Result<()> {
    api.settle();
    for part in all.chunks(200) {
        let item = |(sku, _): &(String, String)| {
            let delta = if sku.starts_with("HOT") { HOT_UNITS } else { 1_000_000 };
            json!({ "sku": sku, "delta": delta, "unitCost": usd(4) })
        };
        let items: Vec<Value> = part.iter().map(item).collect();
        let body = json!({ "warehouseId": WAREHOUSE, "reason": "OpeningBalance", "items": items });
        accepted(api, "/inventory/adjustments", User::Admin, &body)?;
    }
    api.settle();
    Ok(())
}

/// Entries of 300 lines on as many days: a debit to 40 accounts, two credits to 80 others.
fn journal(api: &dyn Api) -> Result<()> {
    const KINDS: [&str; 5] = ["Asset", "Liability", "Equity", "Revenue", "Expense"];
    for n in 0..ACCOUNTS {
        let body =
            json!({ "code": account(n), "name": format!("Account {n}"), "type": KINDS[n * 5 / ACCOUNTS] });
        accepted(api, "/accounting/accounts", User::Accountant, &body)?;
    }
    let lines: Vec<Value> = (0..100)
        .flat_map(|n| {
            let line = |account_number: usize, direction: &str, amount: usize| {
                json!({ "accountCode": account(account_number), "direction": direction, "amount": usd(amount) })
            };
            [line(n % 40, "Debit", 3), line(40 + n % 40, "Credit", 1), line(80 + n % 40, "Credit", 2)]
        })
        .collect();
    let year = json!({ "name": "2025", "startDate": "2025-01-01", "endDate": "2025-12-31" });
    accepted(api, "/accounting/fiscal-periods", User::Accountant, &year)?;
    let failed = Load {
        clients: 4,
        pace: Pace::Think(std::time::Duration::ZERO),
        until: Until::Count(JOURNAL_LINES / 300 + 1),
    }
    .run(|_, n| {
        let body = json!({
            "entryDate": format!("2025-{:02}-{:02}", n % 12 + 1, n / 12 % 28 + 1), "description": "Benchmark",
            "lines": lines, "post": true,
        });
        match accepted(api, "/accounting/journal-entries", User::Accountant, &body) {
            Ok(()) => Outcome::Done,
            Err(_) => Outcome::Failed,
        }
    })
    .failed;
    if failed > 0 { bail!("{failed} journal entries were refused") } else { Ok(()) }
}

fn account(number: usize) -> String {
    format!("B{number:03}")
}

fn usd(units: usize) -> Value {
    json!({ "amount": format!("{units}.00"), "currency": "USD" })
}

fn accepted(api: &dyn Api, path: &str, user: User, body: &Value) -> Result<()> {
    let answer = api.post(user, path, body);
    if answer.status >= 300 { bail!("{path}: {} {}", answer.status, answer.text) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use house::InProcess;

    use super::*;
    use crate::client::Client;
    use crate::cost::scenario;
    use crate::ours::waiting;

    #[test]
    fn the_scenarios_play_on_the_native_house_and_leave_nothing_waiting() {
        let house = InProcess::open();
        goods(&house, 3).unwrap();
        let (sale, balance) = (scenario("w4").unwrap(), scenario("w6-trial").unwrap());
        let mut till = Client::new(&house, &sale, 0);
        for (name, sku) in [("a", "0"), ("b", "1"), ("c", "2")] {
            till.set(name, sku);
        }
        let till = Mutex::new(till);
        let load = Load { clients: 1, pace: Pace::Think(std::time::Duration::ZERO), until: Until::Count(5) };
        let sold = load.run(|_, _| till.lock().unwrap().repeat());
        assert_eq!((sold.done(), till.lock().unwrap().failure.take()), (5, None));
        assert!(waiting(&house).unwrap().iter().any(|outbox| outbox.messages > 0), "an outbox had it first");
        house.settle();
        assert!(waiting(&house).unwrap().iter().all(|outbox| outbox.messages == 0));
        assert_eq!(Client::new(&house, &balance, 0).repeat(), Outcome::Done);
    }
}
