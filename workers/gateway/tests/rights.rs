//! Rights end with the user, the role, the session or the password: within five seconds, on every isolate.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code: a failure here is a failed test"
)]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use contracts::Service;
use gateway::Gateway;
use native::House;
use native::client::Answer;
use serde_json::json;
use store::{Database, DatabaseError, Pending, Rows, Sqlite, Statement};
use support::{PASSWORD, gate, log_in, send, send_as, whole_house};
use web::App;

/// The database of the gateway, of which the lists of ended sessions are counted, slow, or fail.
#[derive(Clone)]
struct Way {
    database: Sqlite,
    house: House,
    asked: Arc<AtomicU32>,
    /// How long an answer takes; below zero there is none.
    takes_ms: Arc<AtomicI64>,
}

impl Database for Way {
    fn query(&self, statement: Statement) -> Pending<'_, Rows> {
        if !statement.text.contains("from revocations") {
            return self.database.query(statement);
        }
        self.asked.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            let rows = self.database.query(statement).await;
            match self.takes_ms.load(Ordering::Relaxed) {
                ms if ms < 0 => Err(DatabaseError::Unknown("the network".to_owned())),
                ms => {
                    self.house.advance_ms(ms);
                    rows
                }
            }
        })
    }

    fn batch(&self, statements: Vec<Statement>) -> Pending<'_, Vec<Rows>> {
        self.database.batch(statements)
    }
}

/// Another isolate of the same gateway, with its own memory.
struct Isolate {
    house: House,
    app: App,
    way: Way,
}

impl Isolate {
    fn of(house: &House) -> Self {
        let way = Way {
            database: house.database(Service::Gateway).unwrap(),
            house: house.clone(),
            asked: Arc::default(),
            takes_ms: Arc::default(),
        };
        Self { house: house.clone(), app: App::new(Gateway::default()), way }
    }

    fn answers_take(&self, ms: i64) {
        self.way.takes_ms.store(ms, Ordering::Relaxed);
    }

    fn asked(&self) -> u32 {
        self.way.asked.load(Ordering::Relaxed)
    }

    /// The status of a request with this token, at a path that asks nothing of the database: who is let in finds
    /// nothing there.
    async fn status(&self, token: &str) -> u16 {
        let world = self.house.world(Service::Gateway).unwrap().over(Arc::new(self.way.clone()));
        let request = http::Request::builder()
            .uri("/api/v1/nothing")
            .header("authorization", format!("Bearer {token}"))
            .body(Vec::new())
            .unwrap();
        native::answer(&self.app, Arc::new(world), request).await.status().as_u16()
    }
}

/// Who is let in.
const IN: u16 = 404;
const CASHIER: &str = "/api/users/0190d000-0000-7000-8000-00000000a005";

async fn change(house: &House, body: serde_json::Value) {
    assert_eq!(send_as(house, "admin", "PUT", CASHIER, &body.to_string()).await.status, 200);
}

async fn own(house: &House, session: &Answer, path: &str, body: serde_json::Value) -> u16 {
    let token = format!("Bearer {}", session.str("accessToken"));
    send(house, "POST", path, &[("authorization", &token)], &body.to_string()).await.status
}

/// Each way in which the rights of the cashier's session end.
const ENDS: [&str; 8] = [
    "deleted",
    "disabled",
    "demoted",
    "another customer",
    "password set by an admin",
    "password changed elsewhere",
    "signed out",
    "refresh token stolen",
];

async fn end(house: &House, how: &str, session: &Answer) {
    let user = |role: &str| json!({ "email": "cashier@demo.test", "name": "Demo Cashier", "role": role });
    let refresh = json!({ "refreshToken": session.str("refreshToken") });
    match how {
        "deleted" => assert_eq!(send_as(house, "admin", "DELETE", CASHIER, "").await.status, 204),
        "disabled" => {
            let mut body = user("cashier");
            body["disabled"] = json!(true);
            change(house, body).await;
        }
        "demoted" => change(house, user("warehouse")).await,
        "another customer" => {
            let mut body = user("customer");
            body["customerId"] = json!("0190d000-0000-7000-8000-00000000c001");
            change(house, body).await;
        }
        "password set by an admin" => {
            let mut body = user("cashier");
            body["password"] = json!("one more fine phrase");
            change(house, body).await;
        }
        "password changed elsewhere" => {
            let other = log_in(house, "cashier@demo.test", PASSWORD).await;
            let body = json!({ "currentPassword": PASSWORD, "newPassword": "one more fine phrase" });
            assert_eq!(own(house, &other, "/api/auth/password", body).await, 204);
            assert_eq!(own(house, &other, "/api/auth/logout", json!({ "refreshToken": "x" })).await, 204);
        }
        "signed out" => assert_eq!(own(house, session, "/api/auth/logout", refresh).await, 204),
        "refresh token stolen" => {
            for status in [200, 401] {
                assert_eq!(own(house, session, "/api/auth/refresh", refresh.clone()).await, status);
            }
        }
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_token_ends_with_the_rights_behind_it_on_every_isolate() {
    for how in ENDS {
        let house = gate();
        let isolates = [Isolate::of(&house), Isolate::of(&house), Isolate::of(&house)];
        let session = log_in(&house, "cashier@demo.test", PASSWORD).await;
        let token = session.str("accessToken");
        for isolate in &isolates {
            assert_eq!(isolate.status(token).await, IN, "{how}: before");
        }
        end(&house, how, &session).await;
        // The last one of them cannot ask.
        isolates[2].answers_take(-1);
        house.advance_ms(1_001);
        for (isolate, status) in isolates.iter().zip([401, 401, IN]) {
            assert_eq!(isolate.status(token).await, status, "{how}: a second later");
        }
        house.advance_ms(2_999);
        assert_eq!(isolates[2].status(token).await, IN, "{how}: four seconds later");
        house.advance_ms(1);
        for (isolate, status) in isolates.iter().zip([401, 401, 503]) {
            assert_eq!(isolate.status(token).await, status, "{how}: before the fifth second is over");
        }
        isolates[2].answers_take(0);
        assert_eq!(isolates[2].status(token).await, 401, "{how}: it can ask again");
    }
}

#[tokio::test]
async fn an_answer_that_takes_too_long_lets_nobody_in() {
    let house = gate();
    let isolate = Isolate::of(&house);
    let session = log_in(&house, "cashier@demo.test", PASSWORD).await;
    let token = session.str("accessToken");
    for (ms, status) in [(4_000, IN), (4_001, 503), (60_000, 503), (0, IN)] {
        house.advance_seconds(10);
        isolate.answers_take(ms);
        assert_eq!(isolate.status(token).await, status, "{ms}");
    }
}

#[tokio::test]
async fn sixteen_tills_ask_once_a_second() {
    let house = gate();
    let isolate = Isolate::of(&house);
    let session = log_in(&house, "cashier@demo.test", PASSWORD).await;
    let token = session.str("accessToken");
    // 16 clients, each with a request every 125 ms, for ten seconds: 1,280 requests.
    for _ in 0..80 {
        for _ in 0..16 {
            assert_eq!(isolate.status(token).await, IN);
        }
        house.advance_ms(125);
    }
    assert!(isolate.asked() <= 10, "{} questions in ten seconds", isolate.asked());
}

#[tokio::test]
async fn the_own_session_outlives_a_new_password_and_a_promotion_needs_a_new_login() {
    let house = gate();
    let isolate = Isolate::of(&house);
    let session = log_in(&house, "cashier@demo.test", PASSWORD).await;
    let body = json!({ "currentPassword": PASSWORD, "newPassword": "one more fine phrase" });
    assert_eq!(own(&house, &session, "/api/auth/password", body).await, 204);
    house.advance_seconds(5);
    assert_eq!(isolate.status(session.str("accessToken")).await, IN);
    // A new session of a user whose other sessions ended in the same instant is good.
    end(&house, "demoted", &session).await;
    let again = log_in(&house, "cashier@demo.test", "one more fine phrase").await;
    assert_eq!(isolate.status(again.str("accessToken")).await, IN);
    house.advance_seconds(5);
    assert_eq!(isolate.status(again.str("accessToken")).await, IN);
    assert_eq!(isolate.status(session.str("accessToken")).await, 401);
}

#[tokio::test]
async fn an_isolate_that_slept_reads_all_that_has_ended_and_forgets_it_later() {
    let house = gate();
    let isolate = Isolate::of(&house);
    let session = log_in(&house, "cashier@demo.test", PASSWORD).await;
    let database = house.database(Service::Gateway).unwrap();
    // More sessions than one answer holds have ended before.
    database
        .script(
            "with recursive n (i) as (select 1 union all select i + 1 from n where i < 12001)
             insert into revocations (session_id, revoked_at) select 's' || i, '2026-11-20T09:00:00.000Z' from n;",
        )
        .unwrap();
    end(&house, "signed out", &session).await;
    assert_eq!(isolate.status(session.str("accessToken")).await, 401);
    assert_eq!(isolate.asked(), 3, "in parts");
    house.advance_seconds(3_600);
    house.tick().await;
    let left = "select number, session_id, revoked_at from revocations";
    let rows = database.query(Statement { text: left, values: Vec::new() }).await.unwrap();
    assert!(rows.is_empty());
}

/// The token with which the gateway calls a service: it cannot be used when the rights behind it have ended.
#[tokio::test]
async fn a_service_token_is_good_for_five_seconds() {
    let house = whole_house();
    let world = house.world(Service::Gateway).unwrap();
    let passed = send_as(&house, "manager", "GET", "/api/v1/customers", "").await;
    assert_eq!(passed.status, 200, "{}", passed.text);
    let token =
        web::auth::service_token(&world, Service::Gateway, Service::Order, &manager_caller()).unwrap();
    let header = format!("Bearer {token}");
    let guest = house.client(Service::Order);
    for (ms, status) in [(0, 200), (4_999, 200), (1_001, 401)] {
        house.advance_ms(ms);
        let answer = guest.with(&[("authorization", &header)]).send("GET", "/customers", "").await;
        assert_eq!(answer.status, status, "{ms}");
    }
}

fn manager_caller() -> web::Caller {
    web::Caller::new("m", web::Role::Manager, kernel::Tenant::main(), None)
}
