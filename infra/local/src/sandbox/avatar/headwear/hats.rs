//! Beanie, cap and hat.

use super::super::canvas::{Canvas, Fill};
use super::super::look::Look;
use super::super::shape::{Pen, circle, ellipse};
use super::{felt, shade};

pub(super) fn beanie(canvas: &mut Canvas, look: &Look) {
    let ink = felt(look);
    canvas.fill(&circle((0.0, 158.0), 44.0), ink.lighter(0.35));
    canvas.fill(&circle((10.0, 166.0), 34.0), ink.lighter(0.2));
    let dome = Pen::at(-172.0, 380.0)
        .through(&[
            (-168.0, 300.0),
            (-118.0, 214.0),
            (0.0, 178.0),
            (118.0, 214.0),
            (168.0, 300.0),
            (172.0, 380.0),
        ])
        .close();
    canvas.fill(&dome, ink);
    let inside = canvas.stencil(&dome);
    for x in [-120.0f32, -60.0, 0.0, 60.0, 120.0] {
        let rib = Pen::at(x * 0.25, 180.0).bend((x * 1.1, 250.0), (x * 1.3, 390.0)).end();
        canvas.stroke_within(&inside, &rib, 6.0, ink.darker(0.4).fade(0.22));
    }
    shade(canvas, &inside, ink);
    let cuff = Pen::at(-176.0, 340.0)
        .through(&[(-100.0, 322.0), (0.0, 316.0), (100.0, 322.0), (176.0, 340.0)])
        .through(&[(184.0, 372.0), (177.0, 412.0)])
        .through(&[(100.0, 396.0), (0.0, 390.0), (-100.0, 396.0), (-177.0, 412.0)])
        .through(&[(-184.0, 372.0), (-176.0, 340.0)])
        .close();
    canvas.fill(&cuff, ink.lighter(0.14));
    let inside = canvas.stencil(&cuff);
    for step in -9..=9 {
        let x = step as f32 * 19.0;
        let rib = Pen::at(x, 312.0).line(x * 1.03, 414.0).end();
        canvas.stroke_within(&inside, &rib, 4.0, ink.darker(0.4).fade(0.25));
    }
}

pub(super) fn cap(canvas: &mut Canvas, look: &Look) {
    let ink = felt(look);
    let dome = Pen::at(-168.0, 378.0)
        .through(&[
            (-166.0, 300.0),
            (-112.0, 220.0),
            (0.0, 192.0),
            (112.0, 220.0),
            (166.0, 300.0),
            (168.0, 378.0),
        ])
        .close();
    canvas.fill(&dome, ink);
    let inside = canvas.stencil(&dome);
    let panel = Pen::at(0.0, 192.0).bend((-66.0, 260.0), (-80.0, 380.0)).end();
    canvas.stroke_within(&inside, &panel, 4.0, ink.darker(0.4).fade(0.4));
    canvas.stroke_within(&inside, &panel.mirrored(), 4.0, ink.darker(0.4).fade(0.4));
    shade(canvas, &inside, ink);
    canvas.fill(&ellipse((0.0, 194.0), 15.0, 9.0), ink.darker(0.2));
    let brim = Pen::at(-172.0, 372.0)
        .through(&[(-90.0, 346.0), (0.0, 338.0), (90.0, 346.0), (172.0, 372.0)])
        .through(&[(186.0, 398.0), (150.0, 412.0)])
        .through(&[(80.0, 396.0), (0.0, 390.0), (-80.0, 396.0), (-150.0, 412.0)])
        .through(&[(-186.0, 398.0), (-172.0, 372.0)])
        .close();
    canvas.fill(&brim, Fill::down(340.0, ink.darker(0.1), 412.0, ink.darker(0.32)));
    canvas.fill(&circle((0.0, 284.0), 30.0), look.scene.light);
    canvas.fill(&circle((0.0, 284.0), 19.0), ink.darker(0.15));
}

pub(super) fn hat(canvas: &mut Canvas, look: &Look) {
    let ink = felt(look);
    let crown = Pen::at(-172.0, 358.0)
        .through(&[
            (-160.0, 250.0),
            (-120.0, 172.0),
            (-52.0, 154.0),
            (0.0, 170.0),
            (52.0, 154.0),
            (120.0, 172.0),
            (160.0, 250.0),
            (172.0, 358.0),
        ])
        .close();
    canvas.fill(&crown, ink);
    let inside = canvas.stencil(&crown);
    let dent = Pen::at(0.0, 172.0).bend((8.0, 220.0), (-6.0, 262.0)).end();
    canvas.stroke_within(&inside, &dent, 9.0, ink.darker(0.45).fade(0.3));
    shade(canvas, &inside, ink);
    let band = Pen::at(-190.0, 300.0)
        .bend((0.0, 322.0), (190.0, 300.0))
        .line(190.0, 360.0)
        .line(-190.0, 360.0)
        .close();
    canvas.fill_within(&inside, &band, ink.darker(0.55));
    let brim = Pen::at(-300.0, 366.0)
        .through(&[
            (-200.0, 340.0),
            (-100.0, 346.0),
            (0.0, 350.0),
            (100.0, 346.0),
            (200.0, 340.0),
            (300.0, 366.0),
        ])
        .through(&[
            (220.0, 398.0),
            (110.0, 394.0),
            (0.0, 390.0),
            (-110.0, 394.0),
            (-220.0, 398.0),
            (-300.0, 366.0),
        ])
        .close();
    canvas.fill(&brim, Fill::down(340.0, ink.lighter(0.1), 400.0, ink.darker(0.22)));
}
