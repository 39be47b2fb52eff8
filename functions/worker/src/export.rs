//! Putting the finished images of a batch into one archive, with what is known of every job. No provider is asked and no
//! API key is opened; a crash lets it begin again, which costs nothing.
//!
//! Whatever the size of the batch, memory holds one image, one part of the archive (8 MB), and the prompts and styles of
//! the batch (each 8 MB at most, see [`Manifest`]).

use std::time::Duration;

use bytes::Bytes;
use domain::audit::Action;
use domain::job::{FailReason, Job, Lease, NotAllowed};
use domain::outcome::{Made, StoredExport, StoredImage};
use domain::queue::JobRef;
use domain::settle::MAX_STRIKES;
use domain::{BatchId, Fault, Timestamp};
use runtime::{now, random};
use store::GrowingObject;

use crate::settling::pointer_delay;
use crate::story::enough_time;
use crate::{LEASE, Worker};
use manifest::Manifest;
use zip::Directory;

mod manifest;
mod zip;

/// How much of the lease is left for ending the archive and putting the job on record.
const ENDING: Duration = Duration::from_secs(60);

/// How often an archive is begun at most: one that its worker does not survive must not be tried for ever.
const MOST_CALLS: u32 = 10;

/// Why there is no archive.
enum Trouble {
    /// A store of ours did not answer. Later it may.
    NotNow,
    /// It cannot be made.
    Never(&'static str),
}

impl Worker {
    /// Does an export job.
    pub(crate) async fn export(
        &self,
        queued: &Job,
        batch: BatchId,
        deadline: Timestamp,
    ) -> Result<(), Fault> {
        let _room = self.export_room.acquire().await.map_err(|_| Fault::Broken)?;
        if !enough_time(LEASE, deadline) {
            return self.send_back(queued).await;
        }
        let until = after(LEASE);
        let lease = Lease { token: u64::from_be_bytes(random()), until };
        let Ok(job) = queued.begin_without_api_key(lease, now()) else { return Ok(()) };
        // No event: nothing is opened and nothing is called. How it ends is on record.
        if !self.take(queued, &job, &[]).await? {
            return Ok(());
        }
        let stop = after(LEASE.saturating_sub(ENDING));
        let packed = match job.calls {
            ..=MOST_CALLS => self.pack(&job, batch, stop).await,
            _ => Err(Trouble::Never("The archive could not be made, although it was begun several times.")),
        };
        let Ok((next, action, outcome)) = ended(&job, packed) else { return Err(Fault::Broken) };
        let event = self.event(&next, action, outcome);
        self.record(&job, &next, None, Some(event)).await?;
        if let Some(delay) = pointer_delay(&next) {
            let job_ref = JobRef::new(next.tenant.clone(), next.id);
            let _sweeper_will = self.queues.send(next.provider, &job_ref, delay).await;
        }
        Ok(())
    }

    /// Writes the archive: image after image, then the manifests.
    async fn pack(&self, job: &Job, batch: BatchId, stop: Timestamp) -> Result<StoredExport, Trouble> {
        let batch = self.jobs.read_batch(&job.tenant, batch).await?;
        let mut manifest = Manifest::of(&batch);
        let mut after = None;
        loop {
            let page = self.jobs.of_batch(&batch, after).await?;
            manifest.add(page.items);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        manifest.number();

        let object_key = job.export_object_key();
        let mut archive = Archive {
            object: self.images.begin(object_key.clone(), "application/zip").await?,
            directory: Directory::at(job.created_at),
        };
        for row in &mut manifest.rows {
            if now() > stop {
                return Err(Trouble::Never("There is more in the batch than can be packed in 14 minutes."));
            }
            let (Some(name), Some(image)) = (row.file.clone(), &row.image) else { continue };
            match self.image(image).await? {
                Some(bytes) => archive.add(&name, &bytes).await?,
                // The manifest says that it is not there.
                None => row.file = None,
            }
        }
        archive.add_lines("manifest.json", || manifest.json()).await?;
        archive.add_lines("manifest.csv", || manifest.csv()).await?;
        let bytes = archive.finish().await?;
        Ok(StoredExport { object_key, bytes })
    }

    /// The bytes of an image, unless they were deleted.
    async fn image(&self, image: &StoredImage) -> Result<Option<Bytes>, Fault> {
        match self.images.read(&image.object_key, image.bytes).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(Fault::NotFound) => Ok(None),
            Err(other) => Err(other),
        }
    }
}

/// An archive that is being written.
struct Archive {
    object: GrowingObject,
    directory: Directory,
}

impl Archive {
    async fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), Trouble> {
        let mut sum = crc32fast::Hasher::new();
        sum.update(bytes);
        self.begin(name, sum, bytes.len()).await?;
        Ok(self.object.write(bytes).await?)
    }

    /// Adds a text that is made twice rather than kept: once for its length and checksum, which stand before it.
    async fn add_lines<I: Iterator<Item = String>>(
        &mut self,
        name: &str,
        lines: impl Fn() -> I,
    ) -> Result<(), Trouble> {
        let (mut sum, mut bytes) = (crc32fast::Hasher::new(), 0);
        for line in lines() {
            sum.update(line.as_bytes());
            bytes += line.len();
        }
        self.begin(name, sum, bytes).await?;
        for line in lines() {
            self.object.write(line.as_bytes()).await?;
        }
        Ok(())
    }

    async fn begin(&mut self, name: &str, sum: crc32fast::Hasher, bytes: usize) -> Result<(), Trouble> {
        let bytes = u32::try_from(bytes).map_err(|_| Trouble::Never("A file in it is too large."))?;
        Ok(self.object.write(&self.directory.begin(name, sum.finalize(), bytes)).await?)
    }

    /// Ends the archive; gives back its length in bytes.
    async fn finish(mut self) -> Result<u64, Trouble> {
        let (end, bytes) = self.directory.finish();
        self.object.write(&end).await?;
        self.object.finish().await?;
        Ok(bytes)
    }
}

/// Where the job goes, and what the audit trail says about it.
fn ended(
    job: &Job,
    packed: Result<StoredExport, Trouble>,
) -> Result<(Job, Action, &'static str), NotAllowed> {
    let failed = |note: &str| {
        let reason = FailReason::ExportFailed;
        Ok((job.fail(reason, note.to_owned(), None, now())?, Action::JobFailed, reason.code()))
    };
    match packed {
        Ok(export) => Ok((job.succeed(Made::Export(export), None, now())?, Action::JobSucceeded, "ok")),
        Err(Trouble::NotNow) if job.strikes < MAX_STRIKES => {
            let note = "The archive could not be written just now. It is begun again.".to_owned();
            Ok((job.requeue(2 << (2 * job.strikes), true, note, now())?, Action::JobRequeued, "not_started"))
        }
        Err(Trouble::NotNow) => failed("The archive could not be written. Try again later."),
        Err(Trouble::Never(note)) => failed(note),
    }
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Unavailable | Fault::Conflict => Self::NotNow,
            Fault::NotFound | Fault::Broken => Self::Never("The archive cannot be made. It is in our logs."),
        }
    }
}

fn after(time: Duration) -> Timestamp {
    now().saturating_add(time).unwrap_or(Timestamp::MAX)
}
