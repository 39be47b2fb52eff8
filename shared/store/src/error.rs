//! What an error of an AWS service means for the caller. The details go to the log, once, here.

use std::fmt::Debug;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use domain::Fault;

/// Classifies an error of any of the services and logs it with the operation that failed.
pub(crate) fn fault<E, R>(operation: &'static str, error: SdkError<E, R>) -> Fault
where
    E: ProvideErrorMetadata + Debug,
{
    let code = error.code().unwrap_or_default().to_owned();
    let fault = match &error {
        SdkError::ServiceError(_) if is_passing(&code) => Fault::Unavailable,
        SdkError::ServiceError(_) if code == "ConditionalCheckFailedException" => Fault::Conflict,
        SdkError::ServiceError(_) | SdkError::ConstructionFailure(_) => Fault::Broken,
        _ => Fault::Unavailable,
    };
    if fault != Fault::Conflict {
        let message = error.message().unwrap_or("no answer");
        tracing::error!(aws.operation = operation, aws.code = code, aws.message = message, "AWS call failed");
    }
    fault
}

fn is_passing(code: &str) -> bool {
    matches!(
        code,
        "ProvisionedThroughputExceededException"
            | "RequestLimitExceeded"
            | "ThrottlingException"
            | "Throttling"
            | "SlowDown"
            | "InternalServerError"
            | "InternalFailure"
            | "InternalError"
            | "ServiceUnavailable"
            | "TransactionInProgressException"
    )
}
