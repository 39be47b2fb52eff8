//! What travels through the notifier's queue: pointers to what is to be told, and nothing else.

use serde::{Deserialize, Serialize};

use crate::notice::NewsKind;
use crate::{NoticeId, TenantId, WebhookId};

/// The version of the message format that this code writes.
const VERSION: u32 = 1;

/// The longest body that can be a pointer, in bytes.
const LONGEST: usize = 1_024;

/// A pointer to something that somebody is to be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeRef {
    v: u32,
    /// Whose.
    pub tenant: TenantId,
    /// Which notice.
    pub notice: NoticeId,
    /// Of which kind it is: those for people and those for webhooks alone are kept apart.
    pub kind: NewsKind,
    /// To which webhook. None: to everybody; who that is, is found out then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook: Option<WebhookId>,
}

/// The message is no pointer that this code can follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a pointer to a notice of version {VERSION}")]
pub struct NotANoticeRef;

impl NoticeRef {
    /// Points to a notice for everybody.
    pub const fn everybody(tenant: TenantId, notice: NoticeId, kind: NewsKind) -> Self {
        Self { v: VERSION, tenant, notice, kind, webhook: None }
    }

    /// Points to a delivery.
    pub fn one(tenant: TenantId, notice: NoticeId, kind: NewsKind, webhook: WebhookId) -> Self {
        Self { webhook: Some(webhook), ..Self::everybody(tenant, notice, kind) }
    }

    /// Reads a message body.
    ///
    /// # Errors
    /// [`NotANoticeRef`] when it is anything else, another version included.
    pub fn parse(body: &str) -> Result<Self, NotANoticeRef> {
        let read = (body.len() <= LONGEST).then(|| serde_json::from_str::<Self>(body).ok()).flatten();
        read.filter(|read| read.v == VERSION).ok_or(NotANoticeRef)
    }

    /// The message body.
    pub fn to_body(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_version_one_is_read() {
        let body =
            r#"{"v":1,"tenant":"acme","notice":"ntc_019aaf3c0f2a7c3e8d1b2a3c4d5e6f70","kind":"batch.done"}"#;
        assert_eq!(NoticeRef::parse(&NoticeRef::parse(body).unwrap().to_body()), NoticeRef::parse(body));
        for bad in ["", "{}", "null", &body.replace(":1,", ":2,"), &body.replace("\"v\"", "\"x\":1,\"v\"")] {
            assert_eq!(NoticeRef::parse(bad), Err(NotANoticeRef), "{bad}");
        }
        assert_eq!(NoticeRef::parse(&body.replace("acme", &"a".repeat(2_000))), Err(NotANoticeRef));
    }
}
