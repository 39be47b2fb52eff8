//! Lists for spreadsheets: CSV (RFC 4180) that nothing in it is carried out of.

use serde_json::Value;

/// A value as the text of a cell: nothing is an empty one.
pub fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A line. Every cell in quotes; one that a spreadsheet would take for a formula, and carry out, begins with an
/// apostrophe.
pub fn line(cells: impl Iterator<Item = String>) -> String {
    let quoted = cells.map(|cell| {
        let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
        format!("\"{}{}\"", if formula { "'" } else { "" }, cell.replace('"', "\"\""))
    });
    quoted.collect::<Vec<_>>().join(",") + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_none_breaks_out() {
        let cells = ["=1+1", "+1", "-1", "@x", "\tx", "a \"fox\", a hen", "two\r\nlines", "a=b", ""];
        let line = line(cells.into_iter().map(str::to_owned));
        let expected = "\"'=1+1\",\"'+1\",\"'-1\",\"'@x\",\"'\tx\",\"a \"\"fox\"\", a hen\",\"two\r\nlines\",\"a=b\",\"\"\r\n";
        assert_eq!(line, expected);
    }
}
