//! The health of a service: whether its database answers, what waits in its outbox, what it failed to take in, and what
//! it started and did not finish. One round trip, over indexes that hold only unfinished work.

use contracts::ops::{CircuitStatus, SagaStatus, ServiceHealth};
use kernel::{Failure, Timestamp};
use serde::Deserialize;
use store::{Rows, plumbing};

use crate::answer::{PrometheusText, Text};
use crate::{Context, Problem, Reply};

/// The age, in seconds, from which a unit of work is stuck. The sweep resumes one that has not changed for half a
/// minute, and again each minute: after five minutes it has failed several times.
pub const SAGA_SECONDS_MAX: i64 = 300;

#[derive(Deserialize)]
struct SagaRow {
    kind: String,
    in_flight: i64,
    stuck: i64,
    oldest: Option<Timestamp>,
}

#[derive(Deserialize)]
struct CircuitRow {
    server: String,
    failures: i64,
    open_until: Option<Timestamp>,
}

impl From<CircuitRow> for CircuitStatus {
    fn from(row: CircuitRow) -> Self {
        Self { server: row.server, failures: row.failures, open_until: row.open_until }
    }
}

impl From<SagaRow> for SagaStatus {
    fn from(row: SagaRow) -> Self {
        Self { kind: row.kind, in_flight: row.in_flight, stuck: row.stuck, oldest: row.oldest }
    }
}

/// The health of the service.
pub async fn service_health(context: &Context) -> Result<ServiceHealth, Failure> {
    let mut statements = vec![
        plumbing::OUTBOX_STATUS.bind([]),
        plumbing::INBOX_STATUS.bind([]),
        plumbing::LIST_CIRCUITS.bind([]),
    ];
    statements.extend(context.app.bounded().sagas(context.now().plus_seconds(-SAGA_SECONDS_MAX)));
    let mut rows = context.query_list(statements).await?.into_iter();
    let uncounted = || Failure::Defect("a count without a row".to_owned());
    Ok(ServiceHealth {
        status: "ok".to_owned(),
        service: context.service().name().to_owned(),
        outbox: rows.next().map(Rows::first).transpose()?.flatten().ok_or_else(uncounted)?,
        inbox: rows.next().map(Rows::first).transpose()?.flatten().ok_or_else(uncounted)?,
        circuits: rows
            .next()
            .map(Rows::read::<CircuitRow>)
            .transpose()?
            .into_iter()
            .flatten()
            .map(Into::into)
            .collect(),
        sagas: rows
            .next()
            .map(Rows::read::<SagaRow>)
            .transpose()?
            .into_iter()
            .flatten()
            .map(Into::into)
            .collect(),
    })
}

/// A gauge: its name, its help text, and its samples, each with its labels.
#[must_use]
pub fn gauge(name: &str, help: &str, samples: &[(String, i64)]) -> String {
    if samples.is_empty() {
        return String::new();
    }
    let heading = format!("# HELP {name} {help}\n# TYPE {name} gauge\n");
    samples.iter().fold(heading, |text, (labels, value)| format!("{text}{name}{labels} {value}\n"))
}

/// Seconds since a time; 0 when there is none.
#[must_use]
pub fn age_seconds(oldest: Option<Timestamp>, now: Timestamp) -> i64 {
    let age_ms = oldest.map_or(0, |oldest| now.unix_ms().saturating_sub(oldest.unix_ms()));
    age_ms.div_euclid(1000)
}

/// The same as Prometheus text.
#[must_use]
pub fn health_metrics(health: &ServiceHealth, now: Timestamp) -> String {
    let service = &health.service;
    let one = |value: i64| vec![(format!("{{service=\"{service}\"}}"), value)];
    let each = |value: &dyn Fn(&SagaStatus) -> i64| -> Vec<(String, i64)> {
        let labels = |saga: &SagaStatus| format!("{{service=\"{service}\",kind=\"{}\"}}", saga.kind);
        health.sagas.iter().map(|saga| (labels(saga), value(saga))).collect()
    };
    let age = |oldest| age_seconds(oldest, now);
    [
        gauge("outbox_waiting", "Messages whose reader has not confirmed them.", &one(health.outbox.waiting)),
        gauge(
            "outbox_oldest_age_seconds",
            "Age of the oldest of these messages.",
            &one(age(health.outbox.oldest)),
        ),
        gauge("inbox_failing", "Messages that failed and are retried.", &one(health.inbox.failing)),
        gauge("sagas_in_flight", "Units of work started and not finished.", &each(&|saga| saga.in_flight)),
        gauge("sagas_stuck", "Units of work that should have finished.", &each(&|saga| saga.stuck)),
        gauge(
            "saga_oldest_age_seconds",
            "Age of the oldest of these units of work.",
            &each(&|saga| age(saga.oldest)),
        ),
        gauge(
            "circuit_failures",
            "How often in a row a server outside did not answer.",
            &health
                .circuits
                .iter()
                .map(|circuit| {
                    let server = &circuit.server;
                    (format!("{{service=\"{service}\",server=\"{server}\"}}"), circuit.failures)
                })
                .collect::<Vec<_>>(),
        ),
    ]
    .concat()
}

/// 200 when the database answers, with what waits, what fails and what is in progress.
pub(crate) async fn show(context: Context) -> Result<Reply<ServiceHealth>, Problem> {
    Ok(Reply(service_health(&context).await?))
}

/// The gauges of the service's state, and the counters of this isolate.
pub(crate) async fn show_metrics(context: Context) -> Result<Text<PrometheusText>, Problem> {
    let state = health_metrics(&service_health(&context).await?, context.now());
    Ok(Text::new(state + &counted(&context)))
}

/// The counters of this isolate, as Prometheus text.
#[must_use]
pub fn counted(context: &Context) -> String {
    context.app.figures().render(context.service())
}

#[cfg(test)]
mod tests {
    use contracts::ops::{InboxStatus, OutboxStatus};

    use super::*;

    #[test]
    fn the_figures_of_a_service_are_labelled_by_kind() {
        let now = Timestamp::parse("2026-11-20T09:10:00Z").unwrap();
        let oldest = Timestamp::parse("2026-11-20T09:00:00.500Z");
        let saga = |kind: &str, in_flight, stuck, oldest| SagaStatus {
            kind: kind.to_owned(),
            in_flight,
            stuck,
            oldest,
        };
        let health = ServiceHealth {
            status: "ok".to_owned(),
            service: "order".to_owned(),
            outbox: OutboxStatus { waiting: 2, oldest },
            inbox: InboxStatus { failing: 3 },
            circuits: Vec::new(),
            sagas: vec![saga("checkout", 4, 1, oldest), saga("refund", 0, 0, None)],
        };
        let samples: Vec<String> = health_metrics(&health, now)
            .lines()
            .filter(|line| !line.starts_with('#'))
            .map(ToOwned::to_owned)
            .collect();
        assert_eq!(
            samples,
            [
                "outbox_waiting{service=\"order\"} 2",
                "outbox_oldest_age_seconds{service=\"order\"} 599",
                "inbox_failing{service=\"order\"} 3",
                "sagas_in_flight{service=\"order\",kind=\"checkout\"} 4",
                "sagas_in_flight{service=\"order\",kind=\"refund\"} 0",
                "sagas_stuck{service=\"order\",kind=\"checkout\"} 1",
                "sagas_stuck{service=\"order\",kind=\"refund\"} 0",
                "saga_oldest_age_seconds{service=\"order\",kind=\"checkout\"} 599",
                "saga_oldest_age_seconds{service=\"order\",kind=\"refund\"} 0",
            ]
        );
        let none = ServiceHealth { sagas: Vec::new(), ..health };
        assert!(!health_metrics(&none, now).contains("saga"), "no heading without a sample");
    }
}
