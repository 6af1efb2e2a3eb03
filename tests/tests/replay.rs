//! A sales history through the public door, and the next one on top of it.

mod server;

use std::path::PathBuf;

use house::{InProcess, PASSWORD, User};
use server::over_tcp;

const DECEMBER: &str = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,WHITE HANGING HEART,6,2010-12-01T08:26:00,2.55,17850,United Kingdom
536365,71053,WHITE METAL LANTERN,6,2010-12-01T08:26:00,3.39,17850,United Kingdom
536365,POST,POSTAGE,1,2010-12-01T08:26:00,18,17850,United Kingdom
536544,85123a,WHITE HANGING HEART,2,2010-12-01T14:32:00,5.91,,United Kingdom
C536379,D,Discount,-1,2010-12-01T09:41:00,27.5,14527,United Kingdom
C536391,71053,WHITE METAL LANTERN,-1,2010-12-01T10:24:00,3.39,17850,United Kingdom
C536757,71053,WHITE METAL LANTERN,-2,2010-12-02T14:23:00,3.39,,United Kingdom
C536758,85123A,WHITE HANGING HEART,-1,2010-12-02T14:23:00,2.55,,United Kingdom
536589,71053,,-3,2010-12-01T16:50:00,0,,United Kingdom
";

fn options(name: &str, url: &str, content: &str) -> xtask::replay::Options {
    let file: PathBuf = std::env::temp_dir().join(format!("replay-{}-{name}.csv", std::process::id()));
    std::fs::write(&file, content).unwrap();
    let email = User::Admin.email().unwrap().to_owned();
    xtask::replay::Options { file, url: url.to_owned(), json: true, email, password: PASSWORD.to_owned() }
}

/// A `C…` invoice without a customer is money out of the till, and the next month sells the same articles to the same
/// customers, on top of the last: every figure of each agrees with the books.
#[test]
fn one_history_is_replayed_on_top_of_the_other() {
    let house = InProcess::open();
    // The next month: other invoices of the same articles and customers, at other prices.
    let january = DECEMBER.replace("5365", "5465").replace("C536", "C546").replace("2.55", "2.95");
    let outcomes = over_tcp(&house, |url| {
        [("december", DECEMBER), ("january", &january), ("december", DECEMBER)].map(|(name, content)| {
            let options = options(name, url, content);
            let outcome = xtask::replay::run(&options);
            let _ = std::fs::remove_file(&options.file);
            outcome.map_err(|error| format!("{name}: {error:#}"))
        })
    });
    assert_eq!(outcomes, [Ok(()), Ok(()), Ok(())]);
}
