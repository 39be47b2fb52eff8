//! The models: what each takes, and what it costs.

use super::error::BflError;
use super::price::PerMegapixel;

/// One model, which has a path of its own.
pub(super) struct Model {
    pub(super) id: &'static str,
    pub(super) family: Family,
}

/// Which fields a model takes.
pub(super) enum Family {
    /// FLUX.2 max and pro: `disable_pup`, eight images.
    Flux2(PerMegapixel),
    /// FLUX.2 flex: more to adjust, eight images.
    Flex(PerMegapixel),
    /// FLUX.2 klein: four images.
    Klein(PerMegapixel),
    /// FLUX 3 has fields of its own, and prices of its own.
    Flux3,
}

const MAX: PerMegapixel = PerMegapixel { first: 70_000, further: 30_000, reference: 30_000 };
const PRO: PerMegapixel = PerMegapixel { first: 30_000, further: 15_000, reference: 15_000 };
const FLEX: PerMegapixel = PerMegapixel { first: 50_000, further: 50_000, reference: 50_000 };
const KLEIN_4B: PerMegapixel = PerMegapixel { first: 14_000, further: 1_000, reference: 1_000 };
const KLEIN_9B: PerMegapixel = PerMegapixel { first: 15_000, further: 2_000, reference: 2_000 };

static MODELS: [Model; 8] = [
    Model { id: "flux-2-max", family: Family::Flux2(MAX) },
    Model { id: "flux-2-pro", family: Family::Flux2(PRO) },
    Model { id: "flux-2-pro-preview", family: Family::Flux2(PRO) },
    Model { id: "flux-2-flex", family: Family::Flex(FLEX) },
    Model { id: "flux-2-klein-4b", family: Family::Klein(KLEIN_4B) },
    Model { id: "flux-2-klein-9b", family: Family::Klein(KLEIN_9B) },
    Model { id: "flux-2-klein-9b-preview", family: Family::Klein(KLEIN_9B) },
    Model { id: "flux-3-image", family: Family::Flux3 },
];

/// The model of this path.
pub(super) fn find(id: &str) -> Result<&'static Model, BflError> {
    MODELS.iter().find(|model| model.id == id).ok_or_else(BflError::not_found)
}
