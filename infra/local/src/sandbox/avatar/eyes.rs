//! Eyes and brows.

use super::canvas::Canvas;
use super::ink::Ink;
use super::look::{Look, Mood};
use super::shape::{Pen, circle};

/// How far the middle of an eye is from the middle of the face, and how far down.
const APART: f32 = 67.0;
const LEVEL: f32 = 474.0;

/// Both eyes.
pub(super) fn eyes(canvas: &mut Canvas, look: &Look) {
    for side in [-1.0, 1.0] {
        if look.mood == Mood::Wink && side > 0.0 {
            wink(canvas, look);
        } else {
            eye(canvas, look, side);
        }
    }
}

fn eye(canvas: &mut Canvas, look: &Look, side: f32) {
    // From the eye's middle, the nose on the left; `at` turns it into the figure's place.
    let size = look.eye_size;
    let at = |x: f32, y: f32| (side * (APART + x * size), LEVEL + y * size);
    let open = if look.mood == Mood::Grin { 0.86 } else { 1.0 };
    let upper = [at(-14.0, -14.0 * open), at(4.0, -19.0 * open), at(22.0, -11.0 * open), at(32.0, 0.0)];
    let start = at(-29.0, 6.0);
    let lower = [at(16.0, 13.0 * open), at(-8.0, 15.0 * open), start];
    let ball = Pen::at(start.0, start.1).through(&upper).through(&lower).close();
    canvas.fill(&ball, Ink::hex(0xfffdfa));
    let inside = canvas.stencil(&ball);

    // Both irises shift the same way, and sit under the lid: a circle seen whole would stare.
    let iris = (side * APART + 1.0, LEVEL - 2.0 * open);
    canvas.fill_within(&inside, &circle(iris, 18.0 * size), look.iris.darker(0.35));
    canvas.fill_within(&inside, &circle((iris.0, iris.1 + 1.0), 15.5 * size), look.iris);
    canvas.fill_within(
        &inside,
        &circle((iris.0, iris.1 + 7.0), 9.0 * size),
        look.iris.lighter(0.35).fade(0.6),
    );
    canvas.fill_within(&inside, &circle(iris, 8.5 * size), Ink::hex(0x201820));
    let lid_shadow = Pen::at(start.0, start.1).through(&upper).end();
    canvas.stroke_within(&inside, &lid_shadow, 15.0, Ink::hex(0x3a2a40).fade(0.2));
    canvas.fill(&circle((iris.0 - 6.0, iris.1 - 6.0), 5.0), Ink::hex(0xffffff));
    canvas.fill(&circle((iris.0 + 6.0, iris.1 + 5.0), 2.4), Ink::hex(0xffffff).fade(0.75));

    let lash = look.lash();
    let wing = if look.lashes { at(41.0, -12.0) } else { at(33.0, -1.0) };
    let lid = Pen::at(start.0, start.1)
        .through(&[at(-14.0, -14.0 * open), at(4.0, -19.0 * open), at(22.0, -11.0 * open), wing])
        .through(&[at(20.0, -16.0 * open), at(2.0, -25.0 * open), at(-18.0, -19.0 * open), start])
        .close();
    canvas.fill(&lid, lash);
    canvas.stroke(&lid, 2.5, lash);
    if look.lashes {
        let second =
            Pen::at(at(22.0, -13.0).0, at(22.0, -13.0).1).bend(at(31.0, -16.0), at(36.0, -23.0)).end();
        canvas.stroke(&second, 4.5, lash);
    }
    let from = at(-20.0, -27.0 * open);
    let crease = Pen::at(from.0, from.1).bend(at(4.0, -41.0 * open), at(30.0, -25.0 * open)).end();
    canvas.stroke(&crease, 3.5, look.skin.line.fade(0.5));
    let from = at(-8.0, 19.0 * open);
    let below = Pen::at(from.0, from.1).bend(at(10.0, 20.0 * open), at(22.0, 14.0 * open)).end();
    canvas.stroke(&below, 3.0, look.skin.line.fade(0.3));
}

fn wink(canvas: &mut Canvas, look: &Look) {
    let lid = Pen::at(APART - 30.0, LEVEL + 2.0)
        .through(&[(APART, LEVEL - 12.0), (APART + 32.0, LEVEL + 4.0)])
        .end();
    canvas.stroke(&lid, 8.0, look.lash());
}

/// Both brows, in the hair's colour but dark enough to be seen on the skin.
pub(super) fn brows(canvas: &mut Canvas, look: &Look) {
    let thick = look.brow;
    let (inner, outer) = match look.mood {
        Mood::Serious => (7.0, -3.0),
        Mood::Sad => (-11.0, 7.0),
        Mood::Grin => (-3.0, -3.0),
        _ => (0.0, 0.0),
    };
    let contrast = look.tint.base.lightness() > look.skin.base.lightness() - 0.12;
    let ink = if contrast { look.tint.dark.mix(look.skin.line, 0.45) } else { look.tint.dark };
    for side in [-1.0, 1.0] {
        let lift = if look.mood == Mood::Wink && side < 0.0 { -9.0 } else { 0.0 };
        let at = |x: f32, y: f32| (side * x, 424.0 + lift + y);
        let start = at(37.0, 0.0 + inner);
        // The peak lies outside of the middle, and the tail ends lowest: a friendly face at rest.
        let brow = Pen::at(start.0, start.1)
            .through(&[at(58.0, -7.0 + inner * 0.4), at(82.0, -10.0 + outer * 0.4), at(111.0, 8.0 + outer)])
            .through(&[
                at(84.0, -10.0 + thick * 0.7 + outer * 0.4),
                at(60.0, -7.0 + thick + inner * 0.4),
                at(37.0, thick * 0.85 + inner),
            ])
            .through(&[at(33.0, thick * 0.4 + inner), start])
            .close();
        canvas.fill(&brow, ink);
        canvas.stroke(&brow, 3.0, ink);
    }
}
