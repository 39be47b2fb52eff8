//! What a body looks like, in words that the avatar's caster reads: "long wavy red hair", "green eyes", "fair skin".
//! The German ones stand behind "mit".

use super::home::Origin;
use super::reading::Reading;
use super::said::{Row, Said, said};
use super::sitter::Gender;

const HAIR_COLOURS: [Row<Said>; 13] = [
    (&["black", "raven"], said("black", "schwarzen")),
    (&["chestnut"], said("chestnut", "kastanienbraunen")),
    (&["auburn"], said("auburn", "rotbraunen")),
    (&["brown", "brunette", "dark"], said("brown", "braunen")),
    (&["red", "ginger", "copper", "redhead", "redheaded"], said("red", "roten")),
    (&["blond", "blonde", "golden", "sandy"], said("blonde", "blonden")),
    (&["platinum"], said("platinum", "platinblonden")),
    (&["grey", "gray", "silver"], said("grey", "grauen")),
    (&["white"], said("white", "weißen")),
    (&["pink"], said("pink", "rosafarbenen")),
    (&["blue"], said("blue", "blauen")),
    (&["green"], said("green", "grünen")),
    (&["purple", "violet", "lilac"], said("purple", "violetten")),
];
const HAIR: &[&str] =
    &["hair", "haired", "bob", "braids", "curls", "ponytail", "bun", "afro", "pixie", "quiff", "waves"];

/// `{}` is the colour. Whoever says "long" or "short" as well is asked first, see [`hair_form`].
const FORMS: [Row<Said>; 10] = [
    (&["bald", "hairless"], said("a bald head", "kahlem Kopf")),
    (&["buzz", "buzzcut", "shaved"], said("{} hair in a buzz cut", "raspelkurzen {} Haaren")),
    (&["afro"], said("a round {} afro", "einem runden {} Afro")),
    (&["braid", "braids", "braided", "pigtails"], said("{} hair in two braids", "{} Haaren in zwei Zöpfen")),
    (&["ponytail"], said("{} hair in a ponytail", "{} Haaren im Pferdeschwanz")),
    (&["bun", "topknot", "updo"], said("{} hair in a loose bun", "{} Haaren in einem lockeren Dutt")),
    (&["bob", "bangs", "fringe"], said("a chin-length {} bob", "einem kinnlangen {} Bob")),
    (&["pixie"], said("a {} pixie cut", "einem {} Pixie-Schnitt")),
    (&["quiff", "pompadour", "undercut"], said("a swept-back {} quiff", "einer {} Haartolle")),
    (&["curly", "curls", "frizzy"], said("curly {} hair", "lockigen {} Haaren")),
];
const LONG: [Row<Said>; 2] = [
    (&["wavy", "waves", "curly", "curls"], said("long wavy {} hair", "langen, gewellten {} Haaren")),
    (&["straight"], said("long straight {} hair", "langen, glatten {} Haaren")),
];
const SHORT: [Row<Said>; 2] = [
    (&["curly", "curls", "wavy"], said("short curly {} hair", "kurzen, lockigen {} Haaren")),
    (&["parted"], said("short {} hair parted at the side", "kurzen {} Haaren mit Seitenscheitel")),
];

const EYES: [Row<Said>; 6] = [
    (&["brown"], said("brown", "braunen")),
    (&["dark", "black"], said("dark", "dunklen")),
    (&["hazel", "amber"], said("hazel", "haselnussbraunen")),
    (&["green"], said("green", "grünen")),
    (&["blue"], said("blue", "blauen")),
    (&["grey", "gray"], said("grey", "grauen")),
];

/// Light to dark.
const SKINS: [Row<Said>; 6] = [
    (&["pale", "porcelain"], said("pale skin", "blasser Haut")),
    (&["fair", "light"], said("fair skin", "heller Haut")),
    (&["olive"], said("olive skin", "olivfarbener Haut")),
    (&["tan", "tanned"], said("tanned skin", "gebräunter Haut")),
    (&["brown"], said("brown skin", "brauner Haut")),
    (&["dark", "black", "ebony", "deep"], said("dark skin", "dunkler Haut")),
];

const BUILDS: [Row<Said>; 7] = [
    (&["slim", "slender", "thin", "skinny"], said("a slim build", "schlanker Statur")),
    (&["athletic", "muscular", "fit"], said("an athletic build", "sportlicher Statur")),
    (&["stocky", "chubby", "plump", "heavy"], said("a stocky build", "kräftiger Statur")),
    (&["broad"], said("broad shoulders", "breiten Schultern")),
    (&["petite", "small"], said("a petite build", "zierlicher Statur")),
    (&["tall"], said("a tall frame", "hochgewachsener Statur")),
    (&["wiry"], said("a wiry build", "drahtiger Statur")),
];

const GLASSES: &[&str] = &["glasses", "spectacles", "eyeglasses"];
const ROUND: Said = said("round glasses", "einer runden Brille");
const SQUARE: Said = said("square glasses", "einer eckigen Brille");

const NOSE_RING: Said = said("a small nose ring", "einem kleinen Nasenring");

const MARKS: [Row<Said>; 7] = [
    (&["freckles", "freckled"], said("freckles across the nose", "Sommersprossen auf der Nase")),
    (
        &["scar", "scarred"],
        said("a thin scar through the left eyebrow", "einer feinen Narbe in der linken Braue"),
    ),
    (&["mole", "birthmark"], said("a small mole above the lip", "einem kleinen Muttermal über der Lippe")),
    (&["dimples"], said("dimples", "Grübchen")),
    (GLASSES, ROUND),
    (&["earrings", "earring"], said("small earrings", "kleinen Ohrringen")),
    (&["tattoo", "tattooed", "tattoos"], said("a tattoo on the forearm", "einem Tattoo am Unterarm")),
];

const BEARDS: [Row<Said>; 4] = [
    (&["stubble", "unshaven"], said("stubble", "einem Dreitagebart")),
    (&["goatee"], said("a goatee", "einem Kinnbart")),
    (&["moustache", "mustache"], said("a moustache", "einem Schnurrbart")),
    (&["beard", "bearded"], said("a full beard", "einem Vollbart")),
];
const SHAVEN: Said = said("a clean-shaven chin", "glatt rasiertem Kinn");

const MOODS: [Row<Said>; 4] = [
    (&["serious", "stern", "grumpy", "stoic", "determined"], said("A serious look", "Ein ernster Blick")),
    (&["sad", "melancholic", "lonely"], said("A sad look", "Ein trauriger Blick")),
    (
        &["cheerful", "happy", "laughing", "joyful", "bubbly"],
        said("A cheerful grin", "Ein fröhliches Lachen"),
    ),
    (&["friendly", "kind", "warm", "smiling", "smile"], said("A friendly smile", "Ein freundliches Lächeln")),
];

/// How the hair is worn and of what colour it is.
pub(super) fn hair(reading: &Reading, gender: Gender, age: u64, origin: &Origin) -> (Said, Said) {
    (hair_form(reading, gender, age, origin), hair_colour(reading, gender, age, origin))
}

fn hair_form(reading: &Reading, gender: Gender, age: u64, origin: &Origin) -> Said {
    let [bald, buzz, afro, braids, ponytail, bun, bob, pixie, quiff, curly] = FORMS.map(|(_, form)| form);
    let ([wavy, straight], [curls, parted]) = (LONG.map(|(_, form)| form), SHORT.map(|(_, form)| form));
    let wishes = &reading.wishes;
    if wishes.joins(&["long"], HAIR) {
        return reading.told(&LONG).or(reading.told(&FORMS)).unwrap_or(wavy);
    }
    if wishes.joins(&["short"], HAIR) {
        return reading.told(&SHORT).or(reading.told(&FORMS)).unwrap_or(parted);
    }
    if let Some(form) = reading.told(&FORMS).or(reading.told(&LONG)) {
        return form;
    }
    // A colour was named, so there must be hair to see it on.
    let seen = wishes.says(HAIR) || wishes.refuses(&["bald"]);
    let forms: &[Said] = match gender {
        Gender::Woman if age < 16 => &[braids, ponytail, bob, straight],
        Gender::Woman if origin.is_curly() => &[afro, curly, braids, bun],
        Gender::Woman => &[wavy, straight, bob, pixie, bun, ponytail, curly],
        Gender::Man if age < 16 => &[parted, curls],
        Gender::Man if age > 50 && !seen => &[parted, curls, bald, buzz],
        Gender::Man => &[parted, curls, quiff, buzz],
        Gender::Person => &[bob, pixie, curls, parted, quiff],
    };
    reading.dice.pick("hair form", forms, parted)
}

fn hair_colour(reading: &Reading, gender: Gender, age: u64, origin: &Origin) -> Said {
    let worn = || {
        let names: &[&str] = &["blond", "blonde", "redhead", "redheaded", "ginger", "brunette"];
        let named =
            |row: &&Row<Said>| row.0.iter().any(|name| names.contains(name) && reading.wishes.says(&[name]));
        HAIR_COLOURS.iter().find(named).map(|(_, colour)| *colour)
    };
    if let Some(colour) = reading.wishes.coloured(HAIR, &HAIR_COLOURS).or_else(worn) {
        return colour;
    }
    let [black, chestnut, auburn, brown, red, blond, _, grey, white, pink, blue, ..] =
        HAIR_COLOURS.map(|(_, colour)| colour);
    let colours: &[Said] = match (age, origin.is_dark(), gender) {
        (60.., _, _) => &[grey, grey, white],
        (_, true, _) => &[black, black, brown],
        (16..40, _, Gender::Woman) => &[brown, chestnut, auburn, red, blond, black, pink, blue],
        _ => &[brown, chestnut, auburn, red, blond, black],
    };
    reading.dice.pick("hair colour", colours, brown)
}

/// The colour of the eyes.
pub(super) fn eyes(reading: &Reading, origin: &Origin) -> Said {
    let [brown, deep, hazel, green, blue, grey] = EYES.map(|(_, colour)| colour);
    let usual: &[Said] = if origin.is_dark() { &[brown, deep] } else { &[brown, hazel, green, blue, grey] };
    let named = reading.wishes.coloured(&["eyes", "eyed", "eye"], &EYES);
    named.unwrap_or_else(|| reading.dice.pick("eyes", usual, brown))
}

/// The skin, told or from the usual ones.
pub(super) fn skin(reading: &Reading, (light, dark): (usize, usize)) -> Said {
    let named = reading.wishes.coloured(&["skin", "skinned", "complexion"], &SKINS);
    let [usual, ..] = SKINS.map(|(_, skin)| skin);
    let open: Vec<Said> = SKINS.iter().skip(light).take(dark + 1 - light).map(|(_, skin)| *skin).collect();
    named.unwrap_or_else(|| reading.dice.pick("skin", &open, usual))
}

/// The build.
pub(super) fn build(reading: &Reading, gender: Gender) -> Said {
    let [slim, athletic, stocky, broad, petite, tall, wiry] = BUILDS.map(|(_, build)| build);
    let usual: &[Said] = match gender {
        Gender::Man => &[slim, athletic, stocky, broad, tall, wiry],
        _ => &[slim, athletic, stocky, petite, tall],
    };
    reading.told(&BUILDS).unwrap_or_else(|| reading.dice.pick("build", usual, slim))
}

/// What one would recognise somebody by: all that is told, or one thing.
pub(super) fn marks(reading: &Reading, gender: Gender, age: u64) -> Vec<Said> {
    let mut marks = reading.all_told(&MARKS);
    if reading.wishes.joins(&["nose"], &["ring", "stud", "piercing"]) {
        marks.push(NOSE_RING);
    }
    if marks.is_empty() {
        let [first, .., _, _] = MARKS;
        // Nobody is tattooed by chance, and children wear no earrings by chance.
        let some = MARKS.get(..5).unwrap_or_default();
        marks.push(reading.rolled("mark", some, first.1));
    }
    if reading.wishes.joins(&["square", "rectangular"], GLASSES) {
        marks.iter_mut().filter(|mark| **mark == ROUND).for_each(|mark| *mark = SQUARE);
    }
    marks.extend(beard(reading, gender, age));
    marks
}

fn beard(reading: &Reading, gender: Gender, age: u64) -> Option<Said> {
    let told = reading.told(&BEARDS);
    if told.is_some() || gender != Gender::Man || age < 20 {
        return told;
    }
    let refused =
        reading.wishes.refuses(&["beard", "moustache"]) || reading.wishes.says(&["shaven", "beardless"]);
    let [stubble, _, moustache, full] = BEARDS.map(|(_, beard)| beard);
    let rolled = || reading.dice.pick("beard", &[SHAVEN, SHAVEN, stubble, moustache, full], SHAVEN);
    Some(if refused { SHAVEN } else { rolled() })
}

/// What the face says.
pub(super) fn mood(reading: &Reading) -> Said {
    let [.., cheerful, friendly] = MOODS.map(|(_, mood)| mood);
    let rolled = || reading.dice.pick("mood", &[cheerful, friendly], friendly);
    reading.told(&MOODS).unwrap_or_else(rolled)
}
