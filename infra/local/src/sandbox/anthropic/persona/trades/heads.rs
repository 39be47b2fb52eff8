//! Occupations that are done with the head, and those of the young and the old.

use super::super::said::said;
use super::Known;

/// Narrow ones first: a brief may fit several.
pub(super) static HEADS: [Known; 21] = [
    Known {
        names: &["professor", "lecturer"],
        de: ("Professor", "Professorin"),
        ages: 35..72,
        deed: said(
            "fills blackboards faster than anyone can write",
            "schreibt Tafeln schneller voll, als jemand mitschreiben kann",
        ),
        wear: said("a brown blazer over a shirt", "einem braunen Sakko über einem Hemd"),
    },
    Known {
        names: &["teacher"],
        de: ("Lehrer", "Lehrerin"),
        ages: 24..67,
        deed: said(
            "teaches with experiments that sometimes work",
            "unterrichtet mit Versuchen, die manchmal gelingen",
        ),
        wear: said("a green sweater over a collared shirt", "einem grünen Pullover über einem Hemd"),
    },
    Known {
        names: &["scientist", "chemist", "physicist", "astronomer", "researcher"],
        de: ("Wissenschaftler", "Wissenschaftlerin"),
        ages: 25..72,
        deed: said("collects questions rather than answers", "sammelt lieber Fragen als Antworten"),
        wear: said("a grey turtleneck", "einem grauen Rollkragenpullover"),
    },
    Known {
        names: &["biologist", "ecologist", "botanist"],
        de: ("Biologe", "Biologin"),
        ages: 25..72,
        deed: said("counts what others overlook", "zählt, was andere übersehen"),
        wear: said("a teal jacket", "einer türkisfarbenen Jacke"),
    },
    Known {
        names: &["engineer"],
        de: ("Ingenieur", "Ingenieurin"),
        ages: 24..68,
        deed: said("draws bridges on napkins", "zeichnet Brücken auf Servietten"),
        wear: said("a navy shirt with rolled sleeves", "einem dunkelblauen Hemd mit hochgekrempelten Ärmeln"),
    },
    Known {
        names: &["developer", "programmer", "coder", "hacker"],
        de: ("Programmierer", "Programmiererin"),
        ages: 19..65,
        deed: said(
            "finds the one line that everybody else has read past",
            "findet die eine Zeile, die alle anderen überlesen haben",
        ),
        wear: said("a grey hoodie", "einem grauen Hoodie"),
    },
    Known {
        names: &["designer"],
        de: ("Designer", "Designerin"),
        ages: 20..65,
        deed: said(
            "moves things by a pixel until they sing",
            "verschiebt Dinge um einen Pixel, bis sie klingen",
        ),
        wear: said("a black turtleneck", "einem schwarzen Rollkragenpullover"),
    },
    Known {
        names: &["architect"],
        de: ("Architekt", "Architektin"),
        ages: 26..72,
        deed: said("builds small houses with large windows", "baut kleine Häuser mit großen Fenstern"),
        wear: said("a black turtleneck", "einem schwarzen Rollkragenpullover"),
    },
    Known {
        names: &["photographer"],
        de: ("Fotograf", "Fotografin"),
        ages: 19..70,
        deed: said("waits for the light as long as it takes", "wartet aufs Licht, so lange es dauert"),
        wear: said("a black jacket with many pockets", "einer schwarzen Jacke mit vielen Taschen"),
    },
    Known {
        names: &["musician", "singer", "pianist", "guitarist", "violinist", "cellist", "drummer", "composer"],
        de: ("Musiker", "Musikerin"),
        ages: 17..75,
        deed: said("plays small halls and writes on trains", "spielt in kleinen Sälen und schreibt in Zügen"),
        wear: said("a purple shirt", "einem violetten Hemd"),
    },
    Known {
        names: &["writer", "author", "novelist", "poet"],
        de: ("Schriftsteller", "Schriftstellerin"),
        ages: 22..80,
        deed: said(
            "crosses out more than most people write",
            "streicht mehr durch, als die meisten schreiben",
        ),
        wear: said("a brown sweater", "einem braunen Pullover"),
    },
    Known {
        names: &["journalist", "reporter"],
        de: ("Journalist", "Journalistin"),
        ages: 22..67,
        deed: said("asks the question after the last question", "stellt die Frage nach der letzten Frage"),
        wear: said("a beige blazer", "einem beigefarbenen Blazer"),
    },
    Known {
        names: &["lawyer", "judge", "attorney"],
        de: ("Anwalt", "Anwältin"),
        ages: 27..70,
        deed: said("reads the small print first", "liest zuerst das Kleingedruckte"),
        wear: said("a black suit", "einem schwarzen Anzug"),
    },
    Known {
        names: &["detective", "investigator"],
        de: ("Detektiv", "Detektivin"),
        ages: 28..68,
        deed: said("notices shoes before faces", "bemerkt Schuhe vor Gesichtern"),
        wear: said("a grey blazer under a long coat", "einem grauen Sakko unter einem langen Mantel"),
    },
    Known {
        names: &["founder", "entrepreneur", "ceo"],
        de: ("Gründer", "Gründerin"),
        ages: 22..60,
        deed: said(
            "has explained the idea a thousand times and still likes it",
            "hat die Idee tausendmal erklärt und mag sie noch immer",
        ),
        wear: said("a navy blazer over a white tee", "einem dunkelblauen Blazer über einem weißen T-Shirt"),
    },
    Known {
        names: &["manager", "consultant", "banker", "accountant", "businessman", "businesswoman"],
        de: ("Manager", "Managerin"),
        ages: 26..66,
        deed: said("makes meetings shorter", "macht Besprechungen kürzer"),
        wear: said("a grey suit", "einem grauen Anzug"),
    },
    Known {
        names: &["librarian", "bookseller"],
        de: ("Bibliothekar", "Bibliothekarin"),
        ages: 23..68,
        deed: said("finds the book from half a sentence", "findet das Buch nach einem halben Satz"),
        wear: said("a mustard sweater", "einem senfgelben Pullover"),
    },
    Known {
        names: &["artist", "painter", "sculptor", "illustrator"],
        de: ("Künstler", "Künstlerin"),
        ages: 18..85,
        deed: said(
            "works on five pictures at a time and sleeps beside the sixth",
            "arbeitet an fünf Bildern zugleich und schläft neben dem sechsten",
        ),
        wear: said("a paint-stained blue shirt", "einem blauen Hemd voller Farbflecken"),
    },
    Known {
        names: &["student"],
        de: ("Student", "Studentin"),
        ages: 18..27,
        deed: said("knows every night bus of the city", "kennt jeden Nachtbus der Stadt"),
        wear: said("a green hoodie", "einem grünen Hoodie"),
    },
    Known {
        names: &["pupil", "schoolgirl", "schoolboy"],
        de: ("Schüler", "Schülerin"),
        ages: 0..18,
        deed: said("asks more than the school day has minutes", "fragt mehr, als der Schultag Minuten hat"),
        wear: said("a yellow hoodie", "einem gelben Hoodie"),
    },
    Known {
        names: &["pensioner"],
        de: ("Rentner", "Rentnerin"),
        ages: 66..111,
        deed: said("is busier than ever", "hat mehr zu tun als je zuvor"),
        wear: said("a beige sweater", "einem beigefarbenen Pullover"),
    },
];
