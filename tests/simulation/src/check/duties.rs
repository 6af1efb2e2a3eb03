//! What one person may not do alone was approved by another one, and then done.

use contracts::Service;
use serde::Deserialize;

use super::Findings;
use crate::inspect::rows;
use crate::world::Residence;

#[derive(Debug, Deserialize)]
struct ApprovalRow {
    id: String,
    status: String,
    own: bool,
}

/// Nobody decided about their own request, and what was approved is done. That it is done once, the refunds say.
pub(super) fn check_approvals(findings: &mut Findings, house: &Residence) {
    let found: Vec<ApprovalRow> = rows(
        house.database(Service::Gateway),
        "select id, status, coalesce(decided_by = requested_by, 0) as own from approvals order by id",
    );
    for row in &found {
        let id = row.id.as_str();
        findings.unless(!row.own, &[id], || format!("the approval {id} was decided by who asked for it"));
        let is_over = matches!(row.status.as_str(), "Executed" | "Pending");
        findings.unless(is_over, &[id], || format!("the approval {id} stays {}", row.status));
    }
}
