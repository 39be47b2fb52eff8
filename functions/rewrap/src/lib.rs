#![doc = include_str!("../README.md")]

use domain::{Fault, Timestamp};
use futures_util::{StreamExt, stream};
use runtime::{Aws, AwsService, now};
use serde::{Deserialize, Serialize};
use store::{NotACursor, SecretRow, SecretRows};
use vault::{EncryptionContext, KmsKeys, RewrapError, Rewrapped, Rewrapper, SealedSecret};

/// How many records are under way at once. KMS grants some thousand calls a second, which the workers need too.
const AT_ONCE: usize = 16;

/// What moves the records.
pub struct Rewrap {
    rows: SecretRows,
    rewrapper: Rewrapper,
}

/// What this function is told about its stack.
pub struct Settings {
    /// The vault table.
    pub vault_table: String,
    /// The KMS key to move to, and those to move away from.
    pub kms_keys: KmsKeys,
    /// The name of the stack.
    pub stage: String,
}

/// What an operator sends: `{}`, or what is left of an earlier run.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Where to go on, as the answer before has it.
    #[serde(default)]
    pub next: Option<String>,
}

/// What became of the records that were looked at.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// Moved to the current KMS key.
    pub moved: u64,
    /// Under the current KMS key before.
    pub already: u64,
    /// Revoked, replaced or moved by somebody else while we were at it.
    pub left_alone: u64,
    /// Not moved; the log says which, and why.
    pub failed: u64,
    /// Where to go on, if the time was not enough for all.
    pub next: Option<String>,
}

/// Why nothing was done, or why it stopped.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    /// What was sent is not as it should be.
    #[error(transparent)]
    Next(#[from] NotACursor),
    /// The vault table cannot be read. What has been moved stays moved: call again.
    #[error("the vault table cannot be read ({0}); call again, what was moved stays moved")]
    Vault(Fault),
}

/// What became of one record.
enum End {
    Moved,
    Already,
    LeftAlone,
    Failed,
}

impl Rewrap {
    /// Sets the clients up.
    pub fn new(aws: &Aws, settings: Settings) -> Self {
        Self {
            rows: SecretRows::new(&aws.config(AwsService::Dynamodb), settings.vault_table),
            rewrapper: Rewrapper::new(&aws.config(AwsService::Kms), settings.kms_keys, settings.stage),
        }
    }

    /// Moves one page of records after the other, until all are moved or it is `until`; one page at least.
    ///
    /// # Errors
    /// [`Stopped`] says what to do. Every record opens, whatever happens.
    pub async fn run(&self, request: Request, until: Timestamp) -> Result<Answer, Stopped> {
        let mut after = request.next.map(|next| next.parse()).transpose()?;
        let mut answer = Answer::default();
        loop {
            let page = self.rows.page(after).await.map_err(Stopped::Vault)?;
            let mut ends = stream::iter(page.items).map(|row| self.move_one(row)).buffer_unordered(AT_ONCE);
            while let Some(end) = ends.next().await {
                match end {
                    End::Moved => answer.moved += 1,
                    End::Already => answer.already += 1,
                    End::LeftAlone => answer.left_alone += 1,
                    End::Failed => answer.failed += 1,
                }
            }
            after = page.next;
            if after.is_none() || now() >= until {
                answer.next = after.map(|after| after.to_string());
                return Ok(answer);
            }
        }
    }

    async fn move_one(&self, row: Result<SecretRow, Fault>) -> End {
        // The log has it already.
        let Ok(row) = row else { return End::Failed };
        let sealed = match self.rewrap(&row).await {
            Ok(Rewrapped::Moved(sealed)) => sealed,
            Ok(Rewrapped::Already) => return End::Already,
            Err(error) => {
                tracing::error!(credential.id = %row.credential, %error, "sealed secret not moved");
                return End::Failed;
            }
        };
        match self.rows.replace(&row, sealed.to_bytes()).await {
            Ok(()) => End::Moved,
            Err(Fault::Conflict) => End::LeftAlone,
            Err(error) => {
                tracing::error!(credential.id = %row.credential, %error, "moved secret not stored");
                End::Failed
            }
        }
    }

    async fn rewrap(&self, row: &SecretRow) -> Result<Rewrapped, RewrapError> {
        let sealed = SealedSecret::parse(&row.sealed)?;
        let context = EncryptionContext {
            stage: self.rewrapper.stage().to_owned(),
            tenant: row.slot.tenant.clone(),
            provider: row.slot.provider,
            scope: row.slot.scope.clone(),
            credential: row.credential,
            version: row.version,
        };
        self.rewrapper.rewrap(&context, &sealed).await
    }
}
