//! Writes mails with the settings of the shop.

use contracts::events::{MailContent, MailRequested};
use contracts::terms::Language;
use kernel::Failure;
use web::Context;

use super::settings::Settings;
use crate::application::ports::{Mail, Writer};
use crate::domain::catalogue::Catalogue;
use crate::domain::compose::{Shop, compose};
use crate::domain::document::Document;
use crate::domain::message::{Mailbox, Outgoing};

/// The shop as it writes.
pub(crate) struct ShopWriter {
    shop: Shop,
    from: Mailbox,
    language: Language,
}

impl ShopWriter {
    pub(crate) fn new(context: &Context) -> Result<Self, Failure> {
        let settings = Settings::new(context);
        Ok(Self { shop: settings.shop(), from: settings.from()?, language: settings.language()? })
    }

    /// A mail in its language. Without the secret its link opens nothing: that is how everybody but the recipient sees it.
    pub(crate) fn document(
        &self,
        mail: &Mail,
        content: &MailContent,
        secret: Option<&str>,
    ) -> Result<Document, Failure> {
        let catalogue = catalogue(mail.language)?;
        Ok(compose(&catalogue, &self.shop, mail.to.name.as_ref(), content, secret))
    }
}

fn catalogue(language: Language) -> Result<Catalogue, Failure> {
    Catalogue::of(language).map_err(|error| Failure::Defect(error.to_string()))
}

impl Writer for ShopWriter {
    fn outgoing(&self, mail: &Mail) -> Result<Outgoing, Failure> {
        let content = mail.content.as_ref();
        let content = content.ok_or_else(|| Failure::Defect("a forgotten mail is due".to_owned()))?;
        let (_, domain) = self.from.email.as_str().split_once('@').unwrap_or_default();
        let key = format!("{}.{}", mail.id, mail.round);
        Ok(Outgoing {
            from: self.from.clone(),
            to: Mailbox { email: mail.to.email.clone(), name: mail.to.name.clone() },
            message_id: format!("{key}@{domain}"),
            key,
            at: mail.queued_at,
            document: self.document(mail, content, mail.secret.as_deref())?,
        })
    }

    fn subject(&self, requested: &MailRequested) -> Result<(Language, String), Failure> {
        let language = requested.language.unwrap_or(self.language);
        let to = requested.to.name.as_ref();
        let document = compose(&catalogue(language)?, &self.shop, to, &requested.content, None);
        Ok((language, document.subject))
    }
}
