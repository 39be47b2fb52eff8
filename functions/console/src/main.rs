//! The console as a Lambda function.

use console::SignIn;
use lambda_http::RequestExt;
use runtime::{Environment, LogFormat, start_logs};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let environment = Environment::default();
    start_logs(LogFormat::Json, "info", &environment);
    let image_origin = environment.required("OWNKEY_IMAGE_ORIGIN");
    environment.complete()?;
    let sign_in = |request: &axum::extract::Request| {
        let variables = request.stage_variables_ref();
        SignIn::of_stage(|name| variables.and_then(|variables| variables.first(name)))
    };
    lambda_http::run(console::router(&image_origin, sign_in)).await
}
