//! The house in this process, behind its gateway.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use contracts::Service;
use kernel::Tenant;
use native::House;
use platform::World as _;
use serde_json::json;
use tokio::runtime::Runtime;

use crate::{Answer, Api, Call, PASSWORD, User};

/// How long a token is used, in seconds: less than it is good for. The clock may have been set.
const TOKEN_SECONDS: i64 = 600;

/// The services over databases in memory, with the demo users.
pub struct InProcess {
    house: House,
    runtime: Runtime,
    tokens: Mutex<HashMap<&'static str, (i64, String)>>,
}

impl Default for InProcess {
    fn default() -> Self {
        Self::open()
    }
}

impl InProcess {
    /// Opens a house with the demo users.
    ///
    /// # Panics
    /// When the migrations do not apply.
    #[must_use]
    pub fn open() -> Self {
        Self::over(services::house().unwrap())
    }

    /// The same with a random source that always begins alike.
    ///
    /// # Panics
    /// When the migrations do not apply.
    #[must_use]
    pub fn repeatable() -> Self {
        Self::over(services::house().unwrap().repeatable())
    }

    fn over(house: House) -> Self {
        house.set("PAYMENT_PROVIDER", "test");
        // Beyond what any story wants: so that something can wait for an approval.
        house.set("APPROVAL_CREDIT_LIMIT", "1000000000");
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
        let this = Self { house, runtime, tokens: Mutex::default() };
        this.seed();
        this
    }

    /// The house itself.
    #[must_use]
    pub fn house(&self) -> &House {
        &self.house
    }

    /// The cron of one service fires.
    pub fn tick(&self, service: Service) {
        let _ = self.runtime.block_on(self.house.sweep(service));
    }

    fn seed(&self) {
        let world = self.house.world(Service::Gateway).unwrap();
        let database = world.database(&Tenant::main()).unwrap();
        for user in xtask::seed::users() {
            // Statements are constants everywhere else; this one has a fresh salt. The house has a clock of its own.
            let text = xtask::seed::user_sql(&user, PASSWORD).unwrap();
            let text = text.replace(xtask::seed::SQL_NOW, &format!("'{}'", world.now()));
            let text = Box::leak(text.into_boxed_str());
            let statement = store::Statement { text, values: Vec::new() };
            self.runtime.block_on(database.query(statement)).unwrap();
        }
    }

    fn send(&self, call: &Call<'_>, token: Option<&str>) -> Answer {
        let authorization = token.map(|token| format!("Bearer {token}"));
        let authorization: Vec<_> =
            authorization.iter().map(|token| ("authorization", token.as_str())).collect();
        let client = self.house.client(Service::Gateway).with(call.headers).with(&authorization);
        self.runtime.block_on(client.send(call.method, call.path, call.body))
    }

    fn token(&self, user: User) -> Option<String> {
        let email = user.email()?;
        let now = self.house.world(Service::Gateway).unwrap().now().unix_seconds();
        if let Some((since, token)) = self.tokens.lock().unwrap_or_else(PoisonError::into_inner).get(email)
            && now - since < TOKEN_SECONDS
        {
            return Some(token.clone());
        }
        let body = json!({ "email": email, "password": PASSWORD }).to_string();
        let headers = [("content-type", "application/json")];
        let login = Call {
            user: User::Guest,
            method: "POST",
            path: "/api/v1/auth/login",
            headers: &headers,
            body: &body,
        };
        let token = self.send(&login, None).expect(200)["accessToken"].as_str().unwrap().to_owned();
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).insert(email, (now, token.clone()));
        Some(token)
    }
}

impl Api for InProcess {
    fn call(&self, call: &Call<'_>) -> Answer {
        let token = self.token(call.user);
        self.send(call, token.as_deref())
    }

    /// Hands over what waits in the queues; then the relay confirms it, as the cron would.
    fn settle(&self) {
        self.runtime.block_on(async {
            self.house.settle().await;
            self.house.advance_seconds(10);
            self.house.tick().await;
            self.house.settle().await;
        });
    }
}
