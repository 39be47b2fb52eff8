//! Where the avatars of all providers are drawn.

use super::Sandbox;
use super::avatar::{self, Sitting};

/// So many are drawn at once: drawing takes CPU, and the largest ones some 60 MB each.
pub(super) const EASELS: usize = 4;

/// It could not be drawn, and the log says why.
#[derive(Debug)]
pub(super) struct Undrawn;

impl Sandbox {
    /// Draws one after the other.
    pub(super) async fn draw(&self, sittings: Vec<Sitting>) -> Result<Vec<Vec<u8>>, Undrawn> {
        let _easel = self.easels.acquire().await;
        let paint = move || sittings.iter().map(avatar::paint).collect::<Result<_, _>>();
        let images = match tokio::task::spawn_blocking(paint).await {
            Ok(images) => images.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        images.map_err(|error| {
            tracing::error!(error, "the sandbox could not draw");
            Undrawn
        })
    }
}
