//! Occupations that are done standing up.

use super::super::said::said;
use super::Known;

/// Narrow ones first: a brief may fit several.
pub(super) static HANDS: [Known; 18] = [
    Known {
        names: &["vet", "veterinarian"],
        de: ("Tierarzt", "Tierärztin"),
        ages: 26..70,
        deed: said("calms animals that nobody else can calm", "beruhigt Tiere, die sonst niemand beruhigt"),
        wear: said("a green shirt under a white coat", "einem grünen Hemd unter einem weißen Kittel"),
    },
    Known {
        names: &["baker"],
        de: ("Bäcker", "Bäckerin"),
        ages: 18..75,
        deed: said(
            "has the ovens going long before the town wakes",
            "heizt die Öfen, lange bevor die Stadt aufwacht",
        ),
        wear: said("a white shirt and a flour-dusted apron", "einem weißen Hemd und einer mehligen Schürze"),
    },
    Known {
        names: &["chef", "cook"],
        de: ("Koch", "Köchin"),
        ages: 18..70,
        deed: said("cooks what the market had that morning", "kocht, was der Markt am Morgen hergab"),
        wear: said("a white jacket buttoned to the neck", "einer weißen, bis oben geknöpften Jacke"),
    },
    Known {
        names: &["barista"],
        de: ("Barista", "Barista"),
        ages: 17..45,
        deed: said(
            "knows the orders of a whole street by heart",
            "kennt die Bestellungen einer ganzen Straße auswendig",
        ),
        wear: said("a black tee and a brown apron", "einem schwarzen T-Shirt und einer braunen Schürze"),
    },
    Known {
        names: &["nurse"],
        de: ("Krankenpfleger", "Krankenpflegerin"),
        ages: 20..66,
        deed: said(
            "works nights because the talks are better then",
            "arbeitet nachts, weil dann die Gespräche besser sind",
        ),
        wear: said("a blue shirt and a name tag", "einem blauen Hemd mit Namensschild"),
    },
    Known {
        names: &["doctor", "physician", "surgeon", "paramedic"],
        de: ("Arzt", "Ärztin"),
        ages: 27..70,
        deed: said(
            "explains every diagnosis twice, the second time with a drawing",
            "erklärt jede Diagnose zweimal, das zweite Mal mit einer Zeichnung",
        ),
        wear: said("a white coat over a blue shirt", "einem weißen Kittel über einem blauen Hemd"),
    },
    Known {
        names: &["officer", "policewoman", "policeman"],
        de: ("Polizist", "Polizistin"),
        ages: 20..62,
        deed: said("talks first and waits long", "redet zuerst und wartet lange"),
        wear: said("a navy shirt with a badge", "einem dunkelblauen Hemd mit Abzeichen"),
    },
    Known {
        names: &["firefighter", "fireman"],
        de: ("Feuerwehrmann", "Feuerwehrfrau"),
        ages: 19..60,
        deed: said("walks in where everybody else runs out", "geht hinein, wenn alle anderen hinauslaufen"),
        wear: said("a navy jacket with yellow bands", "einer dunkelblauen Jacke mit gelben Streifen"),
    },
    Known {
        names: &["pilot", "astronaut"],
        de: ("Pilot", "Pilotin"),
        ages: 23..65,
        deed: said("still looks out of every window", "schaut noch immer aus jedem Fenster"),
        wear: said("a navy jacket with a patch", "einer dunkelblauen Jacke mit Aufnäher"),
    },
    Known {
        names: &["captain", "sailor", "fisherman", "pirate"],
        de: ("Kapitän", "Kapitänin"),
        ages: 18..72,
        deed: said("reads the sky like others read the news", "liest den Himmel wie andere die Nachrichten"),
        wear: said("a navy and white striped sailor top", "einem blau-weiß gestreiften Matrosenhemd"),
    },
    Known {
        names: &["farmer", "beekeeper"],
        de: ("Landwirt", "Landwirtin"),
        ages: 18..80,
        deed: said("is up before the birds", "ist vor den Vögeln wach"),
        wear: said("blue overalls", "einer blauen Latzhose"),
    },
    Known {
        names: &["gardener", "florist"],
        de: ("Gärtner", "Gärtnerin"),
        ages: 18..78,
        deed: said("knows every plant by its Latin name", "kennt jede Pflanze mit lateinischem Namen"),
        wear: said("green overalls", "einer grünen Latzhose"),
    },
    Known {
        names: &["carpenter", "joiner"],
        de: ("Tischler", "Tischlerin"),
        ages: 18..72,
        deed: said("can tell wood by its smell", "erkennt Holz am Geruch"),
        wear: said("a blue shirt with rolled sleeves", "einem blauen Hemd mit hochgekrempelten Ärmeln"),
    },
    Known {
        names: &["mechanic"],
        de: ("Mechaniker", "Mechanikerin"),
        ages: 18..68,
        deed: said(
            "hears what is wrong before the bonnet is open",
            "hört, was fehlt, ehe die Haube offen ist",
        ),
        wear: said("blue overalls", "einer blauen Latzhose"),
    },
    Known {
        names: &["dancer", "ballerina", "acrobat"],
        de: ("Tänzer", "Tänzerin"),
        ages: 17..45,
        deed: said("rehearses until it looks easy", "probt, bis es leicht aussieht"),
        wear: said("a pink sweater", "einem rosafarbenen Pullover"),
    },
    Known {
        names: &["athlete", "runner", "swimmer", "climber", "boxer", "coach", "trainer"],
        de: ("Sportler", "Sportlerin"),
        ages: 17..55,
        deed: said("trains in any weather", "trainiert bei jedem Wetter"),
        wear: said("a red tee", "einem roten T-Shirt"),
    },
    Known {
        names: &["knight", "warrior"],
        de: ("Ritter", "Ritterin"),
        ages: 18..60,
        deed: said(
            "keeps a promise nobody else remembers",
            "hält ein Versprechen, an das sich sonst niemand erinnert",
        ),
        wear: said("a grey tunic with a high collar", "einem grauen Waffenrock mit hohem Kragen"),
    },
    Known {
        names: &["wizard", "witch", "sorceress", "mage"],
        de: ("Zauberer", "Zauberin"),
        ages: 18..110,
        deed: said("brews tea that is only nearly magic", "braut Tee, der nur beinahe magisch ist"),
        wear: said("a purple robe with a high collar", "einem violetten Umhang mit hohem Kragen"),
    },
];
