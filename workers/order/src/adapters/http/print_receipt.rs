//! `POST /orders/pos/{id}/receipt`.

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, header};
use kernel::ids::OrderId;
use serde::{Deserialize, Serialize};
use web::{Context, Json, Path, Problem};

use crate::adapters::store::SqlReceipts;
use crate::application::print_receipt::{Format, PrintReceiptError, Printed, print_receipt};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ReceiptInput {
    format: Option<FormatInput>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum FormatInput {
    Text,
    Html,
}

#[derive(Serialize)]
struct ReceiptJson<'a> {
    text: &'a str,
    html: &'a str,
    /// Which print of the receipt this is; from the second on it is marked as a copy.
    print: i64,
    copy: bool,
}

/// Answers 200 with the text, the page, or both in JSON, as `format` or `Accept` say; 404, 409
/// `STATE_CONFLICT` for a sale that is not completed, 422. Each print is counted.
pub(super) async fn handle(
    context: Context,
    Path(order_id): Path<OrderId>,
    headers: HeaderMap,
    Json(input): Json<ReceiptInput>,
) -> Result<Response, Problem> {
    let format = match input.format {
        Some(FormatInput::Text) => Format::Text,
        Some(FormatInput::Html) => Format::Html,
        None => accepted(headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or("")),
    };
    let shop_name = context.world.setting("SHOP_NAME").filter(|name| !name.trim().is_empty());
    let render = |printed: &Printed| body(printed, format);
    let printed = print_receipt(&SqlReceipts::new(&context), order_id, shop_name, format, render).await;
    let printed = printed.map_err(problem)?;
    let kind = match format {
        Format::Both => "application/json",
        Format::Text => "text/plain; charset=utf-8",
        Format::Html => "text/html; charset=utf-8",
    };
    Ok(([(header::CONTENT_TYPE, kind)], body(&printed, format)).into_response())
}

fn body(printed: &Printed, format: Format) -> String {
    match format {
        Format::Text => printed.text.clone(),
        Format::Html => printed.html.clone(),
        Format::Both => {
            let Printed { print, text, html } = printed;
            let json = ReceiptJson { text, html, print: *print, copy: *print > 1 };
            serde_json::to_string(&json).unwrap_or_default()
        }
    }
}

/// The first kind we have; JSON where nothing is said.
fn accepted(accept: &str) -> Format {
    let kinds = accept.split(',').map(|kind| kind.split(';').next().unwrap_or("").trim());
    let known = kinds.filter_map(|kind| match kind {
        "text/plain" => Some(Format::Text),
        "text/html" => Some(Format::Html),
        "application/json" | "*/*" => Some(Format::Both),
        _ => None,
    });
    known.into_iter().next().unwrap_or(Format::Both)
}

fn problem(error: PrintReceiptError) -> Problem {
    match error {
        PrintReceiptError::NotFound => Problem::not_found("sale at a till"),
        PrintReceiptError::NotCompleted => Problem::state_conflict("This sale is not completed."),
        PrintReceiptError::Busy => {
            Problem::state_conflict("This receipt is being printed elsewhere.").retry_after(1)
        }
        PrintReceiptError::Failure(failure) => failure.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_kind_we_have_is_taken() {
        for (accept, format) in [
            ("", Format::Both),
            ("application/json", Format::Both),
            ("*/*", Format::Both),
            ("text/plain", Format::Text),
            ("text/html,application/xhtml+xml,*/*;q=0.8", Format::Html),
            ("image/png, text/plain;q=0.5", Format::Text),
        ] {
            assert_eq!(accepted(accept), format, "{accept}");
        }
    }
}
