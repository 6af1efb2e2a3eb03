//! Checks the health of every service, all at once.

use contracts::Service;
use contracts::ops::ServiceHealth;
use futures_util::future::{join, join_all};
use kernel::{Failure, Timestamp};

use super::ports::{Letters, Observable};
use crate::domain::dead_letter::Unseen;
use crate::domain::health::{Status, concerns, unsettled};

/// The answers.
#[derive(Debug)]
pub struct HouseHealth {
    /// Every service, this one too.
    pub services: Vec<(Service, Result<ServiceHealth, Failure>)>,
    /// The dead letters that are not settled.
    pub letters: Result<Unseen, Failure>,
}

impl HouseHealth {
    /// The overall status, and the reasons if it is not `ok`, in sentences.
    #[must_use]
    pub fn verdict(&self, now: Timestamp) -> (Status, Vec<String>) {
        let mut status = Status::Ok;
        let mut reasons = Vec::new();
        for (service, answer) in &self.services {
            if let Ok(health) = answer {
                reasons.extend(concerns(*service, health, now));
            } else {
                status = Status::Unavailable;
                reasons.push(format!("{service} or its database does not answer"));
            }
        }
        if let Ok(letters) = &self.letters {
            reasons.extend(unsettled(letters));
        } else {
            status = Status::Unavailable;
            reasons.push("the dead letters are unknown".to_owned());
        }
        (if reasons.is_empty() { status } else { status.max(Status::Degraded) }, reasons)
    }
}

/// Asks every service; one that does not answer is not a failure of this use case.
pub async fn check_health(house: &impl Observable, letters: &impl Letters) -> HouseHealth {
    let services = Service::ALL.map(|service| async move { (service, house.health(service).await) });
    let (services, letters) = join(join_all(services), letters.unseen()).await;
    HouseHealth { services, letters }
}
