//! Proxies that the environment names get nothing: neither a provider's call nor AWS's goes through them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::Provider;
use tokio::net::TcpListener;

use crate::faults::place::{Place, Work};
use crate::support::runtime_api::Function;

#[tokio::test]
async fn a_proxy_of_the_environment_sees_no_call() {
    let connections = Arc::new(AtomicUsize::new(0));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = format!("http://{}", listener.local_addr().unwrap());
    let count = connections.clone();
    tokio::spawn(async move {
        while listener.accept().await.is_ok() {
            count.fetch_add(1, Ordering::SeqCst);
        }
    });
    let place = Place::open(Work::Image(Provider::Openai)).await;
    let job = place.ask().await;
    let mut environment = vec![("OWNKEY_QUEUE", place.queue())];
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        environment.push((name, &proxy));
    }
    let worker = Function::start("worker", &place.stack, &environment).await;
    worker.invoke(place.receive().await.unwrap()).await.unwrap();
    assert_eq!(place.ada.job(&job).await["state"], "succeeded");
    assert_eq!(connections.load(Ordering::SeqCst), 0);
}
