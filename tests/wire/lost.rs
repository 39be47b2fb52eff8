//! Answers that are lost, at every stage of a call, seen at the socket: a paid request is sent once, by whatever layer.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::Provider;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{order, stack_with};
use crate::support::api_key;

/// Where a call breaks off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Breaks {
    /// Nobody listens.
    BeforeConnect,
    /// No such name.
    BeforeResolving,
    /// Whoever listens speaks no TLS.
    InTls,
    /// The connection is there, and goes without a byte read.
    BeforeRequest,
    /// The first bytes of the request are read, then the connection is reset.
    InRequest,
    /// All of it is read, and nothing comes.
    AfterRequest,
    /// In the middle of the answer's first line, or of its headers.
    InStatus,
    InHeaders,
    /// In the middle of a good answer.
    InBody,
    /// HTTP/2 where HTTP/1.1 was spoken: the connection is to be given up, or the stream was refused.
    GoAway,
    RefusedStream,
}

use Breaks::{
    AfterRequest, BeforeConnect, BeforeRequest, BeforeResolving, GoAway, InBody, InHeaders, InRequest,
    InStatus, InTls, RefusedStream,
};

const GOOD: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 4000\r\n\r\n{\"created\": 1, \"data\": [{";

impl Breaks {
    /// Known not to have been accepted; everything else may have been done and billed.
    fn was_not_accepted(self) -> bool {
        matches!(self, BeforeConnect | BeforeResolving | InTls)
    }

    fn answer(self) -> &'static [u8] {
        match self {
            InStatus => b"HTTP/1.1 20",
            InHeaders => b"HTTP/1.1 200 OK\r\ncontent-type: applica",
            InBody => GOOD.as_bytes(),
            // RFC 9113, sections 6.8 and 6.4: type 7 on stream 0 with NO_ERROR, type 3 on stream 1 with REFUSED_STREAM.
            GoAway => b"\x00\x00\x08\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
            RefusedStream => b"\x00\x00\x04\x03\x00\x00\x00\x00\x01\x00\x00\x00\x07",
            _ => b"",
        }
    }
}

/// Listens, and counts the requests that reach it.
async fn listen(breaks: Breaks) -> (String, Arc<AtomicUsize>) {
    let posts = Arc::new(AtomicUsize::new(0));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let count = posts.clone();
    if breaks != BeforeConnect {
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, breaks, count.clone()));
            }
        });
    }
    let url = match breaks {
        InTls => format!("https://{address}"),
        BeforeResolving => "https://no-such-host.invalid".to_owned(),
        _ => format!("http://{address}"),
    };
    (url, posts)
}

async fn serve(mut stream: TcpStream, breaks: Breaks, posts: Arc<AtomicUsize>) {
    if breaks == BeforeRequest {
        posts.fetch_add(1, Ordering::SeqCst);
        stream.set_zero_linger().unwrap();
        return;
    }
    let mut read = vec![0; 16 * 1024];
    let most = if breaks == InRequest { 20 } else { read.len() };
    let Ok(length) = stream.read(&mut read[..most]).await else { return };
    if length == 0 {
        return;
    }
    if breaks != InTls {
        assert!(read.starts_with(b"POST "), "{}", String::from_utf8_lossy(&read[..length]));
    }
    posts.fetch_add(1, Ordering::SeqCst);
    if breaks == InRequest {
        stream.set_zero_linger().unwrap();
        return;
    }
    stream.write_all(breaks.answer()).await.unwrap();
    stream.flush().await.unwrap();
    // What was sent should arrive before the end does.
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
}

#[tokio::test]
async fn a_call_that_breaks_off_is_sent_once_wherever_it_does() {
    for provider in Provider::ALL {
        for breaks in [
            BeforeConnect,
            BeforeResolving,
            InTls,
            BeforeRequest,
            InRequest,
            AfterRequest,
            InStatus,
            InHeaders,
            InBody,
            GoAway,
            RefusedStream,
        ] {
            let (url, posts) = listen(breaks).await;
            let stack = stack_with(provider, url).await;
            let ada = stack.tenant("ada").await;
            let body = json!({ "api_key": api_key(provider, "ok") });
            ada.put(&format!("/v1/api-keys/{provider}?verify=false"), body).await.expect(201);
            let (path, order) = order(provider);
            let job = ada.post(path, order).await.expect(202);
            let path = format!("/v1/jobs/{}", job["id"].as_str().unwrap());
            let told = |job: &serde_json::Value| job["reason"]["code"].is_string();
            let job = ada.eventually(&path, told).await;
            let end = (job["state"].as_str().unwrap(), job["reason"]["code"].as_str().unwrap());
            println!("{provider:<10} {breaks:<16?} {} ({})", end.0, end.1);
            if breaks.was_not_accepted() {
                assert_eq!(
                    (end, &job["attempts"]),
                    (("queued", "tried_again"), &json!(0)),
                    "{provider} {breaks:?}"
                );
                assert_eq!(ada.actions("action=job.unknown").await, [""; 0]);
            } else {
                assert_eq!(
                    (end, &job["attempts"]),
                    (("unknown", "answer_lost"), &json!(1)),
                    "{provider} {breaks:?}"
                );
                assert!(job["cost"]["at_most"].is_string(), "{job}");
                // Long enough for a layer that would try again.
                tokio::time::sleep(std::time::Duration::from_millis(700)).await;
                assert_eq!(posts.load(Ordering::SeqCst), 1, "{provider} {breaks:?}");
            }
        }
    }
}
