//! A brief, read for the obvious.

use super::super::super::dice::Dice;
use super::super::super::wish::Wishes;
use super::gloss;
use super::name;
use super::said::Row;

/// What a brief says, and chance for what it does not.
pub(super) struct Reading {
    /// In English as far as the words matter, in the brief's own spelling otherwise.
    pub(super) text: String,
    /// Whether the brief was in German.
    pub(super) german: bool,
    /// The occupation's name in the German brief's own word.
    pub(super) german_title: Option<String>,
    /// The name that the brief gives.
    pub(super) name: Option<String>,
    pub(super) wishes: Wishes,
    pub(super) dice: Dice,
}

impl Reading {
    pub(super) fn of(brief: &str) -> Self {
        let gloss::Glossed { text, german, title } = gloss::read(brief);
        let name = name::told(&text);
        // A Bob has not asked for a bob.
        let rest = name.as_ref().map_or_else(|| text.clone(), |name| text.replace(name.as_str(), "someone"));
        let (wishes, dice) = (Wishes::read(&rest), Dice::of(brief, 0));
        Self { text: rest, german, german_title: title, name, wishes, dice }
    }

    /// The first row that the brief names.
    pub(super) fn told<T: Copy>(&self, table: &[Row<T>]) -> Option<T> {
        table.iter().find(|(names, _)| self.wishes.says(names)).map(|(_, what)| *what)
    }

    /// Every row that the brief names.
    pub(super) fn all_told<T: Copy>(&self, table: &[Row<T>]) -> Vec<T> {
        table.iter().filter(|(names, _)| self.wishes.says(names)).map(|(_, what)| *what).collect()
    }

    /// Any row that the brief does not refuse.
    pub(super) fn rolled<T: Copy>(&self, question: &str, table: &[Row<T>], otherwise: T) -> T {
        let open: Vec<T> =
            table.iter().filter(|(names, _)| !self.wishes.refuses(names)).map(|(_, what)| *what).collect();
        self.dice.pick(question, &open, otherwise)
    }

    /// So many different ones, those that the brief names first.
    pub(super) fn several<T: Copy + PartialEq>(
        &self,
        question: &str,
        table: &[Row<T>],
        count: usize,
    ) -> Vec<T> {
        let mut found = self.all_told(table);
        for number in 0.. {
            let left: Vec<T> =
                table.iter().map(|(_, what)| *what).filter(|what| !found.contains(what)).collect();
            let Some(first) = left.first().filter(|_| found.len() < count) else {
                break;
            };
            found.push(self.dice.pick(&format!("{question} {number}"), &left, *first));
        }
        found.truncate(count);
        found
    }
}
