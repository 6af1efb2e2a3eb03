//! Currencies without minor units and with three: a whole sale, its refunds, the books and the reports.

use house::{Api as _, InProcess, User};
use kernel::{Currency, Money};
use serde_json::{Value, json};

/// A house that keeps its books in a currency.
struct House {
    api: InProcess,
    currency: Currency,
    warehouse: String,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}")).to_owned()
}

impl House {
    fn open(currency: Currency) -> Self {
        let api = InProcess::open();
        api.house().set("CURRENCY", currency.code());
        let warehouse = json!({ "code": "MAIN", "name": "Main", "region": "QT" });
        let warehouse = text(&api.post(User::Manager, "/inventory/warehouses", &warehouse).expect(201)["id"]);
        let rate = json!({ "region": "QT", "taxClass": "standard", "rate": "10", "name": "Sales tax" });
        assert_eq!(api.put(User::Accountant, "/tax-rates", &rate).status, 200);
        let this = Self { api, currency, warehouse };
        let terms = json!({ "minimumQuantity": 6, "tiers": [{ "minimumQuantity": 6, "unitPrice": this.money(300) }] });
        let variant = json!({ "sku": "BOWL", "name": "Bowl", "price": this.money(333), "cost": this.money(100), "wholesale": terms });
        let product =
            json!({ "name": "Bowl", "status": "Active", "taxClass": "standard", "variants": [variant] });
        this.api.post(User::Manager, "/products", &product).expect(201);
        this.api.settle();
        let received = json!({ "warehouseId": this.warehouse, "reason": "Received",
            "items": [{ "sku": "BOWL", "delta": 100, "unitCost": this.money(100) }] });
        this.api.post(User::Warehouse, "/inventory/adjustments", &received).expect(201);
        this
    }

    /// So many minor units, as JSON: 1099 yen are `1099`, 1099 fils are `1.099`.
    fn money(&self, minor: i64) -> Value {
        serde_json::to_value(Money::from_minor(minor, self.currency).unwrap()).unwrap()
    }

    fn minor(&self, money: &Value) -> i64 {
        let money: Money =
            serde_json::from_value(money.clone()).unwrap_or_else(|error| panic!("{money}: {error}"));
        assert_eq!(money.currency(), self.currency);
        money.minor()
    }

    fn post(&self, user: User, path: &str, body: &Value, status: u16) -> Value {
        self.api.post(user, path, body).expect(status)
    }

    fn report(&self, name: &str) -> Value {
        self.api.get(User::Accountant, &format!("/accounting/reports/{name}")).expect(200)
    }

    fn reconcile(&self) {
        self.api.settle();
        let report = self.api.get(User::Admin, "/ops/reconciliation").expect(200);
        assert_eq!(report["ok"], true, "{report:#}");
    }

    /// Three bowls, 999 and 100 of tax, paid with 1200 in cash and returned one by one.
    fn till(&self) {
        let sale = json!({ "terminalId": "TILL-1", "terminalSequence": 1, "warehouseId": self.warehouse,
            "items": [{ "sku": "BOWL", "quantity": 3 }],
            "payments": [{ "method": "Cash", "amount": self.money(1099), "tendered": self.money(1200) }] });
        let sale = self.post(User::Cashier, "/orders/pos", &sale, 201);
        let amounts = ["subtotal", "tax", "total"].map(|field| self.minor(&sale[field]));
        assert_eq!((amounts, self.minor(&sale["payments"][0]["change"])), ([999, 100, 1099], 101));
        let receipt =
            self.post(User::Cashier, &format!("/orders/pos/{}/receipt", text(&sale["id"])), &json!({}), 200);
        let printed = text(&receipt["text"]);
        let total = format!("TOTAL {}", self.currency.code());
        let row = printed.lines().find(|row| row.starts_with(&total)).unwrap();
        assert!(row.ends_with(&format!(" {}", text(&self.money(1099)["amount"]))), "{printed}");
        let mut back = Vec::new();
        for _ in 0..3 {
            let one = json!({ "items": [{ "sku": "BOWL", "quantity": 1 }], "reason": "Cracked", "restock": true, "terminalId": "TILL-1" });
            let refund =
                self.post(User::Manager, &format!("/orders/{}/refunds", text(&sale["id"])), &one, 201);
            back.push((self.minor(&refund["total"]), self.minor(&refund["tax"])));
        }
        assert_eq!(back, [(366, 33), (367, 34), (366, 33)]);
        let closing = json!({ "throughSequence": 1, "countedCash": self.money(1) });
        let closing = self.post(User::Cashier, "/orders/pos/terminals/TILL-1/closings", &closing, 201);
        assert_eq!((self.minor(&closing["expectedCash"]), self.minor(&closing["difference"])), (0, 1));
    }

    /// Two bowls by card: 666 less 66, and 60 of tax; 100 given back by amount.
    fn web(&self) {
        let order = json!({ "warehouseId": self.warehouse, "customer": { "name": "Ada", "email": "ada@example.org" },
            "items": [{ "sku": "BOWL", "quantity": 2 }], "discount": self.money(66) });
        let order = self.post(User::Manager, "/orders/retail", &order, 201);
        assert_eq!((self.minor(&order["total"]), self.minor(&order["tax"])), (660, 60));
        let card = json!({ "payment": { "method": "Card", "token": "tok_approve" } });
        self.post(User::Guest, &format!("/orders/retail/{}/confirm", text(&order["id"])), &card, 200);
        let gift =
            json!({ "items": [], "reason": "Late", "restock": false, "amountAdjustment": self.money(100) });
        let refund = self.post(User::Manager, &format!("/orders/{}/refunds", text(&order["id"])), &gift, 201);
        assert_eq!((self.minor(&refund["total"]), self.minor(&refund["tax"])), (100, 9));
    }

    /// Six bowls on account in two lines, at the tier's price; 980 of 1980 paid.
    fn wholesale(&self) {
        let buyer = json!({ "name": "Buyer", "email": "buyer@example.org", "type": "Wholesale",
            "creditLimit": self.money(1980), "paymentTerms": "Net30" });
        let buyer = text(&self.post(User::Manager, "/customers", &buyer, 201)["id"]);
        let order = |quantity: i64| {
            json!({ "customerId": buyer, "warehouseId": self.warehouse, "purchaseOrderNumber": "PO-1",
                "items": [{ "sku": "BOWL", "quantity": quantity }, { "sku": "BOWL", "quantity": 3 }] })
        };
        let refused = self.api.post(User::Manager, "/orders/wholesale", &order(4));
        refused.refused(422, "CREDIT_LIMIT_EXCEEDED");
        let order = self.post(User::Manager, "/orders/wholesale", &order(3), 201);
        assert_eq!(self.minor(&order["total"]), 1980);
        let confirm = json!({ "payment": { "method": "PurchaseOrder" } });
        self.post(User::Manager, &format!("/orders/wholesale/{}/confirm", text(&order["id"])), &confirm, 200);
        self.api.settle();
        let invoices = self.api.get(User::Accountant, "/accounting/invoices").expect(200);
        let invoice = &invoices["data"][0];
        assert_eq!(self.minor(&invoice["total"]), 1980, "{invoice}");
        let payment = json!({ "amount": self.money(980), "method": "BankTransfer" });
        self.post(
            User::Accountant,
            &format!("/accounting/invoices/{}/payments", text(&invoice["id"])),
            &payment,
            201,
        );
    }

    fn books(&self) {
        let trial = self.report("trial-balance");
        assert_eq!(
            (&trial["balanced"], &trial["totals"]["debit"]),
            (&json!(true), &trial["totals"]["credit"])
        );
        let tax = self.report("tax");
        let figure = |name: &str| self.minor(&tax["totals"][name]);
        assert_eq!((figure("collected"), figure("refunded")), (100 + 60 + 180, 100 + 9), "{tax}");
        // 999 + 600 + 1800 sold, 999 + 91 given back, 8 bowls at 100, and 1 too much in the drawer.
        let profit = self.report("profit-and-loss");
        assert_eq!(self.minor(&profit["netProfit"]), 999 + 600 + 1800 - 999 - 91 - 800 + 1, "{profit}");
        let sheet = self.report("balance-sheet");
        assert_eq!(sheet["totalAssets"], sheet["totalLiabilitiesAndEquity"], "{sheet}");
        let valuation = self.api.get(User::Manager, "/inventory/valuation").expect(200);
        assert_eq!(self.minor(&valuation["total"]), 9200, "{valuation}");
        let day = self.api.get(User::Manager, "/dashboard").expect(200);
        assert!(day.to_string().contains(self.currency.code()), "{day}");
    }
}

fn lives_in(currency: Currency) {
    let house = House::open(currency);
    house.till();
    house.web();
    house.wholesale();
    house.reconcile();
    house.books();
}

#[test]
fn a_house_lives_in_a_currency_without_minor_units() {
    lives_in(Currency::JPY);
}

#[test]
fn a_house_lives_in_a_currency_with_three_decimals() {
    lives_in(Currency::parse("KWD").unwrap());
}

#[test]
fn more_decimals_than_the_currency_has_are_refused_with_the_field() {
    for (currency, amount, exact) in [("JPY", "1.5", "2"), ("KWD", "1.0005", "1.001")] {
        let house = House::open(Currency::parse(currency).unwrap());
        let sale = |amount: &str| {
            json!({ "terminalId": "TILL-1", "warehouseId": house.warehouse, "items": [{ "sku": "BOWL", "quantity": 1 }],
            "payments": [{ "method": "Cash", "amount": { "amount": amount, "currency": currency } }] })
        };
        let refused = house.api.post(User::Cashier, "/orders/pos", &sale(amount));
        assert_eq!(refused.refused(422, "VALIDATION_FAILED"), ["/payments/0/amount"], "{}", refused.text);
        assert_eq!(
            house.api.post(User::Cashier, "/orders/pos", &sale(exact)).refused(422, "VALIDATION_FAILED"),
            ["/payments"]
        );
    }
}
