//! Outlines. Everything is drawn in a figure of 1024 units: x = 0 is the middle of the face, y = 0 the top.

use tiny_skia::{Path, PathBuilder, Rect, Transform};

/// A point of the figure.
pub(super) type Point = (f32, f32);

/// A finished outline. One that came out empty draws nothing; nothing can fail.
#[derive(Clone)]
pub(super) struct Shape(Option<Path>);

impl Shape {
    /// For tiny-skia.
    pub(super) fn path(&self) -> Option<&Path> {
        self.0.as_ref()
    }

    /// Both outlines as one.
    pub(super) fn with(&self, other: &Self) -> Self {
        let mut builder = PathBuilder::new();
        for path in [&self.0, &other.0].into_iter().flatten() {
            builder.push_path(path);
        }
        Self(builder.finish())
    }

    /// Pushed right and down.
    pub(super) fn moved(&self, right: f32, down: f32) -> Self {
        self.changed(Transform::from_translate(right, down))
    }

    /// On the other side of the face.
    pub(super) fn mirrored(&self) -> Self {
        self.changed(Transform::from_scale(-1.0, 1.0))
    }

    /// Turned clockwise about a point.
    pub(super) fn turned(&self, degrees: f32, about: Point) -> Self {
        self.changed(Transform::from_rotate_at(degrees, about.0, about.1))
    }

    fn changed(&self, change: Transform) -> Self {
        Self(self.0.clone().and_then(|path| path.transform(change)))
    }
}

/// Draws an outline piece by piece.
pub(super) struct Pen {
    builder: PathBuilder,
    at: Point,
}

impl Pen {
    /// Puts the pen down.
    pub(super) fn at(x: f32, y: f32) -> Self {
        let mut builder = PathBuilder::new();
        builder.move_to(x, y);
        Self { builder, at: (x, y) }
    }

    /// Straight on.
    pub(super) fn line(mut self, x: f32, y: f32) -> Self {
        self.builder.line_to(x, y);
        self.at = (x, y);
        self
    }

    /// One bow, pulled towards `pull`.
    pub(super) fn bend(mut self, pull: Point, to: Point) -> Self {
        self.builder.quad_to(pull.0, pull.1, to.0, to.1);
        self.at = to;
        self
    }

    /// A cubic curve.
    pub(super) fn curve(mut self, first: Point, second: Point, to: Point) -> Self {
        self.builder.cubic_to(first.0, first.1, second.0, second.1, to.0, to.1);
        self.at = to;
        self
    }

    /// A smooth line through every point; a corner is left only where it begins and ends.
    pub(super) fn through(mut self, points: &[Point]) -> Self {
        let mut all = vec![self.at];
        all.extend_from_slice(points);
        for piece in all.windows(2).enumerate() {
            let (index, &[from, to]) = piece else { continue };
            let before = index.checked_sub(1).and_then(|previous| all.get(previous)).copied();
            let after = all.get(index + 2).copied();
            let (first, second) = handles(before.unwrap_or(from), from, to, after.unwrap_or(to));
            self = self.curve(first, second, to);
        }
        self
    }

    /// Back to the start.
    pub(super) fn close(mut self) -> Shape {
        self.builder.close();
        Shape(self.builder.finish())
    }

    /// Left open, for strokes.
    pub(super) fn end(self) -> Shape {
        Shape(self.builder.finish())
    }
}

/// A closed smooth outline through every point.
pub(super) fn blob(points: &[Point]) -> Shape {
    let count = points.len();
    let nth = |index: usize| points.get(index % count.max(1)).copied().unwrap_or_default();
    let start = nth(0);
    let mut pen = Pen::at(start.0, start.1);
    for index in 0..count {
        let (from, to) = (nth(index), nth(index + 1));
        let (first, second) = handles(nth(index + count - 1), from, to, nth(index + 2));
        pen = pen.curve(first, second, to);
    }
    pen.close()
}

/// A closed smooth outline through the points of the right half, top to bottom, and their mirror image.
pub(super) fn symmetric(right_half: &[Point]) -> Shape {
    let mut points = right_half.to_vec();
    points.extend(right_half.iter().rev().filter(|point| point.0 > 0.0).map(|point| (-point.0, point.1)));
    blob(&points)
}

/// An ellipse about its middle.
pub(super) fn ellipse(middle: Point, across: f32, down: f32) -> Shape {
    let bounds = Rect::from_ltrb(middle.0 - across, middle.1 - down, middle.0 + across, middle.1 + down);
    Shape(bounds.and_then(PathBuilder::from_oval))
}

/// A circle about its middle.
pub(super) fn circle(middle: Point, radius: f32) -> Shape {
    ellipse(middle, radius, radius)
}

/// A box with round corners.
pub(super) fn rounded(left: f32, top: f32, right: f32, bottom: f32, corner: f32) -> Shape {
    // The usual distance of a cubic's handles for a quarter of a circle, seen from the corner.
    let near = corner * 0.45;
    Pen::at(left + corner, top)
        .line(right - corner, top)
        .curve((right - near, top), (right, top + near), (right, top + corner))
        .line(right, bottom - corner)
        .curve((right, bottom - near), (right - near, bottom), (right - corner, bottom))
        .line(left + corner, bottom)
        .curve((left + near, bottom), (left, bottom - near), (left, bottom - corner))
        .line(left, top + corner)
        .curve((left, top + near), (left + near, top), (left + corner, top))
        .close()
}

/// The two handles of the piece between two points of a smooth line. Their length follows the piece, not the
/// neighbours, so that points may lie close together without making the line loop.
fn handles(before: Point, from: Point, to: Point, after: Point) -> (Point, Point) {
    let length = (to.0 - from.0).hypot(to.1 - from.1) * 0.36;
    let (leave, arrive) = (direction(before, to), direction(from, after));
    (
        (from.0 + leave.0 * length, from.1 + leave.1 * length),
        (to.0 - arrive.0 * length, to.1 - arrive.1 * length),
    )
}

fn direction(from: Point, to: Point) -> Point {
    let (right, down) = (to.0 - from.0, to.1 - from.1);
    let length = right.hypot(down).max(0.001);
    (right / length, down / length)
}
