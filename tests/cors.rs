//! Which pages may talk to the S3 emulator.

use crate::support::TestStack;

#[tokio::test]
async fn the_local_s3_lets_pages_of_this_machine_upload() {
    let stack = TestStack::start().await;
    let url = format!("{}/images", stack.stack.aws().s3);
    let allowed = async |origin: &str, method| {
        let request = reqwest::Client::new().request(method, &url).header("origin", origin);
        let request = request.header("access-control-request-method", "POST");
        let answer = request.send().await.unwrap();
        answer.headers().get("access-control-allow-origin").map(|origin| origin.to_str().unwrap().to_owned())
    };
    let page = "http://127.0.0.1:8787";
    assert_eq!(allowed(page, reqwest::Method::OPTIONS).await.as_deref(), Some(page));
    assert_eq!(allowed(page, reqwest::Method::POST).await.as_deref(), Some(page));
    for foreign in ["https://evil.test", "http://127.0.0.1.evil.test", "null"] {
        assert_eq!(allowed(foreign, reqwest::Method::OPTIONS).await, None);
        assert_eq!(allowed(foreign, reqwest::Method::POST).await, None);
    }
}
