//! The ARN's form, and what each failure of KMS means.

use aws_sdk_kms::config::http::HttpResponse;
use aws_sdk_kms::error::{ConnectorError, ErrorMetadata, SdkError};
use aws_sdk_kms::operation::decrypt::DecryptError;
use domain::Fault;

use crate::error::{OpenError, RewrapError, SealError};
use crate::kms::{KmsFailure, KmsKeyId, KmsKeys};

const BODY: &str = r#"{"__type": "x", "message": "canary"}"#;

fn response(status: u16) -> HttpResponse {
    HttpResponse::new(status.try_into().unwrap(), BODY.into())
}

fn answered(code: &str, status: u16) -> SdkError<DecryptError, HttpResponse> {
    let metadata = ErrorMetadata::builder().code(code).message("canary").build();
    SdkError::service_error(DecryptError::generic(metadata), response(status))
}

/// How the doors take a failure; the one between two KMS keys as the one out.
fn check(error: &SdkError<DecryptError, HttpResponse>, open: OpenError, seal: SealError) {
    let failure = KmsFailure::of(error);
    assert_eq!(OpenError::from(failure), open);
    assert_eq!(SealError::from(failure), seal);
    let rewrap = match open {
        OpenError::Refused => RewrapError::Refused,
        OpenError::KmsUnavailable { reason } => RewrapError::KmsUnavailable { reason },
        OpenError::KmsDenied { reason } => RewrapError::KmsDenied { reason },
    };
    assert_eq!(RewrapError::from(failure), rewrap);
    for text in [open.to_string(), seal.to_string(), format!("{open:?} {seal:?}")] {
        assert!(!text.contains("canary"), "{text}");
    }
}

fn unavailable(error: &SdkError<DecryptError, HttpResponse>, reason: &'static str) {
    check(error, OpenError::KmsUnavailable { reason }, SealError::KmsUnavailable { reason });
}

fn denied(error: &SdkError<DecryptError, HttpResponse>, reason: &'static str) {
    check(error, OpenError::KmsDenied { reason }, SealError::KmsDenied { reason });
}

#[test]
fn a_wrapped_data_key_that_does_not_fit_is_refused() {
    for code in ["InvalidCiphertextException", "IncorrectKeyException"] {
        check(&answered(code, 400), OpenError::Refused, SealError::KmsDenied { reason: "unexpected answer" });
    }
}

#[test]
fn trouble_of_kms_is_worth_another_try_whatever_its_status() {
    for code in [
        "ThrottlingException",
        "LimitExceededException",
        "KMSInternalException",
        "DependencyTimeoutException",
        "KeyUnavailableException",
        "ExpiredTokenException",
    ] {
        unavailable(&answered(code, 400), code);
    }
    for status in [429, 500, 502, 503, 504] {
        unavailable(&answered("canary", status), "unknown code");
    }
    // The SDK takes an unreadable answer for a service error of unknown code.
    unavailable(&answered("canary", 200), "unreadable answer");
    unavailable(&SdkError::timeout_error("canary"), "timeout");
    unavailable(&SdkError::dispatch_failure(ConnectorError::io("canary".into())), "network");
    unavailable(&SdkError::dispatch_failure(ConnectorError::timeout("canary".into())), "network");
    unavailable(&SdkError::response_error("canary", response(200)), "unreadable answer");
}

#[test]
fn what_only_an_operator_can_mend_is_denied() {
    for code in [
        "AccessDeniedException",
        "DisabledException",
        "NotFoundException",
        "KMSInvalidStateException",
        "InvalidKeyUsageException",
    ] {
        denied(&answered(code, 400), code);
    }
    for status in [400, 403, 404] {
        denied(&answered("canary", status), "unknown code");
    }
    denied(&SdkError::construction_failure("canary"), "request not built");
}

#[test]
fn the_neutral_class_tells_whether_to_try_again() {
    let reason = "";
    assert_eq!(Fault::from(OpenError::KmsUnavailable { reason }), Fault::Unavailable);
    assert_eq!(Fault::from(OpenError::KmsDenied { reason }), Fault::Broken);
    assert_eq!(Fault::from(OpenError::Refused), Fault::Broken);
    assert_eq!(Fault::from(SealError::KmsUnavailable { reason }), Fault::Unavailable);
    assert_eq!(Fault::from(SealError::NoRandomness), Fault::Unavailable);
    assert_eq!(Fault::from(SealError::KmsDenied { reason }), Fault::Broken);
    assert_eq!(Fault::from(SealError::Length), Fault::Broken);
}

#[test]
fn only_a_whole_arn_names_a_kms_key() {
    let good = "arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    assert_eq!(good.parse::<KmsKeyId>().unwrap().to_string(), good);
    for bad in [
        "",
        "1234abcd-12ab-34cd-56ef-1234567890ab",
        "alias/ownkey",
        "arn:aws:kms:us-east-1:000000000000:alias/ownkey",
        "arn:aws:kms:us-east-1:000000000000:key/",
        "arn:aws:kms::000000000000:key/1",
        "arn:aws:s3:us-east-1:000000000000:key/1",
        &format!("{good}:1"),
        &format!("{good}\n"),
        &format!(" {good}"),
        &format!("{good}{}", "0".repeat(200)),
    ] {
        assert!(bad.parse::<KmsKeyId>().is_err(), "{bad:?}");
    }
}

#[test]
fn several_kms_keys_are_one_that_seals_and_others_by_commas() {
    let arn = |n: u32| format!("arn:aws:kms:us-east-1:000000000000:key/{n}");
    let id = |n: u32| arn(n).parse::<KmsKeyId>().unwrap();
    let alone = KmsKeys::parse(&arn(1), None).unwrap();
    assert!(alone.include(&id(1)) && !alone.include(&id(2)));
    let three = KmsKeys::parse(&arn(1), Some(&format!("{},{}", arn(2), arn(3)))).unwrap();
    assert_eq!(*three.current(), id(1));
    assert!((1..=3).all(|n| three.include(&id(n))) && !three.include(&id(4)));
    for bad in ["", ",", " ", &format!("{},", arn(2)), &format!("{}, {}", arn(2), arn(3))] {
        assert!(KmsKeys::parse(&arn(1), Some(bad)).is_err(), "{bad:?}");
    }
}
