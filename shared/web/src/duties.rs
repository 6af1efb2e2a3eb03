//! Separation of duties: what nobody does alone above an amount that the shop sets.
//!
//! A service that is about to do such a thing calls [`check`]. Below the limit nothing happens. Above it the request is
//! refused with `APPROVAL_REQUIRED`, which says what would happen. The gateway keeps the refused request, and answers 202
//! with an [`Approval`] that waits. When somebody else approves it, the gateway sends the same request again, for the same
//! caller, with the approver in the service token; then [`check`] lets it through. So a service knows its limits and
//! nothing of approvals, and one mechanism serves every route.

use contracts::duties::{AboveLimit, ApprovalStatus};
pub use contracts::duties::{Action, Deed};
use contracts::terms::PaymentMethod;
use kernel::{Failure, Money, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{Context, FieldError, Grant, Problem, ProblemCode, Role};

/// The setting with the amount above which giving money needs a recent proof of who does it.
const STEP_UP_REFUND: &str = "STEP_UP_REFUND";

/// Whether the shop has set a limit for it: otherwise nothing has to be looked up for [`check`].
pub fn is_watched(context: &Context, action: Action) -> Result<bool, Failure> {
    let is_system = context.caller.role == Role::System;
    let watched = limit(context, action.setting())?.is_some()
        || action.gives_money() && limit(context, STEP_UP_REFUND)?.is_some();
    Ok(watched && !is_system)
}

/// Refuses what the caller may not do alone, or not without a recent proof of who they are. `field` is the part of the
/// request from which the amount follows.
pub fn check(context: &Context, deed: Deed, field: &str) -> Result<(), Problem> {
    if context.caller.role == Role::System {
        return Ok(());
    }
    let exceeds = |limit: Option<Money>| limit.filter(|limit| deed.amount.minor() > limit.minor());
    if deed.action.gives_money() && exceeds(limit(context, STEP_UP_REFUND)?).is_some() {
        context.require_proof(Grant::new(deed.action.grant()))?;
    }
    let Some(limit) = exceeds(limit(context, deed.action.setting())?) else { return Ok(()) };
    if context.caller.approved_by.is_some() {
        return Ok(());
    }
    let detail = format!("{} is more than {limit}: somebody else has to approve it.", deed.amount);
    let error = FieldError::new(field, format!("comes to {}, which is more than {limit}", deed.amount));
    Err(Problem::new(ProblemCode::ApprovalRequired, detail)
        .with_errors(vec![error])
        .with("approval", &AboveLimit { deed, limit }))
}

/// A grant of its own: who sees the bank's statements.
const BANK_TRANSFER_RECORD: Grant = Grant::new("bank-transfers:record");
/// The setting that lets cash change hands without a till.
const CASH_WITHOUT_TILL: &str = "CASH_WITHOUT_TILL";

/// Whether the caller may say that money came or went in this way. A bank transfer is recorded by who may; cash belongs
/// into a till's drawer, whose closing counts it, unless the shop allows it elsewhere.
pub fn check_method(
    context: &Context,
    method: PaymentMethod,
    is_at_till: bool,
    field: &str,
) -> Result<(), Problem> {
    match method {
        PaymentMethod::BankTransfer if !context.caller.may(BANK_TRANSFER_RECORD) => {
            let detail = format!("Your role does not have the grant {BANK_TRANSFER_RECORD}.");
            let error = FieldError::new(field, "is recorded by who may");
            Err(Problem::new(ProblemCode::Forbidden, detail).with_errors(vec![error]))
        }
        PaymentMethod::Cash if !is_at_till && !may_be_without_till(context)? => {
            Err(Problem::field(field, "must not be Cash: cash is taken and given at a till"))
        }
        _ => Ok(()),
    }
}

/// Whether the shop lets cash change hands without a till.
pub fn may_be_without_till(context: &Context) -> Result<bool, Failure> {
    match context.world.setting(CASH_WITHOUT_TILL).as_deref().map(str::trim) {
        None | Some("" | "false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(Failure::Defect(format!("the setting {CASH_WITHOUT_TILL} is neither true nor false"))),
    }
}

/// The amount of a setting, in the currency of the house; none without a limit.
fn limit(context: &Context, name: &str) -> Result<Option<Money>, Failure> {
    let Some(value) = context.world.setting(name).filter(|value| !value.trim().is_empty()) else {
        return Ok(None);
    };
    let amount = Money::parse(value.trim(), context.currency()).ok().filter(|amount| !amount.is_negative());
    let wrong = || Failure::Defect(format!("the setting {name} is no amount from 0"));
    amount.map(Some).ok_or_else(wrong)
}

/// A request that waits for somebody else, or has waited.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Approval")]
pub struct Approval {
    pub id: String,
    pub status: ApprovalStatus,
    #[serde(flatten)]
    pub needed: AboveLimit,
    /// The request that is sent when it is approved.
    pub request: KeptRequest,
    /// A user's id.
    pub requested_by: String,
    pub requested_at: Timestamp,
    /// Until when it can be approved.
    pub expires_at: Timestamp,
    /// Who decided: never who asked for it.
    pub decided_by: Option<String>,
    pub decided_at: Option<Timestamp>,
    /// Why it was rejected.
    pub reason: Option<String>,
    /// What was answered when it was done.
    pub answer: Option<KeptAnswer>,
}

/// A request as it is kept.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct KeptRequest {
    pub method: String,
    pub path: String,
    pub body: serde_json::Value,
}

/// An answer as it is kept.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "ApprovedAnswer")]
pub struct KeptAnswer {
    /// The HTTP status.
    pub status: u16,
    pub body: serde_json::Value,
}
