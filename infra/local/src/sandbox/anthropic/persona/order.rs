//! What a message orders: the brief between `<brief>` and `</brief>`, and a line `Language: ...`.

use super::said::Language;

/// One order.
#[derive(Debug, PartialEq)]
pub(super) struct Order {
    pub(super) brief: String,
    pub(super) language: Language,
}

impl Order {
    /// A message without the two lines is a brief as a whole.
    pub(super) fn read(message: &str) -> Self {
        let lines: Vec<&str> = message.lines().map(str::trim).collect();
        let start = lines.iter().position(|line| *line == "<brief>");
        // The last one: a brief may say `</brief>` itself.
        let end = lines.iter().rposition(|line| *line == "</brief>");
        let between = start.zip(end).and_then(|(start, end)| lines.get(start + 1..end));
        let brief = between.map_or_else(|| message.trim().to_owned(), |lines| lines.join("\n"));
        // What the brief says about languages is about the persona, not about the answer.
        let outside = lines
            .iter()
            .enumerate()
            .filter(|(number, _)| between.is_none() || Some(*number) < start || Some(*number) > end);
        let named = outside.filter_map(|(_, line)| line.strip_prefix("Language:")).next();
        Self { brief, language: named.map_or(Language::English, language) }
    }
}

/// English for every language that the sandbox does not write.
fn language(name: &str) -> Language {
    let name = name.trim().to_lowercase();
    let tag = name.split(['-', '_']).next().unwrap_or_default();
    if ["de", "german", "deutsch"].contains(&tag) { Language::German } else { Language::English }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_read_out_of_its_lines() {
        use Language::{English, German};
        for (message, brief, language) in [
            ("a baker", "a baker", English),
            ("Language: German\n<brief>\na baker\n</brief>", "a baker", German),
            ("<brief>\r\na baker\r\n</brief>\r\nLanguage: de-AT", "a baker", German),
            ("Language: Deutsch\n<brief>\na\n</brief>\nb\n</brief>", "a\n</brief>\nb", German),
            ("Language: fr\n<brief>\nLanguage: German\n</brief>", "Language: German", English),
            ("</brief>\n<brief>", "</brief>\n<brief>", English),
        ] {
            assert_eq!(Order::read(message), Order { brief: brief.to_owned(), language }, "{message}");
        }
    }
}
