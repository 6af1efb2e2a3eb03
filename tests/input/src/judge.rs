//! What must hold of every answer, whatever was asked.

use house::Answer;
use serde_json::Value;

use crate::request::Request;

/// Words of our insides. An answer may only have those that its request had.
const INSIDES: &[&str] = &[
    "panicked",
    "unwrap",
    "sqlite",
    "constraint failed",
    "d1_error",
    ".rs:",
    "rusqlite",
    "serde",
    "struct ",
    "select ",
    "insert into",
    "stack backtrace",
    "variant index",
    "newtype",
];
/// Nobody reads more than this of what is wrong.
const DETAIL_CHARS_MAX: usize = 600;

/// What is wrong with an answer, in a few words.
pub fn judge(request: &Request, answer: &Answer) -> Result<(), String> {
    let status = answer.status;
    if status >= 500 {
        return Err(format!("{status} {}", answer.code()));
    }
    if answer.header("x-request-id").is_none() {
        return Err("no x-request-id".to_owned());
    }
    match status {
        401 if answer.header("www-authenticate").is_none() => {
            return Err("401 without WWW-Authenticate".to_owned());
        }
        405 if answer.header("allow").is_none_or(str::is_empty) => return Err("405 without Allow".to_owned()),
        _ => {}
    }
    if request.method == "HEAD" {
        return Ok(());
    }
    if status < 400 {
        judge_success(answer)?
    } else {
        judge_problem(request, answer)?
    }
    judge_words(request, answer)
}

fn judge_success(answer: &Answer) -> Result<(), String> {
    let kind = answer.header("content-type").unwrap_or_default();
    // Neither has a body: nothing to give, and nothing that the client does not have.
    if matches!(answer.status, 204 | 304) {
        return if answer.text.is_empty() { Ok(()) } else { Err(format!("{} with a body", answer.status)) };
    }
    // What has not changed is not sent again.
    if kind.is_empty() && answer.status != 304 {
        return Err(format!("{} without a content type", answer.status));
    }
    if kind.starts_with("application/json") && serde_json::from_str::<Value>(&answer.text).is_err() {
        return Err("a success that is not JSON".to_owned());
    }
    Ok(())
}

fn judge_problem(request: &Request, answer: &Answer) -> Result<(), String> {
    let status = answer.status;
    // What is no path of the API is answered by the shop, with a page.
    let is_page = answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
    if is_page && !request.path.to_ascii_lowercase().starts_with("/api") {
        return Ok(());
    }
    if answer.header("content-type") != Some("application/problem+json") {
        return Err(format!("{status} is no problem+json but {:?}", answer.header("content-type")));
    }
    let problem: Value = serde_json::from_str(&answer.text).map_err(|_| format!("{status} is no JSON"))?;
    for member in ["type", "title", "detail", "code", "requestId"] {
        if problem[member].as_str().is_none_or(str::is_empty) {
            return Err(format!("{status} without {member}"));
        }
    }
    let code = problem["code"].as_str().unwrap_or_default();
    if !code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_') {
        return Err(format!("the code {code}"));
    }
    if problem["status"] != status || problem["requestId"].as_str() != answer.header("x-request-id") {
        return Err(format!("{status} {code} with another status or request id in its body"));
    }
    let errors = problem["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    if status == 422 && errors.is_empty() {
        return Err(format!("422 {code} names no field"));
    }
    for error in errors {
        let (pointer, detail) = (error["pointer"].as_str(), error["detail"].as_str());
        if pointer.is_none() || detail.is_none_or(str::is_empty) {
            return Err(format!("{status} {code} with an error without pointer or detail"));
        }
        if pointer.is_some_and(|pointer| pointer.chars().count() > DETAIL_CHARS_MAX) {
            return Err(format!("{status} {code} with an endless pointer"));
        }
        if detail.is_some_and(|detail| detail.chars().count() > DETAIL_CHARS_MAX) {
            return Err(format!("{status} {code} with an endless error"));
        }
    }
    if problem["detail"].as_str().is_some_and(|detail| detail.chars().count() > DETAIL_CHARS_MAX) {
        return Err(format!("{status} {code} with an endless detail"));
    }
    Ok(())
}

/// No word of our insides, unless the request had it. A document may say what it likes.
fn judge_words(request: &Request, answer: &Answer) -> Result<(), String> {
    if !answer.header("content-type").unwrap_or_default().contains("json") {
        return Ok(());
    }
    let asked = String::from_utf8_lossy(&request.body).to_lowercase() + &request.path.to_lowercase();
    let said = answer.text.to_lowercase();
    match INSIDES.iter().find(|word| said.contains(**word) && !asked.contains(**word)) {
        Some(word) => Err(format!("{} {} shows our insides: {word}", answer.status, answer.code())),
        None => Ok(()),
    }
}
