//! The languages that the sandbox writes.

/// What the answer is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    English,
    German,
}

/// The same in both languages.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Said {
    pub(super) en: &'static str,
    pub(super) de: &'static str,
}

/// Words that a brief may use, and what they mean.
pub(super) type Row<T> = (&'static [&'static str], T);

pub(super) const fn said(en: &'static str, de: &'static str) -> Said {
    Said { en, de }
}
