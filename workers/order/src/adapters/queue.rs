//! The events this service reads.

use contracts::events::UserData;
use contracts::{Envelope, EventKind};
use web::messages::TakeError;
use web::{Context, Role};

use super::http::grants::POS_SALE;
use super::store::Store;
use crate::domain::cashier::{Cashier, CashierState};

/// Whether a user may sell at tills.
fn cashier(user: &UserData, removed: bool) -> Cashier {
    let sells = Role::USERS.iter().any(|role| role.as_str() == user.role && role.may(POS_SALE));
    let state = match (removed, user.disabled, sells) {
        (true, ..) => CashierState::Removed,
        (_, true, _) => CashierState::Disabled,
        (.., false) => CashierState::NotASeller,
        (.., true) => CashierState::Active,
    };
    Cashier { id: user.user_id, state, version: user.version }
}

/// Takes in one event.
pub(crate) async fn consume(context: &Context, envelope: &Envelope) -> Result<(), TakeError> {
    let (store, at) = (Store::new(context), envelope.timestamp);
    match envelope.kind {
        EventKind::StockDepleted => store.cancel_depleted(&envelope.data()?, at).await?,
        EventKind::InvoicePaid => store.release_paid(envelope.id, &envelope.data()?).await?,
        EventKind::ReceivableChanged => store.change_credit(envelope.id, &envelope.data()?).await?,
        EventKind::UserCreated | EventKind::UserUpdated => {
            store.keep_cashier(&cashier(&envelope.data()?, false)).await?;
        }
        EventKind::UserDeleted => store.keep_cashier(&cashier(&envelope.data()?, true)).await?,
        EventKind::WarehouseChanged => store.take_warehouse(envelope.data()?, at).await?,
        // A new price does not change orders: their prices were agreed when they were placed. Other events are not for
        // this service. All are marked as received, so that they are not delivered again.
        _ => {
            context.commit(context.unit()).await?;
        }
    }
    Ok(())
}
