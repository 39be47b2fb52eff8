//! A job at one of its revisions, with a fingerprint: the checker compares states millions of times.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::mem::discriminant;
use std::ops::Deref;

use domain::job::{Job, State};

/// A job as somebody has read it, or as it is on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Revision {
    job: Job,
    print: u64,
}

impl Revision {
    /// This one.
    pub(crate) fn of(job: Job) -> Self {
        let print = print(&job);
        Self { job, print }
    }
}

impl Deref for Revision {
    type Target = Job;

    fn deref(&self) -> &Job {
        &self.job
    }
}

impl Hash for Revision {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.print);
    }
}

/// Everything that a move or a law looks at. Times, notes and names of lines make no difference to them.
fn print(job: &Job) -> u64 {
    let mut print = DefaultHasher::new();
    (job.revision, job.calls, job.attempts, job.strikes, job.probe, job.credential, job.earlier)
        .hash(&mut print);
    job.cost.as_ref().map(|cost| cost.amount).hash(&mut print);
    job.hold.map(|hold| hold.amount).hash(&mut print);
    job.submission.as_ref().map(|submission| submission.cost).hash(&mut print);
    discriminant(&job.state).hash(&mut print);
    match &job.state {
        State::Paused { reason, until } => (reason, until.is_some()).hash(&mut print),
        State::Failed { reason } => reason.hash(&mut print),
        _ => {}
    }
    print.finish()
}
