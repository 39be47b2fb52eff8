//! Hair that falls over the shoulders.

use super::super::canvas::Canvas;
use super::super::look::Look;
use super::super::shape::{Pen, Shape, symmetric};
use super::{lay, lay_behind, shadow, strand};

/// The back of long straight hair.
pub(super) fn long_behind(canvas: &mut Canvas, look: &Look) {
    let back = symmetric(&[
        (0.0, 214.0),
        (140.0, 262.0),
        (190.0, 400.0),
        (198.0, 600.0),
        (190.0, 800.0),
        (120.0, 840.0),
        (0.0, 840.0),
    ]);
    lay_behind(canvas, look, &back, &[]);
}

/// Long straight hair: a parting in the middle and two curtains down to the chest.
pub(super) fn long(canvas: &mut Canvas, look: &Look) {
    let right = Pen::at(0.0, 292.0)
        .through(&[
            (46.0, 332.0),
            (98.0, 368.0),
            (134.0, 420.0),
            (149.0, 500.0),
            (146.0, 590.0),
            (124.0, 690.0),
            (108.0, 800.0),
            (112.0, 936.0),
        ])
        .through(&[(150.0, 930.0), (190.0, 892.0), (214.0, 850.0)])
        .through(&[
            (224.0, 740.0),
            (216.0, 600.0),
            (206.0, 470.0),
            (194.0, 370.0),
            (158.0, 264.0),
            (88.0, 207.0),
            (34.0, 191.0),
            (0.0, 190.0),
        ])
        .close();
    let shape = right.with(&right.mirrored());
    shadow(canvas, look, &shape);
    let right = [
        Pen::at(8.0, 282.0).through(&[(92.0, 330.0), (152.0, 440.0), (160.0, 640.0), (134.0, 900.0)]).end(),
        Pen::at(8.0, 258.0).through(&[(116.0, 308.0), (172.0, 440.0), (182.0, 640.0), (160.0, 900.0)]).end(),
        Pen::at(10.0, 234.0).through(&[(130.0, 284.0), (188.0, 420.0), (202.0, 640.0), (186.0, 880.0)]).end(),
        strand((60.0, 236.0), (160.0, 270.0), (192.0, 430.0)),
    ];
    lay(canvas, look, &shape, &both_sides(&right));
    canvas.stroke(&Pen::at(0.0, 296.0).line(0.0, 210.0).end(), 5.0, look.tint.dark.fade(0.8));
}

/// The back of long wavy hair.
pub(super) fn wavy_behind(canvas: &mut Canvas, look: &Look) {
    let back = symmetric(&[
        (0.0, 206.0),
        (146.0, 250.0),
        (204.0, 380.0),
        (214.0, 500.0),
        (230.0, 600.0),
        (220.0, 700.0),
        (216.0, 800.0),
        (150.0, 840.0),
        (0.0, 830.0),
    ]);
    lay_behind(canvas, look, &back, &[]);
}

/// Long wavy hair: a parting on the right and a full sweep to either side.
pub(super) fn wavy(canvas: &mut Canvas, look: &Look) {
    let outer = [
        (-172.0, 908.0),
        (-226.0, 866.0),
        (-254.0, 792.0),
        (-242.0, 700.0),
        (-258.0, 606.0),
        (-232.0, 508.0),
        (-218.0, 390.0),
        (-178.0, 266.0),
        (-98.0, 198.0),
        (4.0, 178.0),
        (104.0, 198.0),
        (180.0, 266.0),
        (218.0, 390.0),
        (232.0, 508.0),
        (258.0, 606.0),
        (242.0, 700.0),
        (254.0, 792.0),
        (226.0, 866.0),
        (172.0, 908.0),
    ];
    let shape = Pen::at(-106.0, 884.0)
        .through(&outer)
        .through(&[(106.0, 884.0)])
        .through(&[
            (124.0, 800.0),
            (100.0, 720.0),
            (132.0, 626.0),
            (150.0, 540.0),
            (144.0, 460.0),
            (114.0, 386.0),
            (62.0, 312.0),
        ])
        .through(&[(10.0, 354.0), (-66.0, 388.0), (-126.0, 428.0)])
        .through(&[
            (-148.0, 490.0),
            (-148.0, 560.0),
            (-128.0, 630.0),
            (-100.0, 720.0),
            (-124.0, 800.0),
            (-106.0, 884.0),
        ])
        .close();
    shadow(canvas, look, &shape);
    let strands = [
        strand((56.0, 296.0), (-20.0, 358.0), (-128.0, 408.0)),
        strand((52.0, 274.0), (-60.0, 314.0), (-152.0, 396.0)),
        strand((30.0, 224.0), (-120.0, 226.0), (-190.0, 400.0)),
        strand((44.0, 250.0), (-80.0, 272.0), (-176.0, 400.0)),
        wave(1.0, 150.0),
        wave(1.0, 180.0),
        wave(1.0, 208.0),
        wave(-1.0, 180.0),
        wave(-1.0, 150.0),
        wave(-1.0, 208.0),
        strand((76.0, 296.0), (136.0, 366.0), (158.0, 470.0)),
        strand((84.0, 264.0), (164.0, 326.0), (186.0, 470.0)),
    ];
    lay(canvas, look, &shape, &strands);
    let part = Pen::at(64.0, 311.0).bend((62.0, 258.0), (48.0, 204.0)).end();
    canvas.stroke(&part, 6.0, look.tint.dark.fade(0.8));
}

/// One strand of a wavy fall.
fn wave(side: f32, x: f32) -> Shape {
    let at = |right: f32, y: f32| (side * (x + right), y);
    let start = at(0.0, 500.0);
    Pen::at(start.0, start.1)
        .through(&[at(24.0, 604.0), at(2.0, 700.0), at(16.0, 792.0), at(-14.0, 872.0)])
        .end()
}

fn both_sides(right: &[Shape]) -> Vec<Shape> {
    right.iter().map(Shape::mirrored).chain(right.iter().cloned()).collect()
}
