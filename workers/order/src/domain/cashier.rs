//! The cashier whom an offline sale names. The sale has happened; whether its cashier may still sell is for people to look
//! at.

use kernel::ids::UserId;

/// Whether somebody may sell, as far as the gateway has told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum CashierState {
    Active,
    Disabled,
    Removed,
    /// A user whose role does not sell at tills.
    NotASeller,
}

impl CashierState {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Disabled => "Disabled",
            Self::Removed => "Removed",
            Self::NotASeller => "NotASeller",
        }
    }
}

/// A user as far as selling goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cashier {
    pub id: UserId,
    pub state: CashierState,
    /// Rises with each change of the user.
    pub version: i64,
}

/// What a person should review about a sale of this cashier; nothing for one who may sell.
#[must_use]
pub fn doubt(cashier: &str, state: Option<CashierState>) -> Option<String> {
    let why = match state {
        Some(CashierState::Active) => return None,
        Some(CashierState::Disabled) => "is disabled",
        Some(CashierState::Removed) => "was removed",
        Some(CashierState::NotASeller) => "may not sell at tills",
        None => "is not known",
    };
    Some(format!("the cashier {cashier} {why}"))
}
