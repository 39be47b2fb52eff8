//! What somebody is like and has been through. `{}` is the first name; the sentences need no other.

use super::said::{Row, Said, said};

/// In German behind "ist".
pub(super) const TRAITS: [Row<Said>; 16] = [
    (&["curious", "inquisitive"], said("curious", "neugierig")),
    (&["shy", "introverted", "quiet"], said("shy", "schüchtern")),
    (&["cheerful", "happy", "bubbly", "joyful"], said("cheerful", "fröhlich")),
    (&["grumpy", "grouchy"], said("grumpy", "mürrisch")),
    (&["witty", "funny", "humorous"], said("witty", "schlagfertig")),
    (&["serious", "stern"], said("serious", "ernst")),
    (&["calm", "relaxed", "serene"], said("calm", "gelassen")),
    (&["brave", "fearless", "bold", "adventurous"], said("adventurous", "abenteuerlustig")),
    (&["ambitious", "driven", "determined"], said("ambitious", "ehrgeizig")),
    (&["friendly", "kind", "warm", "caring"], said("kind", "warmherzig")),
    (&["stubborn"], said("stubborn", "stur")),
    (&["patient"], said("patient", "geduldig")),
    (&["mysterious", "enigmatic"], said("mysterious", "geheimnisvoll")),
    (&["creative", "imaginative"], said("creative", "kreativ")),
    (&["confident", "charismatic"], said("confident", "selbstsicher")),
    (&["stoic"], said("stoic", "stoisch")),
];

pub(super) const HABITS: [Said; 8] = [
    said(
        "{} keeps a notebook for overheard sentences and never shows it to anyone.",
        "{} führt ein Notizbuch mit aufgeschnappten Sätzen und zeigt es niemandem.",
    ),
    said(
        "{} answers hard questions with a short pause and a straight answer.",
        "{} beantwortet schwierige Fragen mit einer kurzen Pause und ohne Umschweife.",
    ),
    said("{} hums while thinking and does not notice.", "{} summt beim Nachdenken und merkt es nicht."),
    said(
        "{} remembers every birthday and forgets every umbrella.",
        "{} vergisst keinen Geburtstag und jeden Regenschirm.",
    ),
    said("{} cannot pass a stray cat without a word.", "{} geht an keiner Katze ohne ein Wort vorbei."),
    said(
        "{} would rather repair a thing twice than replace it once.",
        "{} repariert ein Ding lieber zweimal, als es einmal zu ersetzen.",
    ),
    said("{} is always early and always brings tea.", "{} kommt immer zu früh und bringt immer Tee mit."),
    said(
        "{} loses at chess with good grace and at cards with none.",
        "{} verliert im Schach mit Anstand und beim Kartenspiel ohne.",
    ),
];

/// Behind "grew up in ..., ".
pub(super) const CHILDHOODS: [Said; 6] = [
    said("above a small repair shop", "über einer kleinen Reparaturwerkstatt"),
    said("as the youngest of four", "als jüngstes von vier Geschwistern"),
    said("in a house full of books", "in einem Haus voller Bücher"),
    said("a street away from the station", "eine Straße vom Bahnhof entfernt"),
    said("with two grandparents and a loud parrot", "mit zwei Großeltern und einem lauten Papagei"),
    said("next to the municipal swimming pool", "gleich neben dem Stadtbad"),
];

/// What changed everything.
pub(super) const TURNS: [Said; 6] = [
    said(
        "A broken-down train and a long talk with a stranger changed the plan.",
        "Ein liegen gebliebener Zug und ein langes Gespräch mit einer Fremden änderten den Plan.",
    ),
    said(
        "A summer job that should have lasted six weeks lasted three years.",
        "Ein Ferienjob, der sechs Wochen dauern sollte, dauerte drei Jahre.",
    ),
    said(
        "An inherited toolbox turned out to be the beginning of everything.",
        "Ein geerbter Werkzeugkasten war der Anfang von allem.",
    ),
    said(
        "After one year at university it was clear that life was elsewhere.",
        "Nach einem Jahr an der Universität war klar, dass das Leben woanders spielt.",
    ),
    said(
        "A lost bet led to the first attempt, and the first attempt went surprisingly well.",
        "Eine verlorene Wette führte zum ersten Versuch, und der ging erstaunlich gut.",
    ),
    said(
        "A teacher saw the talent long before anyone else did.",
        "Eine Lehrerin sah das Talent lange vor allen anderen.",
    ),
];

/// The same for those who are still small.
pub(super) const YOUNG_TURNS: [Said; 2] = [
    said(
        "A tree house in the garden is laboratory, ship and castle in one.",
        "Ein Baumhaus im Garten ist Labor, Schiff und Burg zugleich.",
    ),
    said(
        "A box of old maps from the attic has been the best toy ever since.",
        "Eine Kiste alter Landkarten vom Dachboden ist seither das beste Spielzeug.",
    ),
];
