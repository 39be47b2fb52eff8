//! Anthropic Messages: <https://platform.claude.com/docs/en/api/messages>. Claude writes personas.

mod answer;
mod errors;
mod request;

use domain::ApiKey;
use domain::outcome::{Billed, CallFailure, FailureClass};
use domain::persona::{PersonaRequest, Traits};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, RequestBuilder, Response, StatusCode};

use crate::Verification;
use crate::http::{error_body, header, lost_answer, retry_after, secret, send, whole_body};

/// The version of the API that this speaks.
const VERSION: &str = "2023-06-01";

/// The longest answer: `max_tokens` of text, with room for what stands around it.
const LONGEST_ANSWER: usize = 1024 * 1024;

/// A persona that was just written and paid for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenPersona {
    /// What it consists of.
    pub traits: Traits,
    /// What the provider bills for it.
    pub billed: Billed,
    /// The provider's id for the call.
    pub request_id: Option<String>,
}

/// `GET /v1/models` is free. It proves the API key, but no credit.
pub(crate) async fn verify(http: &Client, base: &str, api_key: &ApiKey) -> Verification {
    let call = match signed(http.get(format!("{base}/v1/models?limit=1")), api_key) {
        Ok(call) => call,
        Err(refused) => return Verification::Refused(refused),
    };
    match send(call).await {
        Err(failure) => Verification::NoAnswer(failure),
        Ok(response) if response.status() == StatusCode::OK => Verification::Accepted { balance: None },
        // An API key may be allowed to write and yet not to list models.
        Ok(response) if response.status() == StatusCode::FORBIDDEN => Verification::Unproven,
        Ok(response) => {
            let refusal = refusal(response).await;
            match refusal.class {
                FailureClass::BadApiKey => Verification::Refused(refusal),
                _ => Verification::NoAnswer(refusal),
            }
        }
    }
}

/// `POST /v1/messages`, with an answer in the shape of a persona.
pub(crate) async fn write_persona(
    http: &Client,
    base: &str,
    api_key: &ApiKey,
    request: &PersonaRequest,
) -> Result<WrittenPersona, CallFailure> {
    let call = signed(http.post(format!("{base}/v1/messages")), api_key)?;
    let call = call.header(CONTENT_TYPE, "application/json").body(request::body(request).to_string());
    let response = send(call).await?;
    if response.status() != StatusCode::OK {
        return Err(refusal(response).await);
    }
    let request_id = header(&response, "request-id");
    let with_id = |failure: CallFailure| CallFailure { request_id: request_id.clone(), ..failure };
    let body = whole_body(LONGEST_ANSWER, response).await.ok_or_else(|| with_id(lost_answer()))?;
    let (traits, billed) = answer::read(&body).map_err(with_id)?;
    Ok(WrittenPersona { traits, billed, request_id })
}

fn signed(call: RequestBuilder, api_key: &ApiKey) -> Result<RequestBuilder, CallFailure> {
    Ok(call.header("x-api-key", secret("", api_key)?).header("anthropic-version", VERSION))
}

async fn refusal(response: Response) -> CallFailure {
    let status = response.status().as_u16();
    let request_id = header(&response, "request-id");
    let retry_after = retry_after(&response);
    let body = error_body(response).await;
    CallFailure { retry_after, request_id, ..errors::classify(status, &body) }
}
