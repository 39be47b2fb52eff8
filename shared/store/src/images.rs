//! The images bucket.

use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::Builder;
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_types::SdkConfig;
use bytes::Bytes;
use domain::Fault;
use domain::outcome::StoredImage;

use crate::error::fault;
use crate::growing_object::GrowingObject;

/// How long a link to an image works. Short, because whoever has the link has the image.
pub const LINK_LIFETIME: Duration = Duration::from_secs(300);

/// How long a link to an archive works: it may be large, and somebody must click on it first.
pub const EXPORT_LINK_LIFETIME: Duration = Duration::from_secs(15 * 60);

/// The images.
#[derive(Clone, Debug)]
pub struct Images {
    client: Client,
    bucket: String,
}

impl Images {
    /// The images in `bucket`.
    pub fn new(config: &SdkConfig, bucket: String) -> Self {
        Self { client: client(config), bucket }
    }

    /// Stores an image. The bytes are handed over, not copied, and not gone through again: what we know them by goes
    /// along, signed with the rest of the head, and S3 takes nothing that differs from it
    /// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html>).
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when S3 does not take it; the same call may work later.
    pub async fn put(&self, image: &StoredImage, bytes: Bytes) -> Result<(), Fault> {
        self.client
            .put_object()
            .bucket(&self.bucket)
            .key(&image.object_key)
            .content_type(&image.content_type)
            .set_checksum_sha256(in_base64(&image.sha256))
            .body(ByteStream::from(bytes))
            .customize()
            .disable_payload_signing()
            .send()
            .await
            .map(|_| ())
            .map_err(|error| fault("PutObject", error))
    }

    /// The object of an object key, if there is one. Nothing is read of one that is longer than `limit` bytes.
    ///
    /// # Errors
    /// [`Fault::NotFound`] when there is none; [`Fault::Broken`] when it is longer than `limit`;
    /// [`Fault::Unavailable`] when S3 does not answer, or breaks off.
    pub async fn read(&self, object_key: &str, limit: u64) -> Result<Bytes, Fault> {
        let request = self.client.get_object().bucket(&self.bucket).key(object_key);
        let answer = request.send().await.map_err(|error| match error.as_service_error() {
            // Who may not list a bucket is told 403 of what is not there.
            Some(refused) if refused.is_no_such_key() || refused.code() == Some("AccessDenied") => {
                Fault::NotFound
            }
            _ => fault("GetObject", error),
        })?;
        let bytes = answer.content_length().and_then(|bytes| u64::try_from(bytes).ok());
        if bytes.is_none_or(|bytes| bytes > limit) {
            tracing::error!(
                object.bytes = bytes,
                limit.bytes = limit,
                "object is longer than anything we let in"
            );
            return Err(Fault::Broken);
        }
        let body = answer.body.collect().await.map_err(|error| {
            tracing::error!(%error, "object breaks off");
            Fault::Unavailable
        })?;
        Ok(body.into_bytes())
    }

    /// Begins an object that is written piece by piece. It is there once it is finished, whole or not at all.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when S3 does not answer.
    pub async fn begin(&self, object_key: String, content_type: &str) -> Result<GrowingObject, Fault> {
        GrowingObject::begin(self.client.clone(), self.bucket.clone(), object_key, content_type).await
    }

    /// Deletes an object. That it is not there is as good.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when S3 does not answer.
    pub async fn delete(&self, object_key: &str) -> Result<(), Fault> {
        let request = self.client.delete_object().bucket(&self.bucket).key(object_key);
        request.send().await.map(|_| ()).map_err(|error| fault("DeleteObject", error))
    }

    /// A link to an image that works for [`LINK_LIFETIME`]. Signed here; S3 is not asked.
    ///
    /// # Errors
    /// [`Fault::Broken`] when the request cannot be signed.
    pub async fn link(&self, object_key: &str, content_type: &str) -> Result<String, Fault> {
        self.link_as(object_key, &file_name(object_key, content_type), LINK_LIFETIME).await
    }

    /// A link to an archive that works for [`EXPORT_LINK_LIFETIME`]. Signed here; S3 is not asked.
    ///
    /// # Errors
    /// [`Fault::Broken`] when the request cannot be signed.
    pub async fn export_link(&self, object_key: &str) -> Result<String, Fault> {
        let file_name = object_key.rsplit('/').next().unwrap_or("export.zip");
        self.link_as(object_key, file_name, EXPORT_LINK_LIFETIME).await
    }

    async fn link_as(&self, object_key: &str, file_name: &str, lifetime: Duration) -> Result<String, Fault> {
        let lifetime = PresigningConfig::expires_in(lifetime).map_err(|_| Fault::Broken)?;
        let request = self
            .client
            .get_object()
            .bucket(&self.bucket)
            .key(object_key)
            // A browser then saves what a page links to; it still shows it in the page.
            .response_content_disposition(format!("attachment; filename=\"{file_name}\""));
        let presigned =
            request.presigned(lifetime).await.map_err(|error| fault("presign GetObject", error))?;
        Ok(presigned.uri().to_owned())
    }
}

pub(crate) fn client(config: &SdkConfig) -> Client {
    // An emulator is reached by address, so the bucket cannot be part of the host name.
    let by_path = config.endpoint_url().is_some();
    Client::from_conf(Builder::from(config).force_path_style(by_path).build())
}

/// A digest in hex, as we keep it, in base64, as S3 wants it.
fn in_base64(hex: &str) -> Option<String> {
    let byte = |digits: &[u8]| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
    let bytes: Option<Vec<_>> = hex.as_bytes().chunks(2).map(byte).collect();
    Some(base64_simd::STANDARD.encode_to_string(bytes?))
}

/// `job_....png`: the job's id, and what the bytes are.
fn file_name(object_key: &str, content_type: &str) -> String {
    let job = object_key.rsplit('/').nth(1).unwrap_or("image");
    let extension = content_type.rsplit('/').next().unwrap_or("png");
    format!("{job}.{extension}")
}
