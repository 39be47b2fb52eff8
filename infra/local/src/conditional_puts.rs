//! S3 takes an object that may not be there yet once, whoever sends it at the same time. The emulator looks first and
//! writes later, so that of several that look at once each would write.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use http::header::IF_NONE_MATCH;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::Service;
use s3s::Body;
use s3s::service::S3Service;
use tokio::sync::Mutex;

/// The S3 emulator, which does such writes one after the other.
#[derive(Clone)]
pub(crate) struct ConditionalPuts {
    emulator: S3Service,
    turn: Arc<Mutex<()>>,
}

impl ConditionalPuts {
    pub(crate) fn before(emulator: S3Service) -> Self {
        Self { emulator, turn: Arc::default() }
    }
}

impl Service<Request<Incoming>> for ConditionalPuts {
    type Response = Response<Body>;
    type Error = s3s::HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let turn = request.headers().contains_key(IF_NONE_MATCH).then(|| self.turn.clone());
        let answer = Service::call(&self.emulator, request);
        Box::pin(async move {
            let _ours = match &turn {
                Some(turn) => Some(turn.lock().await),
                None => None,
            };
            answer.await
        })
    }
}
