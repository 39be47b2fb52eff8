//! A process that keeps what it knows to itself: its memory cannot be dumped or attached to, and a panic says where, not what.

use std::panic::{PanicHookInfo, set_hook};

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

/// Closes the ways by which memory leaves a process, as far as the system lets it. Call it once the logs have begun.
///
/// No core dump is written (`RLIMIT_CORE`, getrlimit(2)), and nobody but root attaches to the process or reads its memory
/// (`PR_SET_DUMPABLE`, prctl(2)). A sandbox may refuse either: then the log says so and work goes on. What a panic was
/// about is not printed, for it may quote what the code had at hand; only where it was is.
pub fn keep_memory_private() {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    if let Err(error) = setrlimit(Resource::Core, none) {
        tracing::warn!(%error, "core dumps not ruled out");
    }
    if let Err(error) = set_dumpable_behavior(DumpableBehavior::NotDumpable) {
        tracing::warn!(%error, "the process can be attached to");
    }
    set_hook(Box::new(say_where));
}

fn say_where(panic: &PanicHookInfo<'_>) {
    let at = panic.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(at, "panicked");
}
