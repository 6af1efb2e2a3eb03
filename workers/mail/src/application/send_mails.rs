//! Sends what is due. `domain/delivery.rs` says what follows from each attempt.

use kernel::{Failure, Timestamp};

use super::ports::{Mail, Mails, Status, Transport, Writer};
use crate::domain::delivery::{self, Next, Outcome, Round};

/// Sends the mails that are due. Returns how many it took up. A failure of one does not stop the others; it is returned
/// when all were tried.
pub async fn send_mails(
    mails: &impl Mails,
    writer: &impl Writer,
    transport: &impl Transport,
    due: Vec<Mail>,
    now: Timestamp,
) -> Result<u32, Failure> {
    let (mut taken, mut failed) = (0_u32, None);
    for mail in due {
        match send_mail(mails, writer, transport, mail, now).await {
            Ok(()) => taken = taken.saturating_add(1),
            Err(failure) => failed = Some(failure),
        }
    }
    failed.map_or(Ok(taken), Err)
}

async fn send_mail(
    mails: &impl Mails,
    writer: &impl Writer,
    transport: &impl Transport,
    mail: Mail,
    now: Timestamp,
) -> Result<(), Failure> {
    if mail.status == Status::Sending {
        let stopped = Outcome::Unknown("the attempt stopped half-way".to_owned());
        let next = follow(&mail, &stopped, transport.is_idempotent(), now);
        return mails.conclude(&mail, &stopped, &next).await;
    }
    if delivery::is_too_late(mail.queued_at, now) {
        let late = Outcome::Delayed("it was not sent in time".to_owned());
        let next = follow(&mail, &late, transport.is_idempotent(), now);
        return mails.conclude(&mail, &late, &next).await;
    }
    let Some(mail) = mails.claim(mail).await? else { return Ok(()) };
    let outcome = match writer.outgoing(&mail) {
        Ok(outgoing) => transport.send(&outgoing).await,
        // A mail that cannot be written is a defect; the office sees it, and the others go on.
        Err(failure) => Outcome::Refused { detail: failure.to_string(), dead_address: false },
    };
    let next = follow(&mail, &outcome, transport.is_idempotent(), now);
    mails.conclude(&mail, &outcome, &next).await
}

fn follow(mail: &Mail, outcome: &Outcome, is_idempotent: bool, now: Timestamp) -> Next {
    let unknown = mail.unknown.saturating_add(i64::from(matches!(outcome, Outcome::Unknown(_))));
    let round = Round { queued_at: mail.queued_at, attempts: mail.attempts, unknown, is_idempotent };
    delivery::next(outcome, round, now)
}
