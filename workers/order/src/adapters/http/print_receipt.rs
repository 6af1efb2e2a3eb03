//! `POST /orders/pos/{id}/receipt`.

use http::{StatusCode, header};
use kernel::ids::OrderId;
use platform::Response;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::answer::response;
use web::{Answer, Context, Headers, Json, Path, Present, Problem, ProblemCode, Route};

use super::grants;
use crate::adapters::store::{Presents, Store};
use crate::application::ports::receipts::{Format, Printed};
use crate::application::print_receipt::{PrintReceiptError, print_receipt};

const PLAIN_TEXT: &str = "text/plain; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/orders/pos/{id}/receipt", grants::POS_SALE, "Print the receipt of a sale at a till.", handle)
            .details(
                "As text in 42 columns, as a page, or both in JSON; chosen by `format` or `Accept`. Each print is \
                 counted: from the second on it is marked as a copy.",
            )
            .problems(&[ProblemCode::StateConflict]),
    ]
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "PrintReceipt")]
struct ReceiptInput {
    /// By default the format of the header `Accept`.
    format: Option<FormatInput>,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "ReceiptFormat")]
enum FormatInput {
    Text,
    Html,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Receipt")]
struct ReceiptJson {
    text: String,
    html: String,
    /// The number of this print; from the second on it is marked as a copy.
    print: i64,
    copy: bool,
}

/// 200 with the receipt, in one of three media types.
struct Receipt(Response);

impl Receipt {
    fn of(printed: &Printed) -> Result<Self, Problem> {
        let Printed { print, format, text, html } = printed;
        let (media, body) = match format {
            Format::Text => (PLAIN_TEXT, text.clone()),
            Format::Html => (HTML, html.clone()),
            Format::Both => {
                let (text, html) = (text.clone(), html.clone());
                let json = ReceiptJson { text, html, print: *print, copy: *print > 1 };
                ("application/json", serde_json::to_string(&json).map_err(Problem::internal)?)
            }
        };
        Ok(Self(response(StatusCode::OK, media, body)))
    }
}

impl Answer for Receipt {
    fn into_response(self) -> Result<Response, Problem> {
        Ok(self.0)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(operation: &mut web::describe::Operation) {
        operation
            .json_answer::<ReceiptJson>(200, "The receipt.")
            .text_answer(200, PLAIN_TEXT)
            .text_answer(200, HTML);
    }
}

const ANSWER: Present<Printed> = Present::new(|printed| Receipt::of(printed)?.into_response());

async fn handle(
    context: Context,
    Path(order_id): Path<OrderId>,
    Headers(headers): Headers,
    Json(input): Json<ReceiptInput>,
) -> Result<Receipt, Problem> {
    let format = match input.format {
        Some(FormatInput::Text) => Format::Text,
        Some(FormatInput::Html) => Format::Html,
        None => accepted(headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or("")),
    };
    let shop_name = context.world.setting("SHOP_NAME").filter(|name| !name.trim().is_empty());
    let store = Store::presenting(&context, Presents { receipt: Some(ANSWER), ..Presents::NONE });
    let printed = print_receipt(&store, order_id, shop_name, format).await.map_err(problem)?;
    Receipt::of(&printed)
}

/// The first format that we support; JSON without a preference.
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
