//! Lets pages of this machine upload to the S3 emulator. In AWS the bucket itself says which pages may; the emulator
//! keeps no such rules.

use std::future::Future;
use std::pin::Pin;

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue, Method, Request, Response};
use hyper::body::Incoming;
use hyper::service::Service;
use s3s::Body;

use crate::conditional_puts::ConditionalPuts;

/// The S3 emulator, with what a browser wants to hear of it.
#[derive(Clone)]
pub(crate) struct LoopbackCors(pub(crate) ConditionalPuts);

impl Service<Request<Incoming>> for LoopbackCors {
    type Response = Response<Body>;
    type Error = s3s::HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let origin = loopback_origin(request.headers());
        let preflight = request.method() == Method::OPTIONS;
        let uploads = request.method() == Method::POST;
        let answer = Service::call(&self.0, request);
        Box::pin(async move {
            let mut answer = match (&origin, preflight) {
                (Some(_), true) => Response::new(Body::empty()),
                _ => answer.await?,
            };
            if let Some(origin) = origin.filter(|_| preflight || uploads) {
                let headers = answer.headers_mut();
                headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
                headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST"));
                headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("*"));
                headers.insert(VARY, HeaderValue::from_static("origin"));
            }
            Ok(answer)
        })
    }
}

/// Where the page comes from, if that is this machine: any port of it, because the page has another one than S3.
fn loopback_origin(headers: &HeaderMap) -> Option<HeaderValue> {
    let origin = headers.get(ORIGIN)?;
    let host = origin.to_str().ok()?.strip_prefix("http://")?;
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    matches!(name, "127.0.0.1" | "localhost" | "[::1]").then(|| origin.clone())
}
