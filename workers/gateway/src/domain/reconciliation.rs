//! A reconciliation run: what is left to check, and what was found. It checks all stored data, so it works slice by
//! slice and continues where it stopped.

use contracts::Service;
use contracts::ops::Check;
use kernel::ids::ReconciliationId;
use kernel::{Cursor, Timestamp};
use serde::{Deserialize, Serialize};

/// The subjects that are compared. Each progresses independently. Text: the name of a service, `sales`, `present`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Subject {
    /// What a service can check alone.
    Service(Service),
    /// Every sale and refund, with what was moved and booked for it.
    Sales,
    /// What must hold at any time: the stock matches the books, messages are delivered, work in progress finishes.
    Present,
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Service(service) => service.name(),
            Self::Sales => "sales",
            Self::Present => "present",
        })
    }
}

impl From<Subject> for String {
    fn from(subject: Subject) -> Self {
        subject.to_string()
    }
}

impl TryFrom<String> for Subject {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        match name.as_str() {
            "sales" => Ok(Self::Sales),
            "present" => Ok(Self::Present),
            _ => Service::parse(&name).map(Self::Service).ok_or("unknown subject"),
        }
    }
}

/// A subject that is not completely checked yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lane {
    /// The subject.
    pub subject: Subject,
    /// The position after which it continues; none at the start.
    pub after: Option<Cursor>,
    /// How many times in a row it could not be checked, or not reliably.
    pub tries: u32,
}

/// The result of checking a page of a lane.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// What was found, and where the lane continues; none at its end.
    Found(Vec<Check>, Option<Cursor>),
    /// It did not answer, or its data may change in a moment. It is checked again, up to the patience of the run; then
    /// this is what was found, and the lane ends.
    Again(Vec<Check>),
}

/// A run.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Its id.
    pub id: ReconciliationId,
    /// When it started. Sales that changed shortly before are left to the next run.
    pub started_at: Timestamp,
    /// A user's id, or the gateway's name.
    pub started_by: String,
    /// When everything was checked.
    pub finished_at: Option<Timestamp>,
    /// How many slices it has taken so far.
    pub slices: i64,
    /// What is left.
    pub lanes: Vec<Lane>,
    /// What was found, by name of the check.
    pub checks: Vec<Check>,
}

impl Run {
    /// A run that has checked nothing yet.
    #[must_use]
    pub fn begin(id: ReconciliationId, started_by: &str, started_at: Timestamp) -> Self {
        let services = Service::Gateway.others().map(Subject::Service);
        let subjects = services.chain([Subject::Sales, Subject::Present]);
        Self {
            id,
            started_at,
            started_by: started_by.to_owned(),
            finished_at: None,
            slices: 0,
            lanes: subjects.map(|subject| Lane { subject, after: None, tries: 0 }).collect(),
            checks: Vec::new(),
        }
    }

    /// Whether nothing failed so far.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.checks.iter().all(|check| check.ok)
    }

    /// The lane of a subject continues, waits, or ends. A lane that was checked again `patience` times ends with the
    /// last findings.
    pub fn note(&mut self, subject: Subject, outcome: Outcome, patience: u32) {
        let Some(lane) = self.lanes.iter_mut().find(|lane| lane.subject == subject) else { return };
        let (found, next) = match outcome {
            Outcome::Again(_) if lane.tries < patience => {
                lane.tries = lane.tries.saturating_add(1);
                return;
            }
            Outcome::Again(found) => (found, None),
            Outcome::Found(found, next) => (found, next),
        };
        match next {
            Some(next) => (lane.after, lane.tries) = (Some(next), 0),
            None => self.lanes.retain(|lane| lane.subject != subject),
        }
        for check in found {
            match self.checks.iter_mut().find(|known| known.name == check.name) {
                Some(known) => known.add(check),
                None => self.checks.push(check),
            }
        }
    }

    /// Ends a slice.
    pub fn close_slice(&mut self, now: Timestamp) {
        self.slices = self.slices.saturating_add(1);
        if self.lanes.is_empty() {
            self.finished_at = Some(now);
        }
    }
}

/// The hours of the night (UTC) in which the nightly run starts, unless one has already started that night.
const NIGHT: std::ops::Range<i64> = 2..5;
const HOUR_SECONDS: i64 = 3_600;
const DAY_SECONDS: i64 = 86_400;

/// When this night began; none during the day.
#[must_use]
pub fn night_since(now: Timestamp) -> Option<Timestamp> {
    let into_day = now.unix_seconds().rem_euclid(DAY_SECONDS);
    let since = into_day.saturating_sub(NIGHT.start.saturating_mul(HOUR_SECONDS));
    NIGHT.contains(&into_day.div_euclid(HOUR_SECONDS)).then(|| now.plus_seconds(since.saturating_neg()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn run() -> Run {
        Run::begin(ReconciliationId(uuid::Uuid::nil()), "u-1", time("2026-11-20T02:00:00Z"))
    }

    fn sales(run: &Run) -> Option<&Lane> {
        run.lanes.iter().find(|lane| lane.subject == Subject::Sales)
    }

    #[test]
    fn a_lane_goes_on_from_where_it_was_and_its_findings_add_up() {
        let mut run = run();
        run.note(Subject::Sales, Outcome::Found(vec![Check::of("a", 2, [])], Some(Cursor::after("k"))), 5);
        assert_eq!(sales(&run).unwrap().after, Some(Cursor::after("k")));
        run.note(Subject::Sales, Outcome::Found(vec![Check::of("a", 3, ["x".to_owned()])], None), 5);
        assert_eq!(sales(&run), None);
        assert_eq!((run.checks.clone(), run.is_ok()), (vec![Check::of("a", 5, ["x".to_owned()])], false));
    }

    #[test]
    fn what_is_not_in_order_is_looked_at_again_before_it_counts() {
        let mut run = run();
        let wrong = || Outcome::Again(vec![Check::of("a", 1, ["x".to_owned()])]);
        for _ in 0..2 {
            run.note(Subject::Sales, wrong(), 2);
            assert!(sales(&run).is_some() && run.is_ok());
        }
        run.note(Subject::Sales, wrong(), 2);
        assert!(sales(&run).is_none() && !run.is_ok());
    }

    #[test]
    fn where_a_run_stands_survives_being_kept() {
        let run = run();
        let kept = serde_json::to_string(&run.lanes).unwrap();
        assert!(kept.contains(r#""subject":"order""#) && kept.contains(r#""subject":"sales""#), "{kept}");
        assert_eq!(serde_json::from_str::<Vec<Lane>>(&kept).unwrap(), run.lanes);
        assert!(serde_json::from_str::<Subject>(r#""nobody""#).is_err());
    }

    #[test]
    fn a_run_ends_with_its_last_lane() {
        let mut run = run();
        run.close_slice(run.started_at);
        assert_eq!((run.slices, run.finished_at), (1, None));
        run.lanes.clear();
        run.close_slice(time("2026-11-20T02:07:00Z"));
        assert_eq!((run.slices, run.finished_at), (2, Some(time("2026-11-20T02:07:00Z"))));
    }

    #[test]
    fn the_night_is_from_two_to_five() {
        for (now, since) in [
            ("2026-11-20T01:59:59Z", None),
            ("2026-11-20T02:00:00Z", Some("2026-11-20T02:00:00Z")),
            ("2026-11-20T04:59:59Z", Some("2026-11-20T02:00:00Z")),
            ("2026-11-20T05:00:00Z", None),
        ] {
            assert_eq!(night_since(time(now)), since.map(time), "{now}");
        }
    }
}
