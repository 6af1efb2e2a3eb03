//! A scenario is data: the HTTP steps that a client repeats, as JSON. Ours are in `tests/bench/scenarios`; another system
//! brings its own.
//!
//! `{ "name", "think_ms", "lists": {NAME: [texts] or file}, "vars": {NAME: text}, "defaults": step, "before": [steps],
//! "init": [steps], "steps": [steps], "after": [steps] }`. A list's file stands beside the scenario, or under
//! `$PEERS_WORK/`. `vars` are drawn anew for each repetition, `init` runs once for each client, `before` and `after` once
//! around a race.
//!
//! A step: `{ "name", "method", "path", "headers", "body", "user", "expect": statuses (200), "reject": statuses,
//! "has": texts, "lacks": texts, "reject_has": texts, "capture": {NAME: JSON pointer, or "header:NAME"} }`. `user` is
//! ours: the demo user who asks.
//!
//! Placeholders in texts: `${int:A:B}` a random number; `${pad:W:NAME}` a variable with zeros in front; `${seq}` a number
//! unique in the run; `${uuid}`; `${client}` the client's number; `${pick:LIST}` a random line of a list; `${NAME}` a
//! variable. In a body, `"$n{…}"` is the value of `${…}` without quotes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Deserialize)]
pub(crate) struct Scenario {
    pub(crate) name: String,
    pub(crate) think_ms: Option<f64>,
    #[serde(default)]
    lists: BTreeMap<String, List>,
    #[serde(default)]
    pub(crate) vars: BTreeMap<String, String>,
    defaults: Option<Step>,
    #[serde(default)]
    pub(crate) before: Vec<Step>,
    #[serde(default)]
    pub(crate) init: Vec<Step>,
    pub(crate) steps: Vec<Step>,
    #[serde(default)]
    pub(crate) after: Vec<Step>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum List {
    Lines(Vec<String>),
    File(String),
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Step {
    pub(crate) name: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Option<Body>,
    pub(crate) user: String,
    pub(crate) expect: Many<u16>,
    pub(crate) reject: Many<u16>,
    pub(crate) has: Many<String>,
    pub(crate) lacks: Many<String>,
    pub(crate) reject_has: Many<String>,
    pub(crate) capture: BTreeMap<String, String>,
}

/// A body as the text to fill in.
#[derive(Debug, Deserialize)]
#[serde(from = "Value")]
pub(crate) struct Body {
    pub(crate) text: String,
    is_json: bool,
}

impl From<Value> for Body {
    fn from(value: Value) -> Self {
        match value {
            Value::String(text) => Self { text, is_json: false },
            json => Self { text: without_quotes(&json.to_string()), is_json: true },
        }
    }
}

/// `"$n{x}"` as `${x}`.
fn without_quotes(json: &str) -> String {
    let mut parts = json.split("\"$n{");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| format!("{text}${{{}", part.replacen("}\"", "}", 1)))
}

/// One value, or a list of them.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Many<T> {
    One(T),
    All(Vec<T>),
}

impl<T> Default for Many<T> {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

impl<T> Many<T> {
    pub(crate) fn all(&self) -> &[T] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::All(values) => values,
        }
    }
}

impl Scenario {
    /// Reads a scenario and its lists.
    pub(crate) fn load(file: &Path) -> Result<Self> {
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        let mut scenario: Self =
            serde_json::from_str(&text).with_context(|| format!("{} is no scenario", file.display()))?;
        for (name, list) in &mut scenario.lists {
            if let List::File(lines) = list {
                let lines = at(lines, file.parent().unwrap_or(Path::new(".")));
                let text = fs::read_to_string(&lines)
                    .with_context(|| format!("list {name}: {}", lines.display()))?;
                *list =
                    List::Lines(text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect());
            }
            if scenario_list(list).is_empty() {
                bail!("{}: list {name} is empty", file.display());
            }
        }
        let Self { defaults, before, init, steps, after, .. } = &mut scenario;
        for step in [before, init, steps, after].into_iter().flatten() {
            step.complete(defaults.as_ref());
        }
        Ok(scenario)
    }

    /// The lines of a list; none when there is no such list.
    pub(crate) fn list(&self, name: &str) -> &[String] {
        self.lists.get(name).map_or(&[], scenario_list)
    }
}

fn scenario_list(list: &List) -> &[String] {
    match list {
        List::Lines(lines) => lines,
        List::File(_) => &[],
    }
}

/// Where a list's file is.
fn at(file: &str, folder: &Path) -> PathBuf {
    file.strip_prefix("$PEERS_WORK/").map_or_else(|| folder.join(file), |rest| peers_work().join(rest))
}

/// Where the scripts of other systems write.
pub(crate) fn peers_work() -> PathBuf {
    std::env::var_os("PEERS_WORK").map_or_else(|| std::env::temp_dir().join("peers"), PathBuf::from)
}

impl Step {
    /// Adds what the step does not say itself.
    fn complete(&mut self, defaults: Option<&Self>) {
        if let Some(defaults) = defaults {
            for (name, value) in &defaults.headers {
                self.headers.entry(name.clone()).or_insert_with(|| value.clone());
            }
            for (own, usual) in [(&mut self.path, &defaults.path), (&mut self.user, &defaults.user)] {
                if own.is_empty() {
                    own.clone_from(usual);
                }
            }
        }
        if self.body.as_ref().is_some_and(|body| body.is_json) {
            self.headers.insert("content-type".to_owned(), "application/json".to_owned());
        }
        if self.method.is_empty() {
            self.method = if self.body.is_some() { "POST" } else { "GET" }.to_owned();
        }
        if self.name.is_empty() {
            self.name.clone_from(&self.path);
        }
        if self.expect.all().is_empty() {
            self.expect = Many::One(200);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_lose_their_quotes() {
        let json = r#"{"a":"$n{int:1:3}","b":"${x}","c":"$n{y}"}"#;
        assert_eq!(without_quotes(json), r#"{"a":${int:1:3},"b":"${x}","c":${y}}"#);
    }

    #[test]
    fn every_scenario_can_be_read() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
        for file in fs::read_dir(folder).unwrap() {
            let scenario = Scenario::load(&file.unwrap().path()).unwrap();
            assert!(!scenario.steps.is_empty(), "{}", scenario.name);
        }
    }
}
