//! The settings of the house's mail. One that is set and cannot be read is a defect that names it.

use contracts::terms::Language;
use kernel::Failure;
use kernel::text::{Email, Name};
use web::Context;

use crate::domain::compose::Shop;
use crate::domain::message::Mailbox;
use crate::domain::smtp::Server;

/// Who carries the mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Provider {
    /// Nobody: mails wait until there is somebody, for three days at most.
    None,
    /// Nobody, and they count as sent: they are read at `/dev/mail`.
    Mailbox,
    /// A mail server.
    Smtp,
    /// A provider with an HTTP interface.
    Http,
}

/// How many days the text of a mail is kept, unless set otherwise.
const DAYS_KEPT: i64 = 90;

/// The settings as a request sees them.
pub(crate) struct Settings<'a>(&'a Context);

impl<'a> Settings<'a> {
    pub(crate) fn new(context: &'a Context) -> Self {
        Self(context)
    }

    fn get(&self, name: &str) -> Option<String> {
        self.0.world.setting(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    fn needed(&self, name: &str) -> Result<String, Failure> {
        self.get(name).ok_or_else(|| wrong(name, "is not set"))
    }

    pub(crate) fn provider(&self) -> Result<Provider, Failure> {
        match self.get("MAIL_PROVIDER").as_deref() {
            None | Some("none") => Ok(Provider::None),
            Some("mailbox") => Ok(Provider::Mailbox),
            Some("smtp") => Ok(Provider::Smtp),
            Some("http") => Ok(Provider::Http),
            Some(_) => Err(wrong("MAIL_PROVIDER", "is none of none, mailbox, smtp, http")),
        }
    }

    /// The server of `SMTP_URL`.
    pub(crate) fn server(&self) -> Result<Server, Failure> {
        let url = self.needed("SMTP_URL")?;
        Server::parse(&url)
            .ok_or_else(|| wrong("SMTP_URL", "is not like smtp://user@host:587 or smtps://user@host"))
    }

    /// Where the HTTP provider takes mails.
    pub(crate) fn api_url(&self) -> Result<String, Failure> {
        self.needed("MAIL_API_URL")
    }

    /// The password or the key at the provider.
    pub(crate) fn secret(&self) -> Result<String, Failure> {
        self.needed("MAIL_SECRET")
    }

    /// The key with which the provider signs its reports.
    pub(crate) fn webhook_key(&self) -> Option<String> {
        self.get("MAIL_WEBHOOK_KEY")
    }

    /// The sender: `MAIL_FROM`, under the name of the shop.
    pub(crate) fn from(&self) -> Result<Mailbox, Failure> {
        let email = self.get("MAIL_FROM").unwrap_or_else(|| "shop@localhost.test".to_owned());
        let email = Email::parse(&email).map_err(|_| wrong("MAIL_FROM", "is no e-mail address"))?;
        Ok(Mailbox { email, name: Name::parse(&self.shop_name()).ok() })
    }

    fn shop_name(&self) -> String {
        self.get("SHOP_NAME").unwrap_or_else(|| "Countinghouse".to_owned())
    }

    pub(crate) fn shop(&self) -> Shop {
        let url = self.get("PUBLIC_URL").unwrap_or_else(|| "http://127.0.0.1:8787".to_owned());
        Shop { name: self.shop_name(), url: url.trim_end_matches('/').to_owned() }
    }

    /// The language of who names none.
    pub(crate) fn language(&self) -> Result<Language, Failure> {
        let Some(code) = self.get("LANGUAGE") else { return Ok(Language::En) };
        Language::parse(&code).ok_or_else(|| wrong("LANGUAGE", "is none of en, de"))
    }

    pub(crate) fn days_kept(&self) -> Result<i64, Failure> {
        let Some(days) = self.get("MAIL_DAYS") else { return Ok(DAYS_KEPT) };
        let number = days.parse::<i64>().ok().filter(|days| *days >= 7);
        number.ok_or_else(|| wrong("MAIL_DAYS", "is no whole number from 7"))
    }
}

fn wrong(name: &str, what: &str) -> Failure {
    Failure::Defect(format!("the setting {name} {what}"))
}
