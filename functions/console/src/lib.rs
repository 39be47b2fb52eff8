#![doc = include_str!("../README.md")]

mod assets;
mod etag;
mod headers;

use std::sync::Arc;

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::assets::{ASSETS, Asset};

/// The page and its files, for GET and HEAD. It has no fallback, so that it can be merged with other routers.
///
/// `image_origin` is where the avatars come from, such as `https://bucket.s3.eu-central-1.amazonaws.com`: the one
/// foreign origin the page may load from, images only, and post photos to. What is not an origin is left out of the
/// policy.
pub fn router(image_origin: &str) -> Router {
    let security: Arc<[_]> = headers::security(image_origin).into();
    let files = ASSETS.iter().fold(Router::new(), |router, asset| {
        let tag = etag::make(asset.bytes);
        router.route(asset.path, get(async move |headers: HeaderMap| serve(asset, tag, &headers)))
    });
    files.route_layer(map_response(move |mut response: Response| {
        response.headers_mut().extend(security.iter().cloned());
        std::future::ready(response)
    }))
}

/// The file, or 304 when the browser has it already.
fn serve(asset: &'static Asset, tag: HeaderValue, request: &HeaderMap) -> Response {
    let known = etag::is_known(&tag, request);
    // Asked each time, mostly answered with 304: a new release never meets half of an old page.
    let caching = [(ETAG, tag), (CACHE_CONTROL, HeaderValue::from_static("no-cache"))];
    if known {
        return (StatusCode::NOT_MODIFIED, caching).into_response();
    }
    let content_type = [(CONTENT_TYPE, HeaderValue::from_static(asset.content_type))];
    (caching, content_type, asset.bytes).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::header::{ALLOW, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, IF_NONE_MATCH};
    use axum::http::{Method, Request};
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    use super::*;

    const IMAGES: &str = "https://images.example";

    async fn ask(
        method: Method,
        path: &str,
        if_none_match: Option<&str>,
    ) -> (StatusCode, HeaderMap, Vec<u8>) {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(tags) = if_none_match {
            request = request.header(IF_NONE_MATCH, tags);
        }
        let response = router(IMAGES).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (head, body) = response.into_parts();
        (head.status, head.headers, body.collect().await.unwrap().to_bytes().to_vec())
    }

    #[tokio::test]
    async fn every_file_is_served_with_its_type_and_every_security_header() {
        for asset in ASSETS {
            let (status, headers, body) = ask(Method::GET, asset.path, None).await;
            assert_eq!(status, StatusCode::OK, "{}", asset.path);
            assert_eq!(body, asset.bytes, "{}", asset.path);
            assert_eq!(headers[CONTENT_TYPE], asset.content_type);
            assert_eq!(headers[CACHE_CONTROL], "no-cache");
            for (name, value) in headers::security(IMAGES) {
                assert_eq!(headers.get_all(&name).iter().collect::<Vec<_>>(), [&value], "{}", asset.path);
            }
        }
    }

    #[tokio::test]
    async fn head_has_the_length_and_no_body() {
        let (status, headers, body) = ask(Method::HEAD, "/", None).await;
        assert_eq!(status, StatusCode::OK);
        assert_ne!(headers[CONTENT_LENGTH], "0");
        assert!(body.is_empty());
    }

    #[tokio::test]
    async fn a_known_file_is_not_sent_again() {
        let (_, first, _) = ask(Method::GET, "/", None).await;
        let tag = first[ETAG].to_str().unwrap();
        assert!(tag.starts_with('"') && tag.ends_with('"'), "not a strong tag: {tag}");

        // A proxy that compresses makes the tag weak; a browser may send several.
        for known in [tag, &format!("W/{tag}"), &format!("\"other\", {tag}"), "*"] {
            let (status, headers, body) = ask(Method::GET, "/", Some(known)).await;
            assert_eq!(status, StatusCode::NOT_MODIFIED, "{known}");
            assert_eq!(headers[ETAG], tag);
            assert!(headers.contains_key(CONTENT_SECURITY_POLICY));
            assert!(body.is_empty());
        }
        let (status, ..) = ask(Method::GET, "/", Some("\"other\"")).await;
        assert_eq!(status, StatusCode::OK);
    }

    #[tokio::test]
    async fn only_get_and_head() {
        for method in [Method::POST, Method::PUT, Method::DELETE] {
            let (status, headers, _) = ask(method, "/", None).await;
            assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
            assert_eq!(headers[ALLOW], "GET,HEAD");
            assert!(headers.contains_key(CONTENT_SECURITY_POLICY));
        }
    }

    #[tokio::test]
    async fn unknown_paths_are_left_to_others() {
        let others = Router::new().fallback(async || StatusCode::IM_A_TEAPOT);
        let request = Request::get("/assets/nothing.js").body(Body::empty()).unwrap();
        let response = router(IMAGES).merge(others).oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::IM_A_TEAPOT);
    }
}
