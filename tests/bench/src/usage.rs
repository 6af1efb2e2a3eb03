//! What processes use of the processor, as Linux tells in /proc; elsewhere nothing is known.

use std::collections::BTreeMap;
use std::fs;

/// Linux counts in hundredths of a second.
const TICKS_PER_SECOND: f64 = 100.0;

/// Processor seconds of these processes and all their descendants. Those of a descendant that has ended are in its
/// parent's.
pub(crate) fn cpu_seconds(roots: &[u32]) -> Option<f64> {
    let all = processes();
    let belongs = |process: u32| {
        let mut at = Some(process);
        while let Some(id) = at {
            if roots.contains(&id) {
                return true;
            }
            at = all.get(&id).map(|(parent, _)| *parent);
        }
        false
    };
    let ticks: Vec<f64> = all.iter().filter(|(id, _)| belongs(**id)).map(|(_, (_, ticks))| *ticks).collect();
    (!ticks.is_empty()).then(|| ticks.iter().sum::<f64>() / TICKS_PER_SECOND)
}

/// The processes that this one has started.
pub(crate) fn children() -> Vec<u32> {
    let own = std::process::id();
    processes().into_iter().filter(|(_, (parent, _))| *parent == own).map(|(id, _)| id).collect()
}

/// Busy processor seconds of the whole machine.
pub(crate) fn machine_seconds() -> Option<f64> {
    let text = fs::read_to_string("/proc/stat").ok()?;
    let numbers = text.lines().next()?.split_whitespace().skip(1).take(8);
    let ticks: Vec<f64> = numbers.filter_map(|ticks| ticks.parse().ok()).collect();
    // The fourth is idle, the fifth idle while a disk works.
    let busy = ticks.iter().enumerate().filter(|(place, _)| ![3, 4].contains(place));
    Some(busy.map(|(_, ticks)| ticks).sum::<f64>() / TICKS_PER_SECOND)
}

/// Parent and ticks of every process, by id.
fn processes() -> BTreeMap<u32, (u32, f64)> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let read = |entry: fs::DirEntry| {
        let id: u32 = entry.file_name().to_str()?.parse().ok()?;
        // `pid (name) state parent …`, and a name may contain anything.
        let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        // Its own time in user and kernel mode, then that of the children that it has waited for.
        let ticks = fields.get(11..15)?.iter().filter_map(|ticks| ticks.parse::<f64>().ok()).sum();
        Some((id, (fields.get(1)?.parse().ok()?, ticks)))
    };
    entries.filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_computes_uses_time() {
        let own = [std::process::id()];
        let Some(before) = cpu_seconds(&own) else { return };
        let mut spent = 0_u64;
        while cpu_seconds(&own).unwrap() - before < 0.02 {
            spent = (0..1_000_000_u64).fold(spent, |sum, n| sum ^ n.wrapping_mul(31));
        }
        assert!(machine_seconds().unwrap() > before, "{spent}");
        assert_eq!(cpu_seconds(&[]), None);
    }
}
