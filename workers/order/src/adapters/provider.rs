//! The payment provider, chosen by the setting `PAYMENT_PROVIDER`: `none` takes no cards, `stripe` is Stripe, `test` is one
//! for development whose tokens decide what it does. What is deployed does not contain that one.

pub(crate) mod stripe;
#[cfg(feature = "test-provider")]
mod test;

use kernel::Failure;
use kernel::Money;
use kernel::ids::{PaymentId, RefundId};
use web::Context;

use super::peers::logged;
use crate::application::ports::peers::{
    CardAnswer, CardGiven, Charge, PaymentProvider, ProviderAnswer, Released,
};
use stripe::Stripe;
#[cfg(feature = "test-provider")]
use test::TestProvider;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Stripe,
    #[cfg(feature = "test-provider")]
    Test,
}

fn kind(context: &Context) -> Option<Kind> {
    match context.world.setting("PAYMENT_PROVIDER").as_deref() {
        Some("stripe") => Some(Kind::Stripe),
        #[cfg(feature = "test-provider")]
        Some("test") => Some(Kind::Test),
        _ => None,
    }
}

/// Whether cards are accepted here.
pub(crate) fn takes_cards(context: &Context) -> bool {
    kind(context).is_some()
}

/// Whether it is Stripe that takes them.
pub(crate) fn takes_stripe(context: &Context) -> bool {
    kind(context) == Some(Kind::Stripe)
}

/// The provider of this house.
pub(crate) struct Provider<'a>(pub(crate) &'a Context);

impl Provider<'_> {
    fn kind(&self) -> Result<Kind, Failure> {
        let gone = || Failure::Unknown("no payment provider is configured any more".to_owned());
        kind(self.0).ok_or_else(gone)
    }
}

impl PaymentProvider for Provider<'_> {
    async fn authorise(&self, charge: Charge, card: &CardGiven) -> Result<ProviderAnswer, Failure> {
        match self.kind()? {
            Kind::Stripe => Stripe(self.0).authorise(charge, card).await,
            #[cfg(feature = "test-provider")]
            Kind::Test => TestProvider(self.0).authorise(charge, card).await,
        }
    }

    async fn inquire(&self, charge: Charge) -> Result<ProviderAnswer, Failure> {
        match self.kind()? {
            Kind::Stripe => Stripe(self.0).inquire(charge).await,
            #[cfg(feature = "test-provider")]
            Kind::Test => TestProvider(self.0).inquire(charge).await,
        }
    }

    async fn capture(&self, charge: Charge) -> Result<(), Failure> {
        match self.kind()? {
            Kind::Stripe => Stripe(self.0).capture(charge).await,
            #[cfg(feature = "test-provider")]
            Kind::Test => TestProvider(self.0).capture(charge).await,
        }
    }

    async fn void(&self, charge: Charge) -> Result<Released, Failure> {
        match self.kind()? {
            Kind::Stripe => Stripe(self.0).void(charge).await,
            #[cfg(feature = "test-provider")]
            Kind::Test => TestProvider(self.0).void(charge).await,
        }
    }

    async fn give_back(
        &self,
        refund_id: RefundId,
        part: i64,
        payment_id: PaymentId,
        amount: Money,
    ) -> Result<CardAnswer, Failure> {
        let answer = match self.kind()? {
            Kind::Stripe => Stripe(self.0).give_back(refund_id, part, payment_id, amount).await,
            #[cfg(feature = "test-provider")]
            Kind::Test => TestProvider(self.0).give_back(refund_id, part, payment_id, amount).await,
        };
        // The refund stays recorded and is retried: only this log line says why.
        answer.map_err(|failure| logged(self.0, refund_id, failure))
    }
}
