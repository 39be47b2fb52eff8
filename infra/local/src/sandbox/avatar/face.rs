//! Neck, ears and head, and the small things on the skin.

use super::canvas::{Canvas, Fill};
use super::look::{Age, Look};
use super::shape::{Pen, Shape, circle, ellipse, symmetric};

/// The outline of the head: hair, hats and beards are fitted to it.
pub(super) fn head(look: &Look) -> Shape {
    let jaw = look.jaw;
    let chin = if look.age == Age::Child { 664.0 } else { 676.0 };
    symmetric(&[
        (0.0, 262.0),
        (86.0, 277.0),
        (138.0, 336.0),
        (152.0, 430.0),
        (147.0, 515.0),
        (112.0 + jaw, 602.0),
        (56.0 + jaw, chin - 19.0 + jaw * 0.3),
        (0.0, chin + jaw * 0.3),
    ])
}

/// Neck and the piece of chest that a collar leaves free. Goes under the clothes.
pub(super) fn neck(canvas: &mut Canvas, look: &Look) {
    let half = 56.0 + look.jaw * 0.9;
    let skin = look.skin;
    let neck = Pen::at(-half, 560.0)
        .line(-half - 2.0, 680.0)
        .curve((-half - 4.0, 725.0), (-half - 12.0, 742.0), (-110.0, 756.0))
        .line(-110.0, 960.0)
        .line(110.0, 960.0)
        .line(110.0, 756.0)
        .curve((half + 12.0, 742.0), (half + 4.0, 725.0), (half + 2.0, 680.0))
        .line(half, 560.0)
        .close();
    canvas.fill(&neck, skin.base);
    let inside = canvas.stencil(&neck);
    // The chin's shadow, and the neck's own dark side.
    canvas.fill_within(&inside, &head(look).moved(5.0, 34.0), skin.shade.mix(skin.line, 0.16));
    canvas.fill_within(
        &inside,
        &ellipse((0.0, 960.0), 250.0, 260.0),
        Fill::down(700.0, skin.shade.fade(0.0), 860.0, skin.shade.fade(0.6)),
    );
    let collarbone = Pen::at(34.0, 786.0).bend((74.0, 772.0), (128.0, 778.0)).end();
    for bone in [collarbone.mirrored(), collarbone] {
        canvas.stroke_within(&inside, &bone, 6.0, skin.shade.fade(0.7));
    }
}

/// Both ears; the head covers their inner half.
pub(super) fn ears(canvas: &mut Canvas, look: &Look) {
    let skin = look.skin;
    for side in [-1.0, 1.0] {
        let ear = Pen::at(side * 140.0, 440.0)
            .through(&[
                (side * 165.0, 431.0),
                (side * 181.0, 456.0),
                (side * 174.0, 500.0),
                (side * 158.0, 530.0),
                (side * 140.0, 524.0),
            ])
            .close();
        canvas.fill(&ear, if side > 0.0 { skin.base.mix(skin.shade, 0.55) } else { skin.base });
        let fold = Pen::at(side * 153.0, 456.0)
            .through(&[(side * 168.0, 456.0), (side * 166.0, 486.0), (side * 155.0, 506.0)])
            .end();
        canvas.stroke(&fold, 6.0, skin.line.fade(0.5));
    }
}

/// The head with light from the upper left, cheeks, nose, and what years or sun left on it.
pub(super) fn face(canvas: &mut Canvas, look: &Look) {
    let (skin, head) = (look.skin, head(look));
    canvas.fill(&head, skin.base);
    let inside = canvas.stencil(&head);
    let dark_side = Pen::at(160.0, 240.0)
        .line(260.0, 240.0)
        .line(260.0, 760.0)
        .line(-60.0, 760.0)
        .through(&[
            (0.0, 676.0),
            (70.0, 640.0),
            (122.0, 560.0),
            (139.0, 440.0),
            (146.0, 330.0),
            (160.0, 240.0),
        ])
        .close();
    canvas.fill_within(&inside, &dark_side, skin.shade.fade(0.55));
    canvas.fill_within(
        &inside,
        &circle((-60.0, 380.0), 220.0),
        Fill::Glow { middle: (-60.0, 380.0), radius: 220.0, ink: skin.base.lighter(0.5).fade(0.35) },
    );
    for side in [-1.0, 1.0] {
        let middle = (side * 92.0, 556.0);
        let glow = Fill::Glow { middle, radius: 62.0, ink: skin.blush.fade(look.blush) };
        canvas.fill_within(&inside, &circle(middle, 62.0), glow);
    }
    nose(canvas, look);
    if look.freckles {
        freckles(canvas, look);
    }
    if look.age == Age::Elder {
        wrinkles(canvas, look);
    }
}

fn nose(canvas: &mut Canvas, look: &Look) {
    let skin = look.skin;
    let wide = look.nose;
    let bridge = Pen::at(10.0, 470.0)
        .through(&[(13.0, 505.0), (wide + 3.0, 540.0), (wide - 4.0, 557.0), (0.0, 560.0)])
        .bend((10.0, 520.0), (10.0, 470.0))
        .close();
    canvas.fill(&bridge, skin.shade.fade(0.42));
    let under = Pen::at(-wide, 546.0).through(&[
        (-wide * 0.72, 557.0),
        (0.0, 562.0),
        (wide * 0.72, 557.0),
        (wide, 546.0),
    ]);
    canvas.stroke(&under.end(), 6.0, skin.line.fade(0.75));
    let tip = (-3.0, 531.0);
    canvas.fill(
        &circle(tip, 17.0),
        Fill::Glow { middle: tip, radius: 17.0, ink: skin.base.lighter(0.6).fade(0.55) },
    );
}

fn freckles(canvas: &mut Canvas, look: &Look) {
    const SPOTS: [(f32, f32, f32); 8] = [
        (66.0, 532.0, 4.2),
        (84.0, 544.0, 3.6),
        (102.0, 530.0, 4.0),
        (74.0, 558.0, 3.4),
        (96.0, 562.0, 4.2),
        (114.0, 550.0, 3.2),
        (50.0, 546.0, 3.4),
        (30.0, 526.0, 3.2),
    ];
    for (x, y, radius) in SPOTS {
        for side in [-1.0, 1.0] {
            // Not quite a mirror image: skin is not printed.
            let spot = circle((x * side + y % 3.0, y + side * 2.0), radius);
            canvas.fill(&spot, look.skin.line.fade(0.5));
        }
    }
}

fn wrinkles(canvas: &mut Canvas, look: &Look) {
    let ink = look.skin.line.fade(0.4);
    let laugh = Pen::at(58.0, 560.0).bend((84.0, 590.0), (76.0, 622.0)).end();
    let crow = Pen::at(112.0, 470.0).bend((122.0, 472.0), (130.0, 466.0)).end();
    let lower = Pen::at(112.0, 480.0).bend((122.0, 485.0), (130.0, 484.0)).end();
    let bag = Pen::at(44.0, 503.0).bend((66.0, 514.0), (90.0, 503.0)).end();
    for line in [laugh, crow, lower, bag] {
        canvas.stroke(&line, 4.5, ink);
        canvas.stroke(&line.mirrored(), 4.5, ink);
    }
    for y in [372.0, 394.0] {
        canvas.stroke(&Pen::at(-52.0, y).bend((0.0, y - 9.0), (52.0, y)).end(), 4.0, ink.fade(0.28));
    }
}
