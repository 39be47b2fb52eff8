//! Who calls the AWS services: each function signs with an access key of its own, as each has a role of its own in AWS.
//! What the stack does for itself, and tests, sign with another.

use std::collections::BTreeMap;

use runtime::LoopbackAws;

/// The functions that call AWS, by the names of `infra/README.md`.
pub const FUNCTIONS: [&str; 11] = [
    "account",
    "api-keys",
    "audit",
    "jobs",
    "notifier",
    "rewrap",
    "sealer",
    "sweeper",
    "worker-anthropic",
    "worker-bfl",
    "worker-openai",
];

/// An access key.
#[derive(Clone, Debug)]
pub struct AccessKey {
    /// Its public half.
    pub id: String,
    /// Its secret half.
    pub secret: String,
}

/// The access keys of functions, by their names.
#[derive(Clone, Debug, Default)]
pub struct Callers(BTreeMap<String, AccessKey>);

impl Callers {
    /// These.
    pub fn new(access_keys: impl IntoIterator<Item = (String, AccessKey)>) -> Self {
        Self(access_keys.into_iter().collect())
    }

    /// One for each function, all with the same secret.
    pub(crate) fn of_local_functions(secret: &str) -> Self {
        let access_key = |name: &str| AccessKey { id: format!("local-{name}"), secret: secret.to_owned() };
        Self::new(FUNCTIONS.iter().map(|name| ((*name).to_owned(), access_key(name))))
    }

    pub(crate) fn access_keys(&self) -> impl Iterator<Item = &AccessKey> {
        self.0.values()
    }

    /// Whose access key that is, if it is a function's.
    pub(crate) fn function_of(&self, access_key_id: &str) -> Option<&str> {
        self.0.iter().find(|(_, access_key)| access_key.id == access_key_id).map(|(name, _)| name.as_str())
    }

    /// The services as a function reaches them. One that is not among them has no name of its own.
    pub(crate) fn aws_of(&self, function: &str, aws: &LoopbackAws) -> LoopbackAws {
        let mut aws = aws.clone();
        if let Some(access_key) = self.0.get(function) {
            aws.access_key_id.clone_from(&access_key.id);
            aws.secret_access_key.clone_from(&access_key.secret);
        }
        aws
    }
}
