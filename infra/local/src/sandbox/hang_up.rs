//! Serving with the right to hang up.
//!
//! A response can say many things, but not "no answer". So each connection carries a [`Line`] that its handlers
//! may cut; the connection is then dropped as it is, and the caller sees it closed in the middle of nothing.

use std::convert::Infallible;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Router};
use http::StatusCode;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tower::ServiceExt;

/// The connection that a request came in on.
#[derive(Clone, Default)]
pub(super) struct Line(Arc<Notify>);

impl Line {
    /// Closes the connection without an answer. Never comes back: whoever awaits it goes with the connection.
    pub(super) async fn cut(&self) -> Infallible {
        self.0.notify_one();
        pending().await
    }
}

/// Gives no answer.
pub(super) async fn hang_up(line: Option<Extension<Line>>) -> Response {
    match line {
        Some(Extension(line)) => match line.cut().await {},
        // Not served by us: as good as a proxy that lost the answer.
        None => StatusCode::BAD_GATEWAY.into_response(),
    }
}

/// Accepts connections until dropped; they end with it.
pub(super) async fn serve(router: Router, listener: TcpListener) {
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(talk(router.clone(), stream));
            }
            Err(error) => {
                // Most likely out of file descriptors: that takes a moment to pass.
                tracing::warn!(%error, "the sandbox cannot accept a connection");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn talk(router: Router, stream: TcpStream) {
    let line = Line::default();
    let service = service_fn(|request: http::Request<hyper::body::Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(line.clone());
        router.clone().oneshot(request)
    });
    let connection =
        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        ended = connection => if let Err(error) = ended {
            // Usually the caller has hung up first.
            tracing::debug!(%error, "a connection to the sandbox broke");
        },
        () = line.0.notified() => {}
    }
}
