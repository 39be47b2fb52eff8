//! Shirts, jackets and overalls.

use super::super::canvas::Canvas;
use super::super::ink::Ink;
use super::super::look::{Cut, Look};
use super::super::shape::{Pen, circle, rounded};
use super::{EDGE, FAR, ROUND, dress, neckband};

pub(super) fn shirt(canvas: &mut Canvas, look: &Look) {
    let cloth = look.scene.cloth;
    let inside = dress(canvas, look, &[(-40.0, 790.0), (0.0, 826.0), (40.0, 790.0), (EDGE, 742.0)], cloth);
    let strip = rounded(-24.0, 815.0, 24.0, FAR, 4.0);
    canvas.fill_within(&inside, &strip, cloth.lighter(0.08));
    for edge in [-24.0, 24.0] {
        canvas.stroke_within(
            &inside,
            &Pen::at(edge, 815.0).line(edge, FAR).end(),
            3.0,
            cloth.darker(0.4).fade(0.4),
        );
    }
    for y in [896.0, 982.0, 1068.0, 1154.0, 1240.0] {
        canvas.fill_within(&inside, &circle((0.0, y), 8.5), look.scene.accent);
        canvas.fill_within(&inside, &circle((0.0, y), 3.0), look.scene.accent.darker(0.4));
    }
    collar_points(canvas, cloth);
}

pub(super) fn blazer(canvas: &mut Canvas, look: &Look) {
    let (cloth, white) = (look.scene.cloth, collar(look));
    dress(canvas, look, &[(-40.0, 790.0), (0.0, 826.0), (40.0, 790.0), (EDGE, 742.0)], white);
    if look.lashes {
        canvas.fill(&circle((0.0, 890.0), 6.0), white.darker(0.3));
        canvas.fill(&circle((0.0, 950.0), 6.0), white.darker(0.3));
    } else {
        let tie = Pen::at(-24.0, 818.0)
            .line(24.0, 818.0)
            .line(15.0, 852.0)
            .line(36.0, 1010.0)
            .line(0.0, 1060.0)
            .line(-36.0, 1010.0)
            .line(-15.0, 852.0)
            .close();
        canvas.fill(&tie, look.scene.accent);
        canvas.stroke(&Pen::at(-15.0, 852.0).line(15.0, 852.0).end(), 4.0, look.scene.accent.darker(0.4));
    }
    collar_points(canvas, white);
    let dip = [
        (-104.0, 800.0),
        (-66.0, 930.0),
        (-3.0, 1092.0),
        (3.0, 1092.0),
        (66.0, 930.0),
        (104.0, 800.0),
        (EDGE + 20.0, 742.0),
    ];
    let inside = dress(canvas, look, &dip, cloth);
    for side in [-1.0, 1.0] {
        let lapel = Pen::at(side * 104.0, 744.0)
            .line(side * 190.0, 850.0)
            .line(side * 146.0, 866.0)
            .line(side * 176.0, 896.0)
            .line(0.0, 1100.0)
            .through(&[(side * 62.0, 940.0), (side * 108.0, 810.0), (side * 104.0, 744.0)])
            .close();
        canvas.fill_within(&inside, &lapel, if side > 0.0 { cloth.darker(0.2) } else { cloth.lighter(0.07) });
        canvas.stroke_within(&inside, &lapel, 3.5, cloth.darker(0.5).fade(0.6));
    }
}

pub(super) fn overalls(canvas: &mut Canvas, look: &Look) {
    let (cloth, under) = (look.scene.cloth, look.scene.accent.lighter(0.25));
    let inside = dress(canvas, look, &ROUND, under);
    neckband(canvas, &ROUND, under.darker(0.14));
    let bib = rounded(-176.0, 920.0, 176.0, FAR, 26.0);
    canvas.fill_within(&inside, &bib, cloth);
    canvas.stroke_within(
        &inside,
        &rounded(-164.0, 932.0, 164.0, FAR, 20.0),
        4.0,
        cloth.lighter(0.35).fade(0.7),
    );
    for side in [-1.0, 1.0] {
        let strap = Pen::at(side * 168.0, 748.0).bend((side * 158.0, 850.0), (side * 132.0, 944.0)).end();
        canvas.stroke_within(&inside, &strap, 46.0, cloth.darker(0.08));
        canvas.fill(&circle((side * 134.0, 948.0), 17.0), look.metal.darker(0.2));
        canvas.fill(&circle((side * 133.0, 946.0), 12.0), look.metal);
    }
}

/// The colour of a shirt worn under something.
pub(super) fn collar(look: &Look) -> Ink {
    if look.cut == Cut::Shirt { look.scene.cloth } else { Ink::hex(0xfaf6f0) }
}

fn collar_points(canvas: &mut Canvas, ink: Ink) {
    for side in [-1.0, 1.0] {
        let point = Pen::at(side * 84.0, 716.0)
            .through(&[(side * 112.0, 752.0), (side * 120.0, 800.0)])
            .line(side * 62.0, 866.0)
            .line(0.0, 812.0)
            .through(&[(side * 52.0, 780.0), (side * 84.0, 716.0)])
            .close();
        canvas.fill(&point, if side > 0.0 { ink.darker(0.1) } else { ink.lighter(0.1) });
        canvas.stroke(&point, 3.5, ink.darker(0.45).fade(0.45));
    }
}
