//! An account that is being erased answers nothing else.

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::IntoResponse;
use domain::{Fault, TenantId};
use http::Method;

use crate::request::tenant_of;
use crate::{Problem, ProblemKind};

/// What may be asked for again, should its answer have been lost.
const ERASE: (Method, &str) = (Method::DELETE, "/v1/account");

/// Refuses every request of a tenant whose account `is_erased` at this moment. Whoever names no tenant gets the refusal
/// that follows from that.
pub fn closed_while<F>(
    router: Router,
    is_erased: impl Fn(TenantId) -> F + Clone + Send + Sync + 'static,
) -> Router
where
    F: Future<Output = Result<bool, Fault>> + Send + 'static,
{
    router.layer(from_fn(move |request: Request, next: Next| {
        let is_erased = is_erased.clone();
        async move {
            let Some(tenant) = tenant_of(request.extensions()) else { return next.run(request).await };
            if (request.method(), request.uri().path()) == (&ERASE.0, ERASE.1) {
                return next.run(request).await;
            }
            match is_erased(tenant).await {
                Ok(false) => next.run(request).await,
                Ok(true) => closed().into_response(),
                Err(fault) => Problem::from(fault).into_response(),
            }
        }
    }))
}

fn closed() -> Problem {
    let detail = "This account is being erased, which takes a few minutes, or until its last job has ended. After that \
                  it is empty, and can be used anew.";
    Problem::new(ProblemKind::AccountBeingErased, detail)
}
