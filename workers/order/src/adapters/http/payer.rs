//! Whose attempts to pay are counted beyond one order: a card's, and a buyer's. Who tries cards tries one order after the
//! other.

use contracts::terms::PaymentMethod;
use kernel::text::ShortText;
use web::{Context, Incoming, Input, Problem, Role, tokens};

use crate::domain::patience::Counted;

/// The secret of the hashes: neither a card's token nor an address is stored.
const KEY_SETTING: &str = "GUEST_TOKEN_KEY";

/// Where a guest's request comes from, as the gateway says.
pub(super) struct Client(Option<String>);

impl Input for Client {
    async fn read(incoming: &mut Incoming) -> Result<Self, Problem> {
        let client = incoming.headers.get(web::auth::CLIENT).and_then(|client| client.to_str().ok());
        Ok(Self(client.map(str::to_owned)))
    }

    /// Only the gateway sends it.
    #[cfg(not(target_arch = "wasm32"))]
    fn describe(_: &mut web::describe::Operation) {}
}

/// What an attempt counts for. Staff who record a payment are not counted.
pub(super) fn counted(
    context: &Context,
    Client(client): Client,
    method: PaymentMethod,
    token: Option<&ShortText>,
) -> Result<Vec<Counted>, Problem> {
    if method != PaymentMethod::Card {
        return Ok(Vec::new());
    }
    let buyer = match context.caller.role {
        Role::Guest => client,
        Role::Customer | Role::Wholesaler => Some(context.caller.subject.clone()),
        _ => None,
    };
    let subjects = [
        ("PAYMENT_ATTEMPTS_CARD", token.map(|token| format!("card {token}"))),
        ("PAYMENT_ATTEMPTS_BUYER", buyer.map(|buyer| format!("buyer {buyer}"))),
    ];
    let mut counted = Vec::new();
    for (setting, subject) in subjects {
        let allowed = context.number_setting(setting, 0)?;
        if let Some(subject) = subject.filter(|_| allowed > 0) {
            let subject = tokens::mac(&*context.world, KEY_SETTING, &format!("pays {subject}"))?;
            counted.push(Counted { subject, allowed });
        }
    }
    Ok(counted)
}
