//! `/approvals`: what somebody asked for and somebody else decides.

use contracts::duties::ApprovalStatus;
use kernel::ids::UserId;
use kernel::text::ShortText;
use kernel::{Cursor, Limit};
use schemars::JsonSchema;
use serde::Deserialize;
use web::duties::Approval as ApprovalJson;
use web::{Context, Grant, Json, List, Path, Problem, ProblemCode, Query, Reply, Route};

use super::grants;
use crate::adapters::approvals::shown;
use crate::adapters::peers::Peers;
use crate::adapters::store::{ListApprovals, Store, list_approvals};
use crate::application::decide_approval::{DecideError, decide_approval};
use crate::application::ports::Approvals;
use crate::domain::approval::{Approval, Decision, Undecidable};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/approvals", grants::APPROVAL_READ, "List requests that wait for somebody else, or did, the newest first.", list)
            .details("All for who may decide, otherwise the caller's own. Filter by `status` only among all."),
        Route::get("/api/approvals/{id}", grants::APPROVAL_READ, "Show a request that waits for somebody else, or did.", show),
        Route::post_unkeyed("/api/approvals/{id}/approve", grants::APPROVAL_DECIDE, "Approve what somebody else asked for.", approve)
            .audited()
            .step_up()
            .details(
                "The kept request is sent, for who asked for it, once. It needs the grant of what it does, too. `answer` has \
                 the outcome; `Approved` without it means that the house goes on with it by itself. Approving again is the same.",
            )
            .problems(&[ProblemCode::StateConflict]),
        Route::post_unkeyed("/api/approvals/{id}/reject", grants::APPROVAL_DECIDE, "Reject what somebody else asked for.", reject)
            .audited()
            .problems(&[ProblemCode::StateConflict]),
        Route::post_unkeyed("/api/approvals/{id}/withdraw", grants::APPROVAL_READ, "Take back what the caller asked for.", withdraw)
            .audited()
            .problems(&[ProblemCode::StateConflict]),
    ]
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Filter {
    status: Option<ApprovalStatus>,
    #[serde(default)]
    limit: Limit,
    cursor: Option<Cursor>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RejectApproval")]
struct Reason {
    reason: ShortText,
}

fn user(context: &Context) -> Result<UserId, Problem> {
    let gone = || web::tokens::unauthenticated("The user was removed.");
    UserId::parse(&context.caller.subject).ok_or_else(gone)
}

async fn list(context: Context, Query(filter): Query<Filter>) -> Result<Reply<List<ApprovalJson>>, Problem> {
    let which = match filter.status {
        None if context.caller.may(grants::APPROVAL_DECIDE) => ListApprovals::All,
        None => ListApprovals::Of(user(&context)?),
        Some(status) => {
            context.require(grants::APPROVAL_DECIDE)?;
            ListApprovals::In(status)
        }
    };
    let found = list_approvals(&context, which, filter.cursor.as_ref(), filter.limit).await?;
    let found: Vec<ApprovalJson> = found.into_iter().map(|approval| shown(approval, context.now())).collect();
    Ok(web::list(found, filter.limit, |approval| approval.id.clone()))
}

/// An approval that the caller may see.
async fn find(context: &Context, id: &str) -> Result<Approval, Problem> {
    let found = Store::new(context).find_approval(id).await?;
    let sees = |approval: &Approval| {
        context.caller.may(grants::APPROVAL_DECIDE)
            || approval.requested_by.to_string() == context.caller.subject
    };
    found.filter(sees).ok_or_else(|| Problem::not_found("approval"))
}

async fn show(context: Context, Path(id): Path<String>) -> Result<Reply<ApprovalJson>, Problem> {
    Ok(Reply(shown(find(&context, &id).await?, context.now())))
}

async fn approve(context: Context, Path(id): Path<String>) -> Result<Reply<ApprovalJson>, Problem> {
    let approval = find(&context, &id).await?;
    context.require(Grant::new(approval.needed.deed.action.grant()))?;
    decide(&context, approval, Decision::Approve).await
}

async fn reject(
    context: Context,
    Path(id): Path<String>,
    Json(body): Json<Reason>,
) -> Result<Reply<ApprovalJson>, Problem> {
    let approval = find(&context, &id).await?;
    decide(&context, approval, Decision::Reject(body.reason)).await
}

async fn withdraw(context: Context, Path(id): Path<String>) -> Result<Reply<ApprovalJson>, Problem> {
    let approval = find(&context, &id).await?;
    decide(&context, approval, Decision::Withdraw).await
}

async fn decide(
    context: &Context,
    approval: Approval,
    decision: Decision,
) -> Result<Reply<ApprovalJson>, Problem> {
    let (store, peers) = (Store::new(context), Peers::new(context));
    let decided = decide_approval(&store, &peers, approval, &decision, user(context)?, context.now()).await;
    Ok(Reply(shown(decided.map_err(problem)?, context.now())))
}

fn problem(error: DecideError) -> Problem {
    match error {
        DecideError::Undecidable(Undecidable::Own) => {
            Problem::new(ProblemCode::Forbidden, "You asked for this yourself: somebody else decides.")
        }
        DecideError::Undecidable(Undecidable::NotOwn) => {
            Problem::new(ProblemCode::Forbidden, "Only who asked for this takes it back.")
        }
        DecideError::Undecidable(Undecidable::Settled(status)) => {
            Problem::state_conflict(format!("This is {} already.", status.as_str()))
        }
        DecideError::Overtaken => {
            Problem::state_conflict("This was decided at the same time, or its time is over.")
        }
        DecideError::Failure(failure) => failure.into(),
    }
}
