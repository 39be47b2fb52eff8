//! Curls: many small circles that read as one mass.

use super::super::canvas::Canvas;
use super::super::look::Look;
use super::super::shape::{Pen, Point, Shape, circle, ellipse};
use super::{lay, lay_behind, ringlet, shadow};

/// Where short curls lie, and how big they are.
const CURLS: [(f32, f32, f32); 17] = [
    (-150.0, 392.0, 28.0),
    (-158.0, 340.0, 36.0),
    (-142.0, 276.0, 44.0),
    (-96.0, 222.0, 48.0),
    (-36.0, 192.0, 50.0),
    (30.0, 188.0, 50.0),
    (92.0, 216.0, 48.0),
    (142.0, 272.0, 44.0),
    (160.0, 338.0, 36.0),
    (151.0, 392.0, 28.0),
    (-108.0, 316.0, 40.0),
    (-66.0, 300.0, 42.0),
    (-22.0, 316.0, 40.0),
    (24.0, 300.0, 42.0),
    (66.0, 316.0, 38.0),
    (108.0, 308.0, 40.0),
    (0.0, 262.0, 90.0),
];

/// Short curls.
pub(super) fn curls(canvas: &mut Canvas, look: &Look) {
    let sides = Pen::at(-151.0, 480.0)
        .through(&[
            (-163.0, 400.0),
            (-150.0, 310.0),
            (0.0, 230.0),
            (150.0, 310.0),
            (163.0, 400.0),
            (151.0, 480.0),
        ])
        .line(143.0, 430.0)
        .through(&[(130.0, 366.0), (0.0, 320.0), (-130.0, 366.0), (-143.0, 430.0)])
        .close();
    let mass = CURLS.iter().fold(sides, |mass, (x, y, radius)| mass.with(&circle((*x, *y), *radius)));
    shadow(canvas, look, &mass);
    lay(canvas, look, &mass, &[]);
    for (index, (x, y, radius)) in CURLS.iter().take(16).enumerate() {
        let ink = if index % 2 == 0 { look.tint.light.fade(0.5) } else { look.tint.dark.fade(0.5) };
        ringlet(canvas, (*x + 2.0, *y + 6.0), radius * 0.58, ink);
    }
}

/// The ball of an afro.
pub(super) fn afro_behind(canvas: &mut Canvas, look: &Look) {
    lay_behind(canvas, look, &ball(), &[]);
}

/// The part of the afro before the head.
pub(super) fn afro(canvas: &mut Canvas, look: &Look) {
    let shape = cap();
    shadow(canvas, look, &shape);
    lay(canvas, look, &shape, &[]);
    // Spread like the seeds of a sunflower, so that no two lie on each other.
    for step in 3..44 {
        let (angle, reach) = (step as f32 * 2.4, (step as f32 / 44.0).sqrt() * 218.0);
        let at = (angle.cos() * reach, 372.0 + angle.sin() * reach);
        if at.1 < 330.0 {
            let ink = if step % 2 == 0 { look.tint.light.fade(0.4) } else { look.tint.dark.fade(0.4) };
            ringlet(canvas, at, 15.0, ink);
        }
    }
}

fn ring(middle: Point, across: f32, down: f32, bumps: u32, radius: f32, from: f32, to: f32) -> Option<Shape> {
    (0..=bumps)
        .map(|step| {
            let angle = (from + (to - from) * step as f32 / bumps as f32).to_radians();
            circle((middle.0 + angle.cos() * across, middle.1 + angle.sin() * down), radius)
        })
        .reduce(|mass, bump| mass.with(&bump))
}

fn ball() -> Shape {
    let inner = ellipse((0.0, 378.0), 234.0, 230.0);
    ring((0.0, 378.0), 214.0, 206.0, 17, 56.0, 140.0, 400.0).map_or(inner.clone(), |bumps| inner.with(&bumps))
}

/// The upper half of the ball, down to the hairline.
fn cap() -> Shape {
    let body = Pen::at(-150.0, 470.0)
        .through(&[
            (-222.0, 420.0),
            (-226.0, 320.0),
            (-160.0, 210.0),
            (0.0, 160.0),
            (160.0, 210.0),
            (226.0, 320.0),
            (222.0, 420.0),
            (150.0, 470.0),
        ])
        .through(&[
            (138.0, 410.0),
            (112.0, 372.0),
            (60.0, 354.0),
            (0.0, 350.0),
            (-60.0, 354.0),
            (-112.0, 372.0),
            (-138.0, 410.0),
            (-150.0, 470.0),
        ])
        .close();
    let outside = ring((0.0, 378.0), 214.0, 206.0, 14, 56.0, 170.0, 370.0);
    let hairline = ring((0.0, 440.0), 138.0, 90.0, 9, 24.0, 195.0, 345.0);
    [outside, hairline].into_iter().flatten().fold(body, |mass, bumps| mass.with(&bumps))
}
