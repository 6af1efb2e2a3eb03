//! The day to which a sale belongs: the date that the clocks of its shop showed.

use serde_json::json;

use super::shop::{Shop, text, usd};
use crate::{Api, User};

/// Zone, instant, and what the shop's clocks showed: the rules of the zones are the platform's.
const CLOCKS: [(&str, &str, &str); 8] = [
    ("UTC", "2026-10-31T23:30:00Z", "2026-10-31 23:30 UTC"),
    ("Europe/Athens", "2026-11-01T00:30:00+02:00", "2026-11-01 00:30 +02:00"),
    // Half-hour and quarter-hour zones.
    ("Asia/Kolkata", "2026-10-31T18:30:00Z", "2026-11-01 00:00 +05:30"),
    ("Asia/Kathmandu", "2026-10-31T18:14:59Z", "2026-10-31 23:59 +05:45"),
    // The first and the last minute of a day of 25 hours.
    ("Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25 00:00 +02:00"),
    ("Europe/Berlin", "2026-10-25T22:59:59Z", "2026-10-25 23:59 +01:00"),
    // And of one with 23.
    ("Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29 00:00 +01:00"),
    ("Europe/Berlin", "2026-03-29T21:59:59Z", "2026-03-29 23:59 +02:00"),
];

/// In the order, on the receipt, in the stock and in the books.
pub(super) fn a_sale_belongs_to_the_day_of_its_shop(api: &dyn Api) {
    for (zone, sold_at, shown) in CLOCKS {
        let shop = Shop::open_in(api, zone, "ZZ");
        let sku = shop.stock("day", "4.00", "2.00", 3);
        let till = format!("D{}", shop.tag);
        let key = shop.enrol(&till);
        let sale = json!({
            "terminalId": till, "warehouseId": shop.warehouse, "soldAt": sold_at, "offline": true,
            "items": [{ "sku": sku, "quantity": 1 }], "payments": [{ "method": "Cash", "amount": usd("4.00") }],
        });
        let headers = [("till-key", key.as_str())];
        let sold = api.with_headers(User::Manager, "POST", "/orders/pos", &headers, &sale).expect(201);
        let (id, day) = (text(&sold["id"]), &shown[..10]);
        assert_eq!(sold["businessDay"], day, "{zone} {sold_at}");
        let receipt = api.post(User::Cashier, &format!("/orders/pos/{id}/receipt"), &json!({})).expect(200);
        assert!(text(&receipt["text"]).contains(&format!(" {shown}\n")), "{zone} {sold_at}: {receipt}");
        api.settle();
        let path = format!("/accounting/journal-entries?sourceId=order:{id}");
        let entries = api.get(User::Accountant, &path).expect(200);
        assert_eq!(entries["data"][0]["entryDate"], day, "{zone} {sold_at}: {entries}");
        let path = format!("/inventory/movements?warehouseId={}&limit=1", shop.warehouse);
        let moved = api.get(User::Manager, &path).expect(200);
        assert_eq!(moved["data"][0]["businessDay"], day, "{zone} {sold_at}: {moved}");
    }
    let nowhere = json!({ "code": "NOWHERE", "name": "Nowhere", "region": "ZZ", "timeZone": "Mars/Olympus" });
    let refused = api.post(User::Manager, "/inventory/warehouses", &nowhere).expect(422);
    assert_eq!(refused["errors"][0]["pointer"], "/timeZone", "{refused}");
}
