use proptest::prelude::*;

use super::*;

fn usd(text: &str) -> Usd {
    text.parse().unwrap()
}

fn budget(cap: &str, alert_at: &[u8]) -> Budget {
    let unset = Budget::unset(&"ada".parse().unwrap(), Scope::Account);
    Budget { cap: Some(usd(cap)), alert_at: alert_at.to_vec(), ..unset }
}

#[test]
fn months_begin_at_midnight_where_the_account_lives() {
    for (at, zone, month, end) in [
        ("2026-11-30T23:59:59Z", "UTC", "2026-11", "2026-12-01T00:00:00Z"),
        ("2026-11-30T23:59:59Z", "Europe/Berlin", "2026-12", "2026-12-31T23:00:00Z"),
        ("2026-12-01T07:59:59Z", "America/Los_Angeles", "2026-11", "2026-12-01T08:00:00Z"),
        // The clocks change between the beginning of this month and its end.
        ("2026-03-01T00:00:00Z", "Europe/Berlin", "2026-03", "2026-03-31T22:00:00Z"),
        ("2026-12-31T23:00:00Z", "Pacific/Kiritimati", "2027-01", "2027-01-31T10:00:00Z"),
        // There has never been a 30 December 2011 here.
        ("2011-12-30T12:00:00Z", "Pacific/Apia", "2011-12", "2011-12-31T10:00:00Z"),
    ] {
        let zone = time_zone(zone).unwrap();
        let found = Month::of(at.parse().unwrap(), &zone);
        assert_eq!(
            (found.to_string(), found.end(&zone).to_string()),
            (month.to_owned(), end.to_owned()),
            "{at}"
        );
    }
}

#[test]
fn months_are_read_as_they_are_written() {
    assert_eq!("2026-02".parse::<Month>().unwrap().to_string(), "2026-02");
    for wrong in ["", "2026", "2026-13", "2026-2", "2026-02-01", "26-02", "2026-02 "] {
        assert!(wrong.parse::<Month>().is_err(), "{wrong}");
    }
}

#[test]
fn time_zones_have_names() {
    for known in ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"] {
        assert!(time_zone(known).is_ok(), "{known}");
    }
    for unknown in ["", "Mars", "Europe/Atlantis", "+01:00", "../../etc/passwd"] {
        assert!(time_zone(unknown).is_err(), "{unknown}");
    }
}

#[test]
fn steps_are_passed_when_they_are_reached() {
    let budget = budget("10", &[50, 80, 100]);
    for (before, after, passed) in [
        ("0", "4.999999", None),
        ("0", "5", Some(50)),
        ("5", "5", None),
        ("4", "9", Some(80)),
        ("4", "12", Some(100)),
        ("10", "12", None),
    ] {
        assert_eq!(budget.passed(usd(before), usd(after)), passed, "{before} to {after}");
    }
    assert_eq!(budget.until_alert(usd("5")), Some(usd("3")));
    assert_eq!(budget.until_alert(usd("10")), None);
    assert_eq!(Budget { cap: None, ..budget }.until_alert(Usd::ZERO), None);
}

proptest! {
    #[test]
    fn nobody_is_told_twice_and_nobody_is_left_out(
        cap in 1_u64..50_000_000,
        mut alert_at in proptest::collection::vec(1_u8..=100, 0..5),
        charges in proptest::collection::vec(0_u64..5_000_000, 0..30),
    ) {
        alert_at.sort_unstable();
        alert_at.dedup();
        let unset = Budget::unset(&"ada".parse().unwrap(), Scope::Account);
        let budget = Budget { cap: Some(Usd::from_micros(cap)), alert_at: alert_at.clone(), ..unset };
        let (mut spent, mut told) = (Usd::ZERO, Vec::new());
        for charge in charges {
            let until = budget.until_alert(spent);
            let after = spent + Usd::from_micros(charge);
            let passed = budget.passed(spent, after);
            // A ledger counts down to the next step: it reaches nothing exactly when one is passed.
            prop_assert_eq!(passed.is_some(), until.is_some_and(|until| until.micros() <= charge));
            told.extend(passed);
            spent = after;
        }
        prop_assert!(told.is_sorted_by(|a, b| a < b), "{:?}", told);
        let reached = alert_at.iter().filter(|percent| cap * u64::from(**percent) / 100 <= spent.micros());
        // A step of no money at all is nobody's news.
        let reached = reached.filter(|percent| cap * u64::from(**percent) / 100 > 0).max();
        prop_assert_eq!(told.last(), reached);
    }
}
