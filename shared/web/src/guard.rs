//! What runs before every handler: the grant, and the idempotency key.

use std::sync::atomic::Ordering;

use platform::{Body, Response};

use crate::answer::replayed;
use crate::idempotency::{self, Known};
use crate::input::{Incoming, collect, too_large};
use crate::routes::Proof;
use crate::{Context, Problem, Route};

/// (1) Does the caller have the grant? Have they proved lately who they are, if the route
/// wants it? 401 or 403, before the body is read; 413 for a body that is too large. (2) Is the request a retry? Then it gets
/// the first answer, 409 while the first is still running, or 422 when the body differs. A route that claims first asks
/// this only when something refuses. (3) The handler. (4) Did
/// another request with the same key finish first? Then its answer is returned. Otherwise an answer that no unit of
/// work stored is stored now. (5) What this caller may not see is taken out, and what is only theirs is added.
pub(crate) async fn run(context: &Context, route: &Route, incoming: Incoming) -> Result<Response, Problem> {
    context.require(route.grant)?;
    if route.proof == Proof::Recent {
        context.require_proof(route.grant)?;
    }
    context.shared.audited.store(route.audited, Ordering::Relaxed);
    let mut answer = answer(context, route, incoming).await?;
    if let Some((_, members)) = route.hidden.filter(|(grant, _)| !context.caller.may(*grant)) {
        answer = without(members, answer)?;
    }
    match route.finish {
        Some(finish) => finish(context, answer),
        None => Ok(answer),
    }
}

/// The JSON answer without members of these names.
fn without(members: &[&str], answer: Response) -> Result<Response, Problem> {
    let (head, body) = answer.into_parts();
    let bytes = match body {
        Body::Bytes(bytes) if !bytes.is_empty() => bytes,
        body => return Ok(Response::from_parts(head, body)),
    };
    let mut json: serde_json::Value = serde_json::from_slice(&bytes).map_err(Problem::internal)?;
    remove(members, &mut json);
    Ok(Response::from_parts(head, Body::from(json.to_string())))
}

fn remove(members: &[&str], json: &mut serde_json::Value) {
    match json {
        serde_json::Value::Object(object) => {
            object.retain(|name, _| !members.contains(&name.as_str()));
            object.values_mut().for_each(|value| remove(members, value));
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(|item| remove(members, item)),
        _ => {}
    }
}

async fn answer(context: &Context, route: &Route, mut incoming: Incoming) -> Result<Response, Problem> {
    if incoming.body.length().is_some_and(|length| length > route.body_bytes_max) {
        return Err(too_large(route.body_bytes_max));
    }
    let key = if route.keyed { idempotency::key(&incoming.headers)? } else { None };
    let Some(key) = key else { return (route.handler)(context.clone(), incoming).await };
    let body = collect(std::mem::take(&mut incoming.body), route.body_bytes_max).await?;
    let hashes = idempotency::hashes(&*context.world, context.service(), &body)?;
    let hash = hashes.first().cloned().unwrap_or_default();
    let claim = idempotency::claim(key, &context.caller, incoming.method.as_str(), incoming.uri.path(), hash);
    let mut repetition = None;
    let known = if route.claims_first {
        repetition = Some(Incoming { body: Body::Bytes(body.clone()), ..incoming.head() });
        Known::New
    } else {
        idempotency::look_up(context, &claim, &hashes).await?
    };
    incoming.body = Body::Bytes(body);
    let claimed = match known {
        Known::Answered(answer) => return Ok(replayed(answer)),
        Known::New => false,
        Known::Abandoned => true,
    };
    let mut keyed = context.clone().with_claim(claim.clone(), claimed);
    let mut answer = (route.handler)(keyed.clone(), incoming).await;
    // A request that did not claim the key may have met another request that holds it. Then that request's answer is
    // returned. If that one stopped before it answered, this one continues it.
    if !keyed.holds_key() {
        match idempotency::look_up(&keyed, &claim, &hashes).await? {
            Known::Answered(answer) => return Ok(replayed(answer)),
            Known::Abandoned if let Some(again) = repetition => {
                keyed = context.clone().with_claim(claim, true);
                answer = (route.handler)(keyed.clone(), again).await;
            }
            Known::New | Known::Abandoned => {}
        }
    }
    idempotency::remember(&keyed, answer?).await
}
