//! What must hold for each route that takes a key.

use std::sync::atomic::Ordering;

use super::{Case, Run, Trial, uuid};
use crate::Answer;

/// What a replay has in common with the first answer beside status and body.
const HEADERS: [&str; 3] = ["content-type", "etag", "location"];

/// Whether this is the first answer again. A new key's secret is not kept: its replay has null.
#[track_caller]
fn same(case: &Case, first: &Answer, again: &Answer) {
    let mut expected = first.text.clone();
    if ["/api-keys", "/terminals", "/key"].iter().any(|end| case.route.ends_with(end)) {
        let secret = first.json()["key"].to_string();
        expected = expected.replace(&secret, "null");
    }
    assert_eq!((first.status, expected.as_str()), (again.status, again.text.as_str()), "{}", case.route);
    for name in HEADERS {
        assert_eq!(first.header(name), again.header(name), "{}: {name}", case.route);
    }
}

#[track_caller]
fn succeeded(case: &Case, answer: &Answer) {
    assert!([200, 201, 202].contains(&answer.status), "{}: {} {}", case.route, answer.status, answer.text);
}

#[track_caller]
fn happened(run: &Run<'_>, case: &Case, trial: &Trial<'_>, before: i64, times: i64) {
    assert_eq!((trial.effects)() - before, times, "{}: effects", case.route);
    run.effects.fetch_add(usize::try_from(times).unwrap(), Ordering::Relaxed);
}

/// The same key and body: the same status, bytes and headers, marked as a replay, and one effect. The key is
/// the thing's own: at another path it is another key.
pub fn a_repetition_replays_the_first_answer(run: &Run<'_>, case: &Case) {
    let key = uuid();
    let mut paths = Vec::new();
    for _ in 0..2 {
        let trial = (case.set_up)(run);
        if paths.contains(&trial.path) {
            continue;
        }
        let before = (trial.effects)();
        let first = run.send(case, &trial, &key, &trial.body);
        succeeded(case, &first);
        assert!(!first.replayed(), "{}: the first answer is no replay", case.route);
        for _ in 0..2 {
            let again = run.send(case, &trial, &key, &trial.body);
            assert!(again.replayed(), "{}: {} {}", case.route, again.status, again.text);
            same(case, &first, &again);
        }
        happened(run, case, &trial, before, 1);
        paths.push(trial.path);
    }
}

/// The same key with another body has no effect; the same key of another caller is another key.
pub fn another_body_is_refused_and_another_caller_is_not_known(run: &Run<'_>, case: &Case) {
    let (key, trial) = (uuid(), (case.set_up)(run));
    let before = (trial.effects)();
    succeeded(case, &run.send(case, &trial, &key, &trial.body));
    let other = run.send(case, &trial, &key, &trial.other);
    assert_eq!(other.refused(422, "IDEMPOTENCY_KEY_REUSED"), ["Idempotency-Key"], "{}", case.route);
    happened(run, case, &trial, before, 1);
    let same = run.send_as_another(&trial, &key, &trial.body);
    assert!(!same.replayed(), "{}: {} {}", case.route, same.status, same.text);
    assert_ne!(same.code(), "IDEMPOTENCY_KEY_REUSED", "{}", case.route);
    // A step was taken; it is not the other caller's to have taken it.
    assert!(case.creates || same.status == 409, "{}: {} {}", case.route, same.status, same.text);
}

/// The same key of another caller, first used by them: their own effect, and their own answer.
pub fn callers_with_one_key_have_an_effect_each(run: &Run<'_>, case: &Case) {
    if !case.creates {
        return;
    }
    let (key, trial) = (uuid(), (case.set_up)(run));
    let before = (trial.effects)();
    let ours = run.send(case, &trial, &key, &trial.body);
    let theirs = run.send_as_another(&trial, &key, &trial.other);
    succeeded(case, &ours);
    succeeded(case, &theirs);
    assert!(!theirs.replayed(), "{}: {}", case.route, theirs.text);
    happened(run, case, &trial, before, 2);
    same(case, &ours, &run.send(case, &trial, &key, &trial.body));
    same(case, &theirs, &run.send_as_another(&trial, &key, &trial.other));
}

/// A refusal leaves no trace: the corrected request works with the same key.
pub fn a_refused_request_can_be_corrected(run: &Run<'_>, case: &Case) {
    let (key, trial) = (uuid(), (case.set_up)(run));
    let before = (trial.effects)();
    let mut bad = vec![("{".to_owned(), None)];
    if let Ok(mut body) = serde_json::from_str::<serde_json::Value>(&trial.body) {
        body["colour"] = serde_json::json!("red");
        bad.push((body.to_string(), None));
    }
    bad.extend(trial.refused.clone().map(|(body, status)| (body, Some(status))));
    // A step whose handler reads no body has nothing to refuse; nor has a file of lines.
    if trial.other == "{ }" || trial.kind != "application/json" {
        bad.clear();
    }
    for (body, status) in bad {
        let refused = run.send(case, &trial, &key, &body);
        assert!((400..500).contains(&refused.status), "{}: {} {}", case.route, refused.status, refused.text);
        assert_eq!(refused.status, status.unwrap_or(refused.status), "{}: {}", case.route, refused.text);
        happened(run, case, &trial, before, 0);
    }
    let first = run.send(case, &trial, &key, &trial.body);
    succeeded(case, &first);
    same(case, &first, &run.send(case, &trial, &key, &trial.body));
    happened(run, case, &trial, before, 1);
}

/// Many requests at once with one key: one effect. Each gets the first answer, or is told to come again.
pub fn requests_at_once_have_one_effect(run: &Run<'_>, case: &Case, count: usize) {
    let (key, trial) = (uuid(), (case.set_up)(run));
    let before = (trial.effects)();
    let answers = run.at_once(case, &trial, &key, &vec![trial.body.as_str(); count]);
    let firsts: Vec<_> = answers.iter().filter(|answer| answer.status < 400 && !answer.replayed()).collect();
    assert_eq!(firsts.len(), 1, "{}: {answers:#?}", case.route);
    for answer in &answers {
        check_one(case, firsts[0], answer);
    }
    happened(run, case, &trial, before, 1);
    let again = run.send(case, &trial, &key, &trial.body);
    assert!(again.replayed(), "{}: {}", case.route, again.text);
    same(case, firsts[0], &again);
}

/// The same with two bodies in turn: one of them has its effect, the other is refused.
pub fn two_bodies_at_once_have_one_effect(run: &Run<'_>, case: &Case, count: usize) {
    let (key, trial) = (uuid(), (case.set_up)(run));
    let before = (trial.effects)();
    let bodies: Vec<_> =
        [trial.body.as_str(), trial.other.as_str()].into_iter().cycle().take(count).collect();
    let answers = run.at_once(case, &trial, &key, &bodies);
    let first = answers.iter().position(|answer| answer.status < 400 && !answer.replayed()).unwrap();
    for (body, answer) in bodies.iter().zip(&answers) {
        if *body == bodies[first] {
            check_one(case, &answers[first], answer);
        } else {
            assert!(
                in_progress(answer)
                    || (answer.status, answer.code().as_str()) == (422, "IDEMPOTENCY_KEY_REUSED"),
                "{}: {} {}",
                case.route,
                answer.status,
                answer.text
            );
        }
    }
    happened(run, case, &trial, before, 1);
}

#[track_caller]
fn check_one(case: &Case, first: &Answer, answer: &Answer) {
    if in_progress(answer) {
        return;
    }
    if answer.replayed() {
        same(case, first, answer);
    } else {
        assert_eq!((first.status, &first.text), (answer.status, &answer.text), "{}", case.route);
    }
}

fn in_progress(answer: &Answer) -> bool {
    let waits = answer.status == 409 && answer.code() == "IDEMPOTENCY_IN_PROGRESS";
    assert!(!waits || answer.header("retry-after").is_some(), "{}", answer.text);
    waits
}
