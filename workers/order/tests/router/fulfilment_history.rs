//! Whatever happens to an order after its payment, in any order: no more is sent than was bought and not refunded, what is
//! refunded is not sent, and the status follows.
#![expect(clippy::arithmetic_side_effects, reason = "a test may panic")]

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};
use web::Role;

use crate::shop::Shop;

/// What somebody tries.
#[derive(Debug, Clone)]
enum Deed {
    /// Units of a line, as this status.
    SendLine(usize, i64, &'static str),
    /// Units of a SKU, from its lines in their order.
    SendSku(&'static str, i64, &'static str),
    SendRest,
    /// A step of one of the shipments.
    Step(usize, &'static str),
    /// Units of a line, and whether the customer has them.
    Refund(usize, i64, bool),
}

const LINES: [(&str, i64); 3] = [("A", 3), ("B", 4), ("A", 2)];

fn any_deed() -> impl Strategy<Value = Deed> {
    let begun = || prop_oneof![Just("Picking"), Just("Packed"), Just("Shipped")];
    let steps = prop_oneof![Just("pack"), Just("ship"), Just("deliver"), Just("cancel"), Just("cancel")];
    prop_oneof![
        3 => (0..LINES.len(), 1_i64..4, begun()).prop_map(|(line, units, begun)| Deed::SendLine(line, units, begun)),
        1 => (1_i64..6, begun()).prop_map(|(units, begun)| Deed::SendSku("A", units, begun)),
        1 => Just(Deed::SendRest),
        4 => (0_usize..6, steps).prop_map(|(shipment, step)| Deed::Step(shipment, step)),
        3 => (0..LINES.len(), 1_i64..4, any::<bool>()).prop_map(|(line, units, had)| Deed::Refund(line, units, had)),
    ]
}

/// A line as it should be.
#[derive(Debug, Clone, Default, PartialEq)]
struct Line {
    bought: i64,
    packed: i64,
    left: i64,
    withdrawn: i64,
    returned: i64,
}

impl Line {
    fn open(&self) -> i64 {
        self.bought - self.packed - self.left - self.withdrawn
    }

    fn refund(&mut self, units: i64, had: bool) -> bool {
        let withdrawn = if had { 0 } else { units.min(self.open()) };
        let allowed = units <= self.bought - self.withdrawn - self.returned
            && self.returned + units - withdrawn <= self.left;
        if allowed {
            (self.withdrawn, self.returned) = (self.withdrawn + withdrawn, self.returned + units - withdrawn);
        }
        allowed
    }

    /// Units that do not go, or did not.
    fn stay(&mut self, units: i64, left: bool) {
        if left {
            self.left -= units;
            let not_sent = (self.returned - self.left).max(0);
            (self.returned, self.withdrawn) = (self.returned - not_sent, self.withdrawn + not_sent);
        } else {
            self.packed -= units;
        }
    }
}

/// The order as it should be, and its shipments: id, status, units of each line.
#[derive(Debug, Default)]
struct Model {
    lines: Vec<Line>,
    shipments: Vec<(String, &'static str, BTreeMap<usize, i64>)>,
}

impl Model {
    /// Takes units from what is open; none when there is less, or nothing.
    fn pick(&mut self, wanted: &[(usize, i64)], begun: &'static str) -> Option<BTreeMap<usize, i64>> {
        let units: BTreeMap<usize, i64> = wanted.iter().copied().filter(|(_, units)| *units > 0).collect();
        if units.is_empty() || units.iter().any(|(line, units)| *units > self.lines[*line].open()) {
            return None;
        }
        for (line, units) in &units {
            let line = &mut self.lines[*line];
            if begun == "Shipped" { line.left += units } else { line.packed += units }
        }
        Some(units)
    }

    fn of_sku(&self, sku: &str, mut units: i64) -> Option<Vec<(usize, i64)>> {
        let mut wanted = Vec::new();
        for (index, (name, _)) in LINES.iter().enumerate().filter(|(_, (name, _))| *name == sku) {
            assert_eq!(*name, sku);
            let from = units.min(self.lines[index].open());
            wanted.push((index, from));
            units -= from;
        }
        (units == 0).then_some(wanted)
    }

    fn step(&mut self, index: usize, step: &str) -> bool {
        let (_, status, units) = &mut self.shipments[index];
        let next = match (*status, step) {
            ("Picking", "pack") => "Packed",
            ("Picking" | "Packed", "ship") => "Shipped",
            ("Shipped", "deliver") => "Delivered",
            ("Picking" | "Packed" | "Shipped", "cancel") => "Cancelled",
            _ => return false,
        };
        let was = std::mem::replace(status, next);
        for (line, units) in units.iter() {
            let line = &mut self.lines[*line];
            match next {
                "Shipped" => (line.packed, line.left) = (line.packed - units, line.left + units),
                "Cancelled" => line.stay(*units, was == "Shipped"),
                _ => {}
            }
        }
        true
    }

    fn status(&self) -> &'static str {
        let sum = |of: fn(&Line) -> i64| self.lines.iter().map(of).sum::<i64>();
        match (sum(Line::open) + sum(|line| line.packed), sum(|line| line.packed), sum(|line| line.left)) {
            (0, _, 0) => "Cancelled",
            (0, ..) => "Fulfilled",
            (_, 0, 0) => "Unfulfilled",
            (_, _, 0) => "InProgress",
            _ => "PartiallyFulfilled",
        }
    }
}

/// The order and its model.
struct History {
    shop: Shop,
    order: String,
    lines: Vec<String>,
    model: Model,
}

impl History {
    async fn begin() -> Self {
        let shop = Shop::open(&[("A", 9), ("B", 9)]).await;
        let order = shop.guest_order(&LINES).await;
        let paid = shop.pay(&order, "tok_approve").await.expect(200);
        let lines = paid["items"].as_array().unwrap().iter();
        let lines = lines.map(|line| line["lineId"].as_str().unwrap().to_owned()).collect();
        let bought = |(_, bought)| Line { bought, ..Line::default() };
        let model = Model { lines: LINES.map(bought).to_vec(), ..Model::default() };
        Self { shop, order, lines, model }
    }

    async fn send(&mut self, body: Value, expected: Option<BTreeMap<usize, i64>>, begun: &'static str) {
        let path = format!("/orders/{}/shipments", self.order);
        let answer = self.shop.by(Role::Warehouse).post(&path, &body).await;
        let Some(units) = expected else {
            assert!([409, 422].contains(&answer.status), "{body}: {}", answer.text);
            return;
        };
        let shipment = answer.expect(201);
        let mut sent = BTreeMap::new();
        for item in shipment["items"].as_array().unwrap() {
            let line = self.lines.iter().position(|id| item["lineId"] == *id).unwrap();
            sent.insert(line, item["quantity"].as_i64().unwrap());
        }
        assert_eq!(sent, units, "{body}");
        self.model.shipments.push((shipment["id"].as_str().unwrap().to_owned(), begun, units));
    }

    async fn do_it(&mut self, deed: &Deed) {
        match *deed {
            Deed::SendLine(line, units, begun) => {
                let item = json!({ "lineId": self.lines[line], "quantity": units });
                let expected = self.model.pick(&[(line, units)], begun);
                self.send(json!({ "items": [item], "status": begun }), expected, begun).await;
            }
            Deed::SendSku(sku, units, begun) => {
                let wanted = self.model.of_sku(sku, units);
                let expected = wanted.and_then(|wanted| self.model.pick(&wanted, begun));
                let item = json!({ "sku": sku, "quantity": units });
                self.send(json!({ "items": [item], "status": begun }), expected, begun).await;
            }
            Deed::SendRest => {
                let rest: Vec<_> = self.model.lines.iter().map(Line::open).enumerate().collect();
                let expected = self.model.pick(&rest, "Shipped");
                self.send(json!({}), expected, "Shipped").await;
            }
            Deed::Step(index, step) if index < self.model.shipments.len() => {
                let path =
                    format!("/orders/{}/shipments/{}/{step}", self.order, self.model.shipments[index].0);
                let body = if step == "cancel" { json!({ "reason": "x" }) } else { json!({}) };
                let answer = self.shop.by(Role::Warehouse).post(&path, body).await;
                let expected = if self.model.step(index, step) { 200 } else { 409 };
                assert_eq!(answer.status, expected, "{deed:?}: {}", answer.text);
            }
            Deed::Step(..) => {}
            Deed::Refund(line, units, had) => {
                let item = json!({ "lineId": self.lines[line], "quantity": units, "ofShipped": had });
                let body = json!({ "items": [item], "reason": "x", "restock": true });
                let answer = self.shop.post(&format!("/orders/{}/refunds", self.order), body).await;
                let done = self.model.lines[line].refund(units, had);
                assert_eq!(answer.status == 201, done, "{deed:?}: {}", answer.text);
            }
        }
    }

    async fn check(&self, deed: &Deed) {
        let order = self.shop.order(&self.order).await;
        for (line, shown) in self.model.lines.iter().zip(order["items"].as_array().unwrap()) {
            assert!(line.left + line.packed <= line.bought - line.withdrawn && line.returned <= line.left);
            assert_eq!(
                (&shown["shipped"], &shown["toShip"]),
                (&json!(line.left), &json!(line.open())),
                "{deed:?}"
            );
        }
        assert_eq!(order["fulfilment"], self.model.status(), "{deed:?}");
        let statuses: Vec<&Value> =
            order["shipments"].as_array().unwrap().iter().map(|sent| &sent["status"]).collect();
        assert_eq!(statuses, self.model.shipments.iter().map(|(_, status, _)| *status).collect::<Vec<_>>());
        let to_pick = self.shop.by(Role::Warehouse).get("/orders/fulfilment").await.expect(200);
        let is_listed = !to_pick["data"].as_array().unwrap().is_empty();
        assert_eq!(is_listed, self.model.lines.iter().any(|line| line.open() > 0), "{deed:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn no_history_sends_more_than_was_bought_and_the_status_follows(deeds in prop::collection::vec(any_deed(), 1..24)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut history = History::begin().await;
            for deed in &deeds {
                history.do_it(deed).await;
                history.check(deed).await;
            }
            history.shop.reconciled().await;
        });
    }
}
