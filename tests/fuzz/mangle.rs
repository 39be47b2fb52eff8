//! Small damages, as they happen and as somebody would try them.

/// Pseudo-random numbers that are the same for the same seed (SplitMix64).
pub struct Random(u64);

impl Random {
    /// The numbers of one round.
    pub fn of(seed: u64, round: u64) -> Self {
        let mut random = Self(seed);
        Self(random.next() ^ round.wrapping_mul(0xd134_2543_de82_ef95))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}

/// What parsers stumble over.
const WORDS: [&str; 26] = [
    "null",
    "true",
    "-1",
    "0",
    "-0.0",
    "1e999",
    "1e-999",
    "255",
    "65536",
    "4294967296",
    "9223372036854775808",
    "18446744073709551615",
    "0.1",
    "\"\"",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "\u{feff}",
    "\u{202e}",
    "ß",
    "{}",
    "[]",
    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    ",",
    "\r\n\r\n",
    "../../etc/passwd",
    "http://169.254.169.254/",
];

/// One to four damages.
pub fn mangle(random: &mut Random, input: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..=random.below(4) {
        damage(random, &mut bytes, other);
    }
    bytes.truncate(1 << 16);
    bytes
}

fn damage(random: &mut Random, bytes: &mut Vec<u8>, other: &[u8]) {
    let (at, until) = {
        let (one, two) = (random.below(bytes.len() + 1), random.below(bytes.len() + 1));
        (one.min(two), one.max(two).min(one.min(two) + 64))
    };
    match random.below(9) {
        0 if !bytes.is_empty() => {
            let at = random.below(bytes.len());
            bytes[at] ^= 1 << random.below(8);
        }
        1 => bytes.insert(at, random.next() as u8),
        2 => drop(bytes.drain(at..until)),
        3 => bytes.truncate(at),
        4 => {
            let piece = bytes[at..until].to_vec();
            bytes.splice(until..until, piece);
        }
        5 => {
            let from = random.below(other.len() + 1);
            bytes.truncate(at);
            bytes.extend_from_slice(&other[from..]);
        }
        6 => {
            let word = WORDS[random.below(WORDS.len())];
            bytes.splice(at..at, word.bytes());
        }
        // A value in the place of another one, so that what is around it still holds.
        _ => {
            if let Some((begin, end)) = value(random, bytes) {
                let word = WORDS[random.below(WORDS.len())];
                bytes.splice(begin..end, word.bytes());
            }
        }
    }
}

/// Some number, word or text of a JSON document: from behind a colon to the next comma or bracket.
fn value(random: &mut Random, bytes: &[u8]) -> Option<(usize, usize)> {
    let colons: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at] == b':').collect();
    let begin = colons.get(random.below(colons.len()))? + 1;
    let length = bytes[begin..].iter().position(|byte| b",}]".contains(byte))?;
    Some((begin, begin + length))
}
