//! What was asked of the KMS, so that tests can count.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

/// More calls than this are forgotten, oldest first.
const MOST: usize = 10_000;

/// One call, whatever came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KmsCall {
    /// `Decrypt`, `GenerateDataKey`, ...
    pub operation: String,
    /// The ARN of the KMS key that was used; of `ReEncrypt` the source's. `None` if the call never got so far.
    pub kms_key: Option<String>,
    /// The context given; of `ReEncrypt` the source's.
    pub encryption_context: BTreeMap<String, String>,
    /// What the SDK calls it. A call whose answer was lost is sent again under the same name: one opening, asked twice.
    pub invocation: Option<String>,
    /// The name of the exception, if it was refused.
    pub outcome: Result<(), &'static str>,
}

impl KmsCall {
    pub(super) fn of(operation: &str) -> Self {
        let operation = operation.to_owned();
        let encryption_context = BTreeMap::new();
        Self { operation, kms_key: None, encryption_context, invocation: None, outcome: Ok(()) }
    }
}

/// The latest calls.
#[derive(Default)]
pub(super) struct Calls(Mutex<VecDeque<KmsCall>>);

impl Calls {
    pub(super) fn add(&self, call: KmsCall) {
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if calls.len() >= MOST {
            calls.pop_front();
        }
        calls.push_back(call);
    }

    pub(super) fn list(&self) -> Vec<KmsCall> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_are_forgotten() {
        let calls = Calls::default();
        for number in 0..=MOST {
            calls.add(KmsCall::of(&number.to_string()));
        }
        let list = calls.list();
        assert_eq!((list.len(), list[0].operation.as_str()), (MOST, "1"));
    }
}
