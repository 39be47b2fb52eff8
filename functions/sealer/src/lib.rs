#![doc = include_str!("../README.md")]

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::audit::{AuditLine, Digest, Seal};
use domain::{AuditId, Fault, TenantId, Timestamp};
use futures_util::StreamExt;
use futures_util::stream::iter;
use runtime::{Aws, AwsService, now};
use store::{Anchors, AuditTrail, Tenants};

/// How old a line must be. Longer than a function lives (15 minutes), which is the longest that can lie between the
/// making of a line's id and its being written, with something for clocks that differ.
pub const LAG: Duration = Duration::from_secs(20 * 60);

/// How many trails are looked at at the same time.
const AT_ONCE: usize = 8;

/// How many seals a trail may get before the others' turn. The rest comes with the next tick.
const SEALS_AT_ONCE: usize = 10;

/// Of how many trails the last seal is kept in mind. The others are looked up.
const MOST_HEADS: usize = 10_000;

/// Where the sealer finds things.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Holds the list of tenants.
    pub main_table: String,
    /// Holds the lines.
    pub audit_table: String,
    /// Takes the seals.
    pub anchors_bucket: String,
    /// How old a line must be: [`LAG`] in AWS.
    pub lag: Duration,
}

/// Makes seals.
pub struct AuditSealer {
    tenants: Tenants,
    trail: AuditTrail,
    anchors: Anchors,
    lag: Duration,
    /// The last seals as they are known here. Another may have made later ones: then the bucket refuses ours.
    heads: Mutex<HashMap<TenantId, Head>>,
}

/// The end of a tenant's chain of seals.
#[derive(Clone, Copy)]
struct Head {
    number: u64,
    hash: Digest,
    last: Option<AuditId>,
}

impl AuditSealer {
    /// Sets the clients up.
    pub fn new(aws: &Aws, settings: Settings) -> Self {
        let dynamodb = aws.config(AwsService::Dynamodb);
        Self {
            tenants: Tenants::new(&dynamodb, settings.main_table),
            trail: AuditTrail::new(&dynamodb, settings.audit_table),
            anchors: Anchors::new(&aws.config(AwsService::S3), settings.anchors_bucket),
            lag: settings.lag,
            heads: Mutex::default(),
        }
    }

    /// Seals what is to be sealed of every trail. One that cannot be sealed does not hold up the others.
    ///
    /// # Errors
    /// The last trouble met, when all has been looked at that could be.
    pub async fn seal(&self) -> Result<(), Fault> {
        let until = now().saturating_sub(self.lag).map_err(|_| Fault::Broken)?;
        let (mut from, mut done) = (None, Ok(()));
        loop {
            let page = self.tenants.list(from).await?;
            let mut sealed = iter(page.items)
                .map(async |tenant| {
                    let sealed = self.seal_trail(&tenant, until).await;
                    sealed.inspect_err(|error| {
                        self.heads().remove(&tenant);
                        tracing::error!(tenant = %tenant, %error, "audit trail not sealed");
                    })
                })
                .buffer_unordered(AT_ONCE);
            while let Some(sealed) = sealed.next().await {
                done = sealed.and(done);
            }
            match page.next {
                Some(next) => from = Some(next),
                None => return done,
            }
        }
    }

    async fn seal_trail(&self, tenant: &TenantId, until: Timestamp) -> Result<(), Fault> {
        let known = self.heads().get(tenant).copied();
        let mut head = match known {
            Some(head) => head,
            None => self.look_up(tenant).await?,
        };
        for _ in 0..SEALS_AT_ONCE {
            let rows = self.lines(tenant, head.last, until).await?;
            let all = rows.len() < Seal::MOST;
            if let Some(seal) = Seal::over(tenant, (head.number + 1, head.hash), rows, now()) {
                match self.anchors.add(&seal).await {
                    // Another sealer was first, or we ourselves, and the answer was lost. The next tick looks it up.
                    Err(Fault::Conflict) => {
                        self.heads().remove(tenant);
                        return Ok(());
                    }
                    other => other?,
                }
                head = Head { number: seal.number, hash: seal.hash, last: Some(seal.last) };
            }
            self.remember(tenant, head);
            if all {
                break;
            }
        }
        Ok(())
    }

    /// The last seal as it lies there. If it cannot be read, nothing is put on top of it.
    async fn look_up(&self, tenant: &TenantId) -> Result<Head, Fault> {
        let number = self.anchors.last(tenant).await?;
        if number == 0 {
            return Ok(Head { number, hash: Digest::ZERO, last: None });
        }
        let json = self.anchors.read(tenant, number).await?.ok_or(Fault::Unavailable)?;
        let seal: Seal = serde_json::from_slice(&json).map_err(|error| {
            tracing::error!(seal.number = number, %error, "seal cannot be read");
            Fault::Broken
        })?;
        if (&seal.tenant, seal.number) != (tenant, number) {
            tracing::error!(seal.number = number, "seal of another place");
            return Err(Fault::Broken);
        }
        Ok(Head { number, hash: seal.hash, last: Some(seal.last) })
    }

    /// The lines after one, as many as a seal takes.
    async fn lines(
        &self,
        tenant: &TenantId,
        last: Option<AuditId>,
        until: Timestamp,
    ) -> Result<Vec<(AuditId, Digest)>, Fault> {
        let mut lines = Vec::new();
        let mut after = last.map(|last| last.to_string()).unwrap_or_default();
        if after > AuditId::earliest(until).to_string() {
            return Ok(lines);
        }
        loop {
            let page = self.trail.rows(tenant, &after, Some(until), Seal::MOST - lines.len()).await?;
            for row in page.items {
                // Cannot be read: not ours to vouch for. `verify` names it.
                let event = row.event.ok_or(Fault::Broken)?;
                lines.push((event.id, Seal::leaf(AuditLine::from(event).json().as_bytes())));
            }
            match page.next {
                Some(next) if lines.len() < Seal::MOST => after = next,
                _ => return Ok(lines),
            }
        }
    }

    fn remember(&self, tenant: &TenantId, head: Head) {
        let mut heads = self.heads();
        if heads.len() >= MOST_HEADS && !heads.contains_key(tenant) {
            heads.clear();
        }
        heads.insert(tenant.clone(), head);
    }

    fn heads(&self) -> std::sync::MutexGuard<'_, HashMap<TenantId, Head>> {
        self.heads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
