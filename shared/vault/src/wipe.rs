//! The stack and the registers after secret work.

use std::hint::black_box;

use zeroize::Zeroize;

use crate::aead;

/// How much stack is overwritten: 64 KiB, in words of eight bytes. An unoptimised build was seen to need 20
/// KiB.
const WORDS: usize = 64 * 1024 / size_of::<u64>();

/// Runs `work` and then overwrites the registers and the stack it ran on.
///
/// `ring` keeps its AES key schedule, which begins with the encryption key itself, and its hash state on the
/// stack and leaves them there. Safe code cannot reach them by name, but it can use the same stretch of stack
/// again: both functions below start at the same depth and neither is inlined. `tests/memory.rs` measures
/// that it works.
pub(crate) fn with_clean_stack<T>(work: impl FnOnce() -> T) -> T {
    let result = run(work);
    // In this frame's depth too, so that the stack it uses is among what is overwritten next.
    run(aead::overwrite_registers);
    overwrite();
    result
}

#[inline(never)]
fn run<T>(work: impl FnOnce() -> T) -> T {
    work()
}

#[inline(never)]
fn overwrite() {
    let mut stretch = [0_u64; WORDS];
    black_box(&mut stretch).zeroize();
}
