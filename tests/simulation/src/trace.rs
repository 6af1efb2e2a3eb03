//! What happened, in order: always as a hash, as text only when a failed run is run again.

use contracts::Service;

/// The effects of a run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trace {
    hash: u64,
    lines: Option<Vec<String>>,
}

/// The longest a line of a trace gets.
const LINE_LENGTH_MAX: usize = 320;

impl Trace {
    pub(crate) fn new(verbose: bool) -> Self {
        Self { hash: 0xcbf2_9ce4_8422_2325, lines: verbose.then(Vec::new) }
    }

    pub(crate) fn add(
        &mut self,
        now_ms: i64,
        task: usize,
        owner: Option<Service>,
        what: &str,
        detail: impl FnOnce() -> String,
        hashed: &[&[u8]],
    ) {
        self.mix(&now_ms.to_le_bytes());
        self.mix(&task.to_le_bytes());
        self.mix(what.as_bytes());
        for bytes in hashed {
            self.mix(bytes);
        }
        if let Some(lines) = &mut self.lines {
            let who = owner.map_or("client", Service::name);
            let mut line = format!("{:>6} {now_ms} #{task} {who}: {what} {}", lines.len(), detail());
            line = line.split_whitespace().collect::<Vec<_>>().join(" ");
            if let Some((end, _)) = line.char_indices().nth(LINE_LENGTH_MAX) {
                line.truncate(end);
            }
            lines.push(line);
        }
    }

    fn mix(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.hash = (self.hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }

    /// The last lines that name one of these, or simply the last when nothing is named.
    pub(crate) fn about(&self, entities: &[String], count: usize) -> Vec<String> {
        let all = self.lines.as_deref().unwrap_or_default();
        let named =
            |line: &&String| entities.is_empty() || entities.iter().any(|entity| line.contains(entity));
        // The reconciliation at the end names everything.
        let named = |line: &&String| named(line) && !line.contains("/reconciliation");
        let mut found: Vec<String> = all.iter().rev().filter(named).take(count).cloned().collect();
        found.reverse();
        found
    }
}
