//! No answer at all: only a real connection can show it.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;

async fn ask(stream: &mut TcpStream, api_key: &str) {
    let body = small().to_string();
    let head = format!(
        "POST /openai/v1/images/generations HTTP/1.1\r\nhost: sandbox\r\nauthorization: Bearer {api_key}\r\n\
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
        let mut stream = TcpStream::connect(address).await.unwrap();
        ask(&mut stream, "sk-sandbox-ok-0001").await;
        let mut start = [0; 15];
        stream.read_exact(&mut start).await.unwrap();
        assert_eq!(&start, b"HTTP/1.1 200 OK");

        let mut stream = TcpStream::connect(address).await.unwrap();
        ask(&mut stream, "sk-sandbox-hang-up-0001").await;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        assert!(answer.is_empty(), "{}", String::from_utf8_lossy(&answer));
    };
    tokio::select! {
        () = &mut serving => panic!("the sandbox stopped"),
        () = calling => {}
    }
    let charges = scene.charges().await;
    assert_eq!(charges["items"][1]["outcome"], "hung_up");
    assert_eq!(charges["items"][1]["amount"], charges["items"][0]["amount"]);
}

#[tokio::test]
async fn without_a_connection_to_cut_the_answer_tells_nothing() {
    let scene = Scene::new();
    let answer = scene.generate("sk-sandbox-hang-up-0001").await;
    assert_eq!((answer.status, answer.body), (502, Value::Null));
    assert_eq!(scene.charges().await["items"][0]["outcome"], "hung_up");
}
