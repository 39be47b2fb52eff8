//! No answer at all: only a real connection can show it.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;

async fn ask(stream: &mut TcpStream, path: &str, authorization: &str, body: Value) {
    let body = body.to_string();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: sandbox\r\n{authorization}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body.as_bytes()).await.unwrap();
}

#[tokio::test]
async fn a_cut_connection_answers_nothing_and_costs() {
    let scene = Scene::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut serving = Box::pin(scene.sandbox.clone().serve(listener));
    let calling = async {
        for (path, header, body) in [
            ("/openai/v1/images/generations", "authorization: Bearer", small()),
            ("/bfl/v1/flux-2-pro", "x-key:", json!({ "prompt": "a friendly baker" })),
        ] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            ask(&mut stream, path, &format!("{header} sandbox-ok-0001"), body.clone()).await;
            let mut start = [0; 15];
            stream.read_exact(&mut start).await.unwrap();
            assert_eq!(&start, b"HTTP/1.1 200 OK");

            let mut stream = TcpStream::connect(address).await.unwrap();
            ask(&mut stream, path, &format!("{header} sandbox-hang-up-0001"), body).await;
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await.unwrap();
            assert!(answer.is_empty(), "{path}: {}", String::from_utf8_lossy(&answer));
        }
    };
    tokio::select! {
        () = &mut serving => panic!("the sandbox stopped"),
        () = calling => {}
    }
    let charges = scene.charges().await;
    for (answered, hung_up) in [(0, 1), (2, 3)] {
        assert_eq!(charges["items"][hung_up]["outcome"], "hung_up");
        assert_eq!(charges["items"][hung_up]["amount"], charges["items"][answered]["amount"]);
    }
}

#[tokio::test]
async fn without_a_connection_to_cut_the_answer_tells_nothing() {
    let scene = Scene::new();
    let answer = scene.generate("sk-sandbox-hang-up-0001").await;
    assert_eq!((answer.status, answer.body), (502, Value::Null));
    assert_eq!(scene.charges().await["items"][0]["outcome"], "hung_up");
}
