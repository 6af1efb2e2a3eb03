//! Enrols a till: binds it to a warehouse and a device, and issues its key. Later the key is issued again, which ends
//! the old one, or revoked.

use kernel::ids::WarehouseId;
use kernel::text::{Code, Name};
use kernel::{Failure, Timestamp};

use super::ports::peers::Goods;
use super::ports::tills::{Enrolments, KeyChanged};
use crate::domain::enrolment::Enrolment;

/// Why a till's key is not changed.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    #[error("the till is not enrolled")]
    NotEnrolled,
    /// It has a valid key: that is issued again, or revoked.
    #[error("the till is enrolled")]
    Enrolled,
    #[error("the warehouse is unknown")]
    UnknownWarehouse,
    /// Another request has changed the key since it was read.
    #[error("another request is changing the key")]
    Contended,
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// What a manager changes.
#[derive(Debug)]
pub enum Wish {
    /// Enrol a till that has no valid key.
    Enrol { warehouse_id: WarehouseId, device: Name },
    /// Issue another key; warehouse and device stay unless they are named.
    IssueKey { warehouse_id: Option<WarehouseId>, device: Option<Name> },
}

/// Enrols a till or issues its key again. Returns the enrolment and the key, which is not kept anywhere.
pub async fn enrol_till(
    tills: &impl Enrolments,
    goods: &impl Goods,
    terminal_id: Code,
    wish: Wish,
    (by, at): (String, Timestamp),
) -> Result<(Enrolment, String), EnrolError> {
    let known = tills.find_key(&terminal_id).await?;
    let bound = known.as_ref().and_then(|till| till.warehouse_id.zip(till.device.clone()));
    let has_key = known.as_ref().is_some_and(|till| till.key_hash.is_some());
    let (warehouse_id, device) = match wish {
        Wish::Enrol { .. } if has_key => return Err(EnrolError::Enrolled),
        Wish::Enrol { warehouse_id, device } => (warehouse_id, device),
        Wish::IssueKey { warehouse_id, device } => {
            let (bound_to, known_as) = bound.ok_or(EnrolError::NotEnrolled)?;
            (warehouse_id.unwrap_or(bound_to), device.unwrap_or(known_as))
        }
    };
    if goods.find_warehouse(warehouse_id).await?.is_none() {
        return Err(EnrolError::UnknownWarehouse);
    }
    let enrolment = Enrolment {
        terminal_id,
        warehouse_id,
        device,
        enrolled_by: by,
        enrolled_at: at,
        key_version: known.map_or(0, |till| till.key_version).saturating_add(1),
        revoked_at: None,
    };
    match tills.issue_key(&enrolment).await? {
        KeyChanged::Now(key) => Ok((enrolment, key)),
        KeyChanged::Contended => Err(EnrolError::Contended),
    }
}

/// Revokes the key of a till: from now on nothing is accepted with it. Revoking it again changes nothing.
pub async fn revoke_key(tills: &impl Enrolments, terminal_id: &Code) -> Result<(), EnrolError> {
    let known = tills.find_key(terminal_id).await?.filter(|till| till.device.is_some());
    let till = known.ok_or(EnrolError::NotEnrolled)?;
    if till.key_hash.is_none() {
        return Ok(());
    }
    match tills.revoke_key(terminal_id, till.key_version).await? {
        KeyChanged::Now(()) => Ok(()),
        KeyChanged::Contended => Err(EnrolError::Contended),
    }
}
