//! What can strike at a request, and how that looks to whoever asked.

use axum::body::{Body, Bytes};
use axum::response::Response;
use http::header::HOST;
use http::{HeaderMap, StatusCode};

/// What happens at a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The caller dies before the request has gone out.
    DiesBefore,
    /// The caller dies when all is done, before it has heard so.
    DiesAfter,
    /// This request and those that ask the same after it, as many as this, are throttled.
    Throttled(usize),
    /// All is done, and the answer is an error. So for as many as this.
    DoneButRefused(usize),
    /// All is done, and the answer breaks off. So for as many as this.
    DoneButCutOff(usize),
    /// The caller stops, as if its machine slept. The request goes out when it wakes.
    SleepsBefore,
    /// The caller stops. All is done meanwhile, and it hears so when it wakes.
    SleepsAfter,
}

/// What a worse product would do. It is done here in its place, to see that the checks find it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bug {
    /// A layer that sends again what it got no answer to.
    SendsAgain,
    /// Jobs are written whoever has written them meanwhile.
    Unfenced,
}

/// What strikes, and where.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub at: usize,
    asks: &'static str,
    pub fault: Fault,
}

impl Plan {
    /// At a request by its number, counted from 0.
    pub fn at(at: usize, fault: Fault) -> Self {
        Self { at, asks: "", fault }
    }

    /// At the first request whose name begins like this. A number would be another request's once one is repeated.
    pub fn first(asks: &'static str, fault: Fault) -> Self {
        Self { at: 0, asks, fault }
    }

    /// Whether it strikes at this request.
    pub fn strikes(&self, at: usize, asked: &str) -> bool {
        self.at <= at && asked.starts_with(self.asks)
    }
}

/// The same request, but it is written whoever has written the job meanwhile.
pub fn unfenced(body: &[u8]) -> Vec<u8> {
    let fence = "revision = :from";
    String::from_utf8_lossy(body).replace(fence, &format!("({fence} OR attribute_exists(pk))")).into_bytes()
}

pub fn answered(status: StatusCode, headers: HeaderMap, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response.headers_mut().remove(HOST);
    response
}

/// All of it but the end.
pub fn cut_off(body: Bytes) -> Body {
    let parts = [Ok(body), Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))];
    Body::from_stream(futures_util::stream::iter(parts))
}

pub fn throttled(service: &str) -> Response {
    let (status, error) = match service {
        "dynamodb" => {
            (400, r#"{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"}"#)
        }
        "kms" => (400, r#"{"__type":"ThrottlingException"}"#),
        "sqs" => (400, r#"{"__type":"com.amazonaws.sqs#RequestThrottled"}"#),
        _ => (503, "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"),
    };
    answered(StatusCode::from_u16(status).unwrap(), HeaderMap::new(), Body::from(error))
}

pub fn broken(service: &str) -> Response {
    let error = match service {
        "s3" => "<Error><Code>InternalError</Code></Error>",
        _ => r#"{"__type":"InternalServerError"}"#,
    };
    answered(StatusCode::INTERNAL_SERVER_ERROR, HeaderMap::new(), Body::from(error))
}
