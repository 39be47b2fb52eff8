//! Hair, in three layers: behind the neck, over the shoulders, and on the head.

mod curly;
mod long;
mod medium;
mod short;
mod tied;

use super::canvas::{Canvas, Fill};
use super::face::head;
use super::ink::Ink;
use super::look::{Headwear, Look, Style};
use super::shape::{Pen, Point, Shape, circle, rounded};

/// What hangs behind neck and shoulders.
pub(super) fn behind(canvas: &mut Canvas, look: &Look) {
    if look.headwear == Some(Headwear::Headscarf) {
        return;
    }
    match look.style {
        Style::Afro => curly::afro_behind(canvas, look),
        Style::Bob => medium::bob_behind(canvas, look),
        Style::Wavy => long::wavy_behind(canvas, look),
        Style::Long => long::long_behind(canvas, look),
        Style::Ponytail => tied::ponytail_behind(canvas, look),
        Style::Bun => tied::bun_behind(canvas, look),
        _ => {}
    }
}

/// What falls over the shoulders, before the head is drawn.
pub(super) fn locks(canvas: &mut Canvas, look: &Look) {
    if look.headwear == Some(Headwear::Headscarf) {
        return;
    }
    if look.style == Style::Braids {
        tied::braids(canvas, look);
    }
}

/// What lies on the head and frames the face.
pub(super) fn front(canvas: &mut Canvas, look: &Look) {
    if look.headwear == Some(Headwear::Headscarf) {
        return;
    }
    match look.style {
        Style::Bald => short::shine(canvas),
        Style::Buzz => short::buzz(canvas, look),
        Style::Crop => short::crop(canvas, look),
        Style::SidePart => short::side_part(canvas, look),
        Style::Quiff => short::quiff(canvas, look),
        Style::Curls => curly::curls(canvas, look),
        Style::Afro => curly::afro(canvas, look),
        Style::Pixie => medium::pixie(canvas, look),
        Style::Bob => medium::bob(canvas, look),
        Style::Wavy => long::wavy(canvas, look),
        Style::Long => long::long(canvas, look),
        Style::Ponytail => tied::ponytail(canvas, look),
        Style::Bun => tied::bun(canvas, look),
        Style::Braids => tied::braided_front(canvas, look),
    }
}

/// The shadow that hair throws on the forehead.
fn shadow(canvas: &mut Canvas, look: &Look, shape: &Shape) {
    let skin = canvas.stencil(&head(look));
    canvas.fill_within(&skin, &shape.moved(5.0, 13.0), look.skin.shade.mix(look.skin.line, 0.2).fade(0.75));
}

/// Hair lit from the upper left, with strands along which it was combed.
fn lay(canvas: &mut Canvas, look: &Look, shape: &Shape, strands: &[Shape]) {
    let tint = look.tint;
    canvas.fill(shape, Fill::down(190.0, tint.base.mix(tint.light, 0.32), 470.0, tint.base));
    let inside = canvas.stencil(shape);
    let dark_side = Fill::Across {
        from: ((40.0, 300.0), tint.dark.fade(0.0)),
        to: ((215.0, 340.0), tint.dark.fade(0.6)),
    };
    canvas.fill_within(&inside, &rounded(40.0, 0.0, 500.0, 1200.0, 1.0), dark_side);
    let glow = Fill::Glow { middle: (-76.0, 262.0), radius: 150.0, ink: tint.light.fade(0.62) };
    canvas.fill_within(&inside, &circle((-76.0, 262.0), 150.0), glow);
    for (index, strand) in strands.iter().enumerate() {
        let (ink, width) =
            if index % 2 == 0 { (tint.dark.fade(0.42), 5.0) } else { (tint.light.fade(0.5), 4.0) };
        canvas.stroke_within(&inside, strand, width, ink);
    }
}

/// Hair in the shade of the head.
fn lay_behind(canvas: &mut Canvas, look: &Look, shape: &Shape, strands: &[Shape]) {
    let tint = look.tint;
    let (top, bottom) = (tint.dark.mix(tint.base, 0.25), tint.base.mix(tint.dark, 0.4));
    canvas.fill(shape, Fill::down(420.0, top, 900.0, bottom));
    let inside = canvas.stencil(shape);
    for strand in strands {
        canvas.stroke_within(&inside, strand, 5.0, tint.light.fade(0.22));
    }
}

/// A strand: one bow.
fn strand(from: Point, pull: Point, to: Point) -> Shape {
    Pen::at(from.0, from.1).bend(pull, to).end()
}

/// Bright spots of curls.
fn ringlet(canvas: &mut Canvas, middle: Point, radius: f32, ink: Ink) {
    let (x, y) = middle;
    let arc = Pen::at(x - radius, y + radius * 0.2)
        .through(&[
            (x - radius * 0.7, y - radius * 0.75),
            (x, y - radius),
            (x + radius * 0.75, y - radius * 0.6),
        ])
        .end();
    canvas.stroke(&arc, 5.0, ink);
}
