//! What the functions really ask of AWS, in the words of IAM: which function, which action, on which resource, and
//! those facts about the request that policies look at. `infra/check_rights.py` holds it against the template.
//!
//! On only for tests. One line of JSON for each kind of call, with how often it was seen; the same kind may come again,
//! and then the numbers add up. Lines are only ever added, so that a test process that is killed leaves what it has seen.

mod caller;
mod door;
mod dynamodb;
mod kms;
mod s3;
mod sent;
mod sns;
mod sqs;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

pub(crate) use self::door::Door;
pub use self::sent::Sent;
use crate::callers::Callers;

/// Stands for what is different each time: the rest of a partition key, an object key, a value of an encryption context.
const SOMETHING: &str = "…";

/// Facts about a request, by the names of IAM's condition keys.
type Conditions = BTreeMap<String, Vec<String>>;

/// What IAM is asked for a request, or for one part of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Call {
    /// Such as `dynamodb:PutItem`.
    action: String,
    /// By the names of the template: `MainTable/index/work`, `ImagesBucket/images/…`.
    resource: String,
    conditions: Conditions,
}

impl Call {
    fn new(action: impl Into<String>, resource: impl Into<String>) -> Self {
        Self { action: action.into(), resource: resource.into(), conditions: Conditions::new() }
    }

    fn when(mut self, condition: impl Into<String>, values: Vec<String>) -> Self {
        self.conditions.insert(condition.into(), values);
        self
    }
}

/// How often a kind of call was seen, and how often that is on file.
#[derive(Default)]
struct Count {
    seen: u64,
    written: u64,
}

/// Keeps the record of one stack.
pub(crate) struct Recorder {
    file: File,
    callers: Callers,
    /// The KMS keys by their ARNs, but for those that seal no more.
    kms_keys: [(String, &'static str); 2],
    kinds: Mutex<HashMap<(String, Call), Count>>,
    sent: Mutex<Vec<Sent>>,
}

impl Recorder {
    /// Adds to the file of this process in the folder.
    pub(crate) fn open(
        folder: &Path,
        callers: Callers,
        kms_keys: [(String, &'static str); 2],
    ) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let path = folder.join(format!("{}.jsonl", std::process::id()));
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Self { file, callers, kms_keys, kinds: Mutex::default(), sent: Mutex::default() })
    }

    fn kms_key(&self, arn: &str) -> &'static str {
        self.kms_keys.iter().find(|(of, _)| of == arn).map_or("OtherKmsKey", |(_, name)| name)
    }

    /// Notes the calls of a request, if it was a function that made it.
    fn note(&self, access_key_id: &str, calls: Vec<Call>) {
        let Some(function) = self.callers.function_of(access_key_id) else { return };
        let mut kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        for call in calls {
            let kind = (function.to_owned(), call);
            let count = kinds.entry(kind.clone()).or_default();
            count.seen += 1;
            // A new one at once, and then whenever there are twice as many.
            if count.seen.is_power_of_two() {
                self.write(&kind, count);
            }
        }
    }

    fn note_sent(&self, access_key_id: &str, sent: Sent) {
        let Some(function) = self.callers.function_of(access_key_id) else { return };
        let sent = Sent { function: function.to_owned(), ..sent };
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).push(sent);
    }

    /// Every request so far, in the order of the answers.
    pub(crate) fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn write(&self, (function, call): &(String, Call), count: &mut Count) {
        let mut line = line(function, call, count.seen - count.written).to_string();
        line.push('\n');
        // In one piece: other stacks of this process add to the same file.
        match (&self.file).write_all(line.as_bytes()) {
            Ok(()) => count.written = count.seen,
            Err(error) => tracing::error!(%error, "call not recorded"),
        }
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        let kinds = std::mem::take(&mut *self.kinds.lock().unwrap_or_else(PoisonError::into_inner));
        for (kind, mut count) in kinds {
            if count.seen > count.written {
                self.write(&kind, &mut count);
            }
        }
    }
}

fn line(function: &str, call: &Call, calls: u64) -> Value {
    let Call { action, resource, conditions } = call;
    json!({ "function": function, "action": action, "resource": resource, "conditions": conditions, "calls": calls })
}
