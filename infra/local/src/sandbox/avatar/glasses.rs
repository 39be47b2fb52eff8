//! Glasses and earrings.

use super::canvas::{Canvas, Fill};
use super::ink::Ink;
use super::look::{Glasses, Look};
use super::shape::{Pen, Shape, circle, ellipse, rounded};

/// Glasses lie over eyes and hair.
pub(super) fn glasses(canvas: &mut Canvas, look: &Look) {
    let Some(glasses) = look.glasses else { return };
    let frame = if glasses == Glasses::Round { look.metal.darker(0.28) } else { Ink::hex(0x33283a) };
    let width = if glasses == Glasses::Round { 7.0 } else { 10.0 };
    for side in [-1.0, 1.0] {
        let lens = lens(glasses, side);
        let glass = match glasses {
            Glasses::Sun => Fill::down(430.0, Ink::hex(0x2c2636), 530.0, Ink::hex(0x6a5470)),
            _ => Fill::Flat(Ink::hex(0xffffff).fade(0.08)),
        };
        canvas.fill(&lens, glass);
        let inside = canvas.stencil(&lens);
        let shine = Pen::at(side * 68.0 - 42.0, 520.0)
            .line(side * 68.0 + 6.0, 420.0)
            .line(side * 68.0 + 28.0, 420.0)
            .line(side * 68.0 - 20.0, 520.0)
            .close();
        canvas.fill_within(&inside, &shine, Ink::hex(0xffffff).fade(0.16));
        canvas.stroke(&lens, width, frame);
        let temple = Pen::at(side * 124.0, 466.0).line(side * 152.0, 460.0).end();
        canvas.stroke(&temple, width, frame);
    }
    canvas.stroke(&Pen::at(-15.0, 470.0).bend((0.0, 456.0), (15.0, 470.0)).end(), width, frame);
}

fn lens(glasses: Glasses, side: f32) -> Shape {
    let middle = side * 69.0;
    match glasses {
        Glasses::Round => circle((middle, 478.0), 55.0),
        Glasses::Square => rounded(middle - 55.0, 436.0, middle + 55.0, 522.0, 24.0),
        Glasses::Sun => {
            let at = |x: f32, y: f32| (middle + side * x, y);
            let start = at(-52.0, 446.0);
            Pen::at(start.0, start.1)
                .through(&[at(0.0, 438.0), at(58.0, 442.0)])
                .through(&[at(60.0, 480.0), at(30.0, 526.0), at(-26.0, 522.0), at(-52.0, 480.0), start])
                .close()
        }
    }
}

/// A stud or a drop at each ear.
pub(super) fn earrings(canvas: &mut Canvas, look: &Look) {
    if !look.earrings {
        return;
    }
    for side in [-1.0, 1.0] {
        canvas.fill(&circle((side * 160.0, 531.0), 10.0), look.metal.darker(0.22));
        canvas.fill(&circle((side * 160.0 - 1.0, 529.0), 7.5), look.metal);
        if look.lips > 12.5 {
            canvas.fill(&ellipse((side * 160.0, 560.0), 11.0, 18.0), look.scene.accent.darker(0.12));
            canvas.fill(&ellipse((side * 160.0 - 3.0, 556.0), 5.0, 9.0), look.scene.accent.lighter(0.4));
        }
    }
}
