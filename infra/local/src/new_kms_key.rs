//! The move to a new KMS key, on this machine: what `infra/DEPLOYING.md` has an operator do in AWS.

use domain::Timestamp;
use rewrap::{Answer, Request, Rewrap, Settings};
use runtime::Aws;
use tokio::task::JoinSet;

use crate::data_folder::DataFolder;
use crate::emulators::Emulators;
use crate::stack::{KMS_KEYS, Options, STAGE, kms_keys};
use crate::start_error::StartError;
use crate::tables::{VAULT, make_tables};

/// Makes a new KMS key for the stack in a data folder and moves every stored API key to it. The stack must be stopped;
/// from its next start it uses the new one, and still opens what lies under those before.
///
/// # Errors
/// [`StartError`] says what to do about it. What was moved stays moved.
pub async fn move_to_new_kms_key(options: &Options) -> Result<(String, Answer), StartError> {
    if !options.data.join("kms.json").is_file() {
        return Err(StartError::NoFolder(options.data.clone()));
    }
    let data = DataFolder::open(&options.data, options.providers.name())?;
    let mut tasks = JoinSet::new();
    let emulators = Emulators::start(&data, &options.emulators, &mut tasks).await?;
    let aws = Aws::on_loopback(&emulators.aws);
    make_tables(&aws).await?;
    let made = emulators.kms.add_kms_key(KMS_KEYS)?;
    let kms_keys = kms_keys(&emulators.kms)?;
    let settings = Settings { vault_table: VAULT.to_owned(), kms_keys, stage: STAGE.to_owned() };
    let answer = Rewrap::new(&aws, settings).run(Request::default(), Timestamp::MAX).await?;
    Ok((made, answer))
}
