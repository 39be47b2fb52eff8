//! Forms that a browser uploads a file with, straight to S3. The SDK signs no POST policies, and nothing else can hold
//! a file to a range of sizes: a presigned PUT cannot.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html>

use std::ops::RangeInclusive;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials;
use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use aws_types::SdkConfig;
use base64_simd::STANDARD;
use domain::{Fault, Timestamp};
use serde_json::json;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// Makes forms for uploading into one bucket.
#[derive(Clone, Debug)]
pub struct UploadForms {
    config: SdkConfig,
    bucket: String,
}

/// What may be uploaded with a form. S3 refuses everything else.
#[derive(Clone, Debug)]
pub struct FormLimits<'a> {
    /// Where the file goes, and nowhere else.
    pub object_key: &'a str,
    /// The media type that the form must say. S3 does not look into the file.
    pub content_type: &'a str,
    /// How long the file may be, in bytes.
    pub bytes: RangeInclusive<u64>,
    /// How long the form works. It works any number of times, and the last file counts.
    pub lifetime: Duration,
}

/// A form: POST it as `multipart/form-data`, with the file as the last field, named `file`.
#[derive(Clone, Debug)]
pub struct UploadForm {
    /// Where to.
    pub url: String,
    /// The fields besides the file, as they must be sent.
    pub fields: Vec<(&'static str, String)>,
    /// From when on S3 takes it no more.
    pub expires_at: Timestamp,
}

impl UploadForms {
    /// Forms for uploading into `bucket`.
    pub fn new(config: &SdkConfig, bucket: String) -> Self {
        Self { config: config.clone(), bucket }
    }

    /// A form that uploads one file within `limits`. Signed here; S3 is not asked.
    ///
    /// # Errors
    /// [`Fault::Broken`] when there are no credentials or no region to sign with.
    pub async fn make(&self, limits: FormLimits<'_>, now: Timestamp) -> Result<UploadForm, Fault> {
        let region = self.config.region().ok_or(Fault::Broken)?.as_ref();
        let provider = self.config.credentials_provider().ok_or(Fault::Broken)?;
        let credentials = provider.provide_credentials().await.map_err(|error| {
            tracing::error!(%error, "no credentials to sign an upload form with");
            Fault::Broken
        })?;
        let expires_at = now.checked_add(limits.lifetime).map_err(|_| Fault::Broken)?;
        let scope = Scope { region, at: now };

        let mut fields = vec![
            ("key", limits.object_key.to_owned()),
            ("Content-Type", limits.content_type.to_owned()),
            ("x-amz-algorithm", ALGORITHM.to_owned()),
            ("x-amz-credential", format!("{}/{}", credentials.access_key_id(), scope.name())),
            ("x-amz-date", now.strftime("%Y%m%dT%H%M%SZ").to_string()),
        ];
        if let Some(token) = credentials.session_token() {
            fields.push(("x-amz-security-token", token.to_owned()));
        }
        let mut conditions = vec![json!({ "bucket": self.bucket })];
        // Each field is in the policy by its exact value: S3 refuses a form with another, or with one more.
        conditions.extend(fields.iter().map(|(name, value)| json!(["eq", format!("${name}"), value])));
        conditions.push(json!(["content-length-range", limits.bytes.start(), limits.bytes.end()]));
        let policy = json!({ "expiration": format!("{expires_at:.3}"), "conditions": conditions });

        let (policy, signature) = scope.sign(&credentials, &policy.to_string());
        fields.extend([("policy", policy), ("x-amz-signature", signature)]);
        Ok(UploadForm { url: self.url(region), fields, expires_at })
    }

    fn url(&self, region: &str) -> String {
        match self.config.endpoint_url() {
            // An emulator is reached by address, so the bucket cannot be part of the host name.
            Some(endpoint) => format!("{}/{}", endpoint.trim_end_matches('/'), self.bucket),
            None => format!("https://{}.s3.{region}.amazonaws.com/", self.bucket),
        }
    }
}

/// What a signature is good for: S3 in one region, on one day.
struct Scope<'a> {
    region: &'a str,
    at: Timestamp,
}

impl Scope<'_> {
    fn name(&self) -> String {
        format!("{}/{}/s3/aws4_request", self.at.strftime("%Y%m%d"), self.region)
    }

    /// The policy in base64, and the signature of exactly that.
    fn sign(&self, credentials: &Credentials, policy: &str) -> (String, String) {
        let policy = STANDARD.encode_to_string(policy);
        let at = SystemTime::from(self.at);
        let signing_key = generate_signing_key(credentials.secret_access_key(), at, self.region, "s3");
        let signature = calculate_signature(signing_key, policy.as_bytes());
        (policy, signature)
    }
}

#[cfg(test)]
mod tests {
    use aws_credential_types::provider::SharedCredentialsProvider;
    use aws_types::region::Region;
    use serde_json::Value;

    use super::*;

    const ACCESS_KEY_ID: &str = "AKIAIOSFODNN7EXAMPLE";
    const SECRET_ACCESS_KEY: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    fn credentials(session_token: Option<&str>) -> Credentials {
        let session_token = session_token.map(str::to_owned);
        Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY, session_token, None, "test")
    }

    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html>
    #[test]
    fn the_example_of_the_documentation_has_the_signature_of_the_documentation() {
        let policy = [
            r#"{ "expiration": "2015-12-30T12:00:00.000Z","#,
            r#"  "conditions": ["#,
            r#"    {"bucket": "sigv4examplebucket"},"#,
            r#"    ["starts-with", "$key", "user/user1/"],"#,
            r#"    {"acl": "public-read"},"#,
            r#"    {"success_action_redirect": "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html"},"#,
            r#"    ["starts-with", "$Content-Type", "image/"],"#,
            r#"    {"x-amz-meta-uuid": "14365123651274"},"#,
            r#"    {"x-amz-server-side-encryption": "AES256"},"#,
            r#"    ["starts-with", "$x-amz-meta-tag", ""],"#,
            "",
            r#"    {"x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"},"#,
            r#"    {"x-amz-algorithm": "AWS4-HMAC-SHA256"},"#,
            r#"    {"x-amz-date": "20151229T000000Z" }"#,
            "  ]",
            "}",
        ];
        let scope = Scope { region: "us-east-1", at: "2015-12-29T00:00:00Z".parse().unwrap() };
        assert_eq!(scope.name(), "20151229/us-east-1/s3/aws4_request");
        let (_, signature) = scope.sign(&credentials(None), &policy.join("\r\n"));
        assert_eq!(signature, "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e");
    }

    #[tokio::test]
    async fn a_form_is_limited_to_one_object_one_type_a_range_of_sizes_and_its_time() {
        let config = SdkConfig::builder()
            .region(Region::new("eu-central-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials(Some("session"))))
            .build();
        let limits = FormLimits {
            object_key: "uploads/me/upl_1",
            content_type: "image/png",
            bytes: 5..=7,
            lifetime: Duration::from_secs(300),
        };
        let now = "2026-11-23T23:58:00Z".parse().unwrap();
        let form = UploadForms::new(&config, "pictures".to_owned()).make(limits, now).await.unwrap();
        assert_eq!(form.url, "https://pictures.s3.eu-central-1.amazonaws.com/");
        let field = |name: &str| &form.fields.iter().find(|(of, _)| *of == name).unwrap().1;
        let policy = STANDARD.decode_to_vec(field("policy")).unwrap();
        let policy: Value = serde_json::from_slice(&policy).unwrap();
        assert_eq!(policy["expiration"], "2026-11-24T00:03:00.000Z");
        let expected = json!([
            { "bucket": "pictures" },
            ["eq", "$key", "uploads/me/upl_1"],
            ["eq", "$Content-Type", "image/png"],
            ["eq", "$x-amz-algorithm", "AWS4-HMAC-SHA256"],
            ["eq", "$x-amz-credential", "AKIAIOSFODNN7EXAMPLE/20261123/eu-central-1/s3/aws4_request"],
            ["eq", "$x-amz-date", "20261123T235800Z"],
            ["eq", "$x-amz-security-token", "session"],
            ["content-length-range", 5, 7],
        ]);
        assert_eq!(policy["conditions"], expected);
        assert_eq!(field("x-amz-signature").len(), 64);
    }
}
