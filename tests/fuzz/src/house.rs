//! The services in this thread, empty but for the chart of accounts, and how they are asked.

use contracts::Service;
use native::{House, NativeWorld, Request, Response};
use tokio::runtime::Runtime;
use web::Role;

pub(crate) struct Rooms {
    house: House,
    runtime: Runtime,
}

thread_local! {
    static ROOMS: Rooms = Rooms::open();
}

impl Rooms {
    fn open() -> Self {
        let house = services::house().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        Self { house, runtime }
    }

    pub(crate) fn world(&self, service: Service) -> NativeWorld {
        self.house.world(service).unwrap()
    }

    pub(crate) fn send(&self, service: Service, request: Request) -> Response {
        let response = self.runtime.block_on(self.house.request(service, request)).unwrap();
        // Nobody reads them: they would only take up memory.
        self.house.lose_messages();
        drop(self.house.take_log());
        response
    }

    /// A token with which the gateway would call a service for a user.
    pub(crate) fn service_token(&self, service: Service, role: Role) -> String {
        self.house.client(service).by(role).token().unwrap()
    }
}

pub(crate) fn with<T>(ask: impl FnOnce(&Rooms) -> T) -> T {
    ROOMS.with(ask)
}

/// No defect of ours, and every refusal in the one form.
pub(crate) fn check_answer(response: &Response) {
    let (status, body) = (response.status().as_u16(), String::from_utf8_lossy(response.body()));
    assert!(status < 500, "{status} {body}");
    if status < 400 {
        return;
    }
    let kind = response.headers().get("content-type").and_then(|kind| kind.to_str().ok());
    assert_eq!(kind, Some("application/problem+json"), "{status} {body}");
    let problem: serde_json::Value = serde_json::from_str(&body).unwrap();
    for member in ["type", "title", "detail", "code", "requestId"] {
        assert!(problem[member].is_string(), "no {member} in {body}");
    }
    assert_eq!(problem["status"], status, "{body}");
    if status == 422 {
        assert!(problem["errors"][0]["pointer"].is_string(), "no field is named in {body}");
    }
}
