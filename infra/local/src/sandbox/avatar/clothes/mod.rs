//! Shoulders and what is worn on them.

mod tailored;
mod warm;

use self::tailored::{blazer, collar, overalls, shirt};
use self::warm::{hoodie, turtleneck};
use super::canvas::{Canvas, Fill, Stencil};
use super::ink::Ink;
use super::look::{Cut, Look};
use super::shape::{Pen, Point, Shape, ellipse};

/// Where a neckline meets the side of the neck.
const EDGE: f32 = 96.0;

const ROUND: [Point; 4] = [(-62.0, 782.0), (0.0, 800.0), (62.0, 782.0), (EDGE, 742.0)];

/// Clothes go on below the picture, however tall it is.
const FAR: f32 = 3400.0;

/// What lies behind the neck.
pub(super) fn behind(canvas: &mut Canvas, look: &Look) {
    let cloth = look.scene.cloth;
    match look.cut {
        Cut::Hoodie => {
            let hood = Pen::at(-190.0, 830.0)
                .through(&[
                    (-186.0, 740.0),
                    (-132.0, 690.0),
                    (0.0, 672.0),
                    (132.0, 690.0),
                    (186.0, 740.0),
                    (190.0, 830.0),
                ])
                .close();
            canvas.fill(&hood, cloth.darker(0.3));
            canvas.stroke(&hood, 14.0, cloth.darker(0.08));
        }
        Cut::Turtleneck => {}
        Cut::Shirt | Cut::Blazer => {
            canvas.fill(&ellipse((0.0, 742.0), 104.0, 44.0), collar(look).darker(0.3))
        }
        _ => canvas.fill(&ellipse((0.0, 744.0), 99.0, 24.0), cloth.darker(0.35)),
    }
}

/// The clothes themselves.
pub(super) fn clothes(canvas: &mut Canvas, look: &Look) {
    let cloth = look.scene.cloth;
    match look.cut {
        Cut::Tee => {
            dress(canvas, look, &ROUND, cloth);
            neckband(canvas, &ROUND, cloth.darker(0.16));
        }
        Cut::Stripes => {
            let inside = dress(canvas, look, &ROUND, cloth);
            stripes(canvas, &inside, look.scene.accent.mix(cloth, 0.12));
            shade(canvas, &inside, look);
            neckband(canvas, &ROUND, cloth.darker(0.16));
        }
        Cut::VNeck => {
            let dip = [(-52.0, 830.0), (0.0, 882.0), (52.0, 830.0), (EDGE, 742.0)];
            dress(canvas, look, &dip, cloth);
            neckband(canvas, &dip, cloth.darker(0.18));
        }
        Cut::Turtleneck => turtleneck(canvas, look),
        Cut::Hoodie => hoodie(canvas, look),
        Cut::Shirt => shirt(canvas, look),
        Cut::Blazer => blazer(canvas, look),
        Cut::Overalls => overalls(canvas, look),
    }
}

/// Draws shoulders and chest with a neckline, shaded, and gives back where they are.
fn dress(canvas: &mut Canvas, look: &Look, neckline: &[Point], cloth: Ink) -> Stencil {
    let shape = torso(look, neckline);
    canvas.fill(&shape, Fill::down(740.0, cloth.lighter(0.06), 1080.0, cloth.darker(0.1)));
    let inside = canvas.stencil(&shape);
    shade(canvas, &inside, look);
    inside
}

fn torso(look: &Look, neckline: &[Point]) -> Shape {
    let wide = look.breadth();
    let right =
        [(160.0, 766.0), (248.0, 800.0), (316.0, 850.0), (354.0, 930.0), (372.0, 1060.0), (396.0, FAR)];
    let right = right.map(|(x, y)| (x * if x > 200.0 { wide } else { 1.0 }, y));
    let mut left = right.map(|(x, y)| (-x, y));
    left.reverse();
    Pen::at(-EDGE, 742.0)
        .through(neckline)
        .through(&right)
        .line(-396.0 * wide, FAR)
        .through(left.get(1..).unwrap_or_default())
        .through(&[(-EDGE, 742.0)])
        .close()
}

/// Shade on the right, and the folds where the arms begin.
fn shade(canvas: &mut Canvas, inside: &Stencil, look: &Look) {
    let (wide, dark) = (look.breadth(), look.scene.cloth.darker(0.55));
    let right = Pen::at(150.0, 740.0)
        .through(&[(226.0, 850.0), (236.0, 960.0), (214.0, 1100.0)])
        .line(214.0, FAR)
        .line(600.0, FAR)
        .line(600.0, 740.0)
        .close();
    canvas.fill_within(inside, &right, dark.fade(0.16));
    for side in [-1.0, 1.0] {
        let fold = Pen::at(side * 276.0 * wide, 896.0)
            .through(&[
                (side * 254.0 * wide, 960.0),
                (side * 250.0 * wide, 1060.0),
                (side * 262.0 * wide, FAR),
            ])
            .through(&[
                (side * 244.0 * wide, 1060.0),
                (side * 247.0 * wide, 960.0),
                (side * 276.0 * wide, 896.0),
            ]);
        canvas.fill_within(inside, &fold.close(), dark.fade(0.4));
    }
}

fn neckband(canvas: &mut Canvas, neckline: &[Point], ink: Ink) {
    let line = Pen::at(-EDGE, 742.0).through(neckline).end();
    canvas.stroke(&line.moved(0.0, 6.0), 20.0, ink);
    canvas.stroke(&line.moved(0.0, -3.0), 2.5, ink.darker(0.3).fade(0.6));
}

fn stripes(canvas: &mut Canvas, inside: &Stencil, ink: Ink) {
    let mut y = 838.0;
    // As many as the tallest picture shows.
    for _ in 0..32 {
        let stripe = Pen::at(-460.0, y - 34.0).bend((0.0, y + 44.0), (460.0, y - 34.0)).end();
        canvas.stroke_within(inside, &stripe, 24.0, ink);
        y += 62.0;
    }
}
