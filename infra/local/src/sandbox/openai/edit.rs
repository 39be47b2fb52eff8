//! `POST /images/edits`.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::extract::multipart::{Multipart, MultipartRejection};
use axum::response::Response;
use http::HeaderMap;

use super::super::Sandbox;
use super::super::hang_up::Line;
use super::error::OpenAiError;
use super::form::Form;
use super::request::ImageRequest;
use super::{RequestId, authorization, images};

/// For everything in one request. OpenAI takes 50 MB an image; here they have to be smaller together.
pub(super) const LARGEST_BODY: usize = 64 * 1024 * 1024;

pub(super) async fn edit(
    State(sandbox): State<Arc<Sandbox>>,
    Extension(id): Extension<RequestId>,
    line: Option<Extension<Line>>,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, OpenAiError> {
    let account = authorization::account(&headers)?;
    let form = form.map_err(|_| {
        OpenAiError::bad_body("The sandbox takes edits as 'multipart/form-data' only, not as JSON.")
    })?;
    let request = ImageRequest::edit(Form::read(form).await?)?;
    images::make(sandbox, account, id, line, request).await
}
