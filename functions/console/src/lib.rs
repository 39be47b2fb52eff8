#![doc = include_str!("../README.md")]

mod assets;
#[cfg(feature = "contract")]
mod contract;
mod etag;
mod file;
mod headers;
mod lean;
mod openapi;
mod problems;
mod sign_in;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::Request;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::{Next, from_fn};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
#[cfg(feature = "contract")]
pub use contract::operations;

use crate::assets::ASSETS;
use crate::file::serve;
pub use crate::sign_in::{SignIn, Team};

/// The page, its files and `/config.json`, the contract of the API and the pages about its problems, for GET and HEAD. It
/// has no fallback, so that it can be merged with other routers.
///
/// `image_origin` is where the avatars come from, such as `https://bucket.s3.eu-central-1.amazonaws.com`: the one
/// foreign origin the page may load from, images only, and post photos to. What is not an origin is left out of the
/// policy. `sign_in` tells from a request how people sign in here; the page may reach that issuer besides.
pub fn router(
    image_origin: &str,
    sign_in: impl Fn(&Request) -> SignIn + Clone + Send + Sync + 'static,
) -> Router {
    let image_origin: Arc<str> = image_origin.into();
    let files = ASSETS.iter().fold(Router::new(), |router, asset| {
        let text = Bytes::from(lean::lean(asset.text));
        let file = async move |headers: HeaderMap| serve(asset.content_type, text.clone(), &headers);
        router.route(asset.path, get(file))
    });
    let asked = sign_in.clone();
    let config = get(async move |request: Request| Json(asked(&request).document()).into_response());
    let files = files
        .route("/config.json", config)
        .route("/openapi.json", get(openapi::openapi))
        .route("/problems", get(problems::list))
        .route("/problems/{slug}", get(problems::one));
    files.route_layer(from_fn(move |request: Request, next: Next| {
        let security = headers::security(&image_origin, &sign_in(&request).origins());
        async move {
            let mut response = next.run(request).await;
            response.headers_mut().extend(security);
            // Asked each time, mostly answered with 304: a new release never meets half of an old page.
            response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
            response
        }
    }))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::header::{
        ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
    };
    use axum::http::{Method, Request, StatusCode};
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
        let response =
            router(IMAGES, |_| SignIn::Local).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (head, body) = response.into_parts();
        (head.status, head.headers, body.collect().await.unwrap().to_bytes().to_vec())
    }

    #[tokio::test]
    async fn every_file_is_served_with_its_type_and_every_security_header() {
        for asset in ASSETS {
            let (status, headers, body) = ask(Method::GET, asset.path, None).await;
            assert_eq!(status, StatusCode::OK, "{}", asset.path);
            assert_eq!(body, lean::lean(asset.text).as_bytes(), "{}", asset.path);
            assert_eq!(headers[CONTENT_TYPE], asset.content_type);
            assert_eq!(headers[CACHE_CONTROL], "no-cache");
            for (name, value) in headers::security(IMAGES, &[]) {
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
    async fn the_page_learns_how_people_sign_in_and_may_reach_that_issuer() {
        let issuer = |_: &axum::extract::Request| {
            SignIn::of_stage(|name| match name {
                "oidc_issuer" => Some("https://issuer.example/pool"),
                "oidc_client_id" => Some("a1"),
                _ => None,
            })
        };
        for path in ["/", "/config.json"] {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let (head, body) = router(IMAGES, issuer).oneshot(request).await.unwrap().into_parts();
            let policy = head.headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
            assert!(
                policy.contains("connect-src 'self' https://images.example https://issuer.example;"),
                "{policy}"
            );
            let body = body.collect().await.unwrap().to_bytes();
            let named = body.windows(27).any(|part| part == b"https://issuer.example/pool");
            assert_eq!(named, path == "/config.json");
        }
        let (_, headers, body) = ask(Method::GET, "/config.json", None).await;
        assert_eq!(headers[CONTENT_TYPE], "application/json");
        assert_eq!(body, br#"{"sign_in":"local"}"#);
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
        let response = router(IMAGES, |_| SignIn::Local).merge(others).oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::IM_A_TEAPOT);
    }
}
