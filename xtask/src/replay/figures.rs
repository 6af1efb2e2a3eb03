//! The figures of a replay, from the file and from the system.

use kernel::Money;
use serde_json::{Value, json};

/// One figure, from the file and from the system.
#[derive(Debug)]
struct Figure {
    name: String,
    file: String,
    system: String,
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    compared: Vec<Figure>,
    facts: Vec<(String, Value)>,
    refused: Vec<Value>,
    failures: Vec<String>,
}

impl Figures {
    /// Compares two amounts.
    pub(crate) fn money(&mut self, name: &str, file: Money, system: Money) {
        self.push(name, file.amount(), system.amount());
    }

    /// Compares two counts.
    pub(crate) fn count(&mut self, name: &str, file: usize, system: usize) {
        self.push(name, file.to_string(), system.to_string());
    }

    /// Compares units of goods.
    pub(crate) fn units(&mut self, name: &str, file: i64, system: i64) {
        self.push(name, file.to_string(), system.to_string());
    }

    fn push(&mut self, name: &str, file: String, system: String) {
        self.compared.push(Figure { name: name.to_owned(), file, system });
    }

    /// A measured value that is not compared.
    pub(crate) fn fact(&mut self, name: &str, value: impl Into<Value>) {
        self.facts.push((name.to_owned(), value.into()));
    }

    /// A refused line.
    pub(crate) fn refused(&mut self, line: u64, reason: &str) {
        self.refused.push(json!({ "line": line, "reason": reason }));
    }

    /// Something that must not happen.
    pub(crate) fn failure(&mut self, what: impl Into<String>) {
        self.failures.push(what.into());
    }

    /// Whether everything agrees.
    pub(crate) fn ok(&self) -> bool {
        self.failures.is_empty() && self.compared.iter().all(|figure| figure.file == figure.system)
    }

    pub(crate) fn to_json(&self) -> Value {
        let figures: Vec<Value> = self
            .compared
            .iter()
            .map(
                |f| json!({ "name": f.name, "file": f.file, "system": f.system, "same": f.file == f.system }),
            )
            .collect();
        let facts: serde_json::Map<String, Value> = self.facts.iter().cloned().collect();
        json!({ "ok": self.ok(), "figures": figures, "facts": facts, "refused": self.refused, "failures": self.failures })
    }

    pub(crate) fn print(&self) {
        println!("\n{:<44} {:>16} {:>16}", "", "file", "system");
        for figure in &self.compared {
            let mark = if figure.file == figure.system { "" } else { "  DIFFERENT" };
            println!("{:<44} {:>16} {:>16}{mark}", figure.name, figure.file, figure.system);
        }
        println!();
        for (name, value) in &self.facts {
            println!("{name:<44} {}", value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned));
        }
        for refused in &self.refused {
            println!("refused: line {}: {}", refused["line"], refused["reason"].as_str().unwrap_or_default());
        }
        for failure in &self.failures {
            println!("FAILED: {failure}");
        }
    }
}
