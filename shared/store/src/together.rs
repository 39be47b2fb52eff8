//! One read for all that want to know the same at the same time.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::BoxFuture;
use tokio::sync::OnceCell;
use tokio::task::yield_now;

/// What a read finds, once it has.
type Read<A> = Arc<OnceCell<A>>;

/// Answers those who ask the same at the same time by one read, and those who ask during a read by the next one. Each
/// gets what a read found that began after the question: nobody is told what was changed, and acknowledged, before.
#[derive(Debug)]
pub struct Together<Q, A>(Mutex<HashMap<Q, Line<A>>>);

/// Those who wait for an answer to one question.
#[derive(Debug)]
struct Line<A> {
    /// The read that has not begun.
    next: Read<A>,
    /// Held during a read.
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl<Q, A> Default for Together<Q, A> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<A> Default for Line<A> {
    fn default() -> Self {
        Self { next: Read::default(), turn: Arc::default() }
    }
}

impl<Q: Clone + Eq + Hash, A: Clone> Together<Q, A> {
    /// The answer to a question. `read` is left undone if another's serves. It comes boxed: a request takes kilobytes, and
    /// would be moved from hand to hand here.
    pub async fn ask(&self, question: &Q, read: BoxFuture<'_, A>) -> A {
        let (next, turn) = {
            let mut lines = self.lines();
            let line = lines.entry(question.clone()).or_default();
            (line.next.clone(), line.turn.clone())
        };
        let answer = next.get_or_init(|| async {
            let _turn = turn.lock().await;
            // Those that are asking now still get in.
            yield_now().await;
            self.begin(question, &next);
            read.await
        });
        let answer = answer.await.clone();
        drop(next);
        self.leave(question);
        answer
    }

    /// From now on, whoever asks waits for the read after this one.
    fn begin(&self, question: &Q, read: &Read<A>) {
        let mut lines = self.lines();
        // The first in line may have been given up after this, and then another does it once more.
        if let Some(line) = lines.get_mut(question).filter(|line| Arc::ptr_eq(&line.next, read)) {
            line.next = Read::default();
        }
    }

    fn leave(&self, question: &Q) {
        let mut lines = self.lines();
        if lines.get(question).is_some_and(|line| Arc::strong_count(&line.next) == 1) {
            lines.remove(question);
        }
    }

    fn lines(&self) -> MutexGuard<'_, HashMap<Q, Line<A>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use futures_util::FutureExt;
    use futures_util::future::{join_all, pending};

    use super::*;

    #[tokio::test]
    async fn those_who_ask_at_the_same_time_share_a_read_and_those_during_it_the_next() {
        let (together, reads) = (Together::<u8, u32>::default(), AtomicU32::new(0));
        let read = || async {
            let number = reads.fetch_add(1, Ordering::Relaxed);
            yield_now().await;
            number
        };
        assert_eq!(join_all((0..10).map(|_| together.ask(&1, read().boxed()))).await, [0; 10]);
        assert_eq!(together.ask(&1, read().boxed()).await, 1);
        let mut early = Box::pin(together.ask(&1, read().boxed()));
        while reads.load(Ordering::Relaxed) < 3 {
            assert!((&mut early).now_or_never().is_none());
        }
        let late = join_all((0..10).map(|_| together.ask(&1, read().boxed())));
        assert_eq!(tokio::join!(early, late), (2, vec![3; 10]));
        let (one, other) = tokio::join!(together.ask(&1, read().boxed()), together.ask(&2, read().boxed()));
        assert_ne!(one, other);
        assert!(together.lines().is_empty());
    }

    #[tokio::test]
    async fn a_read_that_is_given_up_is_another_ones_who_waits_for_it() {
        let together = Together::<u8, u32>::default();
        for polls in 1..4 {
            let mut first = Box::pin(together.ask(&1, pending().boxed()));
            let mut second = Box::pin(together.ask(&1, async { 7 }.boxed()));
            for _ in 0..polls {
                assert!((&mut first).now_or_never().is_none() && (&mut second).now_or_never().is_none());
            }
            drop(first);
            assert_eq!(second.await, 7);
        }
        assert!(together.lines().is_empty());
    }
}
