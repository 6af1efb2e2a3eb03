//! From a request to a page: which page it is, whether the form came from here, and what may be kept by whom.

mod answer;
mod buying;
mod catalogue;
mod cookies;
mod orders;

use std::sync::Arc;

use ::http::{HeaderMap, HeaderValue, Method, header};
use platform::Response;
use web::input::collect;
use web::{Context, Grant, Incoming, Problem, Role, Route};

use super::api::{Api, Known};
use super::html::{Site, simple};
use crate::application::ports::Refusal;
use crate::domain::form::Form;
use crate::domain::settings::Settings;
use crate::domain::site::{OrderAct, Page};
use crate::domain::texts::Texts;
use answer::{Html, page};
use cookies::Cookies;

/// What the shop remembers in an isolate.
#[derive(Debug, Default)]
pub(crate) struct Shop {
    known: Known,
}

/// The most bytes of a form.
const FORM_BYTES_MAX: usize = 32 * 1024;

/// Answers every path.
pub(crate) fn fallback(shop: Arc<Shop>) -> Route {
    Route::get(
        "/{page}",
        Grant::PUBLIC,
        "Show a page of the shop.",
        move |context: Context, request: Incoming| handle(shop.clone(), context, request),
    )
}

/// A visit: who asks for what, and how it is answered.
struct Visit<'a> {
    context: &'a Context,
    site: Site<'a>,
    api: Api<'a>,
    cookies: Cookies,
    headers: &'a HeaderMap,
    /// The parameters of the address.
    query: Form,
}

impl Visit<'_> {
    /// Whether the test provider takes cards here.
    fn takes_cards(&self) -> bool {
        self.context.world.setting("PAYMENT_PROVIDER").as_deref() == Some("test")
    }

    /// Whether nothing is known of the visitor: then the page is everybody's.
    fn is_anonymous(&self) -> bool {
        self.context.caller.role == Role::Guest && !self.headers.contains_key(header::COOKIE)
    }

    /// A key for an attempt to pay.
    fn new_key(&self) -> Result<String, Problem> {
        Ok(self.context.new_id::<uuid::Uuid>()?.to_string())
    }

    /// The page of a refusal. Why somebody did not answer goes to the log.
    fn refused(&self, refusal: &Refusal) -> Response {
        let status = match refusal {
            Refusal::Gone => 410,
            Refusal::TooOften => 429,
            Refusal::Unknown(cause) => {
                self.context.log("warn", &[("cause", cause.as_str().into())]);
                503
            }
            Refusal::NotFound
            | Refusal::Invalid(_)
            | Refusal::Conflict
            | Refusal::OutOfStock(_)
            | Refusal::Declined => 404,
        };
        page(status, simple::fault(&self.site, status))
    }
}

async fn handle(shop: Arc<Shop>, context: Context, request: Incoming) -> Result<Html, Problem> {
    let settings = Settings::read(|name| context.world.setting(name));
    let Incoming { method, uri, headers, body, .. } = request;
    let found = Page::parse(uri.path(), settings.language);
    let language = found.as_ref().map_or(settings.language, |(language, _)| *language);
    let cookies = Cookies::of(&headers);
    let site =
        Site { settings: &settings, language, texts: Texts::of(language), cart_units: cookies.units() };
    let visit = Visit {
        context: &context,
        site,
        api: Api { context: &context, known: &shop.known, warehouse: &settings.warehouse },
        cookies,
        headers: &headers,
        query: Form::parse(uri.query().unwrap_or_default().as_bytes()),
    };
    let Some((_, wanted)) = found else {
        return Ok(Html(visit.refused(&Refusal::NotFound)));
    };
    let (reads, (takes_get, takes_post)) = (method == Method::GET || method == Method::HEAD, wanted.takes());
    if !(reads && takes_get || method == Method::POST && takes_post) {
        let mut answer = page(405, simple::fault(&visit.site, 404));
        let allowed = match (takes_get, takes_post) {
            (true, true) => "GET, HEAD, POST",
            (true, false) => "GET, HEAD",
            _ => "POST",
        };
        answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allowed));
        return Ok(Html(answer));
    }
    if reads {
        return show(&visit, &wanted).await.map(Html);
    }
    if !comes_from_here(&headers) {
        return Ok(Html(page(403, simple::fault(&visit.site, 403))));
    }
    let form = Form::parse(&collect(body, FORM_BYTES_MAX).await?);
    act(&visit, &wanted, &form).await.map(Html)
}

/// The host that the visitor asked, as the gateway tells it.
const ASKED_HOST: &str = "x-forwarded-host";

/// Whether a form was sent by a page of this shop. A browser says where it came from; one that is too old to say so sends
/// no cookie of ours from elsewhere, because they are `SameSite`.
fn comes_from_here(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    match (headers.get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or("null")), text(ASKED_HOST)) {
        (None, _) => true,
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, of)| of == host),
        (Some(_), None) => false,
    }
}

async fn show(visit: &Visit<'_>, page: &Page) -> Result<Response, Problem> {
    match page {
        Page::Cart => buying::cart(visit).await,
        Page::Checkout => buying::checkout(visit).await,
        Page::Order(id) => orders::show(visit, id).await,
        page => catalogue::show(visit, page).await,
    }
}

async fn act(visit: &Visit<'_>, page: &Page, form: &Form) -> Result<Response, Problem> {
    match page {
        Page::CartAdd => buying::add(visit, form).await,
        Page::CartSet => buying::set(visit, form).await,
        Page::Checkout => buying::order(visit, form).await,
        Page::OrderAct(id, OrderAct::Pay) => orders::pay(visit, id, form).await,
        Page::OrderAct(id, OrderAct::Cancel) => orders::cancel(visit, id).await,
        Page::OrderAct(id, OrderAct::Again) => orders::again(visit, id).await,
        _ => Ok(visit.refused(&Refusal::NotFound)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_from_elsewhere_is_known() {
        for (headers, ours) in [
            (&[][..], true),
            (&[("sec-fetch-site", "same-origin")], true),
            (&[("sec-fetch-site", "none")], true),
            (&[("sec-fetch-site", "cross-site"), (ASKED_HOST, "shop.example")], false),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("origin", "https://shop.example"), (ASKED_HOST, "shop.example")], true),
            (&[("origin", "http://127.0.0.1:8787"), (ASKED_HOST, "127.0.0.1:8787")], true),
            (&[("origin", "https://evil.example"), (ASKED_HOST, "shop.example")], false),
            (&[("origin", "null"), (ASKED_HOST, "shop.example")], false),
            (&[("origin", "https://shop.example")], false),
        ] {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.insert(*name, value.parse().unwrap());
            }
            assert_eq!(comes_from_here(&map), ours, "{headers:?}");
        }
    }
}
