//! Requests that wait for somebody else, over SQL.

use contracts::duties::ApprovalStatus;
use kernel::ids::UserId;
use kernel::text::ShortText;
use kernel::{Cursor, Failure, Limit, Timestamp};
use serde::Deserialize;
use store::{DatabaseError, Rows, Statement, values};
use web::Context;

use super::{Store, sql_approvals as sql};
use crate::application::decide_approval::DecideError;
use crate::application::ports::{Approvals, Kept};
use crate::domain::approval::{Approval, Decision, KeptAnswer, KeptRequest, Undecidable};
use crate::domain::user::Role;

/// The most that one sweep goes on with.
const UNDER_WAY_MAX: i64 = 20;

#[derive(Deserialize)]
struct ApprovalRow {
    id: String,
    needed: String,
    method: String,
    path: String,
    content_type: Option<String>,
    if_match: Option<String>,
    body: String,
    requested_by: UserId,
    role: Role,
    scope: Option<String>,
    requested_at: Timestamp,
    expires_at: Timestamp,
    status: ApprovalStatus,
    decided_by: Option<UserId>,
    decided_at: Option<Timestamp>,
    reason: Option<ShortText>,
    answer_status: Option<u16>,
    answer: Option<String>,
}

impl TryFrom<ApprovalRow> for Approval {
    type Error = DatabaseError;

    fn try_from(row: ApprovalRow) -> Result<Self, DatabaseError> {
        let shape = |error: serde_json::Error| DatabaseError::Shape(error.to_string());
        let answer = row.answer_status.zip(row.answer);
        Ok(Self {
            needed: serde_json::from_str(&row.needed).map_err(shape)?,
            scope: row.scope.as_deref().map(serde_json::from_str).transpose().map_err(shape)?,
            id: row.id,
            request: KeptRequest {
                method: row.method,
                path: row.path,
                content_type: row.content_type,
                if_match: row.if_match,
                body: row.body,
            },
            requested_by: row.requested_by,
            role: row.role,
            requested_at: row.requested_at,
            expires_at: row.expires_at,
            status: row.status,
            decided_by: row.decided_by,
            decided_at: row.decided_at,
            reason: row.reason,
            answer: answer.map(|(status, body)| KeptAnswer { status, body }),
        })
    }
}

fn approvals(rows: Rows) -> Result<Vec<Approval>, DatabaseError> {
    rows.read::<ApprovalRow>()?.into_iter().map(Approval::try_from).collect()
}

impl<T> Store<'_, T> {
    async fn approval(&self, statement: Statement) -> Result<Option<Approval>, Failure> {
        Ok(approvals(self.context.query(statement).await?)?.pop())
    }

    /// As it is now, after a change that another run was faster with.
    async fn approval_again(&self, id: &str) -> Result<Approval, Failure> {
        let found = self.approval(sql::FIND_APPROVAL.bind(values![id])).await?;
        found.ok_or_else(|| Failure::Defect(format!("the approval {id} is gone")))
    }
}

impl<T> Approvals for Store<'_, T>
where
    T: Sync,
{
    async fn find_approval(&self, id: &str) -> Result<Option<Approval>, Failure> {
        self.approval(sql::FIND_APPROVAL.bind(values![id])).await
    }

    async fn keep_request(&self, approval: Approval, request_key: Option<&str>) -> Result<Kept, Failure> {
        let request = &approval.request;
        let mut unit = self.unremembered();
        unit.push(sql::INSERT_APPROVAL.bind(values![
            approval.id.as_str(),
            store::json(&approval.needed),
            request.method.as_str(),
            request.path.as_str(),
            request.content_type.clone(),
            request.if_match.clone(),
            request.body.as_str(),
            approval.requested_by,
            approval.role.as_str(),
            approval.scope.as_ref().map(store::json),
            request_key,
            approval.requested_at,
            approval.expires_at
        ]));
        match self.context.commit(unit).await {
            Ok(_) => Ok(Kept::New(approval)),
            Err(error) if error.rule() == Some("approvals.request_key") => {
                let known = self.approval(sql::FIND_APPROVAL_OF_KEY.bind(values![request_key])).await?;
                let known = known.ok_or_else(|| Failure::Defect("the key of no approval".to_owned()))?;
                let same = known.request == approval.request;
                Ok(if same { Kept::Known(known) } else { Kept::OtherRequest })
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn decide(&self, approval: &Approval, decision: &Decision) -> Result<Approval, DecideError> {
        let (context, now) = (self.context, self.context.now());
        let reason = match decision {
            Decision::Reject(reason) => Some(reason.clone()),
            Decision::Approve | Decision::Withdraw => None,
        };
        let by = UserId::parse(&context.caller.subject).ok_or(Undecidable::Own)?;
        let (id, status) = (approval.id.as_str(), decision.status());
        let mut unit = self.unremembered();
        let reason_text = reason.as_ref().map(ShortText::as_str);
        unit.push(sql::DECIDE_APPROVAL.bind(values![id, status.as_str(), by, now, reason_text]));
        match context.commit(unit).await {
            Ok(_) => Ok(Approval {
                status,
                decided_by: Some(by),
                decided_at: Some(now),
                reason,
                ..approval.clone()
            }),
            Err(error) => Err(match error.rule() {
                Some("approvals_status") => DecideError::Overtaken,
                Some("approvals_by_another") => Undecidable::Own.into(),
                _ => DecideError::Failure(error.into()),
            }),
        }
    }

    async fn finish(&self, approval: &Approval, answer: KeptAnswer) -> Result<Approval, Failure> {
        let id = approval.id.as_str();
        let status = if answer.status < 400 { ApprovalStatus::Executed } else { ApprovalStatus::Failed };
        let mut unit = self.unremembered();
        unit.push(sql::FINISH_APPROVAL.bind(values![
            id,
            status.as_str(),
            self.context.now(),
            i64::from(answer.status),
            answer.body.as_str()
        ]));
        match self.context.commit(unit).await {
            Ok(_) => Ok(Approval { status, answer: Some(answer), ..approval.clone() }),
            Err(error) if error.rule() == Some("approvals_status") => self.approval_again(id).await,
            Err(error) => Err(error.into()),
        }
    }

    async fn approved(&self, before: Timestamp) -> Result<Vec<Approval>, Failure> {
        let rows = self.context.query(sql::LIST_UNDER_WAY.bind(values![before, UNDER_WAY_MAX])).await?;
        Ok(approvals(rows)?)
    }

    async fn expire(&self) -> Result<(), Failure> {
        let mut unit = self.unremembered();
        unit.push(sql::EXPIRE_APPROVALS.bind(values![self.context.now()]));
        self.context.commit(unit).await?;
        Ok(())
    }
}

/// Which approvals are listed.
pub(crate) enum ListApprovals {
    All,
    Of(UserId),
    In(ApprovalStatus),
}

/// A page of approvals, the newest first.
pub(crate) async fn list_approvals(
    context: &Context,
    which: ListApprovals,
    cursor: Option<&Cursor>,
    limit: Limit,
) -> Result<Vec<Approval>, DatabaseError> {
    // `~` comes after every character of an id.
    let before = cursor.map_or("~", Cursor::key);
    let count = limit.rows().saturating_add(1);
    let statement = match which {
        ListApprovals::All => sql::LIST_APPROVALS.bind(values![before, count]),
        ListApprovals::Of(user) => sql::LIST_APPROVALS_OF.bind(values![before, count, user]),
        ListApprovals::In(status) => sql::LIST_APPROVALS_IN.bind(values![before, count, status.as_str()]),
    };
    approvals(context.query(statement).await?)
}

/// Approved requests that have no answer; those decided before `late` are stuck.
pub(crate) fn count_under_way(late: Timestamp) -> Statement {
    sql::COUNT_UNDER_WAY.bind(values![late])
}
