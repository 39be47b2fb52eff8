//! An object of the bucket that is written piece by piece, by a multipart upload: in memory is one part of it.

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use domain::Fault;

use crate::error::fault;

/// How much one part has, in bytes. S3 takes 10,000 parts of an object, each but the last of 5 MB or more.
const PART_BYTES: usize = 8 * 1024 * 1024;

/// An object that is being written. One that is never finished leaves nothing behind: the bucket forgets its parts
/// after a day.
#[derive(Debug)]
pub struct GrowingObject {
    client: Client,
    bucket: String,
    object_key: String,
    upload: String,
    parts: Vec<CompletedPart>,
    part: Vec<u8>,
}

impl GrowingObject {
    pub(crate) async fn begin(
        client: Client,
        bucket: String,
        object_key: String,
        content_type: &str,
    ) -> Result<Self, Fault> {
        let request = client.create_multipart_upload().bucket(&bucket).key(&object_key);
        let begun = request.content_type(content_type).send().await;
        let begun = begun.map_err(|error| fault("CreateMultipartUpload", error))?;
        let upload = begun.upload_id.ok_or(Fault::Broken)?;
        Ok(Self { client, bucket, object_key, upload, parts: Vec::new(), part: Vec::new() })
    }

    /// Writes the next bytes.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when S3 does not take a part. The object cannot be finished then.
    pub async fn write(&mut self, mut bytes: &[u8]) -> Result<(), Fault> {
        while !bytes.is_empty() {
            let room = PART_BYTES - self.part.len();
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.part.reserve_exact(PART_BYTES - self.part.len());
            self.part.extend_from_slice(now);
            bytes = later;
            if self.part.len() == PART_BYTES {
                self.send_part().await?;
            }
        }
        Ok(())
    }

    /// Ends the object, which is there from then on.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when S3 does not take it.
    pub async fn finish(mut self) -> Result<(), Fault> {
        if !self.part.is_empty() || self.parts.is_empty() {
            self.send_part().await?;
        }
        let parts = CompletedMultipartUpload::builder().set_parts(Some(self.parts)).build();
        let request = self.client.complete_multipart_upload().bucket(self.bucket).key(self.object_key);
        let finished = request.upload_id(self.upload).multipart_upload(parts).send().await;
        finished.map(|_| ()).map_err(|error| fault("CompleteMultipartUpload", error))
    }

    async fn send_part(&mut self) -> Result<(), Fault> {
        let number = i32::try_from(self.parts.len() + 1).map_err(|_| Fault::Broken)?;
        let request = self.client.upload_part().bucket(&self.bucket).key(&self.object_key);
        let body = ByteStream::from(std::mem::take(&mut self.part));
        let sent = request.upload_id(&self.upload).part_number(number).body(body).send().await;
        let sent = sent.map_err(|error| fault("UploadPart", error))?;
        let part = CompletedPart::builder().part_number(number).set_e_tag(sent.e_tag);
        // The SDK sends a checksum with each part, and S3 wants to hear it again at the end.
        self.parts.push(part.set_checksum_crc32(sent.checksum_crc32).build());
        Ok(())
    }
}
