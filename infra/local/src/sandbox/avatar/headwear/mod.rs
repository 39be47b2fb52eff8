//! Hats, scarves and headphones.

mod hats;

use self::hats::{beanie, cap, hat};
use super::canvas::{Canvas, Fill, Stencil};
use super::ink::Ink;
use super::look::{Headwear, Look, Style};
use super::shape::{Pen, circle, rounded};

/// Goes on last.
pub(super) fn headwear(canvas: &mut Canvas, look: &Look) {
    match look.headwear {
        Some(Headwear::Beanie) => beanie(canvas, look),
        Some(Headwear::Cap) => cap(canvas, look),
        Some(Headwear::Hat) => hat(canvas, look),
        Some(Headwear::Headscarf) => headscarf(canvas, look),
        Some(Headwear::Headphones) => headphones(canvas, look),
        None => {}
    }
}

/// The colour of a hat: the accent, unless it would melt into the background.
fn felt(look: &Look) -> Ink {
    let accent = look.scene.accent;
    if accent.far_from(look.scene.above) && accent.far_from(look.scene.below) {
        accent
    } else {
        look.scene.cloth
    }
}

fn shade(canvas: &mut Canvas, inside: &Stencil, ink: Ink) {
    let right = Pen::at(70.0, 100.0)
        .through(&[(128.0, 220.0), (120.0, 330.0), (130.0, 420.0)])
        .line(420.0, 420.0)
        .line(420.0, 100.0)
        .close();
    canvas.fill_within(inside, &right, ink.darker(0.6).fade(0.17));
    let glow = Fill::Glow { middle: (-80.0, 230.0), radius: 150.0, ink: ink.lighter(0.6).fade(0.4) };
    canvas.fill_within(inside, &circle((-80.0, 230.0), 150.0), glow);
}

fn headscarf(canvas: &mut Canvas, look: &Look) {
    let ink = felt(look);
    // Around the face, over the ears, and down to the chest; the face is left free.
    let scarf = Pen::at(0.0, 196.0)
        .through(&[
            (120.0, 220.0),
            (190.0, 320.0),
            (204.0, 460.0),
            (188.0, 600.0),
            (196.0, 720.0),
            (214.0, 850.0),
            (130.0, 920.0),
            (0.0, 940.0),
        ])
        .through(&[
            (-130.0, 920.0),
            (-214.0, 850.0),
            (-196.0, 720.0),
            (-188.0, 600.0),
            (-204.0, 460.0),
            (-190.0, 320.0),
            (-120.0, 220.0),
            (0.0, 196.0),
        ])
        .close();
    let opening = Pen::at(0.0, 330.0)
        .through(&[
            (-84.0, 346.0),
            (-136.0, 420.0),
            (-138.0, 520.0),
            (-106.0, 612.0),
            (-52.0, 666.0),
            (0.0, 682.0),
        ])
        .through(&[
            (52.0, 666.0),
            (106.0, 612.0),
            (138.0, 520.0),
            (136.0, 420.0),
            (84.0, 346.0),
            (0.0, 330.0),
        ])
        .close();
    let cloth = scarf.with(&opening);
    canvas.fill_between(&cloth, Fill::down(200.0, ink.lighter(0.12), 940.0, ink.darker(0.12)));
    canvas.stroke(&opening, 7.0, ink.darker(0.3).fade(0.55));
    for (from, pull, to) in [
        ((120.0, 640.0), (60.0, 740.0), (-150.0, 790.0)),
        ((158.0, 660.0), (90.0, 800.0), (-120.0, 860.0)),
        ((-150.0, 400.0), (-176.0, 560.0), (-120.0, 690.0)),
        ((-60.0, 250.0), (40.0, 210.0), (130.0, 280.0)),
        ((150.0, 400.0), (178.0, 540.0), (140.0, 640.0)),
    ] {
        canvas.stroke(&Pen::at(from.0, from.1).bend(pull, to).end(), 6.0, ink.darker(0.4).fade(0.35));
    }
}

fn headphones(canvas: &mut Canvas, look: &Look) {
    let ink = felt(look);
    // The band lies on the hair, or on the head itself.
    let low = if matches!(look.style, Style::Bald | Style::Buzz) { 62.0 } else { 6.0 };
    let side = 186.0 - low * 0.18;
    let band = Pen::at(-184.0, 440.0)
        .through(&[
            (-side, 330.0 + low * 0.3),
            (-116.0, 218.0 + low),
            (0.0, 184.0 + low),
            (116.0, 218.0 + low),
            (side, 330.0 + low * 0.3),
            (184.0, 440.0),
        ])
        .end();
    canvas.stroke(&band, 27.0, ink.darker(0.12));
    canvas.stroke(&band.moved(-3.0, -5.0), 8.0, ink.lighter(0.4).fade(0.7));
    for side in [-1.0, 1.0] {
        let x = side * 178.0;
        canvas.fill(&rounded(x - 20.0, 420.0, x + 20.0, 548.0, 19.0), ink.darker(0.5));
        let x = side * 196.0;
        canvas.fill(
            &rounded(x - 26.0, 412.0, x + 26.0, 556.0, 26.0),
            if side > 0.0 { ink.darker(0.14) } else { ink },
        );
        canvas.stroke(&Pen::at(x - 8.0, 446.0).line(x - 8.0, 500.0).end(), 7.0, ink.lighter(0.5).fade(0.6));
    }
}
