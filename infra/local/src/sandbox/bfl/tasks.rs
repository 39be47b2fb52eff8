//! Tasks: what was ordered, and how far it is. That follows from the clock alone, so that a task needs nobody to
//! work on it, and goes on while the sandbox is not running.

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::Usd;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::super::account::AccountId;
use super::super::avatar::Sitting;
use super::super::journal::Journal;

/// One task. The image is drawn when it is fetched.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Task {
    pub(super) id: String,
    pub(super) account: AccountId,
    pub(super) submitted_at: Timestamp,
    /// In milliseconds.
    pub(super) takes: i64,
    /// Refused by the safety system, which costs nothing.
    pub(super) moderated: bool,
    pub(super) cost: Usd,
    pub(super) seed: i64,
    pub(super) sitting: Sitting,
}

/// How far a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Pending,
    Reasoning,
    Generating,
    Ready,
    RequestModerated,
}

impl Stage {
    /// As in an answer.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Reasoning => "Reasoning",
            Self::Generating => "Generating",
            Self::Ready => "Ready",
            Self::RequestModerated => "Request Moderated",
        }
    }
}

impl Task {
    /// From 0 to 1.
    pub(super) fn progress(&self, now: Timestamp) -> f64 {
        let elapsed = now.as_millisecond().saturating_sub(self.submitted_at.as_millisecond());
        if elapsed >= self.takes { 1.0 } else { elapsed.max(0) as f64 / self.takes as f64 }
    }

    /// How far it is. A prompt is refused by reasoning, before anything is drawn.
    pub(super) fn stage(&self, now: Timestamp) -> Stage {
        match self.progress(now) {
            early if early < 0.2 => Stage::Pending,
            early if early < 0.4 => Stage::Reasoning,
            _ if self.moderated => Stage::RequestModerated,
            late if late < 1.0 => Stage::Generating,
            _ => Stage::Ready,
        }
    }

    fn active(&self, now: Timestamp) -> bool {
        !matches!(self.stage(now), Stage::Ready | Stage::RequestModerated)
    }
}

/// All that were ever taken on.
pub(super) struct Tasks(Mutex<Known>);

struct Known {
    journal: Journal,
    by_id: HashMap<String, Task>,
}

impl Tasks {
    /// Reads them, or begins with none.
    pub(super) fn open(dir: &Path) -> io::Result<Self> {
        let (journal, tasks) = Journal::open::<Task>(dir, "bfl-tasks.jsonl")?;
        let by_id = tasks.into_iter().map(|task| (task.id.clone(), task)).collect();
        Ok(Self(Mutex::new(Known { journal, by_id })))
    }

    /// Remembers a task, durably. Blocks on the disk.
    pub(super) fn keep(&self, task: Task) -> io::Result<()> {
        let mut known = self.lock();
        known.journal.append(&task)?;
        known.by_id.insert(task.id.clone(), task);
        Ok(())
    }

    /// The task of this id.
    pub(super) fn find(&self, id: &str) -> Option<Task> {
        self.lock().by_id.get(id).cloned()
    }

    /// How many of an account's tasks have not ended.
    pub(super) fn active(&self, account: &AccountId, now: Timestamp) -> usize {
        self.lock().by_id.values().filter(|task| task.account == *account && task.active(now)).count()
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::account::Account;
    use super::super::super::avatar::Format;
    use super::*;

    fn task(takes: i64, moderated: bool) -> Task {
        Task {
            id: "1".to_owned(),
            account: Account::of("bfl-sandbox-ok").unwrap().id,
            submitted_at: Timestamp::UNIX_EPOCH,
            takes,
            moderated,
            cost: Usd::ZERO,
            seed: 1,
            sitting: Sitting {
                prompt: String::new(),
                likeness: None,
                variation: 0,
                width: 64,
                height: 64,
                transparent: false,
                format: Format::Png,
            },
        }
    }

    #[test]
    fn a_task_goes_on_by_the_clock() {
        use Stage::{Generating, Pending, Ready, Reasoning, RequestModerated};
        for (takes, at, drawn, refused) in [
            (1000, -5, Pending, Pending),
            (1000, 0, Pending, Pending),
            (1000, 199, Pending, Pending),
            (1000, 200, Reasoning, Reasoning),
            (1000, 400, Generating, RequestModerated),
            (1000, 999, Generating, RequestModerated),
            (1000, 1000, Ready, RequestModerated),
            (0, 0, Ready, RequestModerated),
        ] {
            let now = Timestamp::from_millisecond(at).unwrap();
            assert_eq!(task(takes, false).stage(now), drawn, "{at} of {takes}");
            assert_eq!(task(takes, true).stage(now), refused, "{at} of {takes}");
        }
    }
}
