//! What the cron does: it sends what is due, and forgets what mails said long ago.

use web::{Context, Problem};

use super::providers::Carrier;
use super::settings::{Provider, Settings};
use super::store::Store;
use super::writer::ShopWriter;
use crate::application::ports::{Mail, Mails as _};
use crate::application::send_mails::send_mails;

/// The most mails that one sweep sends: each takes some seconds at most.
const SENT_AT_ONCE: usize = 20;

/// Returns how many mails it took up.
pub(crate) async fn sweep(context: &Context) -> Result<u32, Problem> {
    let store = Store::new(context);
    let days = Settings::new(context).days_kept()?;
    store.forget(context.now().plus_seconds(days.saturating_mul(-86_400))).await?;
    if Settings::new(context).provider()? == Provider::None {
        return Ok(0);
    }
    let due = store.due(SENT_AT_ONCE).await?;
    send(context, due).await
}

/// Sends these mails. Without a provider they wait.
pub(crate) async fn send(context: &Context, due: Vec<Mail>) -> Result<u32, Problem> {
    if due.is_empty() || Settings::new(context).provider()? == Provider::None {
        return Ok(0);
    }
    let (writer, carrier) = (ShopWriter::new(context)?, Carrier::of(context)?);
    Ok(send_mails(&Store::new(context), &writer, &carrier, due, context.now()).await?)
}
