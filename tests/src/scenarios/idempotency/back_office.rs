//! Accounts, entries, periods, payments of invoices, users, keys and dead letters.

use serde_json::{Value, json};

use super::case::{Case, Run, Trial, count, number, rows};
use super::sales::invoice;
use crate::scenarios::shop::{text, usd};
use crate::{Api, PASSWORD, User};

const fn case(route: &'static str, user: User, set_up: for<'a> fn(&Run<'a>) -> Trial<'a>) -> Case {
    Case { route, core: false, creates: false, user, set_up }
}

pub(super) const CASES: &[Case] = &[
    Case { creates: true, ..case("/accounting/accounts", User::Accountant, account) },
    Case { creates: true, ..case("/accounting/journal-entries", User::Accountant, entry) },
    case("/accounting/journal-entries/{id}/post", User::Accountant, post),
    case("/accounting/journal-entries/{id}/void", User::Accountant, void),
    Case { creates: true, ..case("/accounting/fiscal-periods", User::Accountant, period) },
    case("/accounting/fiscal-periods/{id}/close", User::Accountant, close),
    Case { creates: true, ..case("/accounting/invoices/{id}/payments", User::Accountant, payment) },
    case("/accounting/payments/{id}/reversals", User::Accountant, reversal),
    Case { creates: true, ..case("/accounting/credits/{id}/applications", User::Accountant, application) },
    Case { creates: true, ..case("/accounting/credits/{id}/payouts", User::Accountant, payout) },
    Case { creates: true, ..case("/api/users", User::Admin, user) },
    Case { creates: true, ..case("/api/users/{id}/api-keys", User::Admin, api_key) },
    case("/mail/{mailId}/resend", User::Manager, resend),
    case("/api/ops/dead-letters/{id}/replay", User::Admin, replay_letter),
    case("/api/ops/dead-letters/{id}/discard", User::Admin, discard_letter),
];

fn account<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, tag) = (run.api, format!("A{:x}-{}-", std::process::id(), number()));
    let body = |name: &str| json!({ "code": format!("{tag}{name}"), "name": name, "type": "Expense" });
    let (one, two) = (body("X"), body("Y"));
    let mut orphan = one.clone();
    orphan["parentCode"] = json!("no-such");
    Trial::new("/accounting/accounts", &one, &two, move || {
        count(api, User::Accountant, "/accounting/accounts", &tag)
    })
    .refusing(&orphan, 422)
}

/// An entry of a trial's own.
fn rent(tag: &str, amount: &str, credit: &str) -> Value {
    let line = |code: &str, direction: &str, amount: &str| json!({ "accountCode": code, "direction": direction, "amount": usd(amount) });
    json!({
        "entryDate": "2026-11-20", "description": tag, "entryType": "Manual",
        "lines": [line("1010", "Debit", amount), line("4030", "Credit", credit)],
    })
}

fn entry<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, tag) = (run.api, format!("Rent {:x}-{}.", std::process::id(), number()));
    let (one, two, unbalanced) =
        (rent(&tag, "1.00", "1.00"), rent(&tag, "2.00", "2.00"), rent(&tag, "1.00", "2.00"));
    Trial::new("/accounting/journal-entries", &one, &two, move || {
        count(api, User::Accountant, "/accounting/journal-entries", &tag)
    })
    .refusing(&unbalanced, 422)
}

/// An entry's step, and the status that it leads to.
fn stepped<'a>(api: &'a dyn Api, entry: &Value, step: &str, status: &'static str) -> Trial<'a> {
    let entry = api.post(User::Accountant, "/accounting/journal-entries", entry).expect(201);
    let path = format!("/accounting/journal-entries/{}", text(&entry["id"]));
    let there = format!("{path}/{step}");
    Trial::step(&there, move || i64::from(api.get(User::Accountant, &path).expect(200)["status"] == status))
}

fn post<'a>(run: &Run<'a>) -> Trial<'a> {
    stepped(run.api, &rent("To be posted", "1.00", "1.00"), "post", "Posted")
}

fn void<'a>(run: &Run<'a>) -> Trial<'a> {
    let mut entry = rent("To be voided", "1.00", "1.00");
    entry["post"] = json!(true);
    let trial = stepped(run.api, &entry, "void", "Voided");
    let reason = |reason: &str| json!({ "reason": reason }).to_string();
    Trial { body: reason("A mistake"), other: reason("Another"), ..trial }
}

/// Two months that no other trial has.
fn months() -> (u32, [(&'static str, &'static str); 2]) {
    (2100 + number(), [("01-01", "01-31"), ("03-01", "03-31")])
}

fn period<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, (year, months)) = (run.api, months());
    let body = |(from, to): (&str, &str)| json!({ "name": format!("Month {year}-{from}"), "startDate": format!("{year}-{from}"), "endDate": format!("{year}-{to}") });
    let (one, two, half) = (body(months[0]), body(months[1]), body(("01-02", "01-31")));
    let name = format!("Month {year}-");
    Trial::new("/accounting/fiscal-periods", &one, &two, move || {
        count(api, User::Accountant, "/accounting/fiscal-periods", &name)
    })
    .refusing(&half, 422)
}

fn close<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, (year, _)) = (run.api, months());
    let body = json!({ "name": format!("Closing {year}"), "startDate": format!("{year}-05-01"), "endDate": format!("{year}-05-31") });
    let opened = api.post(User::Accountant, "/accounting/fiscal-periods", &body).expect(201);
    let id = text(&opened["id"]);
    Trial::step(&format!("/accounting/fiscal-periods/{id}/close"), move || {
        let rows = rows(api, User::Accountant, "/accounting/fiscal-periods");
        i64::from(rows.iter().any(|row| row["id"] == json!(id) && row["status"] == "Closed"))
    })
}

/// Payments of one unit each, told by what is paid.
fn payment<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, path) = (run.api, invoice(&run.shop()));
    let body = |amount: &str, reference: &str| json!({ "amount": usd(amount), "method": "BankTransfer", "reference": reference });
    let (one, two, nothing) = (body("1.00", "first"), body("1.00", "second"), body("0.00", "first"));
    Trial::new(&format!("{path}/payments"), &one, &two, move || {
        let paid = text(&api.get(User::Accountant, &path).expect(200)["paid"]["amount"]);
        paid.split('.').next().unwrap_or_default().parse().unwrap()
    })
    .refusing(&nothing, 422)
}

fn pay(api: &dyn Api, invoice: &str, amount: &Value) -> String {
    let body = json!({ "amount": amount, "method": "BankTransfer" });
    text(&api.post(User::Accountant, &format!("{invoice}/payments"), &body).expect(201)["id"])
}

fn take_back(api: &dyn Api, payment: &str) {
    let body = json!({ "reason": "It bounced" });
    let _ =
        api.post(User::Accountant, &format!("/accounting/payments/{payment}/reversals"), &body).expect(201);
}

fn reversal<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, invoice) = (run.api, invoice(&run.shop()));
    let id = pay(api, &invoice, &usd("1.00"));
    let list = format!("/accounting/payments?invoiceId={}", invoice.rsplit('/').next().unwrap_or_default());
    let reason = |reason: &str| json!({ "reason": reason }).to_string();
    let trial = Trial::step(&format!("/accounting/payments/{id}/reversals"), move || {
        let payments = api.get(User::Accountant, &list).expect(200);
        i64::from(payments["data"][0]["reversal"] != Value::Null)
    });
    Trial { body: reason("It bounced"), other: reason("It came back"), ..trial }
}

/// The path of a credit of 1000.00, and of an invoice of the same customer that is open.
fn credit(run: &Run<'_>) -> (String, String) {
    let (api, invoice) = (run.api, invoice(&run.shop()));
    let open = api.get(User::Accountant, &invoice).expect(200)["open"].clone();
    let bounced = pay(api, &invoice, &open);
    let credit = pay(api, &invoice, &usd("1000.00"));
    take_back(api, &bounced);
    (format!("/accounting/credits/{credit}"), invoice)
}

/// One unit each, told by what is credited.
fn application<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, (credit, invoice)) = (run.api, credit(run));
    let id = invoice.rsplit('/').next().unwrap_or_default();
    let one = json!({ "invoiceId": id, "amount": usd("1.00") });
    let two = json!({ "invoiceId": id, "amount": usd("1.00"), "date": "2030-01-01" });
    let nothing = json!({ "invoiceId": id, "amount": usd("0.00") });
    Trial::new(&format!("{credit}/applications"), &one, &two, move || {
        let credited = text(&api.get(User::Accountant, &invoice).expect(200)["credited"]["amount"]);
        credited.split('.').next().unwrap_or_default().parse().unwrap()
    })
    .refusing(&nothing, 422)
}

fn payout<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, (credit, invoice)) = (run.api, credit(run));
    let customer = text(&api.get(User::Accountant, &invoice).expect(200)["customerId"]);
    let body = |amount: &str, reference: &str| json!({ "amount": usd(amount), "method": "BankTransfer", "reference": reference });
    let (one, two, nothing) = (body("1.00", "first"), body("1.00", "second"), body("0.00", "first"));
    Trial::new(&format!("{credit}/payouts"), &one, &two, move || {
        let list = format!("/accounting/payments?limit=100&customerId={customer}");
        let payments = api.get(User::Accountant, &list).expect(200);
        let paid_out =
            payments["data"].as_array().into_iter().flatten().filter(|row| row["kind"] == "PaidOut");
        i64::try_from(paid_out.count()).unwrap()
    })
    .refusing(&nothing, 422)
}

fn user<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, tag) = (run.api, format!("{:x}-{}", std::process::id(), number()));
    let body = |name: &str, role: &str| {
        let email = format!("{name}.user-{tag}@example.org");
        json!({ "email": email, "name": name, "role": role, "password": PASSWORD })
    };
    let (one, two, for_nobody) = (body("one", "cashier"), body("two", "cashier"), body("one", "wholesaler"));
    let domain = format!(".user-{tag}@");
    Trial::new("/users", &one, &two, move || count(api, User::Admin, "/users", &domain))
        .refusing(&for_nobody, 422)
}

fn api_key<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, tag) = (run.api, format!("{:x}-{}", std::process::id(), number()));
    let email = format!("program-{tag}@example.org");
    let body = json!({ "email": email, "name": "Program", "role": "cashier", "password": PASSWORD });
    let id = text(&api.post(User::Admin, "/users", &body).expect(201)["id"]);
    let path = format!("/users/{id}/api-keys");
    let list = path.clone();
    Trial::new(&path, &json!({ "name": "one" }), &json!({ "name": "two" }), move || {
        count(api, User::Admin, &list, "")
    })
    .refusing(&json!({ "name": "one", "role": "manager" }), 422)
}

/// A dead letter that nobody has settled. The suite puts them there: no client can.
fn letter(run: &Run<'_>) -> String {
    let page = run.api.get(User::Admin, "/ops/dead-letters?status=New&limit=1").expect(200);
    format!("/ops/dead-letters/{}", text(&page["data"][0]["id"]))
}

/// A mail to a guest who has ordered.
fn resend<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, shop) = (run.api, run.shop());
    let sku = shop.stock("mailed", "10.00", "4.00", 5);
    let email = format!("mail.{}@example.org", number());
    let order = json!({
        "warehouseId": shop.warehouse, "items": [{ "sku": sku, "quantity": 1 }],
        "customer": { "name": "Ada", "email": email },
    });
    api.post(User::Guest, "/orders/retail", &order).expect(201);
    api.settle();
    let listed = api.get(User::Manager, &format!("/mail?to={email}")).expect(200);
    let path = format!("/mail/{}", text(&listed["data"][0]["id"]));
    Trial::step(&format!("{path}/resend"), move || {
        api.get(User::Manager, &path).expect(200)["round"].as_i64().unwrap_or_default() - 1
    })
}

fn replay_letter<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, path) = (run.api, letter(run));
    Trial::step(&format!("{path}/replay"), move || {
        i64::from(api.get(User::Admin, &path).expect(200)["status"] == "Replayed")
    })
}

fn discard_letter<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, path) = (run.api, letter(run));
    let reason = |reason: &str| json!({ "reason": reason });
    Trial::new(&format!("{path}/discard"), &reason("A test message"), &reason("Of no use"), move || {
        i64::from(api.get(User::Admin, &path).expect(200)["status"] == "Discarded")
    })
    .refusing(&json!({ "reason": "" }), 422)
}
