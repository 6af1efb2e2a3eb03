//! Messages made of rows reach their reader at once: the queue is told of them when the batch is through,
//! before any sweep.

use std::path::Path;

use contracts::{Envelope, Service};
use platform::Boxed;
use store::{Database, Sql, Sqlite};
use web::messages::TakeError;
use web::{Bounded, Context, Problem, Route};

use crate::shop::{SHOP, Shop, id};

/// A reader of the order service's queue that takes every message in.
struct Reader;

impl Bounded for Reader {
    fn service(&self) -> Service {
        Service::Order
    }

    fn routes(&self) -> Vec<Route> {
        Vec::new()
    }

    fn consume<'a>(&'a self, context: &'a Context, _: &'a Envelope) -> Boxed<'a, Result<(), TakeError>> {
        Box::pin(async move {
            context.commit(context.unit()).await?;
            Ok(())
        })
    }

    fn sweep<'a>(&'a self, _: &'a Context) -> Boxed<'a, Result<u32, Problem>> {
        Box::pin(std::future::ready(Ok(0)))
    }
}

#[tokio::test]
async fn a_depletion_is_handed_to_its_queue_with_the_answer() {
    #[derive(serde::Deserialize)]
    struct Row {
        kind: String,
    }
    const TAKEN: Sql = Sql {
        name: "TAKEN",
        text: "select type as kind from inbox where type <> 'WarehouseChanged'",
        scan: None,
    };
    let shop = Shop::with(&["A"]).await;
    let plumbing = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/order/0001_plumbing.sql");
    let inbox = Sqlite::in_memory(&[std::fs::read_to_string(plumbing).unwrap()]).unwrap();
    let house = shop.house.clone().with(Reader, inbox.clone());
    shop.receive(SHOP, "A", 1, "1.00").await;
    shop.deduct(&id(1), &[("A", 1)]).await.expect(200);
    house.settle().await;
    let taken: Vec<Row> = inbox.query(TAKEN.bind([])).await.unwrap().read().unwrap();
    assert_eq!(taken.iter().map(|row| row.kind.as_str()).collect::<Vec<_>>(), ["StockDepleted"]);
}
