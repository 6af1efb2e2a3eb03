//! The valuation of a day is the inventory account at its end, whatever was dated back or forward, in each time zone.

use house::scenarios::Shop;
use house::scenarios::shop::{text, usd};
use house::{Api, InProcess, User};
use serde_json::{Value, json};

/// A sequence that is the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// Sells offline on a day of November, up to the one on which the clock started: some hours ahead of it, or long before.
fn sell(house: &InProcess, (shop, key): (&Shop<'_>, &str), sku: &str, dice: &mut Dice) -> String {
    let sold_at = format!("2026-11-{:02}T{:02}:30:00Z", 1 + dice.roll(20), dice.roll(24));
    let units = 1 + dice.roll(3);
    let sale = json!({
        "terminalId": format!("A{}", shop.tag), "warehouseId": shop.warehouse, "soldAt": sold_at, "offline": true,
        "items": [{ "sku": sku, "quantity": units }],
        "payments": [{ "method": "Cash", "amount": usd(&format!("{}.00", 9 * units)) }],
    });
    let headers = [("till-key", key)];
    text(&house.with_headers(User::Manager, "POST", "/orders/pos", &headers, &sale).expect(201)["id"])
}

fn adjust(house: &InProcess, shop: &Shop<'_>, sku: &str, dice: &mut Dice) {
    let cost = format!("{}.{:02}", 1 + dice.roll(6), dice.roll(100));
    let item = match dice.roll(3) {
        0 => json!({ "sku": sku, "delta": -1 }),
        _ => json!({ "sku": sku, "delta": 1 + dice.roll(5), "unitCost": usd(&cost) }),
    };
    let body = json!({ "warehouseId": shop.warehouse, "reason": "CountCorrection", "items": [item] });
    let answer = house.post(User::Warehouse, "/inventory/adjustments", &body);
    assert!([201, 409].contains(&answer.status), "{}", answer.text);
}

fn transfer(house: &InProcess, from: &Shop<'_>, to: &Shop<'_>, sku: &str) -> Option<String> {
    let body = json!({
        "fromWarehouseId": from.warehouse, "toWarehouseId": to.warehouse, "items": [{ "sku": sku, "quantity": 1 }],
    });
    let id = text(&house.post(User::Warehouse, "/inventory/transfers", &body).expect(201)["id"]);
    let shipped = house.post(User::Warehouse, &format!("/inventory/transfers/{id}/ship"), &json!({}));
    (shipped.status == 200).then_some(id)
}

fn inventory_account(house: &InProcess, day: &str) -> Value {
    let path = format!("/accounting/reports/trial-balance?asOf={day}");
    let report = house.get(User::Accountant, &path).expect(200);
    let row = report["accounts"].as_array().unwrap().iter().find(|row| row["accountCode"] == "1200");
    row.map_or_else(|| usd("0.00"), |row| row["closingBalance"].clone())
}

#[test]
fn the_valuation_as_of_each_day_is_the_inventory_account_of_that_day() {
    for seed in 1..=3 {
        let house = InProcess::open();
        let mut dice = Dice(seed);
        let shops =
            [Shop::open_in(&house, "Europe/Athens", "ZZ"), Shop::open_in(&house, "America/New_York", "ZZ")];
        let keys = [0, 1].map(|place: usize| shops[place].enrol(&format!("A{}", shops[place].tag)));
        let sku = shops[0].stock("valued", "9.00", "3.33", 12);
        let (mut sales, mut shipped) = (Vec::new(), Vec::new());
        for _ in 0..40 {
            house.house().advance_seconds(i64::try_from(dice.roll(40_000)).unwrap());
            let place = usize::try_from(dice.roll(2)).unwrap();
            let shop = &shops[place];
            match dice.roll(6) {
                0 | 1 => sales.push(sell(&house, (shop, &keys[place]), &sku, &mut dice)),
                2 => adjust(&house, shop, &sku, &mut dice),
                3 => shipped.extend(transfer(&house, &shops[0], &shops[1], &sku)),
                4 => {
                    let Some(id) = shipped.pop() else { continue };
                    let _ = house
                        .post(User::Warehouse, &format!("/inventory/transfers/{id}/receive"), &json!({}))
                        .expect(200);
                }
                _ => {
                    let Some(id) = sales.pop() else { continue };
                    let items = json!([{ "sku": sku, "quantity": 1 }]);
                    let back = json!({ "items": items, "reason": "torn", "restock": true });
                    let _ = house.post(User::Manager, &format!("/orders/{id}/refunds"), &back).expect(201);
                }
            }
        }
        house.settle();
        for day in (1..=30)
            .map(|day| format!("2026-11-{day:02}"))
            .chain((1..=31).map(|day| format!("2026-12-{day:02}")))
        {
            let path = format!("/inventory/valuation?asOf={day}");
            let valuation = house.get(User::Manager, &path).expect(200);
            assert_eq!(
                valuation["total"],
                inventory_account(&house, &day),
                "seed {seed}, {day}: {valuation}"
            );
        }
        let now = house.get(User::Manager, "/inventory/valuation").expect(200);
        assert_eq!(now["total"], inventory_account(&house, "9999-12-31"), "seed {seed}");
        shops[0].reconcile();
    }
}
