//! A valid request for every public route, sent as it is recorded: so it is valid, and its ids exist.

mod back_office;
mod catalogue;
mod door;
mod duties;
mod mail;
mod sales;
mod stock;

use std::collections::BTreeMap;

use house::{Answer, Api, User};
use serde_json::Value;

use crate::request::Request;

/// A valid request.
#[derive(Debug, Clone)]
pub struct Example {
    /// The request.
    pub request: Request,
    /// Its route below `/api/v1`, parameters in braces.
    pub route: &'static str,
    /// What stands for the braces.
    pub parameters: Vec<String>,
    /// What was answered.
    pub answer: Answer,
    /// Whether it must be sent as who it is: others could lock themselves out with it.
    pub pinned: bool,
    /// Whether it must be about what it is about: done to another thing it could end what the other examples need.
    pub its_own: bool,
    /// Whether it hashes a password, which takes a while on purpose.
    pub slow: bool,
}

/// Sends requests and keeps them as examples.
pub struct Recorder<'a> {
    api: &'a dyn Api,
    /// What makes the names of this recording its own.
    pub tag: String,
    examples: Vec<Example>,
    /// What guests keep: the tokens of their orders.
    order_tokens: BTreeMap<String, String>,
}

/// All of a request, and the status of its answer.
struct Sent<'a> {
    user: User,
    method: &'a str,
    route: &'static str,
    parameters: &'a [&'a str],
    query: &'a str,
    headers: &'a [(&'a str, &'a str)],
    body: &'a str,
    expected: u16,
}

/// Records a valid request or more for every route; `tag` makes the names its own.
pub fn record(api: &dyn Api, tag: &str) -> Result<Vec<Example>, String> {
    let mut recorder =
        Recorder { api, tag: tag.to_owned(), examples: Vec::new(), order_tokens: BTreeMap::new() };
    door::record(&mut recorder)?;
    let goods = catalogue::record(&mut recorder)?;
    let warehouses = stock::record(&mut recorder, &goods)?;
    sales::record(&mut recorder, &goods, &warehouses)?;
    back_office::record(&mut recorder)?;
    duties::record(&mut recorder)?;
    mail::record(&mut recorder)?;
    Ok(recorder.examples)
}

impl Recorder<'_> {
    /// Waits until every message has arrived.
    pub(crate) fn settle(&self) {
        self.api.settle();
    }

    fn get(
        &mut self,
        user: User,
        route: &'static str,
        parameters: &[&str],
        query: &str,
    ) -> Result<Value, String> {
        self.send(user, "GET", route, parameters, query, &Value::Null, 200)
    }

    fn post(
        &mut self,
        user: User,
        route: &'static str,
        parameters: &[&str],
        body: &Value,
        expected: u16,
    ) -> Result<Value, String> {
        self.send(user, "POST", route, parameters, "", body, expected)
    }

    fn put(
        &mut self,
        user: User,
        route: &'static str,
        parameters: &[&str],
        body: &Value,
    ) -> Result<Value, String> {
        self.send(user, "PUT", route, parameters, "", body, 200)
    }

    /// Sends JSON, or nothing for a null body.
    #[expect(clippy::too_many_arguments, reason = "a request has so many parts")]
    fn send(
        &mut self,
        user: User,
        method: &str,
        route: &'static str,
        parameters: &[&str],
        query: &str,
        body: &Value,
        expected: u16,
    ) -> Result<Value, String> {
        let text = body.to_string();
        let (headers, body): (&[_], _) =
            if body.is_null() { (&[], "") } else { (&[("content-type", "application/json")], text.as_str()) };
        self.take(&Sent { user, method, route, parameters, query, headers, body, expected })
    }

    fn take(&mut self, sent: &Sent<'_>) -> Result<Value, String> {
        let Sent { user, method, route, headers, body, .. } = *sent;
        let parameters: Vec<String> =
            sent.parameters.iter().map(|parameter| (*parameter).to_owned()).collect();
        let path = format!("{}{}", path(route, &parameters), sent.query);
        let token = parameters.iter().find_map(|name| self.order_tokens.get(name).cloned());
        let mut headers = headers.to_vec();
        headers.extend(token.as_deref().filter(|_| user == User::Guest).map(|token| ("order-token", token)));
        let answer = self.api.call(&house::Call { user, method, path: &path, headers: &headers, body });
        if answer.status != sent.expected {
            let Answer { status, text, .. } = answer;
            return Err(format!("{method} {path} {body}: {status} instead of {}: {text}", sent.expected));
        }
        let header = |(name, value): &(&str, &str)| ((*name).to_owned(), value.as_bytes().to_vec());
        let headers = headers.iter().map(header).collect();
        let request =
            Request { user, method: method.to_owned(), path, headers, body: body.as_bytes().to_vec() };
        let json = answer.expect(sent.expected);
        if let (Some(id), Some(token)) = (json["id"].as_str(), json["token"].as_str()) {
            self.order_tokens.insert(id.to_owned(), token.to_owned());
        }
        self.examples.push(Example {
            request,
            route,
            parameters,
            answer,
            pinned: false,
            its_own: false,
            slow: false,
        });
        Ok(json)
    }

    /// Changes what was recorded last.
    fn last(&mut self, change: impl FnOnce(&mut Example)) {
        if let Some(last) = self.examples.last_mut() {
            change(last);
        }
    }
}

/// A route's path, with its parameters.
#[must_use]
pub fn path(route: &str, parameters: &[String]) -> String {
    let mut pieces = route.split('{');
    let mut path = pieces.next().unwrap_or_default().to_owned();
    for (piece, parameter) in pieces.zip(parameters) {
        path.push_str(parameter);
        path.push_str(piece.split_once('}').map_or("", |(_, rest)| rest));
    }
    if ["/health", "/metrics", "/.well-known/security.txt"].contains(&route) {
        path
    } else {
        format!("/api/v1{path}")
    }
}

/// The text of a member.
pub(crate) fn text(value: &Value, member: &str) -> Result<String, String> {
    value[member].as_str().map(ToOwned::to_owned).ok_or_else(|| format!("no {member} in {value}"))
}
