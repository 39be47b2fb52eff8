//! What is behind the sitter: a soft gradient and one quiet motif.

use super::canvas::{Canvas, Fill};
use super::look::{Look, Motif};
use super::shape::{Pen, Point, circle};

/// Covers the whole picture.
pub(super) fn backdrop(canvas: &mut Canvas, look: &Look) {
    let scene = look.scene;
    let (from, to) = canvas.corners();
    canvas.cover(Fill::Across { from: (from, scene.above), to: (to, scene.below) });
    match look.motif {
        Motif::Halo => halo(canvas, look),
        Motif::Hills => hills(canvas, look, from, to),
        Motif::Rays => rays(canvas, look),
        Motif::Bubbles => bubbles(canvas, look),
        Motif::Leaves => leaves(canvas, look),
    }
}

fn halo(canvas: &mut Canvas, look: &Look) {
    canvas.fill(&circle((0.0, 500.0), 430.0), look.scene.light.fade(0.45));
    canvas.fill(&circle((0.0, 500.0), 350.0), look.scene.light.fade(0.55));
}

fn hills(canvas: &mut Canvas, look: &Look, from: Point, to: Point) {
    canvas.fill(&circle((236.0, 250.0), 112.0), look.scene.light.fade(0.9));
    let (left, right, bottom) = (from.0 - 10.0, to.0 + 10.0, to.1 + 10.0);
    for (level, depth) in [(640.0, 0.10), (760.0, 0.2)] {
        let swing = if depth < 0.15 { 90.0 } else { -70.0 };
        let hill = Pen::at(left, level)
            .through(&[
                (left * 0.5, level - swing),
                (0.0, level),
                (right * 0.5, level + swing),
                (right, level - swing * 0.4),
            ])
            .line(right, bottom)
            .line(left, bottom)
            .close();
        canvas.fill(&hill, look.scene.below.darker(depth));
    }
}

fn rays(canvas: &mut Canvas, look: &Look) {
    for step in 0..12 {
        let ray = Pen::at(0.0, 480.0).line(-150.0, -2200.0).line(150.0, -2200.0).close();
        let ray = ray.turned(step as f32 * 30.0 + 15.0, (0.0, 480.0));
        canvas.fill(&ray, look.scene.light.fade(0.32));
    }
    let glow = Fill::Glow { middle: (0.0, 480.0), radius: 560.0, ink: look.scene.light.fade(0.95) };
    canvas.fill(&circle((0.0, 480.0), 560.0), glow);
}

fn bubbles(canvas: &mut Canvas, look: &Look) {
    const BUBBLES: [(f32, f32, f32, f32); 9] = [
        (-330.0, 230.0, 120.0, 0.5),
        (350.0, 330.0, 160.0, 0.45),
        (-420.0, 560.0, 90.0, 0.35),
        (250.0, 110.0, 62.0, 0.6),
        (430.0, 640.0, 70.0, 0.4),
        (-180.0, 90.0, 40.0, 0.6),
        (-620.0, 330.0, 110.0, 0.35),
        (640.0, 200.0, 120.0, 0.35),
        (60.0, -160.0, 90.0, 0.4),
    ];
    for (x, y, radius, opacity) in BUBBLES {
        canvas.fill(&circle((x, y), radius), look.scene.light.fade(opacity));
    }
}

fn leaves(canvas: &mut Canvas, look: &Look) {
    halo(canvas, look);
    let leaf = look.scene.below.darker(0.22);
    for side in [-1.0, 1.0] {
        let stem = Pen::at(side * 330.0, 1100.0).bend((side * 440.0, 700.0), (side * 400.0, 330.0)).end();
        canvas.stroke(&stem, 8.0, leaf.fade(0.65));
        for step in 0..6 {
            let y = 380.0 + step as f32 * 104.0;
            let x = side * (402.0 + 18.0 * (1.0 - (step as f32 - 2.0).abs() / 3.0));
            for turn in [-52.0, 52.0] {
                let blade = Pen::at(x, y)
                    .bend((x - 42.0, y - 66.0), (x, y - 128.0))
                    .bend((x + 42.0, y - 66.0), (x, y));
                canvas.fill(&blade.close().turned(turn, (x, y)), leaf.fade(0.5));
            }
        }
        let x = side * 400.0;
        let tip = Pen::at(x, 336.0).bend((x - 40.0, 270.0), (x, 210.0)).bend((x + 40.0, 270.0), (x, 336.0));
        canvas.fill(&tip.close(), leaf.fade(0.5));
    }
}
