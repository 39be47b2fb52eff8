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

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::panic::{catch_unwind, panic_any};
    use std::sync::{Arc, Mutex};

    use rustix::process::{dumpable_behavior, getrlimit};
    use tracing_subscriber::fmt;

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, line: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(line)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn nothing_is_dumped_and_a_panic_says_where_it_was_and_not_what_about() {
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::Dumpable, "before");
        keep_memory_private();
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
        let cores = getrlimit(Resource::Core);
        assert_eq!((cores.current, cores.maximum), (Some(0), Some(0)));

        let lines = Lines::default();
        let log = lines.clone();
        let to_log = fmt().with_writer(move || log.clone()).finish();
        let panicked = tracing::subscriber::with_default(to_log, || {
            catch_unwind(|| panic_any("sk-canary".to_owned())).is_err()
                && catch_unwind(|| panic!("sk-canary")).is_err()
        });
        let said = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        assert!(panicked && said.matches("hardening.rs").count() == 2 && !said.contains("canary"), "{said}");
    }
}
