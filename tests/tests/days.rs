//! Half past midnight in a shop two hours ahead of UTC, everywhere where a day is shown.

use house::scenarios::Shop;
use house::scenarios::shop::{text, usd};
use house::{Api, InProcess, User};
use serde_json::json;

/// The clock of a house starts in the morning of 2026-11-20; this is the last evening of the month in UTC.
fn half_past_midnight() -> InProcess {
    let house = InProcess::open();
    let now = kernel::Timestamp::parse("2026-11-01T00:30:00+02:00").unwrap();
    let world = house.house().world(contracts::Service::Gateway).unwrap();
    house.house().advance_ms(now.unix_ms() - platform::World::now(&world).unix_ms());
    house
}

#[test]
fn a_sale_at_half_past_midnight_is_a_sale_of_the_new_day() {
    for books in ["UTC", "Europe/Athens"] {
        let house = half_past_midnight();
        house.house().set("TIME_ZONE", books);
        let rate = json!({ "region": "GR", "taxClass": "standard", "rate": "25", "inclusive": true });
        let _ = house.put(User::Accountant, "/tax-rates", &rate).expect(200);
        let shop = Shop::open_in(&house, "Europe/Athens", "GR");
        let sku = shop.stock("night", "5.00", "2.00", 5);
        let sold = shop.sell_at_till(&sku, 1, "5.00").expect(201);
        assert!(text(&sold["soldAt"]).starts_with("2026-10-31T22:3"), "an instant stays in UTC: {sold}");
        let id = text(&sold["id"]);
        assert_eq!(sold["businessDay"], "2026-11-01");

        let receipt = house.post(User::Cashier, &format!("/orders/pos/{id}/receipt"), &json!({})).expect(200);
        assert!(text(&receipt["text"]).contains("2026-11-01 00:3"), "{receipt}");

        house.settle();
        let dashboard = house.get(User::Manager, "/dashboard").expect(200);
        assert_eq!(dashboard["today"]["total"], usd("5.00"), "{books}: {dashboard}");

        let tax = |from: &str, to: &str| {
            let path = format!("/accounting/reports/tax?from={from}&to={to}");
            house.get(User::Accountant, &path).expect(200)["totals"]["collected"].clone()
        };
        assert_eq!(tax("2026-10-01", "2026-10-31"), usd("0.00"), "{books}");
        assert_eq!(tax("2026-11-01", "2026-11-01"), usd("1.00"), "{books}");
        let earned = "/accounting/reports/profit-and-loss?from=2026-11-01&to=2026-11-01";
        assert_eq!(
            house.get(User::Accountant, earned).expect(200)["revenue"]["total"],
            usd("4.00"),
            "{books}"
        );

        let refund = json!({ "items": [{ "sku": sku, "quantity": 1 }], "reason": "torn", "restock": true });
        let refund = house.post(User::Manager, &format!("/orders/{id}/refunds"), &refund).expect(201);
        assert_eq!(refund["businessDay"], "2026-11-01");
        let closings = format!("/orders/pos/terminals/T{}/closings", shop.tag);
        let counted = json!({ "throughSequence": 0, "countedCash": usd("6.00") });
        let closing = house.post(User::Manager, &closings, &counted).expect(201);
        assert_eq!(closing["businessDay"], "2026-11-01", "{closing}");
        house.settle();
        for source in ["refund", "closing"] {
            let of = if source == "refund" { &refund["id"] } else { &closing["id"] };
            let path = format!("/accounting/journal-entries?sourceId={source}:{}", text(of));
            let entries = house.get(User::Accountant, &path).expect(200);
            assert_eq!(entries["data"][0]["entryDate"], "2026-11-01", "{source}: {entries}");
        }
        shop.reconcile();
    }
}

#[test]
fn a_shop_keeps_its_time_zone_and_old_days_when_others_change() {
    let house = half_past_midnight();
    let shop = Shop::open_in(&house, "Europe/Athens", "ZZ");
    let sku = shop.stock("keep", "5.00", "2.00", 5);
    let before = shop.sell_at_till(&sku, 1, "5.00").expect(201);
    let path = format!("/inventory/warehouses/{}", shop.warehouse);
    let mut known = house.get(User::Guest, &path).expect(200).clone();
    assert_eq!(known["timeZone"], "Europe/Athens");
    let object = known.as_object_mut().unwrap();
    object.remove("id");
    object.remove("timeZone");
    let kept = house.put(User::Manager, &path, &known).expect(200);
    assert_eq!(kept["timeZone"], "Europe/Athens", "what is not said is not changed");
    known["timeZone"] = json!("UTC");
    let _ = house.put(User::Manager, &path, &known).expect(200);
    house.settle();
    let after = shop.sell_at_till(&sku, 1, "5.00").expect(201);
    assert_eq!(after["businessDay"], "2026-10-31");
    let before = house.get(User::Manager, &format!("/orders/{}", text(&before["id"]))).expect(200);
    assert_eq!(before["businessDay"], "2026-11-01");

    house.house().set("TIME_ZONE", "Pacific/Auckland");
    let body = json!({ "code": "DEFAULT", "name": "Default", "region": "ZZ" });
    let default = house.post(User::Manager, "/inventory/warehouses", &body).expect(201);
    assert_eq!(default["timeZone"], "Pacific/Auckland", "the zone of the books by default");
    let report = house.get(User::Accountant, "/accounting/reports/balance-sheet").expect(200);
    assert_eq!(report["asOf"], "2026-11-01", "today in the zone of the books");
}
