//! Mouths.

use super::canvas::Canvas;
use super::ink::Ink;
use super::look::{Look, Mood};
use super::shape::{Pen, ellipse};

/// The mouth that goes with the mood.
pub(super) fn mouth(canvas: &mut Canvas, look: &Look) {
    match look.mood {
        Mood::Grin => grin(canvas, look),
        Mood::Smile | Mood::Wink => closed(canvas, look, 15.0),
        Mood::Calm => closed(canvas, look, 8.0),
        Mood::Serious => closed(canvas, look, 0.0),
        Mood::Sad => closed(canvas, look, -10.0),
    }
}

/// Lips that meet in a line; `up` lifts the corners.
fn closed(canvas: &mut Canvas, look: &Look, up: f32) {
    let wide = 44.0 + up.abs() * 0.5;
    let (corner, middle) = (606.0 - up * 0.6, 606.0 + up * 0.7);
    let line = || {
        Pen::at(-wide, corner).through(&[
            (-20.0, middle - 1.0),
            (0.0, middle),
            (20.0, middle - 1.0),
            (wide, corner),
        ])
    };
    let (upper, lower) = look.lip_colours();
    let full = look.lips;
    let top = line()
        .through(&[(22.0, middle - full * 0.8), (8.0, middle - full), (0.0, middle - full * 0.82)])
        .through(&[(-8.0, middle - full), (-22.0, middle - full * 0.8), (-wide, corner)])
        .close();
    let bottom = line()
        .through(&[
            (24.0, middle + full * 0.95),
            (0.0, middle + full * 1.35),
            (-24.0, middle + full * 0.95),
            (-wide, corner),
        ])
        .close();
    canvas.fill(&bottom, lower);
    canvas.fill(&top, upper);
    canvas.fill(&ellipse((-6.0, middle + full * 0.62), 13.0, full * 0.22), Ink::hex(0xffffff).fade(0.22));
    canvas.stroke(&line().end(), 5.0, look.skin.line.mix(look.skin.lips, 0.35).darker(0.12));
    let dimple =
        Pen::at(wide + 3.0, corner - 6.0).bend((wide + 9.0, corner), (wide + 4.0, corner + 6.0)).end();
    if up > 5.0 {
        for dimple in [dimple.mirrored(), dimple] {
            canvas.stroke(&dimple, 4.0, look.skin.line.fade(0.45));
        }
    }
    let chin = Pen::at(-20.0, middle + 27.0).bend((0.0, middle + 33.0), (20.0, middle + 27.0)).end();
    canvas.stroke(&chin, 5.0, look.skin.shade.fade(0.7));
}

/// An open smile with teeth and tongue.
fn grin(canvas: &mut Canvas, look: &Look) {
    let upper = [(-27.0, 598.0), (0.0, 601.0), (27.0, 598.0), (52.0, 586.0)];
    let opening = Pen::at(-52.0, 586.0)
        .through(&upper)
        .through(&[
            (50.0, 606.0),
            (30.0, 632.0),
            (0.0, 641.0),
            (-30.0, 632.0),
            (-50.0, 606.0),
            (-52.0, 586.0),
        ])
        .close();
    let (_, lower) = look.lip_colours();
    canvas.stroke(&opening, if look.lashes { 12.0 } else { 7.0 }, lower);
    canvas.fill(&opening, Ink::hex(0x5c1f2b));
    let inside = canvas.stencil(&opening);
    canvas.fill_within(&inside, &ellipse((0.0, 646.0), 32.0, 20.0), Ink::hex(0xe0706f));
    let teeth = Pen::at(-60.0, 570.0)
        .line(60.0, 570.0)
        .line(48.0, 598.0)
        .through(&[(28.0, 614.0), (0.0, 618.0), (-28.0, 614.0), (-48.0, 598.0)])
        .close();
    canvas.fill_within(&inside, &teeth, Ink::hex(0xfffdf9));
    let corner = Pen::at(64.0, 576.0).bend((73.0, 584.0), (68.0, 596.0)).end();
    for corner in [corner.mirrored(), corner] {
        canvas.stroke(&corner, 4.5, look.skin.line.fade(0.45));
    }
}
