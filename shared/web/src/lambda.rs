//! From API Gateway to a router: what the gateway has checked goes into the request's extensions.

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use lambda_http::request::RequestContext;

use crate::{Claims, RequestId, TenantClaim};

/// Serves a router as a Lambda function behind an HTTP API. Returns only when the runtime ends.
///
/// # Errors
/// When the Lambda Runtime API cannot be reached.
pub async fn serve(router: Router, tenant_claim: String) -> Result<(), lambda_http::Error> {
    let router = router.layer(from_fn(move |request: Request, next: Next| {
        let tenant_claim = TenantClaim(tenant_claim.clone());
        async move { from_gateway(tenant_claim, request, next).await }
    }));
    lambda_http::run(router).await
}

async fn from_gateway(tenant_claim: TenantClaim, mut request: Request, next: Next) -> Response {
    // A client cannot set extensions: whatever is in them comes from the gateway's event.
    let context = request.extensions().get::<RequestContext>().cloned();
    let extensions = request.extensions_mut();
    extensions.insert(tenant_claim);
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
