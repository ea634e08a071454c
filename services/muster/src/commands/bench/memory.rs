//! How much memory this process takes, where the system says so.

use std::fs;

/// The most that it has had since its start or the last [`reset`], MiB.
pub(super) fn peak_mib() -> Option<u64> {
    status("VmHWM:")
}

/// What it has now, files that are mapped into it with it, MiB.
pub(super) fn resident_mib() -> Option<u64> {
    status("VmRSS:")
}

fn status(name: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kib / 1024)
}

/// Forgets the peak so far; where that is not possible, the next one counts what was before too.
pub(super) fn reset() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}
