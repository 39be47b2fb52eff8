//! What a process has taken, as Linux counts it: <https://man7.org/linux/man-pages/man5/proc.5.html>.

use std::fs::{read_dir, read_to_string, write};
use std::time::Duration;

/// Time on processors, of the threads that are there.
pub fn cpu(process: u32) -> Duration {
    let threads = read_dir(format!("/proc/{process}/task")).unwrap();
    let spent = threads.map(|thread| read_to_string(thread.unwrap().path().join("schedstat")).unwrap());
    spent.map(|spent| Duration::from_nanos(spent.split_once(' ').unwrap().0.parse().unwrap())).sum()
}

/// How often a page was touched for the first time and needed no reading.
pub fn minor_faults(process: u32) -> u64 {
    let line = read_to_string(format!("/proc/{process}/stat")).unwrap();
    // The second field, a name in parentheses, may hold blanks; faults are the tenth.
    line.rsplit_once(") ").unwrap().1.split(' ').nth(7).unwrap().parse().unwrap()
}

/// Bytes in memory now.
pub fn resident(process: u32) -> u64 {
    status(process, "VmRSS:")
}

/// Bytes in memory when they were most, since the start or [`forget_peak`].
pub fn peak(process: u32) -> u64 {
    status(process, "VmHWM:")
}

/// From now on another peak is looked for.
pub fn forget_peak(process: u32) {
    write(format!("/proc/{process}/clear_refs"), "5").unwrap();
}

fn status(process: u32, name: &str) -> u64 {
    let text = read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse::<u64>().unwrap() * 1024
}
