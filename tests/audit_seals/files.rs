//! Somebody who may edit the files that an export was written to.

use super::desk::Desk;

#[tokio::test]
async fn an_export_that_was_edited_is_named_by_its_first_bad_line() {
    let desk = Desk::open().await;
    let (export, seals) = desk.files(&desk.ada).await;
    let (theirs, their_seals) = desk.files(&desk.bob).await;
    let lines: Vec<_> = export.lines().collect();
    let whole = |lines: Vec<&str>| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    let without = |number: usize| {
        let mut lines = lines.clone();
        lines.remove(number);
        whole(lines)
    };
    let with = |number: usize, line: &str| {
        let mut lines = lines.clone();
        lines.insert(number, line);
        whole(lines)
    };
    let edited = |number: usize, from: &str, to: &str| {
        let line = lines[number].replace(from, to);
        assert_ne!(line, lines[number]);
        export.replace(lines[number], &line)
    };
    let swapped = |one: usize, other: usize| {
        let mut lines = lines.clone();
        lines.swap(one, other);
        whole(lines)
    };
    let reversed = whole(lines.iter().rev().copied().collect());
    let tamperings = [
        ("a word", edited(3, "ada-user", "eve-user"), "line 4", &seals),
        ("a space", edited(0, ":", ": "), "line 1", &seals),
        ("an outcome", edited(12, "\"ok\"", "\"refused\""), "line 13", &seals),
        ("a nothing left out", edited(7, "\"model\":null,", ""), "line 8", &seals),
        ("a line deleted", without(4), "line 5", &seals),
        ("the first deleted", without(0), "line 1", &seals),
        ("the last sealed deleted", without(12), "line 13", &seals),
        ("the tail cut off", whole(lines[..9].to_vec()), "line 10", &seals),
        ("everything cut off", String::new(), "line 1", &seals),
        ("the head cut off", whole(lines[6..].to_vec()), "line 1", &seals),
        ("a line twice", with(5, lines[4]), "line 6", &seals),
        ("another's line", with(0, theirs.lines().next().unwrap()), "line 1", &seals),
        ("no line at all", with(8, "nonsense"), "line 9", &seals),
        ("two swapped", swapped(2, 3), "line 4", &seals),
        ("two far apart swapped", swapped(1, 11), "line 3", &seals),
        ("two unsealed swapped", swapped(13, 14), "line 15", &seals),
        ("backwards", reversed, "line 2", &seals),
        ("another's export", theirs.clone(), "line 1", &seals),
        ("another's seals", export.clone(), "line 1", &their_seals),
    ];
    let mut tried = 0;
    for (did, export, expected, seals) in &tamperings {
        let (intact, said) = desk.offline(export, seals).await;
        assert!(!intact && said.contains(&format!("{expected}: ")), "{did}: {said}");
        tried += 1;
    }

    let mut parsed: serde_json::Value = serde_json::from_str(&seals).unwrap();
    let items = parsed["items"].as_array_mut().unwrap();
    let one_by_one: String = items.iter().map(|seal| format!("{seal}\n")).collect();
    let two = [items[0].to_string(), items[2].to_string()].concat();
    let cut = [items[0].to_string(), items[1].to_string()].concat();
    let twice = [&one_by_one, &one_by_one[..]].concat();
    for (did, export, seals, expected) in [
        ("a seal left out", &export, &two, "Seal 2 is missing"),
        ("a seal twice", &export, &twice, "Seal 1 comes again"),
        ("a seal edited", &export, &seals.replace("\"count\":4", "\"count\":5"), "Seal 2"),
        ("no seal", &export, &"{\"items\":[],\"next_cursor\":null}".to_owned(), "no seal in the file"),
        ("no JSON", &export, &"{".to_owned(), "seals.json"),
    ] {
        let (intact, said) = desk.offline(export, seals).await;
        assert!(!intact && said.contains(expected), "{did}: {said}");
        tried += 1;
    }
    println!("{tried} ways to tamper with the files, each named by its first bad line or seal");
    assert_eq!(tried, 24);

    // As pages one after the other, as seals, and with fewer of them than there are.
    for (seals, under) in [(&seals, 13), (&one_by_one, 13), (&cut, 10)] {
        let (intact, said) = desk.offline(&export, seals).await;
        assert!(intact && said.contains(&format!("{under} under these seals")), "{said}");
    }
}
