//! How often in one run something may go wrong, or somebody may interfere. It is what keeps the number of runs finite.

/// What does not happen by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Rare {
    /// A pointer is delivered and stays in the queue, or the sweeper sends one too many.
    Duplicate,
    /// A pointer is lost.
    LostPointer,
    /// A worker dies.
    Crash,
    /// A lease runs out although its worker lives, and goes on.
    LateWorker,
    /// The call or its answer is lost.
    LostAnswer,
    /// The table has written, but its answer is lost.
    LostWrite,
    /// The provider brings no result.
    Refusal,
    /// An order takes longer.
    SlowOrder,
    /// The provider works on enough.
    Busy,
    /// The account at the provider has no credit any more.
    RunOut,
    /// The sweeper tries whether there is credit again.
    Probe,
    /// A person tops up.
    TopUp,
    /// A person takes a job back.
    Cancel,
    /// A person has a job done again, and accepts what comes of it.
    Retry,
    /// A person sends a job on that waits.
    Resume,
    /// A person revokes the API key.
    Revoke,
    /// A person stores an API key.
    Store,
}

/// What may still happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Bounds([u8; Rare::Store as usize + 1]);

impl Bounds {
    /// So often each, and nothing else.
    pub(crate) fn of(times: &[(Rare, u8)]) -> Self {
        let mut bounds = Self([0; Rare::Store as usize + 1]);
        for (rare, times) in times {
            bounds.0[*rare as usize] = *times;
        }
        bounds
    }

    /// Whether it may happen once more.
    pub(crate) fn allow(&self, rare: Rare) -> bool {
        self.0[rare as usize] > 0
    }

    /// It has happened.
    pub(crate) fn spend(&mut self, rare: Rare) {
        self.0[rare as usize] -= 1;
    }
}
