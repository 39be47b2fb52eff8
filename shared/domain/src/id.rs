//! Names of things: prefixed UUIDv7 for what Ownkey makes, bounded text for what others name.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// Random bytes for one id. UUIDv7 (RFC 9562, section 5.7) holds 74 random bits.
pub type Entropy = [u8; 10];

/// The text is not an id of the expected kind.
#[derive(Debug, thiserror::Error)]
#[error("not a valid id")]
pub struct InvalidId;

/// An id's UUIDv7. Ids made later sort after ids made earlier (to the millisecond).
fn make_uuid(at: Timestamp, entropy: &Entropy) -> Uuid {
    let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, entropy).into_uuid()
}

macro_rules! prefixed_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Uuid);

        impl $name {
            /// Makes a new id from the time and random bytes.
            pub fn make(at: Timestamp, entropy: &Entropy) -> Self {
                Self(make_uuid(at, entropy))
            }

            /// The smallest id of this kind that could be made at `at`: a bound for range queries.
            pub fn earliest(at: Timestamp) -> Self {
                Self(make_uuid(at, &[0; 10]))
            }

            /// When it was made, to the millisecond.
            pub fn made_at(&self) -> Timestamp {
                let millis = self.0.get_timestamp().map_or(0, |at| {
                    let (seconds, nanos) = at.to_unix();
                    seconds.saturating_mul(1_000).saturating_add(u64::from(nanos / 1_000_000))
                });
                Timestamp::from_millisecond(i64::try_from(millis).unwrap_or(0)).unwrap_or(Timestamp::UNIX_EPOCH)
            }

            /// A small number that spreads ids evenly, for partitioning.
            pub fn spread(&self) -> u8 {
                self.0.as_bytes()[15]
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0.simple())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let digits = text.strip_prefix(concat!($prefix, "_")).ok_or(InvalidId)?;
                let id = Uuid::try_parse(digits).map(Self).map_err(|_| InvalidId)?;
                // One spelling only: ids are compared as text in the tables.
                if id.to_string() == text { Ok(id) } else { Err(InvalidId) }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(|_| serde::de::Error::custom(concat!("expected an id like ", $prefix, "_...")))
            }
        }
    };
}

prefixed_id!(
    /// One stored API key. It keeps its id when the API key is replaced; the version counts up.
    CredentialId, "cred"
);
prefixed_id!(
    /// One job: one provider call.
    JobId, "job"
);
prefixed_id!(
    /// A persona. It keeps its id when it is edited; the version counts up.
    PersonaId, "per"
);
prefixed_id!(
    /// Jobs that were asked for together.
    BatchId, "bat"
);
prefixed_id!(
    /// One line of the audit trail.
    AuditId, "aud"
);
prefixed_id!(
    /// One photo that somebody uploads.
    UploadId, "upl"
);

prefixed_id!(
    /// Something that everybody of an account is told.
    NoticeId, "ntc"
);

prefixed_id!(
    /// A receiver of webhooks. It keeps its id when it is edited; the version counts up.
    WebhookId, "whk"
);

impl NoticeId {
    /// The notice of what an event has brought about: the same UUID.
    pub fn after(event: AuditId) -> Self {
        Self(event.0)
    }
}

impl AuditId {
    /// The id right after this one: what is written together keeps its order.
    #[must_use]
    pub fn following(self) -> Self {
        Self(Uuid::from_u128(self.0.as_u128().wrapping_add(1)))
    }
}

impl JobId {
    /// The id of job number `index` (below 4,096) of a batch: always the same, in the order of the indexes, and in the
    /// batch's own millisecond. The index stands in the 12 bits after the time (`rand_a` of RFC 9562); the other 62 are
    /// the batch's own.
    pub fn of_batch(batch: BatchId, index: u32) -> Self {
        let mut bytes = *batch.0.as_bytes();
        let [.., high, low] = index.to_be_bytes();
        bytes[6] = 0x70 | (high & 0x0f);
        bytes[7] = low;
        // Spreads the jobs over the partitions.
        bytes[15] = bytes[15].wrapping_add(low);
        Self(Uuid::from_bytes(bytes))
    }
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $max:literal, $allowed:expr, $taken:expr, $hint:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        pub struct $name(String);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                // Something that names: `.` and `..` would be taken for a path.
                let names = text.bytes().any(|byte| byte.is_ascii_alphanumeric());
                let taken: &[&str] = $taken;
                let fits = names && text.len() <= $max && text.bytes().all($allowed) && !taken.contains(&text);
                if fits { Ok(Self(text.to_owned())) } else { Err(InvalidId) }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(|_| serde::de::Error::custom($hint))
            }
        }
    };
}

text_id!(
    /// The isolation boundary: in every item, context and log line. Comes from the access token, so any
    /// issuer's spelling is taken, but nothing that could be mistaken for a separator in an item's key.
    TenantId, 128, |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:|@+".contains(&byte), &[],
    "expected 1 to 128 letters, digits or -_.:|@+"
);
text_id!(
    /// A tenant's own name for a project. `account` stands for what is no project's.
    ProjectId, 64, |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte), &["account"],
    "expected 1 to 64 letters, digits, - or _, and not `account`"
);

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Timestamp = Timestamp::constant(1_763_860_000, 0);

    #[test]
    fn ids_have_one_spelling_and_sort_by_time() {
        let id = JobId::make(AT, &[7; 10]);
        assert_eq!(id.to_string().parse::<JobId>().unwrap(), id);
        assert!(id.to_string().to_uppercase().parse::<JobId>().is_err());
        assert!(id.to_string().replace("job_", "aud_").parse::<JobId>().is_err());
        assert!(id < JobId::make(AT + jiff::SignedDuration::from_millis(1), &[0; 10]));
        assert!(JobId::earliest(AT) <= id);
        assert_eq!(id.made_at(), AT);
        let line = AuditId::make(AT, &[7; 10]);
        assert!(line < line.following() && line.following().to_string().parse::<AuditId>().is_ok());
    }

    #[test]
    fn the_ids_of_a_batchs_jobs_are_in_their_order_and_its_millisecond() {
        let (one, other) = (BatchId::make(AT, &[7; 10]), BatchId::make(AT, &[8; 10]));
        let ids: Vec<_> = (0..4_096).map(|index| JobId::of_batch(one, index)).collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
        assert!(ids.iter().all(|id| id.made_at() == AT && id.to_string().parse::<JobId>().unwrap() == *id));
        assert!((0..4_096).all(|index| !ids.contains(&JobId::of_batch(other, index))));
        let spread: std::collections::HashSet<_> = ids.iter().take(8).map(|id| id.spread() % 8).collect();
        assert_eq!(spread.len(), 8);
    }

    #[test]
    fn a_tenant_holds_no_separator() {
        for bad in ["", ".", "..", "a#b", "a b", "a/b", "ä", "a\nb", &"x".repeat(129)] {
            assert!(bad.parse::<TenantId>().is_err(), "{bad:?}");
        }
        assert!("auth0|65f0c".parse::<TenantId>().is_ok());
    }
}
