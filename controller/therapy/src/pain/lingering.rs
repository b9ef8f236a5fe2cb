//! Pain that does not go away: warnings of rising strength, each of which sends to a doctor (HL-P3).
//!
//! The days count from the first entry of what hurts now: the one after a pain of 0, after four weeks without
//! any entry, or the first of all. They end with the newest entry, so that a diary that nobody keeps warns of nothing new.

use super::Pain;
use crate::limits;

/// What the warnings need of one entry of a site's diary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When it was made, in milliseconds since 1970.
    pub at_unix_ms: i64,
    /// How much it hurt.
    pub pain: Pain,
    /// Whether it kept the person awake in the night before; none when nobody said.
    pub awake: Option<bool>,
}

named! {
    /// A reason to see a doctor; a later one is a stronger one.
    ///
    /// After Mayo Clinic (syc-20375444) on sleep, Northwell on a few days, Bay State Pain on a week, and the NHS on two
    /// and six weeks of back pain; the points are chosen here.
    Lingering {
        Awake = "awake-at-night", "pain kept you awake in 2 of the last 3 nights: tell a doctor";
        Severe = "severe-for-3-days",
            "severe pain (7 or more) on the third day: make an appointment with a doctor";
        NoBetter = "no-better-in-a-week",
            "no better after a week, not even by 1 point: see a doctor this week";
        TwoWeeks = "two-weeks",
            "still 4 or more after two weeks: see a doctor soon, and stop counting on heat alone";
        SixWeeks = "six-weeks",
            "this has hurt for six weeks: see a doctor now; most muscle pain is gone by then";
    }
}

impl Lingering {
    /// How strong it is: 1, the weakest, to 5.
    #[must_use]
    pub const fn strength(self) -> u8 {
        self as u8 + 1
    }

    fn applies(self, complaint: &Complaint) -> bool {
        let Complaint { days, first, now, nights } = *complaint;
        match self {
            Self::Awake => nights >= limits::LINGERING_NIGHTS,
            Self::Severe => days >= limits::LINGERING_SEVERE_DAYS && now >= limits::PAIN_SEVERE,
            Self::NoBetter => days >= limits::LINGERING_NO_BETTER_DAYS && now >= first,
            Self::TwoWeeks => days >= limits::LINGERING_DAYS && now >= limits::PAIN_LINGERS,
            Self::SixWeeks => days >= limits::LINGERING_MAX_DAYS,
        }
    }
}

const DAY_MS: i64 = 24 * 3_600_000;

/// What hurts now.
#[derive(Clone, Copy, Debug)]
struct Complaint {
    /// Whole days from its first entry to its newest.
    days: i64,
    first: u8,
    /// The newest; it hurts.
    now: u8,
    /// Of the last three nights, those that it kept the person awake.
    nights: u8,
}

impl Complaint {
    fn of(entries: &[Entry]) -> Option<Self> {
        let newest = entries.last().filter(|it| it.pain > Pain::NONE)?;
        let mut first = newest;
        for entry in entries.iter().rev() {
            let gap = first.at_unix_ms.saturating_sub(entry.at_unix_ms);
            if entry.pain == Pain::NONE || gap > limits::LINGERING_GAP_DAYS * DAY_MS {
                break;
            }
            first = entry;
        }
        let days = newest.at_unix_ms.saturating_sub(first.at_unix_ms) / DAY_MS;
        let (first, now) = (first.pain.get(), newest.pain.get());
        Some(Self { days, first, now, nights: nights_awake(entries, newest.at_unix_ms) })
    }
}

/// Of the three nights that end with the day of `at_unix_ms`, those with a yes.
fn nights_awake(entries: &[Entry], at_unix_ms: i64) -> u8 {
    let day = |at_unix_ms: i64| at_unix_ms.div_euclid(DAY_MS);
    let last = day(at_unix_ms);
    let awake = |night: &i64| {
        entries.iter().any(|it| it.awake == Some(true) && day(it.at_unix_ms) == *night)
    };
    (last - limits::LINGERING_OF_NIGHTS + 1..=last).filter(awake).map(|_| 1).sum()
}

/// HL-P3: the warnings that the diary of one site gives reason for, the weakest first. `entries` are its newest, the
/// oldest of them first.
pub fn warnings(entries: &[Entry]) -> impl Iterator<Item = Lingering> + use<> {
    let complaint = Complaint::of(entries);
    let applies = move |it: &Lingering| complaint.is_some_and(|complaint| it.applies(&complaint));
    Lingering::ALL.iter().copied().filter(applies)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    fn entry(day: f64, points: u8) -> Entry {
        let at_unix_ms = (day * DAY_MS as f64) as i64;
        Entry { at_unix_ms, pain: Pain::new(points).expect("on the scale"), awake: None }
    }

    fn warned(course: &[(f64, u8)]) -> Vec<Lingering> {
        let entries: Vec<Entry> = course.iter().map(|(day, points)| entry(*day, *points)).collect();
        warnings(&entries).collect()
    }

    #[test]
    fn hl_p3_each_day_warns_from_its_very_day_on_and_from_its_very_points() {
        use Lingering::{NoBetter, Severe, SixWeeks, TwoWeeks};
        for (course, expected) in [
            ([(0.0, 8), (2.99, 7)], [].as_slice()),
            ([(0.0, 8), (3.0, 7)], &[Severe]),
            ([(0.0, 8), (3.0, 6)], &[]),
            ([(0.0, 5), (6.99, 5)], &[]),
            ([(0.0, 5), (7.0, 5)], &[NoBetter]),
            ([(0.0, 5), (7.0, 6)], &[NoBetter]),
            ([(0.0, 5), (7.0, 4)], &[]),
            ([(0.0, 5), (13.99, 4)], &[]),
            ([(0.0, 5), (14.0, 4)], &[TwoWeeks]),
            ([(0.0, 5), (14.0, 3)], &[]),
            ([(0.0, 8), (14.0, 8)], &[Severe, NoBetter, TwoWeeks]),
        ] {
            assert_eq!(warned(&course), expected, "{course:?}");
        }
        assert_eq!(warned(&[(0.0, 5), (20.0, 2), (41.99, 1)]), []);
        assert_eq!(warned(&[(0.0, 5), (20.0, 2), (42.0, 1)]), [SixWeeks]);
    }

    #[test]
    fn hl_p3_a_day_without_pain_or_four_weeks_without_a_word_begin_anew() {
        assert_eq!(warned(&[(0.0, 8), (3.0, 0)]), []);
        assert_eq!(warned(&[(0.0, 8), (2.0, 0), (4.0, 8), (6.0, 8)]), []);
        assert_eq!(warned(&[(0.0, 8), (28.1, 8), (30.0, 8)]), []);
        assert_eq!(warned(&[(0.0, 8), (28.0, 8)]).len(), 3);
        assert_eq!(warned(&[]), []);
    }

    #[test]
    fn hl_p3_two_of_three_nights_awake_warn() {
        let nights = |awake: &[(f64, Option<bool>)]| {
            let entries: Vec<Entry> = awake
                .iter()
                .map(|(day, awake)| Entry { awake: *awake, ..entry(*day, 3) })
                .collect();
            warnings(&entries).collect::<Vec<_>>()
        };
        let (yes, no) = (Some(true), Some(false));
        assert_eq!(nights(&[(0.3, yes), (1.3, no), (2.3, yes)]), [Lingering::Awake]);
        assert_eq!(nights(&[(0.3, yes), (2.3, None)]), []);
        assert_eq!(nights(&[(0.3, yes), (1.3, no), (2.3, no), (3.3, yes)]), []);
        assert_eq!(nights(&[(2.3, yes), (2.4, yes)]), [], "one night");
    }

    #[test]
    fn every_warning_sends_to_a_doctor_and_rises_in_strength() {
        for (nth, warning) in Lingering::ALL.iter().enumerate() {
            assert!(warning.text().contains("doctor"), "{}", warning.text());
            assert_eq!(usize::from(warning.strength()), nth + 1);
        }
    }

    #[test]
    fn clocks_that_jump_do_no_harm() {
        let at = |at_unix_ms| Entry { at_unix_ms, ..entry(0.0, 9) };
        assert_eq!(warnings(&[at(i64::MAX), at(i64::MIN), at(0)]).count(), 0);
        assert!(warnings(&[at(i64::MIN), at(i64::MAX)]).count() <= 5);
    }
}
