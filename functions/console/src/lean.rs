//! What browsers need of a file: its lines without their indentation, and without the comments that people need.

/// The same lines, so that a browser's error names the line of the file. Only whole lines are comments: `// ...`, and from
/// `/*` at the beginning of a line to `*/` at the end of one.
pub(crate) fn lean(text: &str) -> String {
    let mut lines = Vec::new();
    let mut in_comment = false;
    for line in text.lines().map(str::trim) {
        let begins = !in_comment && line.starts_with("/*");
        let is_comment = in_comment || begins || line.starts_with("//");
        in_comment = (in_comment || begins) && !line.ends_with("*/");
        lines.push(if is_comment { "" } else { line });
    }
    lines.push("");
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_indentation_are_left_out_and_lines_stay_where_they_are() {
        let text = "// What it is for.\n/** One. @type {number} */\nconst a = 1;\n/**\n * Two\n */\nif (a) {\n  b(\"// c\"); // d\n}\n";
        assert_eq!(lean(text), "\n\nconst a = 1;\n\n\n\nif (a) {\nb(\"// c\"); // d\n}\n");
    }

    #[test]
    fn an_inline_type_before_code_is_no_comment_line() {
        assert_eq!(
            lean("  for (let next = /** @type {string} */ (a);;) {\n"),
            "for (let next = /** @type {string} */ (a);;) {\n"
        );
    }
}
