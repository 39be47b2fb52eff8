//! Short hair.

use super::super::canvas::{Canvas, Fill};
use super::super::face::head;
use super::super::ink::Ink;
use super::super::look::Look;
use super::super::shape::{Pen, Shape, circle};
use super::{lay, shadow, strand};

/// Light on a bald head.
pub(super) fn shine(canvas: &mut Canvas) {
    let glow = Fill::Glow { middle: (-54.0, 318.0), radius: 62.0, ink: Ink::hex(0xffffff).fade(0.5) };
    canvas.fill(&circle((-54.0, 318.0), 62.0), glow);
}

/// A few millimetres all over.
pub(super) fn buzz(canvas: &mut Canvas, look: &Look) {
    let shape = Pen::at(-152.0, 470.0)
        .through(&[
            (-157.0, 400.0),
            (-143.0, 326.0),
            (-90.0, 270.0),
            (0.0, 254.0),
            (90.0, 270.0),
            (143.0, 326.0),
            (157.0, 400.0),
            (152.0, 470.0),
        ])
        .line(145.0, 440.0)
        .through(&[(137.0, 400.0), (118.0, 372.0)])
        .through(&[(70.0, 352.0), (0.0, 346.0), (-70.0, 352.0), (-118.0, 372.0)])
        .through(&[(-137.0, 400.0), (-145.0, 440.0)])
        .close();
    // The skin shines through; two layers leave a soft edge.
    canvas.fill(&shape, look.tint.dark.mix(look.skin.shade, 0.3).fade(0.88));
    let inside = canvas.stencil(&shape);
    let glow = Fill::Glow { middle: (-64.0, 292.0), radius: 110.0, ink: look.tint.light.fade(0.5) };
    canvas.fill_within(&inside, &circle((-64.0, 292.0), 110.0), glow);
    let skin = canvas.stencil(&head(look));
    canvas.fill_within(&skin, &shape.moved(3.0, 7.0), look.skin.shade.fade(0.3));
}

/// Short sides, a little more on top, combed forward.
pub(super) fn crop(canvas: &mut Canvas, look: &Look) {
    let shape = Pen::at(-150.0, 488.0)
        .through(&[
            (-162.0, 420.0),
            (-164.0, 344.0),
            (-138.0, 268.0),
            (-78.0, 222.0),
            (4.0, 208.0),
            (84.0, 224.0),
            (142.0, 272.0),
            (165.0, 346.0),
            (162.0, 420.0),
            (150.0, 488.0),
        ])
        .line(144.0, 450.0)
        .through(&[(140.0, 408.0), (124.0, 372.0)])
        .through(&[(96.0, 352.0), (64.0, 356.0)])
        .through(&[(40.0, 344.0), (6.0, 356.0)])
        .through(&[(-22.0, 342.0), (-58.0, 358.0)])
        .through(&[(-88.0, 350.0), (-124.0, 372.0)])
        .through(&[(-140.0, 408.0), (-144.0, 450.0)])
        .close();
    shadow(canvas, look, &shape);
    let strands = [
        strand((-96.0, 250.0), (-116.0, 300.0), (-112.0, 352.0)),
        strand((-60.0, 236.0), (-78.0, 290.0), (-72.0, 344.0)),
        strand((-10.0, 226.0), (-22.0, 284.0), (-12.0, 340.0)),
        strand((30.0, 232.0), (26.0, 290.0), (38.0, 336.0)),
        strand((74.0, 246.0), (74.0, 300.0), (84.0, 348.0)),
    ];
    lay(canvas, look, &shape, &strands);
    faded_sides(canvas, look);
}

/// A parting on the right, combed over to the left.
pub(super) fn side_part(canvas: &mut Canvas, look: &Look) {
    let shape = Pen::at(-151.0, 500.0)
        .through(&[
            (-166.0, 430.0),
            (-178.0, 350.0),
            (-160.0, 262.0),
            (-98.0, 206.0),
            (-10.0, 192.0),
            (76.0, 212.0),
            (138.0, 262.0),
            (164.0, 340.0),
            (163.0, 430.0),
            (151.0, 500.0),
        ])
        .line(144.0, 452.0)
        .through(&[(140.0, 400.0), (122.0, 352.0), (84.0, 306.0)])
        .through(&[(40.0, 352.0), (-30.0, 378.0), (-92.0, 376.0), (-126.0, 372.0)])
        .through(&[(-141.0, 410.0), (-144.0, 452.0)])
        .close();
    shadow(canvas, look, &shape);
    let strands = [
        strand((80.0, 300.0), (10.0, 348.0), (-104.0, 358.0)),
        strand((76.0, 276.0), (-20.0, 322.0), (-126.0, 338.0)),
        strand((66.0, 254.0), (-40.0, 288.0), (-140.0, 312.0)),
        strand((50.0, 234.0), (-40.0, 248.0), (-140.0, 282.0)),
        strand((92.0, 300.0), (128.0, 346.0), (144.0, 410.0)),
    ];
    lay(canvas, look, &shape, &strands);
    let part = Pen::at(86.0, 304.0).bend((86.0, 262.0), (70.0, 222.0)).end();
    canvas.stroke(&part, 6.0, look.tint.dark);
}

/// Short sides and a wave brushed up from the forehead.
pub(super) fn quiff(canvas: &mut Canvas, look: &Look) {
    let shape = Pen::at(-140.0, 372.0)
        .through(&[
            (-166.0, 320.0),
            (-158.0, 252.0),
            (-110.0, 192.0),
            (-20.0, 158.0),
            (80.0, 154.0),
            (150.0, 186.0),
            (176.0, 250.0),
            (166.0, 326.0),
            (141.0, 372.0),
        ])
        .through(&[(120.0, 340.0), (70.0, 326.0)])
        .through(&[(0.0, 342.0), (-66.0, 340.0), (-112.0, 352.0), (-140.0, 372.0)])
        .close();
    shadow(canvas, look, &shape);
    canvas.fill(&band(), look.tint.dark.mix(look.tint.base, 0.3));
    let strands = [
        strand((-116.0, 350.0), (-130.0, 250.0), (-30.0, 190.0)),
        strand((-88.0, 342.0), (-96.0, 262.0), (6.0, 196.0)),
        strand((-52.0, 338.0), (-50.0, 262.0), (56.0, 192.0)),
        strand((-10.0, 338.0), (6.0, 268.0), (100.0, 204.0)),
        strand((40.0, 332.0), (66.0, 284.0), (140.0, 234.0)),
        strand((84.0, 330.0), (120.0, 300.0), (160.0, 268.0)),
    ];
    lay(canvas, look, &shape, &strands);
}

/// The close-cut band from temple to temple that the quiff sits on.
fn band() -> Shape {
    Pen::at(-150.0, 490.0)
        .through(&[
            (-160.0, 420.0),
            (-158.0, 340.0),
            (-110.0, 270.0),
            (0.0, 240.0),
            (110.0, 270.0),
            (158.0, 340.0),
            (160.0, 420.0),
            (150.0, 490.0),
        ])
        .line(144.0, 450.0)
        .through(&[
            (138.0, 412.0),
            (122.0, 382.0),
            (96.0, 360.0),
            (0.0, 334.0),
            (-96.0, 360.0),
            (-122.0, 382.0),
            (-138.0, 412.0),
            (-144.0, 450.0),
        ])
        .close()
}

/// The sides are cut shorter than the top.
fn faded_sides(canvas: &mut Canvas, look: &Look) {
    for side in [-1.0, 1.0] {
        let patch = Pen::at(side * 150.0, 488.0)
            .through(&[(side * 162.0, 420.0), (side * 164.0, 370.0)])
            .through(&[(side * 146.0, 380.0), (side * 140.0, 408.0), (side * 144.0, 450.0)])
            .close();
        canvas.fill(&patch, look.tint.dark.fade(0.45));
    }
}
