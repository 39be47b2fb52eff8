//! From API Gateway to a router: what the gateway has checked goes into the request's extensions.

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use lambda_http::request::RequestContext;

use crate::{Claims, RequestId, ScopePrefix, TenantClaim};

/// Serves a router as a Lambda function behind an HTTP API, to who shows tokens that are written like this. Returns only
/// when the runtime ends.
///
/// # Errors
/// When the Lambda Runtime API cannot be reached.
pub async fn serve(
    router: Router,
    tenant_claim: TenantClaim,
    scope_prefix: ScopePrefix,
) -> Result<(), lambda_http::Error> {
    let router = router.layer(from_fn(move |mut request: Request, next: Next| {
        request.extensions_mut().insert(tenant_claim.clone());
        request.extensions_mut().insert(scope_prefix.clone());
        from_gateway(request, next)
    }));
    lambda_http::run(router).await
}

async fn from_gateway(mut request: Request, next: Next) -> Response {
    // A client cannot set extensions: whatever is in them comes from the gateway's event.
    let context = request.extensions().get::<RequestContext>().cloned();
    let extensions = request.extensions_mut();
    if let Some(RequestContext::ApiGatewayV2(context)) = context {
        if let Some(id) = context.request_id {
            extensions.insert(RequestId(id));
        }
        if let Some(jwt) = context.authorizer.and_then(|authorizer| authorizer.jwt) {
            extensions.insert(Claims(jwt.claims));
        }
    }
    next.run(request).await
}
