//! Fetches the dead letters that the queue has not delivered. The other services cannot reach the gateway, so the
//! gateway fetches them; services hand over all other messages directly. A service that does not answer does not stop
//! the others.

use contracts::Service;
use futures_util::future::join_all;
use kernel::Failure;

use super::ports::{Letters, Mail};

/// The result for one service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Collected {
    /// Letters that are stored now.
    pub stored: usize,
    /// What failed.
    pub failures: Vec<String>,
}

/// A service during the collection.
struct Stop {
    owner: Service,
    /// The letters of its last page that are stored. The next call reports them.
    stored: Vec<String>,
    after: String,
    goes_on: bool,
}

/// Page by page, all services at once, within a maximum number of calls. What exceeds it waits for the next cron run: a
/// duplicate letter is stored once.
pub async fn collect_dead_letters(
    mail: &impl Mail,
    letters: &impl Letters,
    calls_max: u32,
) -> Vec<(Service, Collected)> {
    let others = Service::Gateway.others();
    let mut stops: Vec<Stop> =
        others.map(|owner| Stop { owner, stored: Vec::new(), after: String::new(), goes_on: true }).collect();
    let mut all: Vec<(Service, Collected)> =
        stops.iter().map(|stop| (stop.owner, Collected::default())).collect();
    let mut calls = calls_max;
    loop {
        stops.retain(|stop| stop.goes_on);
        let asked = u32::try_from(stops.len()).unwrap_or(u32::MAX);
        if stops.is_empty() || calls < asked {
            return all;
        }
        calls = calls.saturating_sub(asked);
        let turns = join_all(stops.iter_mut().map(|stop| visit(mail, letters, stop))).await;
        for (owner, turn) in turns {
            let Some((_, collected)) = all.iter_mut().find(|(known, _)| *known == owner) else { continue };
            match turn {
                Ok(stored) => collected.stored = collected.stored.saturating_add(stored),
                Err(failure) => collected.failures.push(failure.to_string()),
            }
        }
    }
}

/// Reports to a service what is stored, and stores its next page. Returns how many letters that were.
async fn visit(
    mail: &impl Mail,
    letters: &impl Letters,
    stop: &mut Stop,
) -> (Service, Result<usize, Failure>) {
    let page = mail.fetch_letters(stop.owner, std::mem::take(&mut stop.stored), stop.after.clone()).await;
    let page = match page {
        Ok(page) => page,
        Err(failure) => {
            stop.goes_on = false;
            return (stop.owner, Err(failure));
        }
    };
    let Some(last) = page.last() else {
        stop.goes_on = false;
        return (stop.owner, Ok(0));
    };
    stop.after.clone_from(&last.id);
    let (ids, bodies): (Vec<String>, Vec<String>) =
        page.into_iter().map(|message| (message.id, message.body)).unzip();
    let done = letters.bury(&bodies).await;
    stop.stored = ids.into_iter().zip(done).filter(|(_, done)| *done).map(|(id, _)| id).collect();
    (stop.owner, Ok(stop.stored.len()))
}
