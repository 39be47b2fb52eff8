//! The console as a Lambda function.

use runtime::{Environment, LogFormat, start_logs};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let environment = Environment::default();
    start_logs(LogFormat::Json, "info", &environment);
    let image_origin = environment.required("OWNKEY_IMAGE_ORIGIN");
    environment.complete()?;
    lambda_http::run(console::router(&image_origin)).await
}
