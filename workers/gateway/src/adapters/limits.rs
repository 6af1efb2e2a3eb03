//! Counts requests, here and with the platform's limiter where there is one (`domain/limits.rs` has the rule).

use std::sync::{Mutex, PoisonError};

use platform::World;
use web::{Problem, ProblemCode};

use crate::domain::limits::{Buckets, Class};

/// How long to wait when the platform's limiter refuses, which does not say: it counts minutes.
const PLATFORM_WAIT_SECONDS: u32 = 10;

/// What this isolate has counted.
#[derive(Debug, Default)]
pub(crate) struct Limits(Mutex<Buckets>);

impl Limits {
    /// 429 for a client that has sent too much. Without a limit in the settings there is none.
    pub(crate) async fn admit(&self, world: &dyn World, class: Class, client: &str) -> Result<(), Problem> {
        let Some(per_minute) = per_minute(world, class)? else { return Ok(()) };
        let taken = {
            let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            buckets.take(class, client, per_minute, world.now())
        };
        taken.map_err(too_many)?;
        let Some(binding) = class.binding() else { return Ok(()) };
        match world.limit(binding, client).await {
            Some(false) => Err(too_many(PLATFORM_WAIT_SECONDS)),
            Some(true) | None => Ok(()),
        }
    }
}

fn per_minute(world: &dyn World, class: Class) -> Result<Option<u32>, Problem> {
    let setting = world.setting(class.setting()).unwrap_or_default();
    match setting.trim() {
        "" | "0" => Ok(None),
        number => number.parse().map(Some).map_err(|_| {
            Problem::internal(format!("the setting {} is no number of requests", class.setting()))
        }),
    }
}

fn too_many(wait_seconds: u32) -> Problem {
    Problem::new(ProblemCode::RateLimited, "Too many requests. Wait before the next one.")
        .retry_after(wait_seconds)
}
