//! Serving on loopback, without Nagle's delay: a small answer would wait 40 ms for an acknowledgement.

use std::io;
use std::path::Path;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt;
use hyper::body::Incoming;
use hyper::service::Service;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// A free port on loopback, or the one asked for.
pub(crate) async fn listen(port: u16) -> io::Result<(TcpListener, String)> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let url = format!("http://{}", listener.local_addr()?);
    Ok((listener, url))
}

/// The port that is remembered in a file, if it is free: a provider does not move when we restart, and the addresses
/// that it named in its answers must lead back to it. At first any port below those that the system hands out itself.
pub(crate) async fn listen_as_before(file: &Path) -> io::Result<(TcpListener, String)> {
    let remembered = std::fs::read_to_string(file).ok().and_then(|port| port.trim().parse().ok());
    for attempt in 0..20 {
        let any = || 20_000 + u16::from_be_bytes(runtime::random()) % 12_000;
        let port = remembered.filter(|_| attempt < 2).unwrap_or_else(any);
        if let Ok(listening) = listen(port).await {
            std::fs::write(file, port.to_string())?;
            return Ok(listening);
        }
    }
    listen(0).await
}

/// Serves a router until it is dropped.
pub(crate) async fn serve_router(listener: TcpListener, router: Router) {
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    if let Err(error) = axum::serve(listener, router).await {
        tracing::error!(%error, "server stopped");
    }
}

/// Serves a hyper service until it is dropped, its connections with it.
pub(crate) async fn serve_hyper<S, B>(listener: TcpListener, service: S)
where
    S: Service<hyper::Request<Incoming>, Response = hyper::Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    B: hyper::body::Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Most likely out of file descriptors: that takes a moment to pass.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        drop(stream.set_nodelay(true));
        let connection = hyper::server::conn::http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service.clone());
        connections.spawn(async move { drop(connection.await) });
        while connections.try_join_next().is_some() {}
    }
}
