//! For cold days.

use super::super::canvas::{Canvas, Fill};
use super::super::look::Look;
use super::super::shape::Pen;
use super::{EDGE, FAR, dress};

pub(super) fn turtleneck(canvas: &mut Canvas, look: &Look) {
    let cloth = look.scene.cloth;
    dress(canvas, look, &[(-60.0, 770.0), (0.0, 780.0), (60.0, 770.0), (EDGE, 742.0)], cloth);
    let half = 74.0 + look.jaw * 0.8;
    let roll = Pen::at(-half, 690.0)
        .through(&[(-half * 0.55, 702.0), (0.0, 708.0), (half * 0.55, 702.0), (half, 690.0)])
        .through(&[(half + 10.0, 735.0), (half + 26.0, 772.0)])
        .through(&[(half * 0.6, 792.0), (0.0, 800.0), (-half * 0.6, 792.0), (-half - 26.0, 772.0)])
        .through(&[(-half - 10.0, 735.0), (-half, 690.0)])
        .close();
    canvas.fill(&roll, Fill::down(690.0, cloth.darker(0.22), 800.0, cloth.lighter(0.04)));
    let inside = canvas.stencil(&roll);
    for x in [-80.0f32, -56.0, -32.0, -8.0, 16.0, 40.0, 64.0, 88.0] {
        let rib = Pen::at(x * 0.86, 690.0).bend((x, 740.0), (x * 1.12, 805.0)).end();
        canvas.stroke_within(&inside, &rib, 3.5, cloth.darker(0.5).fade(0.28));
    }
    let seam = Pen::at(-half - 26.0, 772.0)
        .through(&[(-half * 0.6, 792.0), (0.0, 800.0), (half * 0.6, 792.0), (half + 26.0, 772.0)])
        .end();
    canvas.stroke(&seam, 5.0, cloth.darker(0.4).fade(0.5));
}

pub(super) fn hoodie(canvas: &mut Canvas, look: &Look) {
    let cloth = look.scene.cloth;
    let dip = [(-70.0, 800.0), (0.0, 836.0), (70.0, 800.0), (EDGE, 742.0)];
    let inside = dress(canvas, look, &dip, cloth);
    for side in [-1.0, 1.0] {
        let edge = Pen::at(side * 92.0, 712.0)
            .through(&[(side * 132.0, 740.0), (side * 116.0, 806.0), (side * 52.0, 846.0), (0.0, 862.0)])
            .through(&[(side * 40.0, 826.0), (side * 84.0, 788.0), (side * 92.0, 712.0)])
            .close();
        canvas.fill(&edge, if side > 0.0 { cloth.darker(0.12) } else { cloth.lighter(0.08) });
        canvas.stroke(&edge, 3.0, cloth.darker(0.35).fade(0.5));
        let cord = Pen::at(side * 46.0, 846.0).bend((side * 54.0, 890.0), (side * 46.0, 944.0)).end();
        canvas.stroke(&cord, 9.0, look.scene.accent);
        canvas.stroke(
            &Pen::at(side * 46.0, 944.0).line(side * 45.0, 962.0).end(),
            13.0,
            look.scene.accent.darker(0.2),
        );
    }
    let seam = Pen::at(0.0, 866.0).line(0.0, FAR).end();
    canvas.stroke_within(&inside, &seam, 4.0, cloth.darker(0.4).fade(0.4));
}
