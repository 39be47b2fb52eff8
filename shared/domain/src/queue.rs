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

/// The longest body that can be a pointer, in bytes.
const LONGEST: usize = 1_024;

/// Why a message is no pointer that this code can follow.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAJobRef {
    /// It is longer than any pointer.
    #[error("{0} bytes are no pointer to a job")]
    TooLong(usize),
    /// It was written by other code.
    #[error("a pointer of version {version}; this code reads version {VERSION}")]
    OtherVersion {
        /// Which.
        version: u64,
        /// To whose job it points, if that can be read all the same.
        job: Option<(TenantId, JobId)>,
    },
    /// It is something else.
    #[error("not a pointer to a job")]
    Malformed,
}

/// As much of a pointer as every version has.
#[derive(Deserialize)]
struct AnyVersion {
    v: u64,
    tenant: Option<TenantId>,
    job: Option<JobId>,
}

impl JobRef {
    /// Points to a job.
    pub const fn new(tenant: TenantId, job: JobId) -> Self {
        Self { v: VERSION, tenant, job }
    }

    /// Reads a message body.
    ///
    /// # Errors
    /// [`NotAJobRef`] when it is anything else, another version included.
    pub fn parse(body: &str) -> Result<Self, NotAJobRef> {
        if body.len() > LONGEST {
            return Err(NotAJobRef::TooLong(body.len()));
        }
        match serde_json::from_str::<Self>(body) {
            Ok(job_ref) if job_ref.v == VERSION => Ok(job_ref),
            _ => Err(match serde_json::from_str::<AnyVersion>(body) {
                Ok(AnyVersion { v, tenant, job }) if v != u64::from(VERSION) => {
                    NotAJobRef::OtherVersion { version: v, job: tenant.zip(job) }
                }
                _ => NotAJobRef::Malformed,
            }),
        }
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
        for bad in ["", "{}", &body.replace("\"v\"", "\"x\":1,\"v\""), "null", "{\"v\":1}"] {
            assert_eq!(JobRef::parse(bad), Err(NotAJobRef::Malformed), "{bad}");
        }
        let job_ref = JobRef::parse(body).unwrap();
        let job = Some((job_ref.tenant, job_ref.job));
        let later = body.replace(":1,", ":2,\"priority\":\"high\",");
        assert_eq!(JobRef::parse(&later), Err(NotAJobRef::OtherVersion { version: 2, job }));
        let long = body.replace("acme", &"a".repeat(2_000));
        assert_eq!(JobRef::parse(&long), Err(NotAJobRef::TooLong(long.len())));
    }
}
