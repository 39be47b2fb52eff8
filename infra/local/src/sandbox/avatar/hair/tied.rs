//! Hair that is tied: ponytail, bun, braids.

use super::super::canvas::Canvas;
use super::super::look::Look;
use super::super::shape::{Pen, Shape, circle, ellipse};
use super::{lay, lay_behind, shadow, strand};

/// A tail that falls over the left shoulder, seen behind the neck.
pub(super) fn ponytail_behind(canvas: &mut Canvas, look: &Look) {
    let tail = Pen::at(96.0, 226.0)
        .through(&[
            (190.0, 206.0),
            (270.0, 290.0),
            (284.0, 430.0),
            (262.0, 560.0),
            (278.0, 680.0),
            (252.0, 772.0),
            (208.0, 830.0),
        ])
        .through(&[(196.0, 740.0), (160.0, 640.0), (156.0, 460.0), (120.0, 320.0), (96.0, 226.0)])
        .close();
    let strands = [
        strand((140.0, 250.0), (226.0, 380.0), (206.0, 640.0)),
        strand((160.0, 236.0), (262.0, 360.0), (232.0, 640.0)),
        strand((190.0, 236.0), (280.0, 340.0), (254.0, 600.0)),
    ];
    lay_behind(canvas, look, &tail, &strands);
}

/// Combed back to the tail.
pub(super) fn ponytail(canvas: &mut Canvas, look: &Look) {
    combed_back(canvas, look);
    canvas.fill(&ellipse((118.0, 236.0), 26.0, 30.0).turned(38.0, (118.0, 236.0)), look.scene.accent);
}

/// A knot on top of the head.
pub(super) fn bun_behind(canvas: &mut Canvas, look: &Look) {
    let knot = circle((0.0, 190.0), 76.0);
    let strands = [
        strand((-70.0, 190.0), (-30.0, 110.0), (60.0, 130.0)),
        strand((-60.0, 220.0), (0.0, 130.0), (76.0, 176.0)),
        strand((-30.0, 236.0), (30.0, 170.0), (70.0, 210.0)),
        strand((-76.0, 160.0), (-40.0, 96.0), (30.0, 104.0)),
    ];
    lay(canvas, look, &knot, &strands);
}

/// Combed up to the knot.
pub(super) fn bun(canvas: &mut Canvas, look: &Look) {
    combed_back(canvas, look);
    let tie = Pen::at(-54.0, 226.0).bend((0.0, 244.0), (54.0, 226.0)).end();
    canvas.stroke(&tie, 17.0, look.scene.accent);
    if look.lashes {
        // Two loose strands soften the face.
        for side in [-1.0, 1.0] {
            let loose = Pen::at(side * 138.0, 400.0)
                .through(&[(side * 160.0, 470.0), (side * 150.0, 560.0)])
                .through(&[(side * 146.0, 480.0), (side * 130.0, 404.0)])
                .close();
            canvas.fill(&loose, look.tint.base);
        }
    }
}

/// Two braids over the chest.
pub(super) fn braids(canvas: &mut Canvas, look: &Look) {
    for side in [-1.0, 1.0] {
        let mut braid: Option<Shape> = None;
        for step in 0..8 {
            let y = 560.0 + step as f32 * 42.0;
            let width = 36.0 - step as f32 * 1.6;
            let link = ellipse((side * (170.0 + step as f32 * 1.5), y), width, 32.0);
            braid = Some(braid.map_or(link.clone(), |so_far| so_far.with(&link)));
        }
        let Some(braid) = braid else { return };
        lay(canvas, look, &braid, &[]);
        for step in 0..8 {
            let (x, y) = (side * (170.0 + step as f32 * 1.5), 546.0 + step as f32 * 42.0);
            canvas.stroke(
                &strand((x - 30.0, y - 12.0), (x - 4.0, y + 8.0), (x + 2.0, y + 26.0)),
                5.0,
                look.tint.dark.fade(0.65),
            );
            canvas.stroke(
                &strand((x + 30.0, y - 12.0), (x + 6.0, y + 4.0), (x + 2.0, y + 26.0)),
                5.0,
                look.tint.dark.fade(0.65),
            );
            canvas.stroke(
                &strand((x - 20.0, y - 2.0), (x - 12.0, y + 6.0), (x - 8.0, y + 14.0)),
                4.0,
                look.tint.light.fade(0.5),
            );
        }
        let x = side * 182.0;
        canvas.fill(&ellipse((x, 914.0), 22.0, 44.0), look.tint.base.mix(look.tint.dark, 0.3));
        canvas.stroke(&Pen::at(x - 18.0, 884.0).line(x + 18.0, 884.0).end(), 16.0, look.scene.accent);
    }
}

/// The parting above the braids.
pub(super) fn braided_front(canvas: &mut Canvas, look: &Look) {
    let half = Pen::at(0.0, 300.0)
        .through(&[(60.0, 340.0), (116.0, 380.0), (142.0, 450.0), (152.0, 560.0)])
        .through(&[
            (196.0, 560.0),
            (190.0, 400.0),
            (160.0, 276.0),
            (92.0, 218.0),
            (34.0, 203.0),
            (0.0, 202.0),
        ])
        .close();
    let shape = half.with(&half.mirrored());
    shadow(canvas, look, &shape);
    let right = [
        strand((6.0, 282.0), (100.0, 310.0), (158.0, 470.0)),
        strand((6.0, 258.0), (120.0, 282.0), (170.0, 480.0)),
        strand((8.0, 232.0), (140.0, 256.0), (180.0, 480.0)),
    ];
    let strands: Vec<Shape> = right.iter().flat_map(|strand| [strand.mirrored(), strand.clone()]).collect();
    lay(canvas, look, &shape, &strands);
    canvas.stroke(&Pen::at(0.0, 302.0).line(0.0, 214.0).end(), 6.0, look.skin.shade);
}

fn combed_back(canvas: &mut Canvas, look: &Look) {
    let shape = Pen::at(-150.0, 470.0)
        .through(&[
            (-166.0, 400.0),
            (-160.0, 310.0),
            (-118.0, 242.0),
            (0.0, 212.0),
            (118.0, 242.0),
            (160.0, 310.0),
            (166.0, 400.0),
            (150.0, 470.0),
        ])
        .through(&[
            (140.0, 410.0),
            (112.0, 362.0),
            (62.0, 338.0),
            (0.0, 332.0),
            (-62.0, 338.0),
            (-112.0, 362.0),
            (-140.0, 410.0),
            (-150.0, 470.0),
        ])
        .close();
    shadow(canvas, look, &shape);
    let strands = [
        strand((-126.0, 376.0), (-120.0, 300.0), (-40.0, 226.0)),
        strand((-96.0, 352.0), (-84.0, 290.0), (-26.0, 224.0)),
        strand((-54.0, 338.0), (-44.0, 286.0), (-12.0, 222.0)),
        strand((-4.0, 334.0), (-2.0, 286.0), (0.0, 222.0)),
        strand((46.0, 338.0), (38.0, 286.0), (12.0, 222.0)),
        strand((90.0, 350.0), (80.0, 290.0), (26.0, 224.0)),
        strand((124.0, 376.0), (118.0, 300.0), (40.0, 226.0)),
        strand((-146.0, 420.0), (-152.0, 330.0), (-70.0, 240.0)),
        strand((146.0, 420.0), (152.0, 330.0), (70.0, 240.0)),
    ];
    lay(canvas, look, &shape, &strands);
}
