//! The surface: where the 1024 units of the figure lie on the picture, and how paint gets there.

use tiny_skia::{
    FillRule, GradientStop, LineCap, LineJoin, LinearGradient, Mask, Paint, Pixmap, RadialGradient, Rect,
    Shader, SpreadMode, Stroke, Transform,
};

use super::ink::Ink;
use super::shape::{Point, Shape};

/// A picture being painted.
pub(super) struct Canvas {
    pixmap: Pixmap,
    /// From the figure's units to pixels.
    placing: Transform,
}

/// A picture as files have it: red, green, blue and opacity, row by row.
pub(super) struct Pixels {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) rgba: Vec<u8>,
}

/// Lets paint through within one outline only. An empty one lets nothing through.
pub(super) struct Stencil(Option<Mask>);

/// What an outline is filled with.
#[derive(Clone, Copy)]
pub(super) enum Fill {
    /// One colour.
    Flat(Ink),
    /// From one point's colour to the other's.
    Across { from: (Point, Ink), to: (Point, Ink) },
    /// One colour that fades out from the middle: soft light, soft shade, blush.
    Glow { middle: Point, radius: f32, ink: Ink },
}

impl From<Ink> for Fill {
    fn from(ink: Ink) -> Self {
        Self::Flat(ink)
    }
}

impl Fill {
    /// From top to bottom.
    pub(super) fn down(top: f32, above: Ink, bottom: f32, below: Ink) -> Self {
        Self::Across { from: ((0.0, top), above), to: ((0.0, bottom), below) }
    }
}

impl Canvas {
    /// A transparent picture, or `None` for a size that no picture has.
    pub(super) fn new(width: u32, height: u32) -> Option<Self> {
        let pixmap = Pixmap::new(width, height)?;
        let (width, height) = (width as f32, height as f32);
        // A wide picture shows the whole figure between two margins. A tall one comes closer and keeps the
        // face in the upper half; clothes and scenery reach far beyond the 1024 units.
        let closer = (height / width).clamp(1.0, 1.25);
        let square = width.min(height) * closer;
        // The figure is a little larger than the square, at the expense of its lower edge.
        let scale = square / 1024.0 * 1.1;
        let top = (height - square) * 0.45 - 102.0 * scale * 0.98;
        let placing = Transform::from_row(scale, 0.0, 0.0, scale, width / 2.0, top);
        Some(Self { pixmap, placing })
    }

    /// The corners of the picture in the figure's units.
    pub(super) fn corners(&self) -> (Point, Point) {
        let (width, height) = (self.pixmap.width() as f32, self.pixmap.height() as f32);
        let back = |x: f32, y: f32| {
            ((x - self.placing.tx) / self.placing.sx, (y - self.placing.ty) / self.placing.sy)
        };
        (back(0.0, 0.0), back(width, height))
    }

    /// Fills the whole picture.
    pub(super) fn cover(&mut self, fill: impl Into<Fill>) {
        let (from, to) = self.corners();
        if let (Some(shader), Some(all)) = (shader(fill.into()), Rect::from_ltrb(from.0, from.1, to.0, to.1))
        {
            self.pixmap.fill_rect(all, &paint(shader), self.placing, None);
        }
    }

    /// Fills an outline.
    pub(super) fn fill(&mut self, shape: &Shape, fill: impl Into<Fill>) {
        self.paint_fill(shape, fill.into(), None);
    }

    /// Fills the part of an outline that lies within another.
    pub(super) fn fill_within(&mut self, within: &Stencil, shape: &Shape, fill: impl Into<Fill>) {
        if let Stencil(Some(mask)) = within {
            self.paint_fill(shape, fill.into(), Some(mask));
        }
    }

    /// Fills what lies between an outline and another one inside of it.
    pub(super) fn fill_between(&mut self, shape: &Shape, fill: impl Into<Fill>) {
        if let (Some(path), Some(shader)) = (shape.path(), shader(fill.into())) {
            self.pixmap.fill_path(path, &paint(shader), FillRule::EvenOdd, self.placing, None);
        }
    }

    /// Draws along an outline with a round pen.
    pub(super) fn stroke(&mut self, shape: &Shape, width: f32, ink: Ink) {
        self.paint_stroke(shape, width, ink, None);
    }

    /// Draws along the part of an outline that lies within another.
    pub(super) fn stroke_within(&mut self, within: &Stencil, shape: &Shape, width: f32, ink: Ink) {
        if let Stencil(Some(mask)) = within {
            self.paint_stroke(shape, width, ink, Some(mask));
        }
    }

    /// An outline to paint within.
    pub(super) fn stencil(&self, shape: &Shape) -> Stencil {
        let cut = |path| {
            let mut mask = Mask::new(self.pixmap.width(), self.pixmap.height())?;
            mask.fill_path(path, FillRule::Winding, true, self.placing);
            Some(mask)
        };
        Stencil(shape.path().and_then(cut))
    }

    /// The finished picture.
    pub(super) fn pixels(self) -> Pixels {
        let (width, height) = (self.pixmap.width(), self.pixmap.height());
        Pixels { width, height, rgba: self.pixmap.take_demultiplied() }
    }

    fn paint_fill(&mut self, shape: &Shape, fill: Fill, within: Option<&Mask>) {
        if let (Some(path), Some(shader)) = (shape.path(), shader(fill)) {
            self.pixmap.fill_path(path, &paint(shader), FillRule::Winding, self.placing, within);
        }
    }

    fn paint_stroke(&mut self, shape: &Shape, width: f32, ink: Ink, within: Option<&Mask>) {
        let stroke =
            Stroke { width, line_cap: LineCap::Round, line_join: LineJoin::Round, ..Stroke::default() };
        if let Some(path) = shape.path() {
            let paint = paint(Shader::SolidColor(ink.colour()));
            self.pixmap.stroke_path(path, &paint, &stroke, self.placing, within);
        }
    }
}

fn paint(shader: Shader<'_>) -> Paint<'_> {
    Paint { shader, anti_alias: true, ..Paint::default() }
}

fn shader(fill: Fill) -> Option<Shader<'static>> {
    let point = |at: Point| tiny_skia::Point::from_xy(at.0, at.1);
    match fill {
        Fill::Flat(ink) => Some(Shader::SolidColor(ink.colour())),
        Fill::Across { from, to } => LinearGradient::new(
            point(from.0),
            point(to.0),
            vec![GradientStop::new(0.0, from.1.colour()), GradientStop::new(1.0, to.1.colour())],
            SpreadMode::Pad,
            Transform::identity(),
        ),
        Fill::Glow { middle, radius, ink } => RadialGradient::new(
            point(middle),
            0.0,
            point(middle),
            radius,
            vec![
                GradientStop::new(0.0, ink.colour()),
                GradientStop::new(0.45, ink.fade(ink.opacity() * 0.55).colour()),
                GradientStop::new(1.0, ink.fade(0.0).colour()),
            ],
            SpreadMode::Pad,
            Transform::identity(),
        ),
    }
}
