//! What travels through the queue: a pointer to a job, and nothing else. No prompt, no secret.

use serde::{Deserialize, Serialize};

use crate::{JobId, TenantId};

/// The version of the message format that this code writes.
const VERSION: u32 = 1;

/// A pointer to a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobRef {
    v: u32,
    /// Whose job.
    pub tenant: TenantId,
    /// Which.
    pub job: JobId,
}

/// The message is not a pointer to a job that this code understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a job pointer of version {VERSION}")]
pub struct NotAJobRef;

impl JobRef {
    /// Points to a job.
    pub const fn new(tenant: TenantId, job: JobId) -> Self {
        Self { v: VERSION, tenant, job }
    }

    /// Reads a message body.
    ///
    /// # Errors
    /// [`NotAJobRef`] when it is anything else, a later version included.
    pub fn parse(body: &str) -> Result<Self, NotAJobRef> {
        let job_ref: Self = serde_json::from_str(body).map_err(|_| NotAJobRef)?;
        if job_ref.v == VERSION { Ok(job_ref) } else { Err(NotAJobRef) }
    }

    /// The message body.
    pub fn to_body(&self) -> String {
        serde_json::json!({ "v": self.v, "tenant": self.tenant, "job": self.job }).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_version_one_is_read() {
        let body = r#"{"v":1,"tenant":"acme","job":"job_019aaf3c0f2a7c3e8d1b2a3c4d5e6f70"}"#;
        assert_eq!(JobRef::parse(&JobRef::parse(body).unwrap().to_body()), JobRef::parse(body));
        for bad in ["", "{}", &body.replace(":1,", ":2,"), &body.replace("\"v\"", "\"x\":1,\"v\""), "null"] {
            assert_eq!(JobRef::parse(bad), Err(NotAJobRef), "{bad}");
        }
    }
}
