//! Who carries mails, chosen by the setting `MAIL_PROVIDER`.

mod http_api;
mod smtp;

use kernel::Failure;
use web::Context;

use super::settings::{Provider, Settings};
use crate::application::ports::Transport;
use crate::domain::delivery::Outcome;
use crate::domain::message::Outgoing;
use crate::domain::smtp::can_be_sent_to;

/// The provider of this house.
pub(crate) enum Carrier {
    /// Nothing leaves: `/dev/mail` shows it.
    Mailbox,
    Smtp(smtp::Smtp),
    Http(http_api::HttpApi),
}

impl Carrier {
    pub(crate) fn of(context: &Context) -> Result<Self, Failure> {
        let settings = Settings::new(context);
        let world = context.world.clone();
        Ok(match settings.provider()? {
            Provider::Mailbox => Self::Mailbox,
            Provider::Smtp => {
                let server = settings.server()?;
                let password = server.user.is_some().then(|| settings.secret()).transpose()?;
                Self::Smtp(smtp::Smtp { world, server, password })
            }
            Provider::Http => {
                Self::Http(http_api::HttpApi { world, url: settings.api_url()?, key: settings.secret()? })
            }
            Provider::None => return Err(Failure::Defect("there is no mail provider".to_owned())),
        })
    }
}

impl Transport for Carrier {
    async fn send(&self, mail: &Outgoing) -> Outcome {
        if !can_be_sent_to(&mail.to.email) {
            let detail = "mail cannot be sent to an address with such signs".to_owned();
            return Outcome::Refused { detail, dead_address: true };
        }
        match self {
            Self::Mailbox => Outcome::Accepted { provider_id: None },
            Self::Smtp(smtp) => smtp.send(mail).await,
            Self::Http(api) => api.send(mail).await,
        }
    }

    fn is_idempotent(&self) -> bool {
        !matches!(self, Self::Smtp(_))
    }
}
