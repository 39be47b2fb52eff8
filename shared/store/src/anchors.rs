//! The anchors bucket: the seals of the audit trails, where nobody can change or delete them.

use aws_sdk_s3::Client;
use aws_sdk_s3::config::Builder;
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::ChecksumAlgorithm;
use aws_types::SdkConfig;
use bytes::Bytes;
use domain::audit::Seal;
use domain::{Fault, TenantId};

use crate::error::fault;

/// The longest seal that is read. One of the most lines has a quarter of this.
const LONGEST: i64 = 1024 * 1024;

/// How often a seal is read that breaks off.
const TRIES: usize = 3;

/// The seals.
#[derive(Clone, Debug)]
pub struct Anchors {
    client: Client,
    bucket: String,
}

impl Anchors {
    /// The seals in `bucket`.
    pub fn new(config: &SdkConfig, bucket: String) -> Self {
        // An emulator is reached by address, so the bucket cannot be part of the host name.
        let by_path = config.endpoint_url().is_some();
        Self { client: Client::from_conf(Builder::from(config).force_path_style(by_path).build()), bucket }
    }

    /// Adds a seal.
    ///
    /// # Errors
    /// [`Fault::Conflict`] when there is a seal of this number: it stays. [`Fault::Unavailable`] when S3 does not take
    /// it; the same call may work later.
    pub async fn add(&self, seal: &Seal) -> Result<(), Fault> {
        let json = serde_json::to_vec(seal).map_err(|_| Fault::Broken)?;
        let request = self
            .client
            .put_object()
            .bucket(&self.bucket)
            .key(object_key(&seal.tenant, seal.number))
            .content_type("application/json")
            // A bucket with Object Lock takes nothing without one.
            .checksum_algorithm(ChecksumAlgorithm::Crc32)
            // The bucket keeps every version for good: a second one would be no loss, but a question.
            .if_none_match("*")
            .body(ByteStream::from(json));
        request.send().await.map(|_| ()).map_err(|error| match error.code() {
            Some("PreconditionFailed" | "ConditionalRequestConflict") => Fault::Conflict,
            _ => fault("PutObject", error),
        })
    }

    /// A seal as it lies there, if it does. Of one that is longer than any that we make, nothing.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when S3 does not answer.
    pub async fn read(&self, tenant: &TenantId, number: u64) -> Result<Option<Bytes>, Fault> {
        for _ in 0..TRIES {
            if let Some(read) = self.try_read(tenant, number).await? {
                return Ok(read);
            }
        }
        // Its checksum does not fit, again and again: what lies there is not what was put there.
        Ok(Some(Bytes::new()))
    }

    /// None, if what comes breaks off.
    async fn try_read(&self, tenant: &TenantId, number: u64) -> Result<Option<Option<Bytes>>, Fault> {
        let request = self.client.get_object().bucket(&self.bucket).key(object_key(tenant, number));
        let answer = match request.send().await {
            Ok(answer) => answer,
            Err(error) if error.as_service_error().is_some_and(|refused| refused.is_no_such_key()) => {
                return Ok(Some(None));
            }
            Err(error) => return Err(fault("GetObject", error)),
        };
        if answer.content_length().is_none_or(|length| length > LONGEST) {
            return Ok(Some(Some(Bytes::new())));
        }
        let body = answer.body.collect().await;
        let body = body.inspect_err(|error| tracing::error!(seal.number = number, %error, "seal breaks off"));
        Ok(body.ok().map(|body| Some(body.into_bytes())))
    }

    /// The numbers of the seals after one, in their order; `most` of them.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when S3 does not answer.
    pub async fn after(&self, tenant: &TenantId, number: u64, most: usize) -> Result<Vec<u64>, Fault> {
        let prefix = format!("seals/{tenant}/");
        let request = self
            .client
            .list_objects_v2()
            .bucket(&self.bucket)
            .prefix(&prefix)
            .start_after(object_key(tenant, number))
            .max_keys(i32::try_from(most).unwrap_or(i32::MAX));
        let listed = request.send().await.map_err(|error| fault("ListObjectsV2", error))?;
        let number = |name: &str| name.strip_prefix(&prefix)?.strip_suffix(".json")?.parse().ok();
        Ok(listed.contents().iter().filter_map(|object| number(object.key()?)).collect())
    }

    /// The number of the last seal; 0, if there is none. Asks in leaps, because S3 lists from the front only.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when S3 does not answer.
    pub async fn last(&self, tenant: &TenantId) -> Result<u64, Fault> {
        let next = async |number| Ok::<_, Fault>(self.after(tenant, number, 1).await?.first().copied());
        // There is a seal of number `there`, and none after `none`.
        let Some(mut there) = next(0).await? else { return Ok(0) };
        let (mut none, mut leap) = (there, 1_u64);
        while let Some(found) = next(none).await? {
            there = found;
            none = found.saturating_add(leap);
            leap = leap.saturating_mul(2);
        }
        while there < none {
            let middle = there + (none - there) / 2;
            match next(middle).await? {
                Some(found) => there = found,
                None => none = middle,
            }
        }
        Ok(there)
    }
}

/// Padded, so that they sort by their number.
fn object_key(tenant: &TenantId, number: u64) -> String {
    format!("seals/{tenant}/{number:012}.json")
}
