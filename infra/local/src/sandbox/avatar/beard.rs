//! Beards and moustaches.

use super::canvas::{Canvas, Fill};
use super::face::head;
use super::look::{Beard, Look};
use super::shape::{Pen, Point, Shape, ellipse, symmetric};

/// Goes on before the mouth, which shows through it.
pub(super) fn beard(canvas: &mut Canvas, look: &Look) {
    let Some(beard) = look.beard else { return };
    let ink = look.tint.base.mix(look.tint.dark, 0.35);
    match beard {
        Beard::Full => {
            let shape = full(look);
            canvas.fill(&shape, Fill::down(520.0, ink, 730.0, look.tint.dark));
            let inside = canvas.stencil(&shape);
            for (x, y) in
                [(-98.0, 610.0), (-72.0, 650.0), (-38.0, 684.0), (0.0, 692.0), (40.0, 682.0), (76.0, 646.0)]
            {
                let strand = Pen::at(x, y - 24.0).bend((x + 2.0, y), (x * 0.93, y + 24.0)).end();
                canvas.stroke_within(&inside, &strand, 5.0, look.tint.light.fade(0.28));
            }
            moustache(canvas, look, 62.0);
        }
        Beard::Stubble => {
            let skin = canvas.stencil(&head(look));
            canvas.fill_within(&skin, &full(look), look.tint.dark.mix(look.skin.line, 0.5).fade(0.3));
        }
        Beard::Goatee => {
            let shape = symmetric(&[(0.0, 634.0), (34.0, 628.0), (46.0, 650.0), (36.0, 694.0), (0.0, 712.0)]);
            canvas.fill(&shape, ink);
            moustache(canvas, look, 54.0);
        }
        Beard::Moustache => moustache(canvas, look, 66.0),
    }
}

/// From ear to ear, with the mouth left free.
fn full(look: &Look) -> Shape {
    let jaw = look.jaw;
    let outer: [Point; 9] = [
        (-155.0, 450.0),
        (-154.0, 530.0),
        (-124.0 - jaw, 622.0),
        (-70.0 - jaw, 690.0),
        (0.0, 718.0),
        (70.0 + jaw, 690.0),
        (124.0 + jaw, 622.0),
        (154.0, 530.0),
        (155.0, 450.0),
    ];
    let [start, rest @ ..] = outer;
    Pen::at(start.0, start.1)
        .through(&rest)
        .line(141.0, 462.0)
        .through(&[(132.0, 530.0), (104.0, 576.0), (60.0, 580.0), (20.0, 576.0), (0.0, 580.0)])
        .through(&[(-20.0, 576.0), (-60.0, 580.0), (-104.0, 576.0), (-132.0, 530.0), (-141.0, 462.0)])
        .close()
}

fn moustache(canvas: &mut Canvas, look: &Look, wide: f32) {
    let ink = look.tint.base.mix(look.tint.dark, 0.5);
    for side in [-1.0, 1.0] {
        let half = Pen::at(0.0, 574.0)
            .through(&[(side * 24.0, 568.0), (side * wide * 0.75, 584.0), (side * wide, 612.0)])
            .through(&[(side * wide * 0.62, 604.0), (side * 20.0, 597.0), (0.0, 594.0)])
            .close();
        canvas.fill(&half, ink);
    }
    canvas.fill(&ellipse((0.0, 584.0), 12.0, 10.0), ink);
}
